"""The gateway's own tokens for GraphQL: opaque, for an account, effective until they expire or are revoked."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.identity import accounts
from domain.secrets import fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Viewer

PREFIX = "fgw_"


class AccessToken(SQLModel, table=True):
    __tablename__ = "access_tokens"

    id: UUID = identifier()
    account_id: UUID = reference("accounts.id")
    name: str
    token_hash: str = Field(unique=True)
    created_at: datetime = instant()
    expires_at: datetime | None = instant(default=None, nullable=True)
    revoked_at: datetime | None = instant(default=None, nullable=True)


def new_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


async def viewer_of(unit: Unit, token: str) -> Viewer | None:
    expires = col(AccessToken.expires_at)
    account_id = select(AccessToken.account_id).where(
        col(AccessToken.token_hash) == fingerprint(token),
        col(AccessToken.revoked_at).is_(None),
        or_(expires.is_(None), expires > unit.now),
    )
    return await accounts.viewer_of(unit, account_id.scalar_subquery())
