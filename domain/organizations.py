"""Organizations partition all data; a client is an application that signs accounts of one organization in."""

from datetime import datetime
from uuid import UUID

from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference
from domain.errors import Invalid
from domain.sql import select
from domain.unit import Unit

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


async def require(unit: Unit, id: UUID | None) -> UUID:
    """Of whom the system writes something: an administrator's own organization goes without saying."""
    if id is None or await unit.value(select(Organization.id).where(col(Organization.id) == id)) is None:
        raise Invalid("Say which organization it is for: there is none of that id")
    return id
