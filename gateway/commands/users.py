"""`gateway users`: all that is kept of a person, to take along or to forget."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from domain import user_removal
from domain.personal_data import exports
from domain.store import Store
from domain.viewer import SYSTEM
from gateway.commands.opening import carried_out, opened
from gateway.commands.people import owner_of
from workers.drain import EXPORTING, FORGETTING, drain

app = typer.Typer(no_args_is_help=True, help="A person's data: take it along, or forget it.")
User = Annotated[str, typer.Argument(help="The user's id, external id or e-mail address.")]


@app.command()
def export(user: User, *, output: Annotated[Path, typer.Option(help="Where to write it, as JSON.")]) -> None:
    """Write all that is kept of a user into a file that nobody but its owner can read."""
    export_id = carried_out(_build(user))
    with open(output, "wb", opener=partial(os.open, mode=0o600)) as file:
        carried_out(_write(export_id, file))
    typer.echo(f"It is written to {output}")


@app.command()
def remove(user: User, *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Forget a user for good: accounts, health data, files, memberships, and every mention of them."""
    if not yes:
        typer.confirm(f"Everything that is kept of {user} will be gone. Go on?", abort=True)
    carried_out(_remove(user))
    typer.echo("Nothing is kept of them any more.")


async def _build(user: str) -> UUID:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with opened() as store:
        owner = await owner_of(store, user)
        async with store.writing(SYSTEM) as unit:
            export_id = await exports.request_export(unit, owner.id)
        with Progress(*columns, console=Console(stderr=True)) as bars:
            bar = bars.add_task("Collecting", total=100)
            await drain(store, _telling(bars, bar), lambda _: _left(store, export_id), EXPORTING)
    return export_id


def _telling(bars: Progress, bar: TaskID) -> Callable[[int, int], None]:
    def tell(done: int, left: int) -> None:
        del done
        bars.update(bar, completed=100 - left)

    return tell


async def _left(store: Store, export_id: UUID) -> int:
    async with store.reading(SYSTEM) as unit:
        row = await exports.get_export(unit, export_id, frozenset({"percent"}))
    return 100 - int(row.percent)


async def _write(export_id: UUID, file: BinaryIO) -> None:
    async with opened() as store:
        async for piece in exports.document(store, SYSTEM, export_id):
            file.write(piece)


async def _remove(user: str) -> None:
    async with opened() as store:
        owner = await owner_of(store, user)
        async with store.writing(SYSTEM) as unit:
            await user_removal.remove_user(unit, owner.id)
        await drain(store, lambda *_: None, kinds=FORGETTING)
