"""An import ends exactly once, whoever ends its last file and however many at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, text, update
from sqlmodel import col

from domain.announcing import Announcement, announce
from domain.events import Event
from domain.fit.encoder import encode_activity
from domain.fit_files import FitFile, IngestFit, current, end, refuse
from domain.imports import starting
from domain.imports.starting import BulkTask
from domain.imports.tables import BulkImport, CompleteImport, ExpireWaiting, PlanAfterImport
from domain.jobs import BULK, JobRecord
from domain.plans import TrainingPlan
from domain.raw_files import RawFile
from domain.sql import select
from workers.drain import drain

pytestmark = pytest.mark.anyio

RUN = encode_activity(1717243200, {"heart_rate": [150] * 30})
TASK = BulkTask("1234", "watch", initial=True, event_id="e")


def announcement(world, name, **changed):
    details = {"source": "watch", "origin": world.partner_id, "content": RUN, "at_once": False}
    return Announcement(
        user_id=world.joe, organization_id=world.organization, summary_id=name, **details | changed
    )


async def begun(world, *names):
    """An import of these files."""
    async with world.store.writing() as unit:
        for name in names:
            await announce(unit, announcement(world, name))
    async with world.store.writing(await world.partner_viewer()) as unit:
        assert (await starting.start(unit, TASK)).files == len(names)


async def anew(world, name, **changed):
    async with world.store.writing() as unit:
        await announce(unit, announcement(world, name, **changed))


async def rows(store, *columns, where=True):
    async with store.reading() as unit:
        return await unit.rows(select(*columns).where(where))


async def the_import(store):
    [row] = await rows(
        store, BulkImport.state, BulkImport.files_total, BulkImport.files_imported, BulkImport.failures
    )
    return tuple(row)


async def test_many_workers_ending_its_files_at_once_complete_it_once(world):
    await begun(world, *"abcdef")

    await asyncio.gather(*(drain(world.store, lambda *_: None) for _ in range(4)))

    assert await the_import(world.store) == ("complete", 6, 6, [])
    assert {row.priority for row in await rows(world.store, JobRecord.priority)} == {BULK}
    [plans] = await rows(world.store, func.count(TrainingPlan.id))
    [told] = await rows(world.store, func.count(Event.id), where=col(Event.kind) == "import.completed")
    assert (plans[0], told[0]) == (1, 1)


async def test_two_last_files_that_end_at_once_do_not_lose_the_end(world):
    """Each has ended its file before the other commits: the one that comes second to the import's row sees both."""
    if world.store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    await begun(world, "a", "b")
    files = await rows(world.store, FitFile.id, FitFile.revision)
    both_ended = asyncio.Barrier(2)

    async def last(row):
        async with world.store.writing() as unit:
            file = await current(unit, IngestFit(row.id, row.revision))
            file.state = "ingested"
            await unit.flush()
            await both_ended.wait()
            await end(unit, file)

    await asyncio.gather(*(last(row) for row in files))

    jobs = await rows(world.store, JobRecord.id, where=col(JobRecord.kind) == "CompleteImport")
    assert len(jobs) == 1


async def test_a_file_whose_worker_dies_every_time_holds_nothing_up(world):
    await begun(world, "a", "poison")
    [poison] = await rows(world.store, FitFile.id, where=col(FitFile.summary_id) == "poison")
    for job in await rows(world.store, JobRecord.id, JobRecord.arguments):
        if job.arguments.get("fit_file_id") == str(poison.id):
            async with world.store.writing() as unit:
                record = await unit.entity(JobRecord, col(JobRecord.id) == job.id)
                record.attempts = record.max_attempts
    await world.work()

    failed = [{"summary_id": "poison", "error": "internal_error"}]
    assert await the_import(world.store) == ("complete", 2, 1, failed)


