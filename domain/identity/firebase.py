"""Firebase ID tokens, verified as Firebase's documentation says: RS256, a published key, and every claim it names.

Two issuers are known: the Firebase project an operator trusts, and this deployment itself.
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt

from domain.columns import storable
from domain.errors import Unauthorized
from domain.identity import signing
from domain.identity.claims import BROKEN, TokenKind, Untrusted
from domain.identity.published_keys import PublishedKeys
from domain.settings import Settings

SECURE_TOKEN = "https://securetoken.google.com/"  # noqa: S105  an issuer
CUSTOM_AUDIENCES = (
    "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit",
    signing.CUSTOM_AUDIENCE,
)
MAX_TOKEN = 8 * 1024
MAX_UID = 128
REQUIRED = ["iss", "aud", "sub", "iat", "exp", "auth_time"]
WRONG = "The ID token is missing, malformed or expired. Sign in again"
CUSTOM = "That is a custom token: sign in with it, and send the ID token that gives"

FindKey = Callable[[str], Awaitable[Any | None]]


@dataclass(frozen=True)
class IdToken:
    """A verified token. `own`: this deployment issued it, and its uid is a user's or an account's id.

    `signed_in`: when its holder did, however often the token was renewed since.
    """

    uid: str
    own: bool
    signed_in: datetime
    email: str | None
    email_verified: bool


@dataclass(frozen=True)
class Issuer:
    name: str
    audience: str
    own: bool
    find_key: FindKey


async def verified(token: str | None, settings: Settings, now: datetime, keys: PublishedKeys) -> IdToken:
    """Raises Unauthorized for whatever is no valid ID token, in the same words but for custom tokens."""
    header, claims = _unverified(token or "")
    if claims.get("aud") in CUSTOM_AUDIENCES:
        raise Unauthorized(CUSTOM)
    issuer = _issuer_of(claims, settings, keys)
    if settings.firebase_emulator and not issuer.own and header.get("alg") == "none":
        _check_claims(claims, issuer, now)
        return _id_token(claims, issuer)
    if header.get("alg") != signing.ALGORITHM or not isinstance(kid := header.get("kid"), str):
        raise Unauthorized(WRONG)
    key = await issuer.find_key(kid)
    if key is None:
        raise Unauthorized(WRONG)
    _check_claims(signed := _decoded(token or "", key, issuer), issuer, now)
    return _id_token(signed, issuer)


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a token says of itself: only to choose by which rules to refuse it."""
    if not token or len(token) > MAX_TOKEN:
        raise Unauthorized(WRONG)
    try:
        read = jwt.decode_complete(token, options={"verify_signature": False})
        header, claims = read["header"], read["payload"]
    except BROKEN:
        raise Unauthorized(WRONG) from None
    if not isinstance(claims, dict) or isinstance(claims.get("aud"), list | dict):
        raise Unauthorized(WRONG)
    return header, claims


def _issuer_of(claims: Mapping[str, Any], settings: Settings, keys: PublishedKeys) -> Issuer:
    if claims.get("iss") == signing.ISSUER:

        async def own_key(kid: str) -> Any | None:
            key = signing.signing_key(settings)
            return key.public if kid == key.kid else None

        return Issuer(signing.ISSUER, signing.AUDIENCE, own=True, find_key=own_key)

    async def published_key(kid: str) -> Any | None:
        return await keys.find(kid, settings)

    project = settings.firebase_project
    if not project or claims.get("iss") != SECURE_TOKEN + project:
        raise Unauthorized(WRONG)
    return Issuer(SECURE_TOKEN + project, project, own=False, find_key=published_key)


def _decoded(token: str, key: Any, issuer: Issuer) -> dict[str, Any]:
    try:
        return TokenKind(issuer.name, issuer.audience, signing.ALGORITHM, REQUIRED).signed(token, key)
    except Untrusted:
        raise Unauthorized(WRONG) from None


def _check_claims(claims: Mapping[str, Any], issuer: Issuer, now: datetime) -> None:
    """What PyJWT leaves open, and all of it again for the emulator's unsigned tokens. Clocks agree to the second."""
    instant = now.timestamp()
    uid = claims.get("sub")
    if not (
        claims.get("iss") == issuer.name
        and claims.get("aud") == issuer.audience
        and isinstance(uid, str)
        and 0 < len(uid) <= MAX_UID
        and storable(uid)
        and (not issuer.own or _is_uuid(uid))
        and all(_is_number(claims.get(name)) for name in ("iat", "auth_time", "exp"))
        and claims["auth_time"] >= 0
        and max(int(claims["iat"]), int(claims["auth_time"])) <= instant < claims["exp"]
    ):
        raise Unauthorized(WRONG)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _id_token(claims: Mapping[str, Any], issuer: Issuer) -> IdToken:
    email = claims.get("email")
    return IdToken(
        uid=claims["sub"],
        own=issuer.own,
        signed_in=datetime.fromtimestamp(claims["auth_time"], UTC),
        email=email if isinstance(email, str) else None,
        email_verified=claims.get("email_verified") is True,
    )
