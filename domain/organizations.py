"""Organizations partition all data; a client is an application that signs accounts of one organization in."""

from datetime import datetime
from uuid import UUID

from sqlmodel import SQLModel

from domain.columns import identifier, instant, reference

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
