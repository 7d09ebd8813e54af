"""`gateway rescore` and `gateway reprocess`: computed data anew, behind whatever is live."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from domain import reprocessing, rescoring
from domain.store import Store
from domain.unit import Unit
from domain.viewer import SYSTEM
from gateway.commands.opening import carried_out, opened
from gateway.commands.people import owner_of
from workers.drain import READING_AGAIN, SCORING, drain

ForUser = Annotated[str | None, typer.Option("--user", help="Only this user: id, external id or e-mail.")]
ForAll = Annotated[bool, typer.Option("--all", help="Every user.")]
Left = Callable[[Store], Awaitable[int]]
UNDER_WAY = "An earlier request is under way and carried on."


@dataclass(frozen=True)
class Work:
    """What the bar counts, which kinds of jobs are carried out, and how much is left if not as many as are due."""

    what: str
    kinds: frozenset[str]
    left: Left | None = None


def rescore(
    user: ForUser = None,
    all_: ForAll = False,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Only days from this one on."),
    ] = None,
) -> None:
    """Compute PAI, VO2 max and training load anew. May be interrupted; the same command carries on."""
    first = since.date() if since else date.min

    async def ask(unit: Unit, ids: list[UUID] | None) -> int | None:
        return await rescoring.request(unit, ids, first)

    carried_out(_run(user, all_, ask, Work("Days", SCORING, _days_left)))


def reprocess(user: ForUser = None, all_: ForAll = False) -> None:
    """Read stored FIT files with the reader of today. May be interrupted; the same command carries on."""
    carried_out(_run(user, all_, reprocessing.request, Work("Jobs", READING_AGAIN)))


async def _run(
    user: str | None,
    all_: bool,
    ask: Callable[[Unit, list[UUID] | None], Awaitable[int | None]],
    work: Work,
) -> None:
    if (user is None) != all_:
        typer.echo("Pass either --user or --all", err=True)
        raise typer.Exit(2)
    async with opened() as store:
        ids = None if user is None else [(await owner_of(store, user)).id]
        async with store.writing(SYSTEM) as unit:
            asked = await ask(unit, ids)
        console = Console(stderr=True)
        console.print(UNDER_WAY if asked is None else f"{asked} asked for.")
        await _watch(store, console, work)


async def _watch(store: Store, console: Console, work: Work) -> None:
    """The bar grows while jobs find out how much there is to do."""
    columns = (TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    most = 0
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task(work.what, total=None)

        def progress(done: int, remaining: int) -> None:
            nonlocal most
            del done
            most = max(most, remaining)
            bars.update(bar, total=most, completed=most - remaining)

        await drain(store, progress, work.left, work.kinds)


async def _days_left(store: Store) -> int:
    async with store.reading(SYSTEM) as unit:
        return await rescoring.days_left(unit)
