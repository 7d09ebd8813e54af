"""Client tokens: what a client's own server gets for its secret, to administer its users with."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
from sqlalchemy import Row
from sqlmodel import col

from domain.clients import Client, client_named
from domain.identity.claims import TokenKind, Untrusted
from domain.identity.firebase_users import scopes_of_administrator
from domain.secrets import derived, fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Viewer, ViewerKind

ISSUER = "urn:fitness-gateway:client-tokens"
AUDIENCE = "gofa-client"
ALGORITHM = "HS256"
KIND = TokenKind(ISSUER, AUDIENCE, ALGORITHM, ["iss", "aud", "sub", "gen", "iat", "exp", "jti"])


def new_secret() -> str:
    return secrets.token_urlsafe(32)


async def client_with_secret(unit: Unit, client_id: str, secret: str) -> Row[Any] | None:
    """The client whose secret this is; wrong and unknown take the same way."""
    client = await client_named(unit, client_id)
    stored = client.secret_hash if client and client.secret_hash else fingerprint("")
    if not hmac.compare_digest(fingerprint(secret), stored) or client is None or not client.secret_hash:
        return None
    return client


def signed(secret: bytes, client: Row[Any], issued: datetime, life: timedelta) -> str:
    """`secret` is the deployment's. With a new secret of the client's own its tokens end as well."""
    at = int(issued.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(client.id),
        "gen": _generation(client.secret_hash),
        "iat": at,
        "exp": at + int(life.total_seconds()),
        "jti": str(uuid4()),
    }
    return jwt.encode(claims, _key(secret), algorithm=ALGORITHM)


async def viewer_of(unit: Unit, token: str) -> Viewer | None:
    """The client's administration behind a token; None for anything that is no valid token of this family."""
    try:
        claims = KIND.timely(token, _key(unit.secret), unit.now)
    except Untrusted:
        return None
    columns = (Client.organization_id, Client.cross_client, Client.secret_hash)
    row = await unit.row(select(*columns).where(col(Client.id) == UUID(claims["sub"])))
    if row is None or row.secret_hash is None or _generation(row.secret_hash) != claims["gen"]:
        return None
    scopes = scopes_of_administrator(cross_client=row.cross_client)
    return Viewer(ViewerKind.ADMINISTRATOR, scopes, row.organization_id)


def _generation(secret_hash: str) -> str:
    """Which of its secrets a client had when it got a token."""
    return fingerprint(secret_hash)[:16]


def _key(secret: bytes) -> bytes:
    return derived(secret, "client token")
