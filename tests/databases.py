"""A migrated database for each test: a copy of one SQLite file, or a PostgreSQL database of this run's own."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlmodel import SQLModel

import domain.tables  # noqa: F401  every table is known
from domain.settings import Settings
from domain.store import Store
from tests.services import POSTGRESQL
from tests.world import World

TABLES = [table.name for table in SQLModel.metadata.sorted_tables]
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database has a part in, such as most refusals."""
KEPT = "kept"
"""The schema with a copy of the world's rows."""


class PostgreSQL:
    """One connection empties it between tests: a new one costs the server more than what it is asked for."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self.url = url
        self._run = runner.run
        self._connection = self._run(asyncpg.connect(url))

    def keep(self) -> None:
        """Whatever it holds now, `restore` brings back."""
        filled = [
            name for name in TABLES if self._run(self._connection.fetch(f'SELECT FROM "{name}" LIMIT 1'))
        ]
        self._execute(
            f"CREATE SCHEMA {KEPT}",
            *(f'CREATE TABLE {KEPT}."{name}" AS TABLE "{name}"' for name in filled),
            procedure("emptied", *(f'DELETE FROM "{name}"' for name in reversed(TABLES))),
            procedure("restored", *(f'INSERT INTO "{name}" TABLE {KEPT}."{name}"' for name in filled)),
        )

    def empty(self) -> None:
        """Small tables are deleted from ten times faster than they are truncated."""
        self._execute("CALL emptied()")

    def restore(self) -> None:
        self._execute("CALL emptied()", "CALL restored()")

    def close(self) -> None:
        self._run(self._connection.close())

    def _execute(self, *statements: str) -> None:
        self._run(self._connection.execute("; ".join(statements)))


def procedure(name: str, *statements: str) -> str:
    """Its statements are planned once in a connection."""
    return f"CREATE PROCEDURE {name}() LANGUAGE plpgsql AS $$ BEGIN {'; '.join(statements) or 'NULL'}; END $$"


@contextmanager
def postgresql_database(data_dir: Path, world: World | None = None) -> Iterator[PostgreSQL]:
    """Made for this run and dropped after it. Nobody waits for its disk: it need not outlive the server."""
    url, name = f"{POSTGRESQL}/postgres", f"gateway_test_{os.getpid()}"
    asyncio.run(_execute(url, f'CREATE DATABASE "{name}"'))
    try:
        asyncio.run(_execute(url, f'ALTER DATABASE "{name}" SET synchronous_commit TO off'))
        prepare(f"{POSTGRESQL}/{name}", data_dir, world)
        with asyncio.Runner() as runner, closing(PostgreSQL(f"{POSTGRESQL}/{name}", runner)) as database:
            database.keep()
            yield database
    finally:
        asyncio.run(_execute(url, f'DROP DATABASE "{name}" WITH (FORCE)'))


def sqlite_file(path: Path, world: World | None = None) -> Path:
    """To be copied."""
    prepare(f"sqlite:///{path}", path.parent, world)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def prepare(url: str, data_dir: Path, world: World | None = None) -> None:
    """Migrated, with the world in it if there is one."""

    async def run() -> None:
        store = Store(Settings(data_dir=data_dir, database_url=url))
        await store.open()
        if world:
            await world.at(store).write()
        await store.close()

    asyncio.run(run())


def emptied(database: PostgreSQL) -> str:
    database.empty()
    return database.url


def restored(database: PostgreSQL) -> str:
    """As it was after its making: with the world."""
    database.restore()
    return database.url


def copied(template: Path, target: Path) -> str:
    shutil.copyfile(template, target)
    return f"sqlite:///{target}"


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
