"""From a credential to a viewer: seven families, and none opens the door of another."""

import base64
from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.errors import Unauthorized
from domain.identity import (
    access_tokens,
    accounts,
    api_keys,
    client_tokens,
    firebase,
    firebase_users,
    known_addresses,
    partners,
    passwords,
    signing,
    tokens,
)
from domain.identity.firebase import IdToken
from domain.identity.published_keys import PublishedKeys
from domain.identity.tokens import Bearer, Principal, TokenPair
from domain.sentences import said
from domain.store import Store
from domain.unit import Unit
from domain.viewer import ANONYMOUS, SYSTEM, Scope, Viewer, ViewerKind

WRONG_SIGN_IN = said("The username, password, client or organization is wrong")
WRONG_REFRESH = said(
    "The refresh token is not valid: it expired, was used before or was revoked. Sign in again"
)
WRONG_TOKEN = said("The access token is missing, malformed or expired. Sign in again")
WRONG_PARTNER = "Unknown partner id or authorization key"
WRONG_KEY = "Invalid or revoked API key"
GOFAS_ISSUERS = {client_tokens.ISSUER, signing.ISSUER}
ROLES = {ViewerKind.ADMINISTRATOR: "admin", ViewerKind.USER: "user"}


@dataclass(frozen=True)
class Credentials:
    """What a client may send to GraphQL, where every family is welcome; at most one of them counts."""

    bearer: str | None = None
    partner_id: str | None = None
    api_key: str | None = None


def bearer_of(asked: Store | Unit, access_token: str | None) -> Bearer:
    """Whom a PAI access token was signed for: what its signature and its time say, without a look at the database."""
    now = asked.now if isinstance(asked, Unit) else asked.clock()
    sent = tokens.bearer_of(
        access_token or "", secret=asked.secret, issuer=asked.settings.public_url, now=now
    )
    if sent is None:
        raise Unauthorized(WRONG_TOKEN)
    return sent


async def bearer_viewer(unit: Unit, sent: Bearer) -> Viewer:
    """What the account of a token may do by now, unless its family was revoked."""
    viewer = await accounts.viewer_of(unit, sent.account_id, tokens.is_alive(sent.family))
    if viewer is None:
        raise Unauthorized(WRONG_TOKEN)
    return viewer


async def account_viewer(unit: Unit, access_token: str | None) -> Viewer:
    """The account behind a PAI access token."""
    return await bearer_viewer(unit, bearer_of(unit, access_token))


async def partner_viewer(unit: Unit, partner_id: str | None, auth_key: str | None) -> Viewer:
    """The partner behind an AI Endurance partner id and key."""
    viewer = await partners.viewer_of(unit, partner_id or "", auth_key or "")
    if viewer is None:
        raise Unauthorized(WRONG_PARTNER)
    return viewer


async def firebase_session(store: Store, keys: PublishedKeys, id_token: str | None) -> tuple[IdToken, Viewer]:
    """A Firebase ID token and who is behind it. Keys may have to be fetched, so that is done before any unit."""
    token = await firebase.verified(id_token, store.settings, store.clock(), keys)
    async with store.reading() as unit:
        viewer = await firebase_users.viewer_of(unit, token)
    if viewer is None:
        raise Unauthorized(firebase.WRONG)
    return token, viewer


async def firebase_viewer(store: Store, keys: PublishedKeys, id_token: str | None) -> Viewer:
    return (await firebase_session(store, keys, id_token))[1]


async def gofa_viewer(store: Store, keys: PublishedKeys, token: str | None) -> Viewer:
    """Whoever is behind a client token or an ID token: GOFA's administrators may send either."""
    async with store.reading() as unit:
        viewer = await client_tokens.viewer_of(unit, token or "")
    return viewer or await firebase_viewer(store, keys, token)


