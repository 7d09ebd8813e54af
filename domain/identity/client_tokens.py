"""Client tokens: what a client's own server gets for its secret, to administer its users with."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
from sqlmodel import col

from domain.clients import Client, client_named
from domain.identity.firebase_users import ADMINISTRATOR, CROSS_CLIENT
from domain.secrets import derived, fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Viewer, ViewerKind

ISSUER = "urn:fitness-gateway:client-tokens"
AUDIENCE = "gofa-client"
ALGORITHM = "HS256"
MAX_TOKEN = 4096
OUR_CLOCK: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
REQUIRED = ["iss", "aud", "sub", "iat", "exp", "jti"]


def new_secret() -> str:
    return secrets.token_urlsafe(32)


async def client_with_secret(unit: Unit, client_id: str, secret: str) -> UUID | None:
    """The client whose secret this is; wrong and unknown take the same way."""
    client = await client_named(unit, client_id)
    stored = client.secret_hash if client and client.secret_hash else fingerprint("")
    if not hmac.compare_digest(fingerprint(secret), stored) or client is None or not client.secret_hash:
        return None
    return UUID(str(client.id))


def signed(secret: bytes, client: UUID, issued: datetime, life: timedelta) -> str:
    """`client` is the row's id; `secret` the deployment's."""
    at = int(issued.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(client),
        "iat": at,
        "exp": at + int(life.total_seconds()),
        "jti": str(uuid4()),
    }
    return jwt.encode(claims, _key(secret), algorithm=ALGORITHM)


async def viewer_of(unit: Unit, token: str) -> Viewer | None:
    """The client's administration behind a token; None for anything that is no valid token of this family."""
    client = _client_in(unit, token)
    if client is None:
        return None
    row = await unit.row(select(Client.organization_id, Client.cross_client).where(col(Client.id) == client))
    if row is None:
        return None
    scopes = ADMINISTRATOR | CROSS_CLIENT if row.cross_client else ADMINISTRATOR
    return Viewer(ViewerKind.ADMINISTRATOR, scopes, row.organization_id)


def _client_in(unit: Unit, token: str) -> UUID | None:
    try:
        if len(token) > MAX_TOKEN:
            return None
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(unit.secret),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": REQUIRED, "strict_aud": True} | OUR_CLOCK,
        )
        timely = claims["iat"] <= unit.now.timestamp() < claims["exp"]
        return UUID(claims["sub"]) if timely else None
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _key(secret: bytes) -> bytes:
    return derived(secret, "client token")
