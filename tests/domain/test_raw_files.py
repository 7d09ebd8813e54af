"""Raw content is kept once, and forgotten only when no file refers to it, whoever comes at the same time."""

import asyncio

import pytest
from sqlmodel import col

from domain import fit_files, pings, users
from domain.announcing import announce
from domain.fit.encoder import encode_activity
from domain.fit_files import FitFile, forget_unused
from domain.imports import starting
from domain.pings import Ping
from domain.raw_files import RawFile, hash_of, keep
from domain.sql import select
from tests.domain.test_imports import RUN, TASK, announcement, rows
from tests.world import LONG_AGO

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]
"""SQLite has one writer: nobody comes at the same time."""

OTHER = encode_activity(1717243200, {"heart_rate": [99] * 30})


def ping(name, content):
    told = (0, "1234", "watch", name, None, LONG_AGO, None, content, hash_of(content))
    return Ping(*told, overwrite=False, at_once=True)


async def test_content_announced_anew_while_its_only_file_is_deleted_is_not_lost(world):
    async with world.store.writing() as unit:
        old = await announce(unit, announcement(world, "old", at_once=True))
    await world.work()

    async def delete():
        async with world.store.writing() as other:
            await fit_files.remove(other, old)

    async with world.store.writing(await world.partner_viewer()) as unit:
        await pings.receive(unit, [ping("new", RUN)])
        await asyncio.wait_for(delete(), 5)
    await world.work()

    [file] = await rows(world.store, FitFile.summary_id, FitFile.state, FitFile.sha256)
    [raw] = await rows(world.store, RawFile.sha256)
    assert tuple(file) == ("new", "ingested", raw.sha256)


async def test_content_that_is_being_forgotten_is_stored_again(world):
    async with world.store.writing() as unit:
        await keep(unit, RUN)
    forgotten = asyncio.Event()

    async def kept():
        await forgotten.wait()
        async with world.store.writing() as unit:
            return await keep(unit, RUN)

    waiter = asyncio.create_task(kept())
    async with world.store.writing() as unit:
        await forget_unused(unit)
        forgotten.set()
        await asyncio.wait([waiter], timeout=0.3)
        assert not waiter.done(), "it waits to see whether the content stays"

    stored = await waiter
    assert await rows(world.store, RawFile.sha256) == [(stored,)]


async def test_only_what_no_file_refers_to_is_forgotten(world):
    async with world.store.writing() as unit:
        await announce(unit, announcement(world, "a"))
        unused = await keep(unit, OTHER)
    async with world.store.writing() as unit:
        await forget_unused(unit, col(RawFile.sha256) != unused)
    assert len(await rows(world.store, RawFile.sha256)) == 2

    async with world.store.writing() as unit:
        await forget_unused(unit)

    async with world.store.reading() as unit:
        assert await unit.rows(select(RawFile.content)) == [(RUN,)]


async def test_a_file_is_deleted_while_its_users_import_starts_without_a_circle(world):
    async with world.store.writing() as unit:
        waiting = await announce(unit, announcement(world, "a"))

    async def delete():
        async with world.store.writing() as other:
            await fit_files.remove(other, waiting)

    async with world.store.writing(await world.partner_viewer()) as unit:
        await users.lock(unit, world.joe)
        deleting = asyncio.create_task(delete())
        await asyncio.wait([deleting], timeout=0.3)
        assert (await starting.start(unit, TASK)).files == 1
    await deleting

    assert await rows(world.store, FitFile.id) == []


async def test_pings_with_the_same_contents_under_other_names_do_not_wait_in_a_circle(world):
    async def send(files):
        async with world.store.writing(await world.partner_viewer()) as unit:
            await pings.receive(unit, files)

    for n in range(5):
        one = [RUN + bytes([n]), OTHER + bytes([n])]
        names = [(f"{n}a", f"{n}b"), (f"{n}d", f"{n}c")]
        await asyncio.gather(*(send(list(map(ping, pair, one))) for pair in names))

    assert len(await rows(world.store, FitFile.id)) == 20
