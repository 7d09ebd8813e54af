"""Whose account a Firebase user is, and which custom tokens were used up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference, storable
from domain.identity import accounts
from domain.identity.accounts import Account, AccountStatus, AccountType
from domain.identity.firebase import IdToken
from domain.inserting import insert_unless_there
from domain.secrets import fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, Viewer, ViewerKind

END_USER = frozenset({Scope.PLANS_READ, Scope.PLANS_WRITE, Scope.ROUTINES_RUN})
ADMINISTRATOR = frozenset({Scope.USERS_READ, Scope.PLANS_READ, Scope.PLANS_WRITE, Scope.ROUTINES_AUTHOR})
CROSS_CLIENT = frozenset({Scope.CLIENTS_ANY})


class FirebaseUser(SQLModel, table=True):
    """A user of the Firebase project that this deployment trusts, linked to one account."""

    __tablename__ = "firebase_users"

    id: UUID = identifier()
    uid: str = Field(unique=True)
    account_id: UUID = reference("accounts.id")
    created_at: datetime = instant()


class SpentToken(SQLModel, table=True):
    """A custom token that was used; kept until it would have expired anyway."""

    __tablename__ = "spent_tokens"

    token_hash: str = Field(primary_key=True)
    expires_at: datetime = instant(index=True)


async def viewer_of(unit: Unit, token: IdToken) -> Viewer | None:
    """What the account behind an ID token may do through GOFA's door right now; None when there is none."""
    account_id = await account_of(unit, token)
    viewer = await accounts.viewer_of(unit, account_id) if account_id else None
    if viewer is None:
        return None
    kind = await unit.value(select(Account.account_type).where(col(Account.id) == account_id))
    return as_gofa_sees(viewer, kind)


def as_gofa_sees(viewer: Viewer, account_type: str) -> Viewer:
    """The same person with what GOFA lets them do; system accounts administer every client."""
    if account_type == AccountType.SYSTEM:
        scopes, kind = ADMINISTRATOR | CROSS_CLIENT, ViewerKind.ADMINISTRATOR
    elif viewer.kind is ViewerKind.ADMINISTRATOR:
        scopes, kind = ADMINISTRATOR, ViewerKind.ADMINISTRATOR
    else:
        scopes, kind = END_USER, ViewerKind.USER
    return Viewer(kind, scopes, viewer.organization_id, viewer.account_id, viewer.user_id)


async def account_of(unit: Unit, token: IdToken) -> UUID | None:
    """Our own issuer's uids are ours; Firebase's are linked."""
    if token.own:
        return await account_of_uid(unit, UUID(token.uid))
    found = await unit.value(select(FirebaseUser.account_id).where(col(FirebaseUser.uid) == token.uid))
    return UUID(str(found)) if found else None


async def account_of_uid(unit: Unit, uid: UUID) -> UUID | None:
    """Our own uids name the user, or the account where there is no user."""
    found = await unit.value(
        select(Account.id)
        .where(or_(col(Account.user_id) == uid, col(Account.id) == uid))
        .where(col(Account.account_status) == AccountStatus.ACTIVE)
        .order_by(col(Account.id))
        .limit(1)
    )
    return UUID(str(found)) if found else None


async def link(unit: Unit, uid: str, account_id: UUID) -> bool:
    """Whether the Firebase user is now this account's; once linked it stays."""
    linked = FirebaseUser(uid=uid, account_id=account_id, created_at=unit.now)
    if await insert_unless_there(unit, linked):
        return True
    known = select(FirebaseUser.account_id).where(col(FirebaseUser.uid) == uid)
    return bool(await unit.value(known) == account_id)


async def account_with_email(unit: Unit, organization_id: UUID, email: str) -> UUID | None:
    if not storable(email):
        return None
    name = email.lower()
    found = await unit.value(
        select(Account.id)
        .where(
            col(Account.organization_id) == organization_id,
            or_(col(Account.username) == name, col(Account.email) == name),
            col(Account.account_status) == AccountStatus.ACTIVE,
        )
        .order_by(col(Account.username) != name, col(Account.id))
        .limit(1)
    )
    return UUID(str(found)) if found else None


async def spend(unit: Unit, custom_token: str, expires_at: datetime) -> bool:
    """Use a custom token up; False when it was used before, even by another unit at this moment."""
    await unit.change(delete(SpentToken).where(col(SpentToken.expires_at) < unit.now))
    spent = SpentToken(token_hash=fingerprint(custom_token), expires_at=expires_at)
    return await insert_unless_there(unit, spent)
