"""Giving out API keys: the secret is shown once; revoking works at the next request, rotating leaves time to change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from domain import organizations
from domain.columns import storable
from domain.errors import Detail, Invalid, Misfit, NotFound
from domain.identity import passwords
from domain.identity.api_keys import ApiKey, new_key
from domain.listing import Aggregate, Columns
from domain.unit import Unit
from domain.viewer import TEMPLATES_READ, Scope
from domain.visibility import of_organizations

COLUMNS: Columns = {
    name: getattr(ApiKey, name) for name in ApiKey.model_fields if name not in ("secret_hash", "scopes")
} | {"scopes": ApiKey.scopes}
MAX_NAME, MOST_HOURS = 100, 10_000
"""Characters, and the hours for which a key may go on beside its successor."""


@dataclass(frozen=True)
class Minted:
    """A key that nobody holds yet; made outside of any unit, since bcrypt takes a third of a second."""

    text: str
    secret_hash: str

    @property
    def env(self) -> str:
        return self.text.split("_", 3)[1]

    @property
    def lookup(self) -> str:
        return self.text.split("_", 3)[2]


async def minted(env: str) -> Minted:
    text = new_key(env)
    return Minted(text, await passwords.hashed(text.split("_", 3)[3]))


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """An organization's keys are its administrators' business."""
    return of_organizations(unit, organization=col(ApiKey.organization_id))


KEYS = Aggregate("No such API key", Scope.KEYS_READ, COLUMNS, visible_to)
list_keys = KEYS.page


async def issue(
    unit: Unit,
    key: Minted,
    *,
    name: str,
    scopes: Collection[Scope],
    expires_at: datetime | None = None,
    organization_id: UUID | None = None,
) -> ApiKey:
    """`organization_id`: for the system, which belongs to none. An end without a zone is in UTC."""
    unit.viewer.require(Scope.KEYS_WRITE)
    owner = unit.viewer.organization_id or await organizations.require(unit, organization_id)
    if expires_at is not None and expires_at.tzinfo is None:
        expires_at = expires_at.replace(tzinfo=UTC)
    problems = [
        *_problems_of_name(name),
        *_problems_of_scopes(scopes),
        *_problems_of_end(expires_at, unit.now),
    ]
    if problems:
        raise Invalid("No key was made; see the details", *problems)
    return await unit.add(
        ApiKey(
            organization_id=owner,
            name=name,
            env=key.env,
            lookup=key.lookup,
            secret_hash=key.secret_hash,
            scopes=sorted(set(scopes)),
            created_at=unit.now,
            expires_at=expires_at,
        )
    )


def overlap_of(hours: float) -> timedelta:
    if not 0 <= hours <= MOST_HOURS:
        raise Misfit("overlap_hours", f"takes 0 to {MOST_HOURS}")
    return timedelta(hours=hours)


async def revoke(unit: Unit, id: UUID) -> ApiKey:
    """No request opens with it from the commit on, in any process. Revoking twice changes nothing."""
    key = await _key(unit, id)
    key.revoked_at = key.revoked_at or unit.now
    await unit.flush()
    return key


async def rotate(unit: Unit, id: UUID, successor: Minted, *, overlap: timedelta) -> ApiKey:
    """A new key that may do the same; the old one ends after the overlap, or when it would have ended anyway."""
    old = await _key(unit, id)
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= unit.now):
        raise Invalid("That key has ended; create a new one instead")
    if old.rotated_at is not None:
        raise Invalid("That key was rotated before and ends soon; rotate its successor instead")
    new = await issue(
        unit,
        successor,
        name=old.name,
        scopes=[Scope(scope) for scope in old.scopes],
        expires_at=old.expires_at,
        organization_id=old.organization_id,
    )
    ends = unit.now + overlap
    old.rotated_at = unit.now
    old.expires_at = min(ends, old.expires_at or ends)
    await unit.flush()
    return new


async def _key(unit: Unit, id: UUID) -> ApiKey:
    unit.viewer.require(Scope.KEYS_WRITE)
    key = await unit.entity(ApiKey, col(ApiKey.id) == id, visible_to(unit))
    if key is None:
        raise NotFound("No such API key")
    return key


def _problems_of_name(name: str) -> list[Detail]:
    fits = len(name.strip()) > 0 and len(name) <= MAX_NAME and storable(name)
    return [] if fits else [Detail(f"takes 1 to {MAX_NAME} characters", "name")]


def _problems_of_scopes(scopes: Collection[Scope]) -> list[Detail]:
    fits = scopes and TEMPLATES_READ.issuperset(scopes)
    return [] if fits else [Detail("takes workouts, plans or both", "scopes")]


def _problems_of_end(expires_at: datetime | None, now: datetime) -> list[Detail]:
    fits = expires_at is None or expires_at > now
    return [] if fits else [Detail("must be in the future", "expires_at")]
