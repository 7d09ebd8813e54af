"""Organizations partition all data; a client is an application that signs accounts of one organization in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, true
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference
from domain.errors import Invalid, NotFound
from domain.listing import Aggregate, Columns
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind

PAI_HEALTH = UUID("2188a980-70a2-4b24-b145-8139cb7f9106")
"""The organization id that PAI Health's documentation names."""


class Organization(SQLModel, table=True):
    __tablename__ = "organizations"

    id: UUID = identifier()
    name: str
    created_at: datetime = instant()
    modified_at: datetime = instant()


class OAuthClient(SQLModel, table=True):
    __tablename__ = "oauth_clients"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    name: str
    created_at: datetime = instant()


COLUMNS: Columns = {name: getattr(Organization, name) for name in Organization.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """The one that the viewer's account belongs to; no other can be seen."""
    if unit.viewer.kind is ViewerKind.SYSTEM:
        return true()
    return col(Organization.id) == unit.viewer.organization_id


ORGANIZATIONS = Aggregate(said("No such organization"), Scope.ORGANIZATIONS_READ, COLUMNS, visible_to)


async def get_own_organization(unit: Unit, fields: frozenset[str] | None = None) -> Row[Any]:
    if unit.viewer.organization_id is None:
        unit.viewer.require(Scope.ORGANIZATIONS_READ)
        raise NotFound(ORGANIZATIONS.missing)
    return await ORGANIZATIONS.got(unit, unit.viewer.organization_id, fields)


async def require(unit: Unit, id: UUID | None) -> UUID:
    """Of whom the system writes something: an administrator's own organization goes without saying."""
    if id is None or await unit.value(select(Organization.id).where(col(Organization.id) == id)) is None:
        raise Invalid("Say which organization it is for: there is none of that id")
    return id
