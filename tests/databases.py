"""A migrated database for each test: a copy of one SQLite file, or an emptied PostgreSQL database of this run's own."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from sqlmodel import SQLModel

import domain.tables  # noqa: F401  every table is known
from domain.settings import Settings
from domain.store import Store
from tests.services import POSTGRESQL


def migrate(url: str, data_dir: Path) -> None:
    async def run() -> None:
        store = Store(Settings(data_dir=data_dir, database_url=url))
        await store.open()
        await store.close()

    asyncio.run(run())


@contextmanager
def postgresql_database(data_dir: Path) -> Iterator[str]:
    """Made for this run and dropped after it."""
    name = f"gateway_test_{os.getpid()}"
    asyncio.run(_execute(f"{POSTGRESQL}/postgres", f'CREATE DATABASE "{name}"'))
    try:
        migrate(f"{POSTGRESQL}/{name}", data_dir)
        yield f"{POSTGRESQL}/{name}"
    finally:
        asyncio.run(_execute(f"{POSTGRESQL}/postgres", f'DROP DATABASE "{name}" WITH (FORCE)'))


def emptied(url: str) -> str:
    """Small tables are deleted from ten times faster than they are truncated."""
    tables = reversed(SQLModel.metadata.sorted_tables)
    asyncio.run(_execute(url, "; ".join(f'DELETE FROM "{table.name}"' for table in tables)))
    return url


def copied(template: Path, target: Path) -> str:
    shutil.copyfile(template, target)
    return f"sqlite:///{target}"


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
