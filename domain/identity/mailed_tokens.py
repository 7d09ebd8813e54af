"""Tokens that go out by mail: used once, for one purpose, and not for long. They are stored as a hash, and made anew
from the deployment's secret when the mail is written, so that no job and no row ever holds one.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, delete, func, update
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.jobs import Job
from domain.secrets import derived, fingerprint
from domain.sql import select
from domain.unit import Unit

MAX_TOKEN = 100


class Purpose(StrEnum):
    CONFIRMATION = "confirmation"
    PASSWORD_RESET = "passwordreset"  # noqa: S105  the word in PAI's path


LIFE = {Purpose.CONFIRMATION: timedelta(days=3), Purpose.PASSWORD_RESET: timedelta(hours=1)}


@dataclass(frozen=True)
class MailToken(Job):
    """Mail an account a token. Whether there is such an account shows in the job only, where no client is watching."""

    account_id: UUID
    what_for: str

    @property
    def purpose(self) -> str:
        return f"Mail account {self.account_id} a token for {self.what_for}"


class MailedToken(SQLModel, table=True):
    """`email`: where it went; whoever has another address by now has proven nothing about that one."""

    __tablename__ = "mailed_tokens"

    id: UUID = identifier()
    account_id: UUID = reference("accounts.id")
    purpose: str
    email: str
    token_hash: str = Field(unique=True)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(default=None, nullable=True)


async def issue(unit: Unit, account_id: UUID, purpose: Purpose, email: str) -> UUID:
    """A new token's id; those that went out for the same purpose before are no longer valid."""
    await withdraw(unit, account_id, purpose)
    token_id = uuid4()
    await unit.add(
        MailedToken(
            id=token_id,
            account_id=account_id,
            purpose=purpose,
            email=email,
            token_hash=fingerprint(plain(unit.secret, token_id)),
            created_at=unit.now,
            expires_at=unit.now + LIFE[purpose],
        )
    )
    return token_id


async def issued_since(unit: Unit, account_id: UUID, purpose: Purpose, moment: datetime) -> int:
    """How many went out to an account lately."""
    mine = (col(MailedToken.account_id) == account_id, col(MailedToken.purpose) == purpose)
    count = select(func.count()).where(*mine, col(MailedToken.created_at) > moment)
    return int(await unit.value(count))


async def prune(unit: Unit) -> None:
    """Forget tokens that expired, used or not; a mail that still waits with one goes too, as it would help nobody."""
    await unit.change(delete(MailedToken).where(col(MailedToken.expires_at) < unit.now))


async def withdraw(unit: Unit, account_id: UUID, purpose: Purpose) -> None:
    unused = (col(MailedToken.account_id) == account_id, col(MailedToken.used_at).is_(None))
    same = update(MailedToken).where(*unused, col(MailedToken.purpose) == purpose)
    await unit.change(same.values(used_at=unit.now))


def plain(secret: bytes, token_id: UUID) -> str:
    """The token itself, which only the mail holds."""
    made = hmac.digest(derived(secret, "mailed token"), token_id.bytes, "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


async def find(unit: Unit, token: str, purpose: Purpose) -> Row[Any] | None:
    """The account and address behind a token that could be spent now."""
    return await unit.row(
        select(MailedToken.account_id, MailedToken.email).where(*_valid(unit, token, purpose))
    )


async def spend(unit: Unit, token: str, purpose: Purpose) -> Row[Any] | None:
    """Use a token up: the account and address behind it, or None if it was not valid."""
    statement = update(MailedToken).where(*_valid(unit, token, purpose)).values(used_at=unit.now)
    return await unit.row(statement.returning(col(MailedToken.account_id), col(MailedToken.email)))


def _valid(unit: Unit, token: str, purpose: Purpose) -> tuple[Any, ...]:
    return (
        col(MailedToken.token_hash) == fingerprint(token[:MAX_TOKEN]),
        col(MailedToken.purpose) == purpose,
        col(MailedToken.used_at).is_(None),
        col(MailedToken.expires_at) > unit.now,
    )
