"""`gateway import`: local FIT files for one user, through the same pipeline as a partner's."""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Row, or_
from sqlmodel import col

from domain.fit_files import BY_HAND, COLUMNS, Announcement, FitFile, FitFileState, announce
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.users import User
from domain.viewer import SYSTEM
from gateway.commands.opening import opened
from workers.drain import drain

MAX_NAME = 255


def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="FIT files.")],
    user: Annotated[str, typer.Option(help="The user's id, external id or e-mail address.")],
    overwrite: Annotated[bool, typer.Option(help="Read files again that are known.")] = False,
) -> None:
    """Read FIT files from disk and score them; broken ones are named and stop nobody."""
    rows = asyncio.run(_import(files, user, overwrite=overwrite))
    console = Console()
    table = Table("file", "state", "sessions", "records", "heart rates", "sum", "problem")
    for row in rows:
        figures = (row.session_count, row.record_count, row.heart_rate_count, row.heart_rate_sum)
        problem = f"{row.problem_code}: {row.problem_message}" if row.problem_code else ""
        table.add_row(row.summary_id, row.state, *("" if f is None else str(f) for f in figures), problem)
    console.print(table)
    failed = sum(row.state == FitFileState.FAILED for row in rows)
    console.print(f"{len(rows) - failed} imported, {failed} refused")
    if failed == len(rows):
        raise typer.Exit(1)


async def _import(files: Sequence[Path], user: str, *, overwrite: bool) -> Sequence[Row[Any]]:
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with opened() as store:
        owner = await _owner(store, user)
        with Progress(*columns, console=Console(stderr=True)) as bars:
            taking = bars.add_task("Taking files", total=len(files))
            ids = []
            for path in files:
                ids.append(await _announce(store, owner, path, overwrite=overwrite))
                bars.advance(taking)
            working = bars.add_task("Reading and scoring", total=None)
            await drain(store, lambda done, left: bars.update(working, completed=done, total=done + left))
        async with store.reading(SYSTEM) as unit:
            found = {
                r.id: r for r in await unit.rows(select(*COLUMNS.values()).where(col(FitFile.id).in_(ids)))
            }
    return [found[file_id] for file_id in dict.fromkeys(ids)]


async def _owner(store: Store, user: str) -> Row[Any]:
    matches = [col(User.external_id) == user, col(User.email) == user]
    with suppress(ValueError):
        matches.append(col(User.id) == UUID(user))
    async with store.reading(SYSTEM) as unit:
        rows = await unit.rows(select(User.id, User.organization_id).where(or_(*matches)).limit(2))
    if len(rows) != 1:
        typer.echo(f"{user!r} names {'no user' if not rows else 'several users'}: pass the id", err=True)
        raise typer.Exit(2)
    return rows[0]


async def _announce(store: Store, owner: Row[Any], path: Path, *, overwrite: bool) -> UUID:
    content = await asyncio.to_thread(_bounded, path, store.settings)
    announced = Announcement(
        user_id=owner.id,
        organization_id=owner.organization_id,
        origin=f"{BY_HAND}:{hashlib.sha256(content).hexdigest()}",
        source=BY_HAND,
        summary_id=path.name[:MAX_NAME],
        content=content,
        overwrite=overwrite,
    )
    async with store.writing(SYSTEM) as unit:
        return await announce(unit, announced)


def _bounded(path: Path, settings: Settings) -> bytes:
    """One byte over the limit is enough for the reader to refuse the file; the rest of a huge one stays on disk."""
    with path.open("rb") as file:
        return file.read(settings.max_fit_bytes + 1)