def is_gofas(sent: Credentials) -> bool:
    """Whether a bearer token says that it is of GOFA's families: only to choose by which rules it is judged."""
    if sent.partner_id is not None or sent.bearer is None or len(sent.bearer) > firebase.MAX_TOKEN:
        return False
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(sent.bearer.split(".")[1] + "=="))
        issuer = str(claims["iss"])
    except (IndexError, ValueError, TypeError, KeyError):
        return False
    return issuer in GOFAS_ISSUERS or issuer.startswith(firebase.SECURE_TOKEN)


async def viewer_in(unit: Unit, sent: Credentials) -> Viewer:
    """Any family's credential but API keys and GOFA's tokens, which are proven outside of units; nothing sent is
    anonymous, something wrong is refused.
    """
    if sent == Credentials():
        return ANONYMOUS
    if sent.partner_id is not None:
        return await partner_viewer(unit, sent.partner_id, sent.bearer)
    if sent.bearer is not None and sent.bearer.startswith(access_tokens.PREFIX):
        viewer = await access_tokens.viewer_of(unit, sent.bearer)
        if viewer is None:
            raise Unauthorized(WRONG_TOKEN)
        return viewer
    return await account_viewer(unit, sent.bearer)


async def api_key_viewer(store: Store, text: str) -> Viewer:
    """Whoever holds an API key. bcrypt runs after the unit, so that nobody waits for it holding a connection."""
    async with store.reading() as unit:
        found = await api_keys.candidate(unit, text)
    viewer = await api_keys.proven(found, store.keys)
    if viewer is None:
        raise Unauthorized(WRONG_KEY)
    return viewer


async def sign_in(
    store: Store,
    *,
    organization_id: UUID,
    client_id: UUID,
    username: str,
    password: str,
    user_agent: str | None,
    address: str,
) -> TokenPair:
    """The password grant. bcrypt runs between the two units, so that nobody waits for it holding a connection."""
    async with store.reading() as unit:
        found = await accounts.candidate(
            unit, organization_id=organization_id, client_id=client_id, username=username
        )
    if not await passwords.matches(password, found.password_hash if found else None) or found is None:
        raise Unauthorized(WRONG_SIGN_IN)
    async with store.writing(SYSTEM) as unit:
        principal = await _principal(unit, found.id, client_id)
        await known_addresses.remember(unit, found.id, address)
        return await tokens.issue(unit, principal, user_agent)


async def refresh(
    store: Store,
    *,
    organization_id: UUID,
    client_id: UUID,
    username: str,
    refresh_token: str,
    user_agent: str | None,
    address: str,
) -> TokenPair:
    """The refresh grant: the token is used up, and a new pair continues its family.

    It counts only for the account and the client it was issued to; sent by others it is simply not valid.
    """
    async with store.reading() as unit:
        found = await accounts.candidate(
            unit, organization_id=organization_id, client_id=client_id, username=username
        )
        known = await tokens.is_known(unit, refresh_token)
    if found is None or not known:
        raise Unauthorized(WRONG_REFRESH)
    async with store.writing(SYSTEM) as unit:
        spent = await tokens.spend(unit, refresh_token, account_id=found.id, client_id=client_id)
        if spent is not None:
            principal = await _principal(unit, found.id, client_id)
            await known_addresses.remember(unit, found.id, address)
            return await tokens.issue(unit, principal, user_agent, spent)
    raise Unauthorized(WRONG_REFRESH)


async def _principal(unit: Unit, account_id: UUID, client_id: UUID) -> Principal:
    """Read anew: an account that was disabled while its password was checked gets no token."""
    viewer = await accounts.viewer_of(unit, account_id)
    if viewer is None or viewer.organization_id is None:
        raise Unauthorized(WRONG_SIGN_IN)
    roles = (ROLES[viewer.kind], *(["program"] if Scope.PROGRAMS_WRITE in viewer.scopes else []))
    return Principal(account_id, client_id, viewer.organization_id, viewer.user_id, roles)
