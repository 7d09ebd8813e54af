"""How commands name a user."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import typer
from sqlalchemy import Row, or_
from sqlmodel import col

from domain.sql import select
from domain.store import Store
from domain.users import User
from domain.viewer import SYSTEM


async def owner_of(store: Store, user: str) -> Row[Any]:
    """The one user with this id, external id or e-mail address: its id and organization."""
    matches = [col(User.external_id) == user, col(User.email) == user]
    with suppress(ValueError):
        matches.append(col(User.id) == UUID(user))
    async with store.reading(SYSTEM) as unit:
        rows = await unit.rows(select(User.id, User.organization_id).where(or_(*matches)).limit(2))
    if len(rows) != 1:
        typer.echo(f"{user!r} names {'no user' if not rows else 'several users'}: pass the id", err=True)
        raise typer.Exit(2)
    return rows[0]
