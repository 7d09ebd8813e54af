"""The tables of groups, which refer to each other."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from domain.columns import identifier, instant, reference

CURRENT = text("left_at IS NULL")


class MemberRole(StrEnum):
    MEMBER = "Member"
    LEADER = "Leader"


class MembershipStatus(StrEnum):
    CURRENT = "Current"
    REMOVED = "Removed"


class EventType(StrEnum):
    JOINED = "Joined"
    REMOVED = "Removed"


class Group(SQLModel, table=True):
    __tablename__ = "groups"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    name: str
    description: str | None = None
    created_at: datetime = instant()
    modified_at: datetime = instant()


class GroupMembership(SQLModel, table=True):
    """One stay of a user in a group; nobody is in a group twice at a time."""

    __tablename__ = "group_memberships"
    __table_args__ = (
        Index(
            "uq_group_memberships_current",
            "group_id",
            "user_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    group_id: UUID = reference("groups.id")
    user_id: UUID = reference("users.id")
    role: str = MemberRole.MEMBER
    status: str = MembershipStatus.CURRENT
    joined_at: datetime = instant()
    left_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


class GroupEvent(SQLModel, table=True):
    """`actor_account_id`: who did it, while that account exists."""

    __tablename__ = "group_events"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    group_id: UUID = reference("groups.id")
    user_id: UUID = reference("users.id")
    event_type: str
    occurred_at: datetime = instant()
    actor_account_id: UUID | None = reference("accounts.id", default=None, cascade=False)
    created_at: datetime = instant()
    modified_at: datetime = instant()
