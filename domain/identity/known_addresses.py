"""Where an account has proven lately who it is: by its password, a refresh token or a mail. Guessing from elsewhere
takes nobody's place there.
"""

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, delete, update
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference, storable
from domain.identity.accounts import Account
from domain.inserting import insert_unless_there
from domain.secrets import derived
from domain.sql import select
from domain.unit import Unit


class KnownAddress(SQLModel, table=True):
    """The address is kept as a keyed hash: it can be recognised, and not read."""

    __tablename__ = "known_addresses"
    __table_args__ = (UniqueConstraint("account_id", "address_hash"),)

    id: UUID = identifier()
    account_id: UUID = reference("accounts.id")
    address_hash: str
    seen_at: datetime = instant(index=True)


async def remember(unit: Unit, account_id: UUID, address: str) -> None:
    hashed = _hashed(unit, address)
    there = (col(KnownAddress.account_id) == account_id, col(KnownAddress.address_hash) == hashed)
    if not await unit.change(update(KnownAddress).where(*there).values(seen_at=unit.now)):
        known = KnownAddress(account_id=account_id, address_hash=hashed, seen_at=unit.now)
        await insert_unless_there(unit, known)


async def is_known(unit: Unit, organization: object, username: str, address: str) -> bool:
    """Whether whoever has this name in the organization was at the address lately; nobody was anywhere."""
    if not isinstance(organization, UUID) or not storable(username):
        return False
    known = (
        select(KnownAddress.id)
        .join(Account, col(Account.id) == col(KnownAddress.account_id))
        .where(
            col(Account.organization_id) == organization,
            col(Account.username) == username.strip().lower(),
            col(KnownAddress.address_hash) == _hashed(unit, address),
            col(KnownAddress.seen_at) > unit.now - unit.settings.refresh_token_life,
        )
    )
    return await unit.value(known) is not None


async def forget(unit: Unit, account_id: UUID) -> None:
    """Whoever was there may have been somebody else."""
    await unit.change(delete(KnownAddress).where(col(KnownAddress.account_id) == account_id))


async def prune(unit: Unit) -> None:
    old = col(KnownAddress.seen_at) < unit.now - unit.settings.refresh_token_life
    await unit.change(delete(KnownAddress).where(old))


def _hashed(unit: Unit, address: str) -> str:
    return hmac.digest(derived(unit.secret, "known addresses"), address.encode(), "sha256").hex()
