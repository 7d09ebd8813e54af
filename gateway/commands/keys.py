"""`gateway keys`: API keys of the SmartRunning Partner API; a secret is shown once and never again."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from domain.identity import key_issuing
from domain.identity.api_keys import ApiKey
from domain.listing import Listing, Order, Page
from domain.organizations import PAI_HEALTH
from domain.settings import Settings
from domain.viewer import SYSTEM, Scope
from gateway.commands.opening import carried_out, console, identified, opened

app = typer.Typer(no_args_is_help=True, help="API keys of the SmartRunning Partner API.")
MOST_DAYS = 36_500


class Grant(StrEnum):
    """A key's scopes as they are spoken of with partners."""

    WORKOUTS = "workouts"
    PLANS = "plans"

    @property
    def scope(self) -> Scope:
        return GRANTS[self]


GRANTS = {Grant.WORKOUTS: Scope.WORKOUT_TEMPLATES_READ, Grant.PLANS: Scope.PLAN_TEMPLATES_READ}


@app.command()
def create(
    name: Annotated[str, typer.Option(help="Which integration it is for.")],
    scope: Annotated[
        list[Grant] | None, typer.Option(help="Give several times; all, if none is given.")
    ] = None,
    organization: Annotated[UUID, typer.Option(help="Which organization grants it.")] = PAI_HEALTH,
    days: Annotated[
        int | None, typer.Option(min=1, max=MOST_DAYS, help="How long it is valid; for ever, if not given.")
    ] = None,
) -> None:
    """Make a key and show it, this once."""
    typer.echo(carried_out(_create(name, scope or list(Grant), organization, days)))


@app.command("list")
def list_() -> None:
    """All keys, the latest first; of the secrets nothing is known."""
    table = Table(
        identified("id"),
        "key",
        "name",
        "scopes",
        "created",
        "expires",
        "last used",
        "revoked",
    )
    for row in carried_out(_listed()).rows:
        scopes = ", ".join(grant for grant in Grant if grant.scope in row.scopes)
        ends = (row.created_at, row.expires_at, row.last_used_at, row.revoked_at)
        key = f"sr_{row.env}_{row.lookup}_…"
        shown = [f"{day:%Y-%m-%d %H:%M}" if day else "" for day in ends]
        table.add_row(str(row.id), key, row.name, scopes, *shown)
    console().print(table)


@app.command()
def revoke(key_id: UUID) -> None:
    """End a key: the next request with it is refused, in every process."""
    carried_out(_revoke(key_id))
    typer.echo("It opens nothing any more.")


@app.command()
def rotate(
    key_id: UUID,
    overlap_hours: Annotated[
        float, typer.Option(min=0, max=key_issuing.MOST_HOURS, help="How long the old key still works.")
    ] = 24,
) -> None:
    """Make a key that may do the same, and let the old one end after the overlap."""
    typer.echo(carried_out(_rotate(key_id, key_issuing.overlap_of(overlap_hours))))


async def _create(name: str, grants: list[Grant], organization: UUID, days: int | None) -> str:
    scopes = [grant.scope for grant in grants]
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    minted = await key_issuing.minted(Settings().env)
    async with opened() as store, store.writing(SYSTEM) as unit:
        await key_issuing.issue(
            unit, minted, name=name, scopes=scopes, expires_at=expires_at, organization_id=organization
        )
    return minted.text


async def _listed() -> Page:
    listing = Listing(order=(Order("created_at", descending=True),), limit=1000, counted=False)
    async with opened() as store, store.reading(SYSTEM) as unit:
        return await key_issuing.list_keys(unit, listing)


async def _revoke(key_id: UUID) -> ApiKey:
    async with opened() as store, store.writing(SYSTEM) as unit:
        return await key_issuing.revoke(unit, key_id)


async def _rotate(key_id: UUID, overlap: timedelta) -> str:
    minted = await key_issuing.minted(Settings().env)
    async with opened() as store, store.writing(SYSTEM) as unit:
        await key_issuing.rotate(unit, key_id, minted, overlap=overlap)
    return minted.text
