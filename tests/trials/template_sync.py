"""Random interleavings of edits and polls, on both databases: python -m tests.trials.template_sync [HOW_MANY]."""

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import uuid4

from domain.organizations import Organization
from domain.settings import Settings
from domain.store import Store
from tests import databases
from tests.domain.templates.interleaving import Poller, interleave

POLLERS = 2
REPORT_EVERY = 500


async def trial(name: str, url: str, directory: Path, count: int) -> None:
    store, organization, chance = Store(Settings(data_dir=directory, database_url=url)), uuid4(), Random(1)
    await store.open()
    stamp = datetime.now(UTC)
    async with store.writing() as unit:
        await unit.add(Organization(id=organization, name="Trial", created_at=stamp, modified_at=stamp))
    pollers = [Poller(store, chance) for _ in range(POLLERS)]
    began = time.perf_counter()
    for number in range(1, count + 1):
        await interleave(store, organization, pollers, chance)
        if number % REPORT_EVERY == 0 or number == count:
            took = time.perf_counter() - began
            told = sum(len(poller.told) for poller in pollers)
            print(
                f"{name}: {number} interleavings, {told} changes told, none missed or repeated, {took:.0f} s"
            )
    await store.close()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        path = Path(directory)
        asyncio.run(trial("SQLite", f"sqlite:///{path / 'trial.db'}", path, count // 2))
        database = stack.enter_context(databases.postgresql_database(path))
        asyncio.run(trial("PostgreSQL", database.url, path, count - count // 2))


if __name__ == "__main__":
    main()
