"""Registration, confirmation and password reset, which tell nobody whether an account exists: only its mail does."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from babel.core import negotiate_locale
from sqlalchemy import Row, update
from sqlmodel import col

from domain.columns import storable
from domain.errors import Forbidden, NotFound
from domain.fields import BirthDate, Country, Email, Fields, Line, LocaleTag
from domain.identity import accounts, known_addresses, mailed_tokens, passwords, tokens
from domain.identity.accounts import Account, AccountStatus
from domain.identity.administration import Password, Username
from domain.identity.mailed_tokens import MailToken, Purpose
from domain.inserting import insert_unless_there
from domain.languages import ENGLISH, LANGUAGES
from domain.mailing import MailKind, post
from domain.organizations import OAuthClient
from domain.sentences import said
from domain.sql import select
from domain.store import Store
from domain.unit import Unit
from domain.users import Sex, User, check_birth

HOUR = timedelta(hours=1)
WRONG_TOKEN = said("The token is not valid: it expired, was used before or is unknown. Ask for a new mail")


class RegistrationFields(Fields):
    organization_id: UUID
    client_id: UUID
    username: Username
    password: Password
    email: Email
    phone_number: Line | None = None
    first_name: Line | None = None
    last_name: Line | None = None
    date_of_birth: BirthDate | None = None
    sex: Sex | None = None
    country: Country | None = None
    locale: LocaleTag | None = None


class WhoseFields(Fields):
    """Whose mail is asked for."""

    organization_id: UUID
    username: Username


class NewPasswordFields(Fields):
    password: Password


MAILED_BY = (
    Account.organization_id, Account.email, Account.locale, Account.email_confirmed, Account.account_status,
)  # fmt: skip
PERSONAL = ("first_name", "last_name", "email", "country", "sex", "date_of_birth", "locale")


async def register(store: Store, values: Mapping[str, Any]) -> Account:
    """A pending account and its user. If the username is taken, what comes back looks the same and is nowhere kept."""
    password_hash = await passwords.hashed(values["password"])
    async with store.writing() as unit:
        await _check_client(unit, values)
        check_birth(unit, values)
        account = _pending(unit, values, password_hash)
        if await insert_unless_there(unit, account):
            user = await _user_of(unit, values)
            mine = update(Account).where(col(Account.id) == account.id)
            await unit.change(mine.values(user_id=user.id))
            confirmation = MailToken(account.id, Purpose.CONFIRMATION)
            await unit.later(confirmation, organization_id=account.organization_id)
            account.user_id = user.id
        else:
            told = (values["email"], spoken(values["locale"]))
            await post(unit, MailKind.USERNAME_TAKEN, *told, organization_id=values["organization_id"])
            account.user_id = uuid4()
    return account


async def ask_for(store: Store, purpose: Purpose, values: Mapping[str, Any]) -> None:
    """The same look and the same job, whether there is such an account or not."""
    async with store.writing() as unit:
        whose = select(Account.id).where(
            col(Account.organization_id) == values["organization_id"],
            col(Account.username) == values["username"],
        )
        found = await unit.value(whose) if storable(values["username"]) else None
        await unit.later(MailToken(found or uuid4(), purpose))  # nobody's: the organization may not exist


async def mail_token(unit: Unit, job: MailToken) -> None:
    """Confirmation is for addresses not yet confirmed, a new password for accounts that are in use.

    However they are asked for, no more go out in an hour than an inbox should have to bear.
    """
    purpose = Purpose(job.what_for)
    row = await unit.row(select(*MAILED_BY).where(col(Account.id) == job.account_id))
    if row is None or row.email is None or not _may_have(purpose, row):
        return
    lately = await mailed_tokens.issued_since(unit, job.account_id, purpose, unit.now - HOUR)
    if lately >= unit.settings.mails_per_hour:
        return
    token_id = await mailed_tokens.issue(unit, job.account_id, purpose, row.email)
    mail = (MailKind(purpose.value), row.email, spoken(row.locale), token_id)
    await post(unit, *mail, organization_id=row.organization_id)


async def confirm(store: Store, token: str) -> None:
    """The mail arrived: its address is the account's, and a pending account may sign in."""
    async with store.writing() as unit:
        account = await _spent(unit, token, Purpose.CONFIRMATION)
        account.email_confirmed = True
        if account.account_status == AccountStatus.PENDING:
            account.account_status = AccountStatus.ACTIVE
        account.modified_at = unit.now


async def set_password(store: Store, token: str, password: str, address: str) -> None:
    """Ends every session of the account: whoever knew the old password is signed out.

    Whoever has its mail may sign in from this address, however many others guess.
    """
    async with store.reading() as unit:
        if await mailed_tokens.find(unit, token, Purpose.PASSWORD_RESET) is None:
            raise NotFound(WRONG_TOKEN)
    password_hash = await passwords.hashed(password)
    async with store.writing() as unit:
        account = await _spent(unit, token, Purpose.PASSWORD_RESET)
        account.password_hash = password_hash
        account.email_confirmed = True
        account.modified_at = unit.now
        await tokens.revoke_all(unit, account.id)
        await known_addresses.forget(unit, account.id)
        await known_addresses.remember(unit, account.id, address)
        await accounts.sign_out(unit, account.id)


def spoken(locale: str | None) -> str:
    """The language of the catalogues that fits a person's locale best."""
    found = negotiate_locale([locale.lower().replace("-", "_")], LANGUAGES) if locale else None
    return found or ENGLISH


async def _spent(unit: Unit, token: str, purpose: Purpose) -> Account:
    spent = await mailed_tokens.spend(unit, token, purpose)
    mine = (col(Account.id) == spent.account_id, col(Account.email) == spent.email) if spent else None
    account = await unit.entity(Account, *mine) if mine else None
    if account is None or account.account_status == AccountStatus.DISABLED:
        raise NotFound(WRONG_TOKEN)
    return account


async def _check_client(unit: Unit, values: Mapping[str, Any]) -> None:
    client = select(OAuthClient.id).where(
        col(OAuthClient.id) == values["client_id"],
        col(OAuthClient.organization_id) == values["organization_id"],
    )
    if await unit.value(client) is None:
        raise Forbidden("The client does not belong to this organization")


def _pending(unit: Unit, values: Mapping[str, Any], password_hash: str) -> Account:
    same = {name: values[name] for name in ("organization_id", "username", "email", "phone_number", "locale")}
    return Account(
        id=uuid4(),
        password_hash=password_hash,
        account_status=AccountStatus.PENDING,
        created_at=unit.now,
        modified_at=unit.now,
        **same,
    )


async def _user_of(unit: Unit, values: Mapping[str, Any]) -> User:
    personal = {name: values[name] for name in PERSONAL}
    stamps: dict[str, Any] = {"created_at": unit.now, "modified_at": unit.now}
    return await unit.add(User(organization_id=values["organization_id"], **personal, **stamps))


def _may_have(purpose: Purpose, account: Row[Any]) -> bool:
    if account.account_status == AccountStatus.DISABLED:
        return False
    if purpose is Purpose.CONFIRMATION:
        return not account.email_confirmed
    return bool(account.account_status == AccountStatus.ACTIVE)
