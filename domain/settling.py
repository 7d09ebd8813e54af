"""Ending a statement before its waiter is cancelled, so that nothing of it goes on in the database."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import NullPool

Result = TypeVar("Result")
Interrupt = Callable[[Any], Awaitable[None]]
"""Given a driver's connection: whatever runs on it fails, and what it was about to change is undone. None is given
while there is no connection yet.
"""

DRIVER, INTERRUPT = "driver", "interrupt"
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Seconds: a statement that was only about to begin does not hear the first call."""
GIVE_UP = 0.5
"""Seconds in which a connection may come about, or be asked about over another."""
CONNECTING = 5.0


async def settled(work: Coroutine[Any, Any, Result], interrupt: Callable[[], Awaitable[None]]) -> Result:
    """SQLite's driver carries on, in its thread, with a statement whose waiter was cancelled, and may take a lock
    that nobody gives back; PostgreSQL itself carries on, as SQLAlchemy drops the connection before the driver has
    asked it to stop. So the statement is made to end first, and then the waiter.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _ended(task, interrupt)
        if not task.cancelled():
            task.exception()
        raise


async def _ended(task: "asyncio.Future[Any]", interrupt: Callable[[], Awaitable[None]]) -> None:
    pause, waited = FIRST_PAUSE, 0.0
    while not task.done():
        try:
            await interrupt()
        except Exception:  # noqa: BLE001  the server cannot be asked, whatever the reason: the connection goes
            if waited > GIVE_UP:
                task.cancel()
        await asyncio.wait([task], timeout=pause)
        waited += pause
        pause = min(2 * pause, LONGEST_PAUSE)


class InterruptibleSession(Session):
    """Knows its driver's connection for as long as it holds one."""

    async def interrupt(self) -> None:
        await self.info[INTERRUPT](self.info.get(DRIVER))


@event.listens_for(InterruptibleSession, "after_begin")
def _hold(session: Session, _: SessionTransaction, connection: Connection) -> None:
    session.info[DRIVER] = connection.connection.driver_connection


@event.listens_for(InterruptibleSession, "after_transaction_end")
def _let_go(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(DRIVER, None)


async def leave_alone() -> None:
    """For a commit, which nobody interrupts."""


async def interrupt_sqlite(driver: Any) -> None:
    if driver is not None:
        await driver.interrupt()


def interrupt_postgresql(engine: AsyncEngine) -> Interrupt:
    """Over a connection of its own: those of the pool may all be waiting for just this."""
    asking = create_async_engine(engine.url, poolclass=NullPool, connect_args={"timeout": CONNECTING})

    async def interrupt(driver: Any) -> None:
        if driver is None:
            raise ConnectionError("nobody is there to be asked yet")
        async with asking.connect() as connection:
            await connection.execute(text("SELECT pg_cancel_backend(:pid)"), {"pid": driver.get_server_pid()})

    return interrupt
