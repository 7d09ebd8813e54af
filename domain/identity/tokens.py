"""Account tokens: a signed access token of an hour, and refresh tokens that can be used once.

A refresh token that comes back a second time was stolen from somebody: its whole family ends (RFC 9700, 4.14.2).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import jwt
from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.identity.claims import TokenKind, Untrusted
from domain.secrets import derived, fingerprint
from domain.sql import select
from domain.unit import Unit

AUDIENCE = "pai-health"
ALGORITHM = "HS256"
REQUIRED = ["iss", "aud", "sub", "fam", "org", "iat", "exp", "jti"]


class RefreshToken(SQLModel, table=True):
    __tablename__ = "refresh_tokens"

    id: UUID = identifier()
    family_id: UUID = Field(index=True)
    account_id: UUID = reference("accounts.id")
    client_id: UUID = reference("oauth_clients.id")
    token_hash: str = Field(unique=True)
    user_agent: str | None = None
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(default=None, nullable=True)
    revoked_at: datetime | None = instant(default=None, nullable=True)


@dataclass(frozen=True)
class TokenPair:
    access_token: str
    expires_in: int
    refresh_token: str


@dataclass(frozen=True)
class Bearer:
    """Whose access token this is, and which family it came with."""

    account_id: UUID
    family: UUID
    organization_id: UUID


@dataclass(frozen=True)
class Principal:
    """Whose token pair this is, as the access token's claims say it."""

    account_id: UUID
    client_id: UUID
    organization_id: UUID
    user_id: UUID | None
    roles: tuple[str, ...]


async def issue(
    unit: Unit, principal: Principal, user_agent: str | None, family: UUID | None = None
) -> TokenPair:
    plain, family = secrets.token_urlsafe(32), family or uuid4()
    await unit.add(
        RefreshToken(
            family_id=family,
            account_id=principal.account_id,
            client_id=principal.client_id,
            token_hash=fingerprint(plain),
            user_agent=user_agent[:200] if user_agent else None,
            created_at=unit.now,
            expires_at=unit.now + unit.settings.refresh_token_life,
        )
    )
    life = int(unit.settings.access_token_life.total_seconds())
    return TokenPair(_signed(unit, principal, family, life), life, plain)


async def is_known(unit: Unit, plain: str) -> bool:
    """Whether there ever was such a refresh token: whoever makes one up is told apart without a writing unit."""
    known = select(RefreshToken.id).where(col(RefreshToken.token_hash) == fingerprint(plain))
    return await unit.value(known) is not None


async def spend(unit: Unit, plain: str, *, account_id: UUID, client_id: UUID) -> UUID | None:
    """Use up a refresh token that this client got for this account: its family, or None if it was not valid.

    A used one ends its family. Another client's is simply not there (RFC 6749, 6).
    """
    mine = (
        col(RefreshToken.token_hash) == fingerprint(plain),
        col(RefreshToken.account_id) == account_id,
        col(RefreshToken.client_id) == client_id,
    )
    fresh = (col(RefreshToken.used_at).is_(None), col(RefreshToken.revoked_at).is_(None))
    spent = await unit.row(
        update(RefreshToken)
        .where(*mine, *fresh, col(RefreshToken.expires_at) > unit.now)
        .values(used_at=unit.now)
        .returning(col(RefreshToken.family_id))
    )
    if spent is not None:
        return UUID(str(spent.family_id))
    used = select(RefreshToken.family_id).where(*mine, col(RefreshToken.used_at).is_not(None))
    await unit.change(
        update(RefreshToken).where(col(RefreshToken.family_id).in_(used)).values(revoked_at=unit.now)
    )
    return None


async def prune(unit: Unit) -> None:
    """Forget tokens that expired; one that ended its family is kept while an access token of it could be alive."""
    expired = col(RefreshToken.expires_at) < unit.now - unit.settings.access_token_life
    await unit.change(delete(RefreshToken).where(expired))


async def revoke_all(unit: Unit, account_id: UUID) -> None:
    """End every family of an account, and the access tokens that came with them."""
    theirs = (col(RefreshToken.account_id) == account_id, col(RefreshToken.revoked_at).is_(None))
    await unit.change(update(RefreshToken).where(*theirs).values(revoked_at=unit.now))


def is_alive(family: UUID) -> ColumnElement[bool]:
    """Whether a family goes on: one that was revoked takes its access tokens with it."""
    ended = select(RefreshToken.id).where(
        col(RefreshToken.family_id) == family, col(RefreshToken.revoked_at).is_not(None)
    )
    return ~ended.exists()


def bearer_of(token: str, *, secret: bytes, issuer: str, now: datetime) -> Bearer | None:
    """Whom an access token was signed for; None for anything that is not a valid token of this family."""
    try:
        claims = TokenKind(issuer, AUDIENCE, ALGORITHM, REQUIRED).timely(token, _key(secret), now)
        return Bearer(UUID(claims["sub"]), UUID(claims["fam"]), UUID(claims["org"]))
    except (Untrusted, ValueError, TypeError, AttributeError):
        return None


def _signed(unit: Unit, principal: Principal, family: UUID, life: int) -> str:
    issued = int(unit.now.timestamp())
    claims = {
        "iss": unit.settings.public_url,
        "aud": AUDIENCE,
        "sub": str(principal.account_id),
        "fam": str(family),
        "org": str(principal.organization_id),
        "roles": list(principal.roles),
        "userId": principal.user_id and str(principal.user_id),
        "iat": issued,
        "exp": issued + life,
        "jti": uuid4().hex,
    }
    return jwt.encode(claims, _key(unit.secret), algorithm=ALGORITHM)


def _key(secret: bytes) -> bytes:
    return derived(secret, "account access token")
