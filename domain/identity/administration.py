"""Accounts as administrators manage them, and as their own holders see and change them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import ColumnElement, Row, delete, false, func, true
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from domain import users
from domain.errors import Conflict, Forbidden, NotFound
from domain.fields import PRINTABLE, Email, Fields, Line, LocaleTag
from domain.identity import accounts, passwords, tokens
from domain.identity.accounts import Account, AccountStatus, AccountType, administers_programs
from domain.identity.mailed_tokens import MailToken, Purpose
from domain.listing import Aggregate, Columns
from domain.mailing import directory
from domain.organizations import Organization
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind

Username = Annotated[
    str,
    StringConstraints(min_length=1, max_length=254, pattern=PRINTABLE, strip_whitespace=True, to_lower=True),
]
Password = Annotated[str, StringConstraints(min_length=8, max_length=1024)]
"""NIST SP 800-63B, 5.1.1.2: eight characters or more, of any kind, and no rules about which."""


class OwnAccountFields(Fields):
    email: Email | None = None
    phone_number: Line | None = None
    locale: LocaleTag | None = None


class AccountFields(OwnAccountFields):
    """`password` is never shown; without one a new account can be signed in to only after a password reset."""

    username: Username
    email_confirmed: bool = False
    account_type: AccountType = AccountType.REGULAR
    account_status: AccountStatus = AccountStatus.ACTIVE
    user_id: UUID | None = None
    password: Password | None = None


NOT_SHOWN = {"password_hash", "signed_out_at"}
COLUMNS: Columns = {
    **{name: getattr(Account, name) for name in Account.model_fields if name not in NOT_SHOWN},
    "administers_programs": administers_programs(),
}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """Administrators see their organization's accounts, everybody else their own."""
    viewer = unit.viewer
    match viewer.kind:
        case ViewerKind.SYSTEM:
            return true()
        case ViewerKind.ADMINISTRATOR:
            return col(Account.organization_id) == viewer.organization_id
        case ViewerKind.USER:
            return col(Account.id) == viewer.account_id
        case _:
            return false()


ACCOUNTS = Aggregate(said("No such account"), Scope.ACCOUNTS_READ, COLUMNS, visible_to)
list_accounts, get_account = ACCOUNTS.page, ACCOUNTS.got


async def get_own_account(unit: Unit, fields: frozenset[str] | None = None) -> Row[Any]:
    return await get_account(unit, _own(unit), fields)


async def with_hash(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are kept; takes bcrypt's time, so no unit should be open."""
    kept = {name: value for name, value in values.items() if name != "password"}
    if (password := values.get("password")) is not None:
        kept["password_hash"] = await passwords.hashed(password)
    return kept


async def add_account(unit: Unit, values: Mapping[str, Any]) -> UUID:
    """`values` are those of AccountFields after `with_hash`."""
    unit.viewer.require(Scope.ACCOUNTS_WRITE)
    if unit.viewer.organization_id is None:
        raise Forbidden("Only an account of an organization can add accounts to it")
    await _check_user(unit, values)
    account = Account(
        **{"password_hash": passwords.nobody(), **values},
        organization_id=unit.viewer.organization_id,
        created_at=unit.now,
        modified_at=unit.now,
    )
    unit.session.add(account)
    await _keep(unit)
    await users.touch(unit, [account.user_id])
    return account.id


async def change_account(unit: Unit, id: UUID, values: Mapping[str, Any]) -> None:
    """A new password, or a status that lets nobody in, ends what was signed in with the old one."""
    unit.viewer.require(Scope.ACCOUNTS_WRITE)
    await _lock_organization(unit)
    account = await _locked(unit, id)
    await unit.check_condition()
    await _check_user(unit, values)
    before = account.user_id
    account.sqlmodel_update({**values, "modified_at": unit.now})
    await _keep(unit)
    await _check_administrators(unit)
    if before != account.user_id:
        await users.touch(unit, [before, account.user_id])
    if "password_hash" in values or account.account_status != AccountStatus.ACTIVE:
        await tokens.revoke_all(unit, id)
        await accounts.sign_out(unit, id)


async def remove_account(unit: Unit, id: UUID) -> None:
    """With its tokens and the mails that were written for it; the user it belongs to stays."""
    unit.viewer.require(Scope.ACCOUNTS_WRITE)
    await _lock_organization(unit)
    account = await _locked(unit, id)
    await unit.check_condition()
    await unit.change(delete(Account).where(col(Account.id) == id))
    await directory.forget(unit, [id])
    await _check_administrators(unit)
    await users.touch(unit, [account.user_id])


async def change_own_account(unit: Unit, values: Mapping[str, Any]) -> None:
    """`values` are those of OwnAccountFields. A new e-mail address has to be confirmed again."""
    unit.viewer.require(Scope.PROFILE_WRITE)
    account = await _locked(unit, _own(unit))
    await unit.check_condition()
    renewed = "email" in values and values["email"] != account.email
    account.sqlmodel_update({**values, "modified_at": unit.now})
    if renewed:
        account.email_confirmed = False
        await unit.later(MailToken(account.id, Purpose.CONFIRMATION))
    await unit.flush()


async def _locked(unit: Unit, id: UUID) -> Account:
    account = await unit.entity(Account, visible_to(unit), col(Account.id) == id)
    if account is None:
        raise NotFound("No such account")
    return account


async def _keep(unit: Unit) -> None:
    """Write what is pending; two units that take one username at once learn it here."""
    try:
        await unit.flush()
    except IntegrityError:
        raise Conflict("Another account of the organization has this username") from None


async def _check_user(unit: Unit, values: Mapping[str, Any]) -> None:
    if (user_id := values.get("user_id")) is not None:
        await users.check_named(unit, user_id)


async def _lock_organization(unit: Unit) -> None:
    """Two administrators who remove each other take turns."""
    await unit.entity(Organization, col(Organization.id) == unit.viewer.organization_id)


async def _check_administrators(unit: Unit) -> None:
    active = select(func.count()).where(
        col(Account.organization_id) == unit.viewer.organization_id,
        col(Account.account_type) == AccountType.ADMINISTRATOR,
        col(Account.account_status) == AccountStatus.ACTIVE,
    )
    if not await unit.value(active):
        raise Conflict("The organization needs at least one active administrator")


def _own(unit: Unit) -> UUID:
    if unit.viewer.account_id is None:
        raise Forbidden("Only an account can do this")
    return unit.viewer.account_id
