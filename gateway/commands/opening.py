"""How commands reach the store."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.table import Column

from domain.errors import DomainError
from domain.settings import Settings
from domain.store import Store
from domain.unit import Unit
from domain.viewer import SYSTEM
from gateway import logs

PATIENCE = timedelta(minutes=1)
UUID_LENGTH = 36
PIPE_WIDTH = 300
Result = TypeVar("Result")


def identified(name: str, *, folded: bool = False) -> Column:
    """A column of ids, which are never cut: on one line, so that they can be copied, unless they may be folded."""
    return Column(name, no_wrap=not folded, min_width=None if folded else UUID_LENGTH, overflow="fold")


def console() -> Console:
    """As wide as its terminal; what reads from a pipe gets lines that are wide enough for every column.

    Whatever people call themselves and their things is shown as it is, and taken for no markup.
    """
    plain: dict[str, Any] = {"markup": False, "emoji": False}
    usual = Console(**plain)
    given = "COLUMNS" in os.environ
    return usual if usual.is_terminal or given else Console(width=PIPE_WIDTH, **plain)


def carried_out(work: Coroutine[Any, Any, Result]) -> Result:
    """What a person can mend is told in a sentence."""
    try:
        return asyncio.run(work)
    except DomainError as error:
        details = [f"{detail.field}: {detail.message}" for detail in error.details]
        typer.echo("\n".join([error.message, *details]), err=True)
        raise typer.Exit(1) from None


def in_a_unit(operation: Callable[[Unit], Awaitable[Result]]) -> Result:
    """Carried out as the system, in one writing unit."""

    async def work() -> Result:
        async with opened() as store, store.writing(SYSTEM) as unit:
            return await operation(unit)

    return carried_out(work())


@asynccontextmanager
async def opened() -> AsyncIterator[Store]:
    """The configured store, its schema up to date; a command rather waits for others than gives up."""
    configured = Settings()
    patience = max(configured.database_patience, PATIENCE)
    settings = configured.model_copy(update={"database_patience": patience})
    logs.configure(settings)
    store = Store(settings)
    await store.open()
    try:
        yield store
    finally:
        await store.close()
