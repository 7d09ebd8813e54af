"""`gateway jobs`: what waits, what failed and why, and another try."""

import json
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table
from sqlalchemy import Row

from domain.jobs import BULK, JobState, desk
from domain.listing import Listing, Order, Page
from domain.listing.filters import Compare, Operator, every
from domain.viewer import SYSTEM
from gateway.commands.opening import carried_out, console, identified, opened

app = typer.Typer(no_args_is_help=True, help="Look into the job ledger.")
Kind = Annotated[str | None, typer.Option(help="Only jobs of this kind, such as IngestFit.")]


@app.command("list")
def list_(
    state: Annotated[JobState | None, typer.Option(help="Only jobs in this state.")] = None,
    kind: Kind = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
) -> None:
    """How many jobs there are of each kind and state, since when the oldest is due, and the latest of them."""
    counts, page = carried_out(_listed(state, kind, limit))
    terminal = console()
    if not state and not kind:
        terminal.print(_summary(counts))
    table = Table(identified("id"), "kind", "state", "attempts", "created", "last error")
    for row in page.rows:
        tries, created = f"{row.attempts}/{row.max_attempts}", f"{row.created_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(row.id), row.kind, row.state, tries, created, row.last_error or "")
    terminal.print(table)
    terminal.print(f"{len(page.rows)} of {page.total}")


@app.command()
def show(job_id: UUID) -> None:
    """Everything about one job: what it is to do, how it stands and what went wrong."""
    row, explanation = carried_out(_shown(job_id))
    table = Table(show_header=False)
    for name, value in (
        ("kind", row.kind),
        ("to do", desk.purpose(row.kind, row.arguments)),
        ("stands", explanation),
        ("arguments", json.dumps(row.arguments)),
        ("organization", row.organization_id or "none: it serves all"),
        ("priority", f"{row.priority} ({'bulk' if row.priority >= BULK else 'live'})"),
        ("attempts", f"{row.attempts} of {row.max_attempts}"),
        ("created", row.created_at),
        ("next try" if row.state == JobState.WAITING else "was due", row.due_at),
        ("lease until", row.lease_until),
        ("finished", row.finished_at),
        ("last error", row.last_error),
    ):
        if value is not None:
            table.add_row(name, str(value))
    console().print(table)


@app.command()
def retry(
    job_ids: Annotated[list[UUID] | None, typer.Argument(help="Failed jobs.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All failed jobs, or those of --kind.")] = False,
    kind: Kind = None,
) -> None:
    """Give failed jobs a fresh set of attempts."""
    if bool(job_ids) == failed or (kind and not failed):
        typer.echo("Name the jobs to retry, or pass --failed, with --kind if you like", err=True)
        raise typer.Exit(2)
    count = carried_out(_retry_failed(kind) if failed else _retry(job_ids or []))
    typer.echo(f"{count} wait again; a worker will take them.")


def _summary(counts: Sequence[Row[Any]]) -> Table:
    table = Table("kind", *JobState, "oldest due")
    for kind in dict.fromkeys(row.kind for row in counts):
        by_state = {row.state: row for row in counts if row.kind == kind}
        jobs = [str(by_state[state].jobs) if state in by_state else "" for state in JobState]
        waiting = by_state.get(JobState.WAITING)
        oldest = f"{waiting.oldest_due:%Y-%m-%d %H:%M:%S}" if waiting else ""
        table.add_row(kind, *jobs, oldest)
    return table


def _which(state: JobState | None, kind: str | None) -> Any:
    return every(
        Compare("state", Operator.EQUAL, state.value) if state else None,
        Compare("kind", Operator.EQUAL, kind) if kind else None,
    )


async def _listed(state: JobState | None, kind: str | None, limit: int) -> tuple[Sequence[Row[Any]], Page]:
    newest_first = (Order("created_at", descending=True),)
    listing = Listing(filter=_which(state, kind), order=newest_first, limit=limit)
    async with opened() as store, store.reading(SYSTEM) as unit:
        return await desk.counts(unit), await desk.list_jobs(unit, listing)


async def _shown(job_id: UUID) -> tuple[Row[Any], str]:
    async with opened() as store, store.reading(SYSTEM) as unit:
        row = await desk.get_job(unit, job_id)
        return row, desk.explanation(row, unit.now)


async def _retry(job_ids: Sequence[UUID]) -> int:
    """All of them or none."""
    async with opened() as store, store.writing(SYSTEM) as unit:
        for job_id in job_ids:
            await desk.retry(unit, job_id)
    return len(job_ids)


async def _retry_failed(kind: str | None) -> int:
    """A few hundred in a commit, until none is left; those that fail again meanwhile come round once more."""
    total = 0
    async with opened() as store:
        while True:
            async with store.writing(SYSTEM) as unit:
                count = await desk.retry_failed(unit, _which(None, kind))
            total += count
            if count < desk.RETRIED_AT_ONCE:
                return total
