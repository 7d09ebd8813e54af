"""Which users a partner is linked to, and what it calls them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from domain.columns import identifier, instant, reference


class PartnerUser(SQLModel, table=True):
    __tablename__ = "partner_users"
    __table_args__ = (UniqueConstraint("partner_id", "external_id"),)

    id: UUID = identifier()
    partner_id: UUID = reference("partners.id")
    external_id: str
    user_id: UUID = reference("users.id")
    created_at: datetime = instant()
