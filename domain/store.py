"""The database behind the domain, SQLite or PostgreSQL, and the units that run in it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.identity.verified_keys import VerifiedKeys
from domain.jobs import Ring
from domain.migrations import upgrade
from domain.secrets import deployment_secret
from domain.settings import Settings
from domain.unit import Unit
from domain.viewer import ANONYMOUS, SYSTEM, Viewer

Bell = Callable[[Sequence[Ring]], Awaitable[None]]
Clock = Callable[[], datetime]

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 15000",
    "PRAGMA case_sensitive_like = ON",
)


def utc_now() -> datetime:
    return datetime.now(UTC)


async def _silence(_: Sequence[Ring]) -> None:
    """Nobody listens here: the sweep of a worker process finds the jobs."""


class Store:
    """Opens units. `bell` is told which jobs wait, after the commit that made them."""

    def __init__(self, settings: Settings, *, bell: Bell = _silence, clock: Clock = utc_now) -> None:
        self.settings = settings
        self.bell = bell
        self.clock = clock
        self.secret = deployment_secret(settings)
        self.keys = VerifiedKeys()
        self.engine = _engine(settings)
        self._sqlite = self.engine.dialect.name == "sqlite"
        self._reader = self.engine if self._sqlite else self.engine.execution_options(**SNAPSHOT)
        self._writer = self.engine.execution_options(begin="BEGIN IMMEDIATE") if self._sqlite else self.engine

    async def open(self) -> None:
        """Bring the schema up to date; safe to call from several processes at once."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        async with self.engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            await connection.run_sync(upgrade)

    async def close(self) -> None:
        self.keys.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def reading(self, viewer: Viewer = ANONYMOUS) -> AsyncIterator[Unit]:
        """A unit that sees one snapshot and leaves nothing behind."""
        async with AsyncSession(self._reader, autoflush=False) as session:
            yield self._unit(session, viewer)

    @asynccontextmanager
    async def writing(self, viewer: Viewer = SYSTEM) -> AsyncIterator[Unit]:
        """A unit that commits on a clean exit, then rings for its jobs; otherwise nothing of it remains."""
        async with AsyncSession(self._writer, expire_on_commit=False) as session:
            unit = self._unit(session, viewer)
            yield unit
            await unit.commit()
        if unit.rings:
            await self.bell(unit.rings)

    def _unit(self, session: AsyncSession, viewer: Viewer) -> Unit:
        return Unit(session, viewer, self.clock(), self.settings, self.secret, settles=self._sqlite)


SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _engine(settings: Settings) -> AsyncEngine:
    if settings.database.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(settings.database, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        event.listen(engine.sync_engine, "reset", _end_sqlite)
        return engine
    return create_async_engine(
        settings.database, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10
    )


def _prepare_sqlite(connection: Any, _: object) -> None:
    """The driver's own BEGIN is deferred and comes late: it is switched off, `_begin_sqlite` says when."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
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
