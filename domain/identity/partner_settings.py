"""What an operator does with partners: take one in, list them, change what they may do, and renew their key."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import true
from sqlmodel import col

from domain.errors import Conflict, Invalid, NotFound
from domain.fetching import FetchError, FetchPolicy, check_url
from domain.identity.partners import Partner, new_key
from domain.inserting import insert_unless_there
from domain.listing import Columns, Listing, Page, page_of
from domain.organizations import Organization
from domain.secrets import derived, fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope

PARTNER_ID = re.compile(r"[!-~]{1,100}")
COLUMNS: Columns = {name: getattr(Partner, name) for name in Partner.model_fields if name != "auth_key_hash"}


@dataclass(frozen=True)
class Issued:
    """What a partner is told once: its key, and the secret that our calls to its event_url are signed with."""

    partner_id: str
    auth_key: str
    signing_secret: str


@dataclass(frozen=True)
class PartnerSettings:
    """What may be changed; None leaves it as it is, and an empty event_url takes it away."""

    name: str | None = None
    active: bool | None = None
    creates_users: bool | None = None
    callback_hosts: Sequence[str] | None = None
    event_url: str | None = None

    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in vars(self).items() if value is not None}
        if "callback_hosts" in given:
            given["callback_hosts"] = list(given["callback_hosts"])
        return given | ({"event_url": self.event_url or None} if "event_url" in given else {})


async def create(unit: Unit, organization_id: UUID, partner_id: str, settings: PartnerSettings) -> Issued:
    unit.viewer.require(Scope.PARTNERS_WRITE)
    _check(unit, settings)
    if not PARTNER_ID.fullmatch(partner_id):
        raise Invalid(
            "A partner id is sent in a header: take up to 100 printable ASCII characters, no spaces"
        )
    if not await unit.value(select(Organization.id).where(col(Organization.id) == organization_id)):
        raise NotFound("No such organization")
    key = new_key()
    partner = Partner(
        partner_id=partner_id,
        organization_id=organization_id,
        auth_key_hash=fingerprint(key),
        created_at=unit.now,
        modified_at=unit.now,
        **{"name": partner_id} | settings.values(),
    )
    if not await insert_unless_there(unit, partner):
        raise Conflict(f"There is a partner {partner_id} already")
    return Issued(partner_id, key, signing_secret(unit, partner.id, partner.auth_key_hash))


async def change(unit: Unit, partner_id: str, settings: PartnerSettings) -> None:
    """In force from the partner's next request on."""
    unit.viewer.require(Scope.PARTNERS_WRITE)
    _check(unit, settings)
    partner = await _partner(unit, partner_id)
    partner.sqlmodel_update(settings.values() | {"modified_at": unit.now})
    await unit.flush()


async def rotate(unit: Unit, partner_id: str) -> Issued:
    """A new key and a new signing secret; the old ones are worth nothing from now on."""
    unit.viewer.require(Scope.PARTNERS_WRITE)
    partner = await _partner(unit, partner_id)
    key = new_key()
    partner.sqlmodel_update({"auth_key_hash": fingerprint(key), "modified_at": unit.now})
    await unit.flush()
    return Issued(partner_id, key, signing_secret(unit, partner.id, partner.auth_key_hash))


async def list_partners(unit: Unit, listing: Listing) -> Page:
    unit.viewer.require(Scope.PARTNERS_READ)
    return await page_of(unit, COLUMNS, true(), listing)


def signing_secret(unit: Unit, id: UUID, auth_key_hash: str) -> str:
    """What calls to a partner are signed with, as Standard Webhooks spells it.

    Derived, not stored: the database alone is of no use to a forger. It goes with the key, so that one rotation
    renews both and a partner that is told of a new key is told of the secret in the same breath.
    """
    key = derived(unit.secret, f"partner {id} {auth_key_hash}")
    return "whsec_" + base64.b64encode(key).decode()


async def _partner(unit: Unit, partner_id: str) -> Partner:
    partner = await unit.entity(Partner, col(Partner.partner_id) == partner_id)
    if partner is None:
        raise NotFound("No such partner")
    return partner


def _check(unit: Unit, settings: PartnerSettings) -> None:
    """URLs and hosts as the guard of outgoing calls will judge them; event_url needs none of the callback hosts."""
    policy = FetchPolicy(max_bytes=0, allow_private=unit.settings.allow_private_callbacks)
    if settings.event_url:
        _judge("event_url", settings.event_url, policy)
    for host in settings.callback_hosts or ():
        if re.search(r"[:/?#@\[\]]", host):
            raise Invalid(f"callback_hosts: {host[:80]!r} is no host name; .example.org means all below it")
        _judge("callback_hosts", f"https://{host.removeprefix('.')}/", policy)


def _judge(field: str, url: str, policy: FetchPolicy) -> None:
    try:
        check_url(url, policy)
    except FetchError as error:
        raise Invalid(f"{field}: {error.message}") from None
