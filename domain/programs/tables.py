"""The tables of programs, which refer to each other, and what becomes of invitations and memberships."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.columns import identifier, instant, reference
from domain.moves import Moves

CURRENT = text("left_at IS NULL")
PENDING = text("status = 'Pending'")


class InvitationStatus(StrEnum):
    """Withdrawn by the program, or by whom it was sent to. One whose time is up is expired, whatever its row says."""

    PENDING = "Pending"
    ACCEPTED = "Accepted"
    WITHDRAWN = "Withdrawn"
    EXPIRED = "Expired"


class MemberStatus(StrEnum):
    """Left on their own, or removed by the program."""

    ACTIVE = "Active"
    LEFT = "Left"
    REMOVED = "Removed"


INVITATION_MOVES: Moves = {
    InvitationStatus.PENDING: (
        InvitationStatus.ACCEPTED,
        InvitationStatus.WITHDRAWN,
        InvitationStatus.EXPIRED,
    ),
    InvitationStatus.ACCEPTED: (),
    InvitationStatus.WITHDRAWN: (),
    InvitationStatus.EXPIRED: (),
}


class Program(SQLModel, table=True):
    """Something an organization's users may take part in, such as an insurer's."""

    __tablename__ = "programs"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    name: str
    created_at: datetime = instant()
    modified_at: datetime = instant()


class ProgramAdministrator(SQLModel, table=True):
    """An account that invites, and sees who accepted."""

    __tablename__ = "program_administrators"
    __table_args__ = (UniqueConstraint("program_id", "account_id"),)

    id: UUID = identifier()
    program_id: UUID = reference("programs.id")
    account_id: UUID = reference("accounts.id")
    created_at: datetime = instant()


class ProgramInvitation(SQLModel, table=True):
    """Sent to a user, or to an e-mail address: then whose it is shows when it is accepted. `email` is in lower case.

    Nobody has two at a time from one program. `token_hash`: of the token that the mail holds.
    """

    __tablename__ = "program_invitations"
    __table_args__ = tuple(
        Index(
            f"uq_program_invitations_pending_{whose}",
            "program_id",
            whose,
            unique=True,
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        )
        for whose in ("user_id", "email")
    )

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    program_id: UUID = reference("programs.id")
    user_id: UUID | None = reference("users.id", default=None)
    email: str | None = Field(default=None, index=True)
    status: str = InvitationStatus.PENDING
    token_hash: str = Field(unique=True)
    expires_at: datetime = instant()
    accepted_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


class ProgramMember(SQLModel, table=True):
    """One stay of a user in a program; nobody is in a program twice at a time."""

    __tablename__ = "program_members"
    __table_args__ = (
        Index(
            "uq_program_members_current",
            "program_id",
            "user_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    program_id: UUID = reference("programs.id")
    user_id: UUID = reference("users.id")
    invitation_id: UUID = reference("program_invitations.id")
    status: str = MemberStatus.ACTIVE
    joined_at: datetime = instant()
    left_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()
