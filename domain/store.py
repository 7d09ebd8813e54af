"""The database behind the domain, SQLite or PostgreSQL, and the units that run in it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.errors import Unavailable
from domain.identity.verified_keys import VerifiedKeys
from domain.jobs import NO_CAUSE, Cause, Ring
from domain.migrations import upgrade
from domain.news import Herald, Topic
from domain.outages import is_outage
from domain.secrets import deployment_secret
from domain.settings import Settings
from domain.settling import INTERRUPT, InterruptibleSession, interrupt_postgresql, interrupt_sqlite
from domain.unit import Unit
from domain.viewer import ANONYMOUS, SYSTEM, Viewer

Bell = Callable[[Sequence[Ring]], Awaitable[None]]
Clock = Callable[[], datetime]

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA case_sensitive_like = ON",
)
MIGRATION_PATIENCE, CONNECTING = 60.0, 5.0


def utc_now() -> datetime:
    return datetime.now(UTC)


async def _silence(_: Sequence[Ring]) -> None:
    """Nobody listens here: the sweep of a worker process finds the jobs."""


async def _untold(_: frozenset[Topic]) -> None:
    """Nobody watches here, or looks for themselves now and then."""


class Store:
    """Opens units. `bell` is told which jobs wait, and `herald` what changed, after the commit."""

    def __init__(
        self,
        settings: Settings,
        *,
        bell: Bell = _silence,
        herald: Herald = _untold,
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings
        self.bell = bell
        self.herald = herald
        self.clock = clock
        self.secret = deployment_secret(settings)
        self.keys = VerifiedKeys()
        self.engine = _engine(settings)
        self._sqlite = self.engine.dialect.name == "sqlite"
        interrupt = interrupt_sqlite if self._sqlite else interrupt_postgresql(self.engine)
        self._session: dict[str, Any] = {
            "sync_session_class": InterruptibleSession,
            "info": {INTERRUPT: interrupt},
        }
        self._reader = self.engine if self._sqlite else self.engine.execution_options(**SNAPSHOT)
        self._writer = self.engine.execution_options(begin="BEGIN IMMEDIATE") if self._sqlite else self.engine

    async def open(self) -> None:
        """Bring the schema up to date; safe to call from several processes at once, which wait for each other."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + MIGRATION_PATIENCE
        while True:
            try:
                async with self._writer.begin() as connection:
                    return await connection.run_sync(upgrade)
            except OperationalError as error:
                if not is_outage(error) or time.monotonic() > deadline:
                    raise
            except OSError as error:
                raise Unavailable(self._unreachable(error)) from error

    def _unreachable(self, error: OSError) -> str:
        """Without user and password, which the driver leaves out as well."""
        url = self.engine.url
        where = f"{url.host or 'localhost'}:{url.port or 5432}"
        reason = str(error) or f"no answer in {CONNECTING:g} seconds"
        return f"The database at {where} cannot be reached, see GATEWAY_DATABASE_URL: {reason}"

    async def close(self) -> None:
        self.keys.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def reading(self, viewer: Viewer = ANONYMOUS) -> AsyncIterator[Unit]:
        """A unit that sees one snapshot and leaves nothing behind."""
        async with AsyncSession(self._reader, autoflush=False, **self._session) as session:
            unit = self._unit(session, viewer)
            try:
                yield unit
            finally:
                await unit.quiet()

    @asynccontextmanager
    async def writing(self, viewer: Viewer = SYSTEM, *, cause: Cause = NO_CAUSE) -> AsyncIterator[Unit]:
        """A unit that commits on a clean exit, then rings for its jobs; otherwise nothing of it remains.

        Its time is that of its beginning: on SQLite it may have waited for the lock.
        """
        async with AsyncSession(self._writer, expire_on_commit=False, **self._session) as session:
            unit = self._unit(session, viewer, cause)
            await unit.begin(self.clock)
            try:
                yield unit
            finally:
                await unit.quiet()
            await unit.commit()
        if unit.rings:
            await self.bell(unit.rings)
        if unit.news:
            await self.herald(frozenset(unit.news))

    def _unit(self, session: AsyncSession, viewer: Viewer, cause: Cause = NO_CAUSE) -> Unit:
        return Unit(session, viewer, self.clock(), self.settings, self.secret, cause=cause)


SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _engine(settings: Settings) -> AsyncEngine:
    patience = settings.database_patience.total_seconds()
    if settings.database.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(settings.database, hide_parameters=True, pool_timeout=patience)
        event.listen(engine.sync_engine, "connect", partial(_prepare_sqlite, patience))
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        event.listen(engine.sync_engine, "reset", _end_sqlite)
        return engine
    return create_async_engine(
        settings.database,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=patience,
        connect_args={"timeout": CONNECTING},
    )


def _prepare_sqlite(patience: float, connection: Any, _: object) -> None:
    """The driver's own BEGIN is deferred and comes late: it is switched off, `_begin_sqlite` says when."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"PRAGMA busy_timeout = {int(patience * 1000)}", *PRAGMAS):
        cursor.execute(pragma)
    cursor.close()
    connection.create_function("lower", 1, _lower, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    """A deferred transaction that turns into a writer fails at once when another writes: writers begin IMMEDIATE."""
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _end_sqlite(connection: Any, _: object, state: Any) -> None:
    """After a COMMIT that failed SQLite's transaction is still open, with its lock; the pool takes it for ended."""
    if state.asyncio_safe:
        connection.rollback()


def _lower(value: str | None) -> str | None:
    """SQLite's own lower() knows ASCII only, so ILIKE would differ from PostgreSQL's."""
    return value.lower() if isinstance(value, str) else value
