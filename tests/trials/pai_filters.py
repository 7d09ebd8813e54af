"""`q` on each database, many times over what the suite does: `python -m tests.trials.pai_filters [FILTERS STRINGS]`.

Random filters over random rows find what plain Python finds; random strings are answered with 200 or 400.
"""

import asyncio
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx
import structlog

from domain.settings import Settings
from gateway.app import Gateway
from tests import databases
from tests.rest_compat.pai.filtering import check
from tests.rest_compat.pai.strange import PATHS, strange_query
from tests.world import World

EACH = 20


async def filters_agree(store, wanted):
    for number in range(wanted // EACH):
        await check(store, random.Random(number), EACH)


async def strings_are_answered(client, world, wanted):
    chance, statuses = random.Random(0), Counter()
    headers = await world.pai_headers(client)
    base = f"/api/v2/admin/organizations/{world.organization}"
    for _ in range(wanted):
        url = f"{base}{chance.choice(PATHS)}?{strange_query(chance)}"
        answer = await client.get(url, headers=headers)
        statuses[answer.status_code] += 1
        if answer.status_code not in (200, 400):
            print(answer.status_code, url)
    return dict(statuses)


async def trial(name, url, directory, filters, strings):
    unlimited = {"organization_requests_per_minute": 10**9}
    gateway = Gateway(Settings(data_dir=directory, database_url=url, embedded_worker=False, **unlimited))
    transport = httpx.ASGITransport(gateway, raise_app_exceptions=False)
    async with (
        gateway.running(),
        httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client,
    ):
        world = await World.made(gateway.store)
        began = time.process_time()
        await filters_agree(gateway.store, filters)
        print(
            f"{name}: {filters} random filters find what Python finds, {time.process_time() - began:.0f} s CPU"
        )
        began = time.process_time()
        statuses = await strings_are_answered(client, world, strings)
        print(f"{name}: {strings} random strings: {statuses}, {time.process_time() - began:.0f} s CPU")


def main():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    filters, strings = (int(text) for text in sys.argv[1:3] or ("20000", "100000"))
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        asyncio.run(trial("SQLite", f"sqlite:///{directory}/gateway.db", directory, filters, strings))
        with databases.postgresql_database(directory) as database:
            asyncio.run(trial("PostgreSQL", database.url, directory, filters, strings))


if __name__ == "__main__":
    main()
