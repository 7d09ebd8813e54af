"""A walk by `Link` over many users while others are added: `python -m tests.trials.pai_walk [USERS]`."""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import httpx
import structlog

from domain.settings import Settings
from domain.users import User
from gateway.app import Gateway
from tests import databases
from tests.rest_compat.pai.walking import walked
from tests.world import LONG_AGO, World

PAGE, WRITERS, AT_ONCE = 100, 3, 1000


async def people(store, world, count):
    stamps = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
    for start in range(0, count, AT_ONCE):
        async with store.writing() as unit:
            names = (f"U{number}" for number in range(start, min(start + AT_ONCE, count)))
            await unit.add_all(
                [User(organization_id=world.organization, first_name=name, **stamps) for name in names]
            )


async def adding(client, users, headers, added, over):
    """One writer of several, who adds users until the walk is over."""
    while not over.is_set():
        answer = await client.post(users, json={"firstName": "New"}, headers=headers)
        added.append(answer.json()["id"])


async def trial(name, url, directory, count):
    unlimited = {"organization_requests_per_minute": 10**9}
    gateway = Gateway(Settings(data_dir=directory, database_url=url, embedded_worker=False, **unlimited))
    async with (
        gateway.running(),
        httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://gateway.test") as client,
    ):
        world = await World.made(gateway.store)
        await people(gateway.store, world, count)
        headers = await world.pai_headers(client)
        users = f"/api/v2/admin/organizations/{world.organization}/users"
        added, over = [], asyncio.Event()
        async with asyncio.TaskGroup() as writers:
            for _ in range(WRITERS):
                writers.create_task(adding(client, users, headers, added, over))
            seen, pages = await walked(client, f"{users}?limit={PAGE}&fields=id", headers)
            over.set()
    met, twice = len(set(seen)), len(seen) - len(set(seen))
    new = len(set(seen) & set(added))
    print(f"{name}: {pages} pages, {met} users met, {new} of {len(added)} added meanwhile, {twice} met twice")
    assert met - new >= count
    assert not twice


def main():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        asyncio.run(trial("SQLite", f"sqlite:///{directory}/gateway.db", directory, count))
        with databases.postgresql_database(directory) as database:
            asyncio.run(trial("PostgreSQL", database.url, directory, count))


if __name__ == "__main__":
    main()
