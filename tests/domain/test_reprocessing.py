"""Which files are read again, and which have their reading still before them."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain import reprocessing
from domain.announcing import announce
from domain.events import Event
from domain.fit_files import FitFile
from domain.jobs import LIVE, JobRecord
from domain.reprocessing import ReadAgain
from tests.domain.test_imports import announcement, rows

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


async def anew(world, **changed):
    async with world.store.writing() as unit:
        return await announce(unit, announcement(world, "a", **changed))


async def asked(world):
    """How many files are read again, and are."""
    async with world.store.writing() as unit:
        count = await reprocessing.request(unit, None)
    await world.work()
    return count


async def told(world):
    [file] = await rows(world.store, FitFile.state, FitFile.problem_code)
    return tuple(file)


async def test_a_file_that_waits_for_its_task_still_waits(world):
    await anew(world)

    assert await asked(world) == 0
    assert await told(world) == ("waiting", None)


async def test_a_job_finds_a_file_that_is_none_of_those_read_and_leaves_it(world):
    file_id = await anew(world)
    async with world.store.writing() as unit:
        await unit.later(ReadAgain(file_id, 1))
    await world.work()

    assert await told(world) == ("waiting", None)


async def test_a_file_that_is_queued_is_read_once(world):
    await anew(world, at_once=True)

    assert await asked(world) == 0
    assert await told(world) == ("ingested", None)
    assert await asked(world) == 1
    news = [row.kind for row in await rows(world.store, Event.kind) if row.kind.startswith("activity")]
    assert news == ["activity.created"]


async def test_an_overwrite_that_failed_still_says_so(world):
    await anew(world, at_once=True)
    await world.work()
    await anew(world, at_once=True, overwrite=True, content=None, url="https://10.0.0.1/a.fit")
    await world.work()
    assert await told(world) == ("failed", "forbidden_url")

    assert await asked(world) == 0
    assert await told(world) == ("failed", "forbidden_url")


async def test_a_file_that_failed_for_a_fault_of_ours_is_read(world):
    await anew(world, at_once=True)
    async with world.store.writing() as unit:
        dead = {"state": "running", "attempts": col(JobRecord.max_attempts), "lease_until": unit.now}
        await unit.change(update(JobRecord).where(col(JobRecord.priority) == LIVE).values(**dead))
    await world.work()
    assert await told(world) == ("failed", "internal_error")

    assert await asked(world) == 1
    assert await told(world) == ("ingested", None)
