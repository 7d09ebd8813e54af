"""Whose account a Firebase user is, and which custom tokens were used up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_
from sqlmodel import Field, SQLModel, col

from domain.clients import Client
from domain.columns import identifier, instant, reference, storable
from domain.identity import accounts
from domain.identity.accounts import Account, AccountStatus, AccountType
from domain.identity.firebase import IdToken
from domain.identity.signing import CustomToken
from domain.inserting import insert_unless_there
from domain.secrets import fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, Viewer, ViewerKind

END_USER = frozenset({Scope.PLANS_READ, Scope.PLANS_WRITE, Scope.ROUTINES_RUN})
ADMINISTRATOR = frozenset({Scope.USERS_READ, Scope.PLANS_READ, Scope.PLANS_WRITE, Scope.ROUTINES_AUTHOR})


class FirebaseUser(SQLModel, table=True):
    """A user of the Firebase project that this deployment trusts, linked to one account."""

    __tablename__ = "firebase_users"

    id: UUID = identifier()
    uid: str = Field(unique=True)
    account_id: UUID = reference("accounts.id")
    created_at: datetime = instant()


class SpentToken(SQLModel, table=True):
    """A custom token that was used, by the hash of its id; kept until it would have expired anyway."""

    __tablename__ = "spent_tokens"

    token_hash: str = Field(primary_key=True)
    expires_at: datetime = instant(index=True)


async def viewer_of(unit: Unit, token: IdToken) -> Viewer | None:
    """What the account behind an ID token may do through GOFA's door right now; None when there is none."""
    account_id = await account_of(unit, token)
    if account_id is None:
        return None
    viewer = await accounts.viewer_of(unit, account_id, accounts.signed_in_still(token.signed_in))
    return await _as_gofa_sees(unit, viewer) if viewer else None


async def _as_gofa_sees(unit: Unit, viewer: Viewer) -> Viewer:
    """The same person with what GOFA lets them do."""
    row = await unit.row(
        select(Account.account_type, Client.cross_client)
        .outerjoin(Client, col(Client.organization_id) == col(Account.organization_id))
        .where(col(Account.id) == viewer.account_id)
    )
    scopes, kind = END_USER, ViewerKind.USER
    if row is not None and row.account_type != AccountType.REGULAR:
        anywhere = row.account_type == AccountType.SYSTEM or bool(row.cross_client)
        scopes, kind = scopes_of_administrator(cross_client=anywhere), ViewerKind.ADMINISTRATOR
    return Viewer(kind, scopes, viewer.organization_id, viewer.account_id, viewer.user_id)


def scopes_of_administrator(*, cross_client: bool) -> frozenset[Scope]:
    """System accounts, and whoever administers a cross-client client, act for every client."""
    return ADMINISTRATOR | {Scope.CLIENTS_ANY} if cross_client else ADMINISTRATOR


async def account_of(unit: Unit, token: IdToken) -> UUID | None:
    """Our own issuer's uids are ours; Firebase's are linked."""
    if token.own:
        return await account_of_uid(unit, UUID(token.uid), token.signed_in)
    found = await unit.value(select(FirebaseUser.account_id).where(col(FirebaseUser.uid) == token.uid))
    return UUID(str(found)) if found else None


async def account_of_uid(unit: Unit, uid: UUID, signed_in: datetime) -> UUID | None:
    """Our own uids name the user, or the account where there is no user. Which of a user's accounts somebody
    signed in to is not known: being signed out of one ends what began before.
    """
    rows = await unit.rows(
        select(Account.id, Account.account_status, Account.signed_out_at)
        .where(or_(col(Account.user_id) == uid, col(Account.id) == uid))
        .order_by(col(Account.id))
    )
    if any(row.signed_out_at is not None and row.signed_out_at > signed_in for row in rows):
        return None
    return next((row.id for row in rows if row.account_status == AccountStatus.ACTIVE), None)


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


async def spend(unit: Unit, token: CustomToken) -> bool:
    """Use a custom token up; False when it was used before, even by another unit at this moment."""
    await unit.change(delete(SpentToken).where(col(SpentToken.expires_at) < unit.now))
    spent = SpentToken(token_hash=fingerprint(token.token_id), expires_at=token.expires_at)
    return await insert_unless_there(unit, spent)
