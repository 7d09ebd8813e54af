"""Partners send FIT files for users they are linked to; each holds one key."""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference, storable
from domain.errors import Forbidden
from domain.identity.partner_users import PartnerUser
from domain.secrets import fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import SCOPES, Viewer, ViewerKind


class Partner(SQLModel, table=True):
    """`creates_users`: a user id seen for the first time becomes a user; otherwise their files are refused.

    `callback_hosts`: the hosts files may be fetched from; empty allows every public host.
    `event_url`: where the partner hears of the end of its imports.
    """

    __tablename__ = "partners"

    id: UUID = identifier()
    partner_id: str = Field(unique=True)
    organization_id: UUID = reference("organizations.id")
    name: str
    auth_key_hash: str
    active: bool = True
    creates_users: bool = False
    event_url: str | None = None
    callback_hosts: list[str] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime = instant()
    modified_at: datetime = instant()


@dataclass(frozen=True)
class KnownPartner:
    """What a partner's own calls need to know of it."""

    id: UUID
    partner_id: str
    organization_id: UUID
    callback_hosts: frozenset[str]


async def viewer_of(unit: Unit, partner_id: str, auth_key: str) -> Viewer | None:
    """The partner behind a key; None when either is unknown, wrong or switched off."""
    known = select(Partner.id, Partner.organization_id, Partner.auth_key_hash).where(
        col(Partner.partner_id) == partner_id, col(Partner.active)
    )
    row = await unit.row(known) if storable(partner_id) else None
    stored = row.auth_key_hash if row else fingerprint("")
    if not hmac.compare_digest(fingerprint(auth_key), stored) or row is None:
        return None
    kind = ViewerKind.PARTNER
    return Viewer(kind, SCOPES[kind], row.organization_id, partner_id=row.id)


async def partner_of(unit: Unit) -> KnownPartner:
    """The viewing partner."""
    row = await unit.row(
        select(Partner.id, Partner.partner_id, Partner.organization_id, Partner.callback_hosts).where(
            col(Partner.id) == unit.viewer.partner_id
        )
    )
    if row is None:
        raise Forbidden("Only a partner can do this")
    return KnownPartner(row.id, row.partner_id, row.organization_id, frozenset(row.callback_hosts))


async def known_user(unit: Unit, external_id: str) -> UUID | None:
    """The user a partner means, if it is linked to one it calls so."""
    known = select(PartnerUser.user_id).where(
        col(PartnerUser.partner_id) == unit.viewer.partner_id, col(PartnerUser.external_id) == external_id
    )
    user_id: UUID | None = await unit.value(known)
    return user_id


async def linked_users(unit: Unit, external_ids: Collection[str]) -> dict[str, UUID]:
    """Those whom a partner means, created on first sight where it may do that, and locked for what it has of them:
    two units at once never take one partner's files of one user.
    """
    names = frozenset(external_ids)
    mine = (col(PartnerUser.partner_id) == unit.viewer.partner_id, col(PartnerUser.external_id).in_(names))
    known = {row.external_id for row in await unit.rows(select(PartnerUser.external_id).where(*mine))}
    if names - known:
        await _take_in(unit, names)
    links = select(PartnerUser.external_id, PartnerUser.user_id).where(*mine).order_by(col(PartnerUser.id))
    return {row.external_id: row.user_id for row in await unit.rows(links.with_for_update(key_share=True))}


async def _take_in(unit: Unit, names: frozenset[str]) -> None:
    """Users for those names that nobody has yet, if the partner may create any; its row is locked while we look."""
    creator = select(Partner.id, Partner.organization_id).where(
        col(Partner.id) == unit.viewer.partner_id, col(Partner.creates_users)
    )
    if (partner := await unit.row(creator.with_for_update(key_share=True))) is None:
        return
    linked = select(PartnerUser.external_id).where(col(PartnerUser.partner_id) == partner.id)
    there = await unit.rows(linked.where(col(PartnerUser.external_id).in_(names)))
    stamps: dict[str, Any] = {"created_at": unit.now, "modified_at": unit.now}
    for name in sorted(names - {row.external_id for row in there}):
        user = await unit.add(User(organization_id=partner.organization_id, external_id=name, **stamps))
        await link(unit, partner.id, name, user.id)


async def link(unit: Unit, partner_id: UUID, external_id: str, user_id: UUID) -> None:
    await unit.add(
        PartnerUser(partner_id=partner_id, external_id=external_id, user_id=user_id, created_at=unit.now)
    )


def new_key() -> str:
    return secrets.token_urlsafe(32)
