"""Signing in through GOFA: by password or by a custom token, which is good for one sign-in within minutes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col

from domain.clients import client_named
from domain.errors import NotFound, Unauthorized
from domain.identity import (
    client_tokens,
    credentials,
    firebase,
    firebase_users,
    known_addresses,
    passwords,
    signing,
)
from domain.identity.accounts import Account, signed_in_still, viewer_of
from domain.identity.published_keys import PublishedKeys
from domain.sql import select
from domain.store import Store
from domain.unit import Unit
from domain.users import User
from domain.viewer import Viewer, ViewerKind

WRONG = "Invalid credentials"
NO_USER = "Client user not found"


@dataclass(frozen=True)
class Asked:
    """`organization` and `name`: under what tries are counted, whether or not there is such an account."""

    organization: UUID | str
    name: str
    account: Row[Any] | None
    at: datetime


@dataclass(frozen=True)
class Profile:
    uid: UUID
    email: str | None
    email_verified: bool
    name: str | None
    roles: tuple[str, ...]

    def claims(self) -> dict[str, str | bool | None]:
        return {"email": self.email, "email_verified": self.email_verified, "name": self.name}


@dataclass(frozen=True)
class Session:
    id_token: str
    expires_in: int


async def exchange(store: Store, keys: PublishedKeys, id_token: str | None) -> str:
    """A custom token for who has a session already. It carries the session on, and begins no new one: what we
    signed ourselves cannot be renewed for ever.
    """
    token, viewer = await credentials.firebase_session(store, keys, id_token)
    now = store.clock()
    if token.own and now - token.signed_in > store.settings.refresh_token_life:
        raise Unauthorized(firebase.WRONG)
    return signing.custom_token(store.settings, _uid(viewer), now, token.signed_in)


async def asked_for(store: Store, client_id: str, email: str) -> Asked:
    """Whom a sign-in is about, before anything is proven."""
    async with store.reading() as unit:
        client = await client_named(unit, client_id)
        found = client and await firebase_users.account_with_email(unit, client.organization_id, email)
        account = await _account(unit, found) if found else None
        organization = client.organization_id if client else client_id
        return Asked(organization, account.username if account else email, account, unit.now)


async def by_password(store: Store, asked: Asked, password: str, address: str) -> tuple[str, Profile]:
    """A custom token for a client's user. bcrypt runs between the units, and for nobody as long as for somebody.

    The session began when the password was read: a new one that was set meanwhile ends it.
    """
    account = asked.account
    if not await passwords.matches(password, account.password_hash if account else None) or account is None:
        raise Unauthorized(WRONG)
    async with store.writing() as unit:
        now = await _account(unit, account.id)
        if now is None or now.password_hash != account.password_hash:
            raise Unauthorized(WRONG)
        profile = await _profile(unit, account.id)
        await known_addresses.remember(unit, account.id, address)
    return signing.custom_token(store.settings, profile.uid, store.clock(), asked.at), profile


async def by_custom_token(store: Store, custom_token: str) -> Session:
    """An ID token for a custom token, which is used up."""
    read = signing.read_custom_token(store.settings, custom_token, store.clock())
    async with store.writing() as unit:
        account_id = await firebase_users.account_of_uid(unit, read.uid, read.signed_in)
        if account_id is None:
            raise Unauthorized(signing.WRONG_CUSTOM)
        profile = await _profile(unit, account_id)
        if not await firebase_users.spend(unit, read):
            raise Unauthorized(signing.WRONG_CUSTOM)
    life, claims = store.settings.id_token_life, profile.claims()
    token = signing.id_token(
        store.settings, read.uid, store.clock(), life, signed_in=read.signed_in, **claims
    )
    return Session(token, int(life.total_seconds()))


async def link(store: Store, keys: PublishedKeys, client_id: str, id_token: str) -> Profile:
    """Tie a Firebase user to the client's account with the same, verified e-mail; ours are tied by themselves."""
    token = await firebase.verified(id_token, store.settings, store.clock(), keys)
    async with store.writing() as unit:
        client = await client_named(unit, client_id)
        if client is None:
            raise NotFound(NO_USER)
        account_id = await firebase_users.account_of(unit, token)
        if account_id is None and token.email_verified and token.email:
            account_id = await firebase_users.account_with_email(unit, client.organization_id, token.email)
            if account_id is None or not await firebase_users.link(unit, token.uid, account_id):
                raise NotFound(NO_USER)
        still = signed_in_still(token.signed_in)
        viewer = await viewer_of(unit, account_id, still) if account_id else None
        if account_id is None or viewer is None or viewer.organization_id != client.organization_id:
            raise NotFound(NO_USER)
        return await _profile(unit, account_id)


async def client_token(store: Store, client_id: str, secret: str) -> str:
    """What a client's server administers with."""
    async with store.reading() as unit:
        client = await client_tokens.client_with_secret(unit, client_id, secret)
    if client is None:
        raise Unauthorized(WRONG)
    return client_tokens.signed(store.secret, client, store.clock(), store.settings.access_token_life)


def _uid(viewer: Viewer) -> UUID:
    """The user's id, or the account's where no user is behind it."""
    uid = viewer.user_id or viewer.account_id
    assert uid is not None, "every ID token is an account's"  # noqa: S101
    return uid


async def _account(unit: Unit, account_id: UUID) -> Row[Any] | None:
    columns = (
        Account.id,
        Account.email,
        Account.username,
        Account.email_confirmed,
        Account.password_hash,
        Account.user_id,
    )
    return await unit.row(select(*columns).where(col(Account.id) == account_id))


async def _profile(unit: Unit, account_id: UUID) -> Profile:
    """Read anew: an account that was disabled while its password was checked gets nothing."""
    viewer, account = await viewer_of(unit, account_id), await _account(unit, account_id)
    if viewer is None or account is None:
        raise Unauthorized(WRONG)
    columns = (User.first_name, User.last_name)
    user = await unit.row(select(*columns).where(col(User.id) == viewer.user_id))
    name = " ".join(part for part in (user.first_name, user.last_name) if part) if user else None
    roles = ("admin",) if viewer.kind is ViewerKind.ADMINISTRATOR else ("player",)
    return Profile(_uid(viewer), account.email or account.username, account.email_confirmed, name, roles)
