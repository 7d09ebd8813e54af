"""`gateway import`: local FIT files for one user, through the same pipeline as a partner's."""

import asyncio
import errno
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Row
from sqlmodel import col

from domain.announcing import Announcement, announce
from domain.fit_files import BY_HAND, COLUMNS, FitFile, FitFileState
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.viewer import SYSTEM
from gateway.commands.opening import carried_out, console, opened
from gateway.commands.people import owner_of
from workers.drain import READING, drain

MAX_NAME = 255


@dataclass(frozen=True)
class Outcome:
    """A line of the report: a file that was taken, or why it could not even be opened."""

    name: str
    state: str
    figures: tuple[int | None, ...] = ()
    problem: str = ""

    @staticmethod
    def of(row: Row[Any]) -> "Outcome":
        figures = (row.session_count, row.record_count, row.heart_rate_count, row.heart_rate_sum)
        problem = f"{row.problem_code}: {row.problem_message}" if row.problem_code else ""
        return Outcome(row.summary_id, row.state, figures, problem)


def import_files(
    files: Annotated[list[Path], typer.Argument(help="FIT files.")],
    user: Annotated[str, typer.Option(help="The user's id, external id or e-mail address.")],
    overwrite: Annotated[bool, typer.Option(help="Read files again that are known.")] = False,
) -> None:
    """Read FIT files from disk and score them; broken ones are named and stop nobody.

    A file is known by its name and content: the same file twice is one, another of the same name is another.
    """
    outcomes = carried_out(_import(files, user, overwrite=overwrite))
    _report(outcomes)
    states = Counter(outcome.state for outcome in outcomes)
    if states.keys() - {FitFileState.INGESTED, FitFileState.FAILED} or not states[FitFileState.INGESTED]:
        raise typer.Exit(1)


def _report(outcomes: Sequence[Outcome]) -> None:
    table = Table("file", "state", "sessions", "records", "heart rates", "sum", "problem")
    for outcome in outcomes:
        figures = ["" if figure is None else str(figure) for figure in outcome.figures or (None,) * 4]
        table.add_row(outcome.name, outcome.state, *figures, outcome.problem)
    terminal = console()
    terminal.print(table)
    states = Counter(outcome.state for outcome in outcomes)
    done, refused = states.pop(FitFileState.INGESTED, 0), states.pop(FitFileState.FAILED, 0)
    others = "".join(f", {count} {state}" for state, count in states.items())
    terminal.print(f"{done} imported, {refused} refused{others}")


async def _import(files: Sequence[Path], user: str, *, overwrite: bool) -> list[Outcome]:
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with opened() as store:
        owner = await owner_of(store, user)
        with Progress(*columns, console=Console(stderr=True)) as bars:
            taking = bars.add_task("Taking files", total=len(files))
            taken: list[UUID | Outcome] = []
            for path in files:
                taken.append(await _take(store, owner, path, overwrite=overwrite))
                bars.advance(taking)
            working = bars.add_task("Reading and scoring", total=None)

            def progress(done: int, left: int) -> None:
                bars.update(working, completed=done, total=done + left)

            await drain(store, progress, kinds=READING)
        ids = [one for one in taken if isinstance(one, UUID)]
        async with store.reading(SYSTEM) as unit:
            rows = await unit.rows(select(*COLUMNS.values()).where(col(FitFile.id).in_(ids)))
    found = {row.id: Outcome.of(row) for row in rows}
    return [found[one] if isinstance(one, UUID) else one for one in dict.fromkeys(taken)]


async def _take(store: Store, owner: Row[Any], path: Path, *, overwrite: bool) -> UUID | Outcome:
    name = path.name.encode(errors="replace").decode()[:MAX_NAME]
    try:
        content = await asyncio.to_thread(_bounded, path, store.settings)
    except OSError as error:
        return Outcome(name, "unreadable", problem=error.strerror or str(error))
    async with store.writing(SYSTEM) as unit:
        return await announce(unit, _announcement(owner, name, content, overwrite=overwrite))


def _announcement(owner: Row[Any], name: str, content: bytes, *, overwrite: bool) -> Announcement:
    return Announcement(
        user_id=owner.id,
        organization_id=owner.organization_id,
        origin=f"{BY_HAND}:{hashlib.sha256(content).hexdigest()}",
        source=BY_HAND,
        summary_id=name,
        content=content,
        overwrite=overwrite,
    )


def _bounded(path: Path, settings: Settings) -> bytes:
    """One byte over the limit is enough for the reader to refuse the file; the rest of a huge one stays on disk."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "Not a file")
    with path.open("rb") as file:
        return file.read(settings.max_fit_bytes + 1)
