"""Pings, tasks, ends of files and removals at once: they wait for each other, and never in a circle."""

import asyncio
import random
from contextlib import suppress

import pytest

from domain import fit_files, pings
from domain.errors import Forbidden, NotFound
from domain.fit_files import FitFile, IngestFit, refuse
from domain.imports import starting
from domain.imports.starting import BulkTask
from domain.imports.tables import BulkImport
from domain.pings import Ping
from domain.raw_files import hash_of
from domain.user_removal import remove_user
from tests.domain.test_imports import RUN, rows
from tests.world import LONG_AGO

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]
"""SQLite has one writer: nobody comes at the same time."""

NAMES = "abcdef"
CONTENTS = [RUN + bytes([n]) for n in range(3)]
TASK = BulkTask("1234", "watch", initial=False)


class Storm:
    """All that takes a user's files, each in a unit of its own; whoever the database chose to break a circle raises."""

    def __init__(self, world, viewer):
        self.world, self.viewer, self.chance = world, viewer, random.Random(7)

    async def ping(self):
        async with self.world.store.writing(self.viewer) as unit:
            await pings.receive(unit, [self._file(name) for name in self.chance.sample(NAMES, 4)])

    def _file(self, name):
        content, at_once = self.chance.choice(CONTENTS), self.chance.random() < 0.2
        told = (0, "1234", "watch", name, None, LONG_AGO, None, content, hash_of(content))
        return Ping(*told, overwrite=True, at_once=at_once)

    async def task(self):
        with suppress(Forbidden):  # of a user that is gone
            async with self.world.store.writing(self.viewer) as unit:
                await starting.start(unit, TASK)

    async def end(self):
        queued = await rows(self.world.store, FitFile.id, FitFile.revision, where=FitFile.state == "queued")
        for file in self.chance.sample(queued, min(2, len(queued))):
            async with self.world.store.writing() as unit:
                await refuse(unit, IngestFit(file.id, file.revision), "not_fit", "no", forget=True)

    async def delete(self):
        files = await rows(self.world.store, FitFile.id)
        for file in self.chance.sample(files, min(1, len(files))):
            with suppress(NotFound):  # somebody else was first
                async with self.world.store.writing() as unit:
                    await fit_files.remove(unit, file.id)

    async def rage(self, times):
        for _ in range(times):
            await self.chance.choice([self.ping, self.ping, self.task, self.end, self.end, self.delete])()


async def test_pings_tasks_ends_and_deletions_never_wait_in_a_circle(world):
    storm = Storm(world, await world.partner_viewer())

    await asyncio.gather(*(storm.rage(15) for _ in range(6)))

    await storm.task()
    await world.work()
    assert {row.state for row in await rows(world.store, BulkImport.state)} == {"complete"}
    assert not {row.state for row in await rows(world.store, FitFile.state)} & {"waiting", "queued"}


async def test_a_user_is_removed_while_files_of_theirs_are_announced(world):
    storm = Storm(world, await world.partner_viewer())
    await storm.ping()

    async def remove():
        async with world.store.writing() as unit:
            await remove_user(unit, world.joe)

    await asyncio.gather(remove(), *(storm.rage(5) for _ in range(6)))

    assert await rows(world.store, FitFile.id) == []
