"""The deployment as its own issuer of ID tokens, so that everything works without Firebase and without a network."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from domain.errors import Unauthorized
from domain.identity.claims import TokenKind, Untrusted
from domain.secrets import keep_first
from domain.settings import Settings

KEY_FILE = "id-tokens.pem"
KEY_BITS, EXPONENT = 2048, 65537
ALGORITHM = "RS256"
ISSUER = "urn:fitness-gateway:id-tokens"
AUDIENCE = "fitness-gateway"
CUSTOM_AUDIENCE = "urn:fitness-gateway:custom-tokens"
CUSTOM_TOKENS = TokenKind(
    ISSUER, CUSTOM_AUDIENCE, ALGORITHM, ["iss", "aud", "uid", "auth_time", "iat", "exp", "jti"]
)
WRONG_CUSTOM = "The custom token is not valid: it expired, was used before or is not ours. Ask for a new one"


@dataclass(frozen=True)
class SigningKey:
    """`kid` is a digest of the public half."""

    kid: str
    private: rsa.RSAPrivateKey

    @property
    def public(self) -> rsa.RSAPublicKey:
        return self.private.public_key()


@dataclass(frozen=True)
class CustomToken:
    """`token_id` is what makes it one of its kind; its text can be written in more than one way."""

    token_id: str
    uid: UUID
    signed_in: datetime
    expires_at: datetime


def signing_key(settings: Settings) -> SigningKey:
    """`GATEWAY_ID_TOKEN_KEY`, or a key kept in the data directory, readable by its owner only."""
    if settings.id_token_key:
        return _read(settings.id_token_key.get_secret_value().encode())
    return _kept(settings.data_dir.absolute() / KEY_FILE)


@cache
def _kept(path: Path) -> SigningKey:
    """Making and reading an RSA key takes a while: once for each process."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        keep_first(path, _made())
    return _read(path.read_bytes())


def _made() -> bytes:
    return rsa.generate_private_key(EXPONENT, KEY_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@cache
def _read(pem: bytes) -> SigningKey:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key that signs ID tokens must be an RSA key")
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return SigningKey(sha256(public).hexdigest()[:40], key)


def id_token(
    settings: Settings,
    uid: UUID,
    issued: datetime,
    life: timedelta,
    *,
    signed_in: datetime | None = None,
    **profile: str | bool | None,
) -> str:
    """With the claims that Firebase's have; `profile`: email, email_verified, name.

    `signed_in`: when its holder did, if that was earlier; to the microsecond, so that signing out cuts exactly.
    """
    at = int(issued.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "auth_time": (signed_in or issued).timestamp(),
        "user_id": str(uid),
        "sub": str(uid),
        "iat": at,
        "exp": at + int(life.total_seconds()),
        **profile,
        "firebase": {"identities": {}, "sign_in_provider": "custom"},
    }
    return _signed(settings, claims)


def custom_token(settings: Settings, uid: UUID, now: datetime, signed_in: datetime | None = None) -> str:
    """Good for one sign-in within minutes; it opens nothing by itself, and carries on the session it came from."""
    at = int(now.timestamp())
    life = int(settings.custom_token_life.total_seconds())
    claims = {
        "iss": ISSUER,
        "sub": ISSUER,
        "aud": CUSTOM_AUDIENCE,
        "uid": str(uid),
        "auth_time": (signed_in or now).timestamp(),
        "iat": at,
        "exp": at + life,
        "jti": uuid4().hex,
    }
    return _signed(settings, claims)


def read_custom_token(settings: Settings, token: str, now: datetime) -> CustomToken:
    """Whom it signs in, if it is ours and in time; whether it was used before is asked elsewhere."""
    try:
        claims = CUSTOM_TOKENS.timely(token, signing_key(settings).public, now)
        signed_in, expires_at = (datetime.fromtimestamp(claims[name], UTC) for name in ("auth_time", "exp"))
        return CustomToken(str(claims["jti"]), UUID(claims["uid"]), signed_in, expires_at)
    except (Untrusted, ValueError, TypeError, AttributeError, OverflowError, OSError):
        raise Unauthorized(WRONG_CUSTOM) from None


def _signed(settings: Settings, claims: dict[str, Any]) -> str:
    key = signing_key(settings)
    return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.kid})
