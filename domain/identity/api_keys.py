"""API keys `sr_<env>_<lookup>_<secret>`: shown once, found by the lookup, proven by a bcrypt of the secret."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, bindparam, or_, update
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.identity.verified_keys import USE_PRECISION, VerifiedKeys
from domain.sql import select
from domain.unit import Unit
from domain.viewer import SCOPES, Viewer, ViewerKind

FORM = re.compile(
    r"sr_(?P<env>live|test)_(?P<lookup>[A-Za-z0-9]{8,16})_(?P<secret>[A-Za-z0-9_-]{32,64})", re.ASCII
)
LOOKUP_BYTES, SECRET_BYTES = 6, 32


class ApiKey(SQLModel, table=True):
    __tablename__ = "api_keys"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    name: str
    env: str
    lookup: str = Field(unique=True)
    secret_hash: str
    scopes: list[str] = Field(sa_type=JSON)
    created_at: datetime = instant()
    expires_at: datetime | None = instant(default=None, nullable=True)
    last_used_at: datetime | None = instant(default=None, nullable=True)
    revoked_at: datetime | None = instant(default=None, nullable=True)
    rotated_at: datetime | None = instant(default=None, nullable=True)


LIVING = select(ApiKey.id, ApiKey.organization_id, ApiKey.secret_hash, ApiKey.scopes).where(
    col(ApiKey.lookup) == bindparam("lookup"),
    col(ApiKey.env) == bindparam("env"),
    col(ApiKey.revoked_at).is_(None),
    or_(col(ApiKey.expires_at).is_(None), col(ApiKey.expires_at) > bindparam("now")),
)
"""Built once: it is asked at every request."""


@dataclass(frozen=True)
class Candidate:
    """The key a text may be: its stored hash and what it would allow. Without a hash it is nobody's."""

    text: str
    secret: str
    secret_hash: str | None
    viewer: Viewer


def new_key(env: str) -> str:
    return f"sr_{env}_{secrets.token_hex(LOOKUP_BYTES)}_{secrets.token_urlsafe(SECRET_BYTES)}"


async def candidate(unit: Unit, text: str) -> Candidate:
    """Unknown, malformed, revoked, expired and wrong-environment keys all become nobody's, in words and in time."""
    form = FORM.fullmatch(text)
    lookup = form["lookup"] if form else ""
    row = await unit.row(LIVING.params(lookup=lookup, env=unit.settings.env, now=unit.now))
    if form is None or form["env"] != unit.settings.env or row is None:
        return Candidate(text, form["secret"] if form else text[:64], None, Viewer())
    scopes = SCOPES[ViewerKind.API_KEY].intersection(row.scopes)
    viewer = Viewer(ViewerKind.API_KEY, scopes, row.organization_id, key_id=row.id)
    return Candidate(text, form["secret"], row.secret_hash, viewer)


async def known_viewer(unit: Unit, keys: VerifiedKeys, text: str) -> Viewer | None:
    """Who holds a key that was proven here before; one narrow row says whether it still opens anything."""
    found = await candidate(unit, text)
    if keys.has_proven(text, found.secret_hash):
        return found.viewer
    keys.forget(text)
    return None


async def proven(candidate: Candidate, keys: VerifiedKeys) -> Viewer | None:
    """Checks the secret; takes bcrypt's time, so no transaction should be open."""
    right = await keys.prove(candidate.text, candidate.secret, candidate.secret_hash, candidate.viewer.key_id)
    return candidate.viewer if right else None


async def note_use(unit: Unit, key_id: UUID) -> None:
    """Remember when a key was last used, to the hour; whoever comes first in an hour writes."""
    last = col(ApiKey.last_used_at)
    await unit.change(
        update(ApiKey)
        .where(col(ApiKey.id) == key_id, or_(last.is_(None), last <= unit.now - USE_PRECISION))
        .values(last_used_at=unit.now)
    )
