"""Accounts: who may sign in to an organization, and with which password."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, Row, ScalarSelect, UniqueConstraint, or_, update
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference, storable
from domain.organizations import OAuthClient
from domain.programs.tables import ProgramAdministrator
from domain.sql import select
from domain.unit import Unit
from domain.viewer import PROGRAM_ADMINISTRATION, SCOPES, Viewer, ViewerKind


class AccountType(StrEnum):
    REGULAR = "Regular"
    ADMINISTRATOR = "Administrator"
    SYSTEM = "System"


class AccountStatus(StrEnum):
    PENDING = "Pending"
    ACTIVE = "Active"
    DISABLED = "Disabled"


class Account(SQLModel, table=True):
    """`username` is unique in its organization, and kept in lower case so that case opens no second account.

    `signed_out_at`: whoever signed in before then has to sign in again.
    """

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("organization_id", "username"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    username: str
    email: str | None = None
    email_confirmed: bool = False
    phone_number: str | None = None
    password_hash: str
    account_type: str = AccountType.REGULAR
    account_status: str = AccountStatus.ACTIVE
    user_id: UUID | None = reference("users.id", default=None)
    locale: str | None = None
    signed_out_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


async def candidate(
    unit: Unit, *, organization_id: UUID, client_id: UUID, username: str
) -> Row[tuple[UUID, str]] | None:
    """The active account a sign-in may be about: its id and password hash."""
    if not storable(username):
        return None
    client = select(OAuthClient.id).where(
        col(OAuthClient.id) == client_id, col(OAuthClient.organization_id) == organization_id
    )
    return await unit.row(
        select(Account.id, Account.password_hash).where(
            col(Account.organization_id) == organization_id,
            col(Account.username) == username.lower(),
            col(Account.account_status) == AccountStatus.ACTIVE,
            client.exists(),
        )
    )


async def viewer_of(
    unit: Unit, account_id: UUID | ScalarSelect[UUID], *also: ColumnElement[bool]
) -> Viewer | None:
    """What an account may see and do right now: a disabled one is nobody, whatever token it holds.

    `also`: what else must hold, in the same statement.
    """
    whose = (Account.id, Account.organization_id, Account.user_id, Account.account_type)
    row = await unit.row(
        select(*whose, administers_programs().label("administers_programs")).where(
            col(Account.id) == account_id, col(Account.account_status) == AccountStatus.ACTIVE, *also
        )
    )
    if row is None:
        return None
    administrator = row.account_type == AccountType.ADMINISTRATOR
    kind = ViewerKind.ADMINISTRATOR if administrator else ViewerKind.USER
    scopes = SCOPES[kind] | (PROGRAM_ADMINISTRATION if row.administers_programs else frozenset())
    return Viewer(kind, scopes, row.organization_id, row.id, row.user_id)


def administers_programs() -> Exists:
    """Of an account: whether it is an administrator of any program."""
    mine = select(ProgramAdministrator.id).where(col(ProgramAdministrator.account_id) == Account.id)
    return mine.correlate(Account).exists()


async def sign_out(unit: Unit, account_id: UUID) -> None:
    """Tokens that only say when their holder signed in are no good from now on."""
    mine = update(Account).where(col(Account.id) == account_id)
    await unit.change(mine.values(signed_out_at=unit.now))


def signed_in_still(since: datetime) -> ColumnElement[bool]:
    """Whether who signed in to an account then has not been signed out by now."""
    return or_(col(Account.signed_out_at).is_(None), col(Account.signed_out_at) <= since)