async def test_a_file_announced_anew_leaves_and_may_have_been_the_last(world):
    await begun(world, "a", "b")
    await anew(world, "b", overwrite=True)
    async with world.store.reading() as unit:
        ids = await unit.rows(select(FitFile.bulk_import_id).where(FitFile.summary_id == "b"))
    assert ids == [(None,)]
    await world.work()

    assert await the_import(world.store) == ("complete", 1, 1, [])
    states = await rows(world.store, FitFile.summary_id, FitFile.state)
    assert sorted(map(tuple, states)) == [("a", "ingested"), ("b", "waiting")]


async def test_an_import_all_of_whose_files_left_ends_with_none(world):
    await begun(world, "a")
    await anew(world, "a", overwrite=True, at_once=True)
    await world.work()

    assert await the_import(world.store) == ("complete", 0, 0, [])
    assert await rows(world.store, FitFile.state) == [("ingested",)]


async def test_an_initial_task_repeated_without_an_event_id_is_answered_from_the_import_that_is_done(world):
    """The partner may never have seen the answer; what it does after another ping is a new import."""
    repeat = replace(TASK, event_id=None)
    await begun(world, "a", "b")
    await world.work()

    async def again(task):
        async with world.store.writing(await world.partner_viewer()) as unit:
            files = (await starting.start(unit, task)).files
        await world.work()
        imports = await rows(world.store, BulkImport.id)
        return files, len(imports), len(await rows(world.store, TrainingPlan.id))

    assert await again(repeat) == (2, 1, 1)
    assert await again(replace(repeat, initial=False)) == (0, 2, 1)
    assert await again(replace(repeat, source="other")) == (0, 3, 2)
    await anew(world, "c")
    assert await again(repeat) == (1, 4, 3)


async def test_work_repeated_after_the_end_changes_nothing(world):
    await begun(world, "a")
    await world.work()
    before = await the_import(world.store)
    [bulk] = await rows(world.store, BulkImport.id)
    [file] = await rows(world.store, FitFile.id, FitFile.revision)

    async with world.store.writing() as unit:
        await unit.later(CompleteImport(bulk.id))
        await refuse(unit, IngestFit(file.id, file.revision), "bad_crc", "Broken")
    await world.work()

    assert await the_import(world.store) == before
    [told] = await rows(world.store, func.count(Event.id), where=col(Event.kind) == "import.completed")
    assert told[0] == 1


async def test_a_plan_that_cannot_be_made_does_not_hold_the_end_up(world):
    await begun(world, "a")
    async with world.store.writing() as unit:
        await unit.change(text("ALTER TABLE training_plans RENAME TO gone"))
    try:
        await world.work()
        assert (await the_import(world.store))[0] == "complete"
        [job] = await rows(
            world.store, JobRecord.state, where=col(JobRecord.kind) == PlanAfterImport.__name__
        )
        assert job.state == "waiting"
    finally:
        async with world.store.writing() as unit:
            await unit.change(text("ALTER TABLE gone RENAME TO training_plans"))


async def test_files_whose_task_never_comes_are_given_up_after_thirty_days(world):
    for name, details in {
        "old": {},
        "url": {"content": None, "url": "https://files.example.org/a.fit"},
        "young": {"content": encode_activity(1717243200, {"heart_rate": [99]})},
    }.items():
        await anew(world, name, **details)
    async with world.store.writing() as unit:
        age = update(FitFile).where(col(FitFile.summary_id) != "young")
        await unit.change(age.values(modified_at=unit.now - timedelta(days=30, seconds=1)))
        await unit.later(ExpireWaiting())
    await world.work()

    columns = (FitFile.summary_id, FitFile.state, FitFile.problem_code, FitFile.callback_url, FitFile.sha256)
    found = {row.summary_id: tuple(row)[1:] for row in await rows(world.store, *columns)}
    assert found["old"] == found["url"] == ("failed", "expired", None, None)
    assert found["young"][:2] == ("waiting", None)
    assert len(await rows(world.store, RawFile.sha256)) == 2, (
        "what nobody refers to is pruned in its own time"
    )
    await anew(world, "old", at_once=True)
    await world.work()
    assert ("ingested",) in await rows(world.store, FitFile.state, where=col(FitFile.summary_id) == "old")
