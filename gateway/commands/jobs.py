"""`gateway jobs`: what waits, what failed and why, and another try."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from domain.errors import DomainError
from domain.jobs import JobState, desk
from domain.listing import Listing, Order, Page
from domain.listing.filters import Compare, Operator
from domain.viewer import SYSTEM
from gateway.commands.opening import opened

app = typer.Typer(no_args_is_help=True, help="Look into the job ledger.")


@app.command("list")
def list_(
    state: Annotated[JobState | None, typer.Option(help="Only jobs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
) -> None:
    """The latest jobs: state, attempts and last error."""
    page = asyncio.run(_listed(state, limit))
    table = Table("id", "kind", "state", "attempts", "created", "last error")
    for row in page.rows:
        tries = f"{row.attempts}/{row.max_attempts}"
        table.add_row(
            str(row.id), row.kind, row.state, tries, f"{row.created_at:%Y-%m-%d %H:%M:%S}", row.last_error
        )
    console = Console()
    console.print(table)
    console.print(f"{len(page.rows)} of {page.total}")


@app.command()
def retry(job_id: UUID) -> None:
    """Give a failed job a fresh set of attempts."""
    try:
        asyncio.run(_retry(job_id))
    except DomainError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None
    typer.echo("It waits again; a worker will take it.")


async def _listed(state: JobState | None, limit: int) -> Page:
    listing = Listing(
        filter=Compare("state", Operator.EQUAL, state.value) if state else None,
        order=(Order("created_at", descending=True),),
        limit=limit,
    )
    async with opened() as store, store.reading(SYSTEM) as unit:
        return await desk.list_jobs(unit, listing)


async def _retry(job_id: UUID) -> None:
    async with opened() as store, store.writing(SYSTEM) as unit:
        await desk.retry(unit, job_id)
