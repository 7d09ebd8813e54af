"""The job ledger: every job is done once, whatever fails, dies or happens at the same time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.jobs import BULK, Job, JobRecord, Ring, ledger
from domain.jobs.tasks import carry_out
from domain.organizations import Organization
from domain.sql import select
from domain.store import Store
from domain.viewer import Viewer, ViewerKind
from tests.domain.notes import (
    START,
    Note,
    Tick,
    claimed,
    fails,
    nothing,
    put,
    record,
    swept,
    write,
    written,
)
from workers.drain import drain

pytestmark = pytest.mark.anyio


async def test_a_job_is_written_down_in_the_transaction_that_asks_for_it(store, clock):
    async with store.writing() as unit:
        job_id = await unit.later(Note("a"))
        async with store.reading() as other:
            assert await other.rows(select(JobRecord.id)) == []

    row = await record(store, Ring(job_id, "Note"))
    assert (row.state, row.attempts, row.arguments, row.due_at) == ("waiting", 0, {"name": "a"}, START)


async def test_a_job_is_done_and_marked_done_in_one_commit(store, clock):
    ring = await put(store, Note("a"))

    await carry_out(store, ring, write)

    row = await record(store, ring)
    assert await written(store) == ["a"]
    assert (row.state, row.attempts, row.finished_at, row.claim, row.lease_until) == (
        "done",
        1,
        START,
        None,
        None,
    )


async def test_a_second_delivery_does_nothing(store, clock):
    ring = await put(store, Note("a"))

    for _ in range(3):
        assert await carry_out(store, ring, write) is None

    assert await written(store) == ["a"]


async def test_deliveries_at_once_do_a_job_once(store, clock):
    rings = [await put(store, Note(f"{n}")) for n in range(4)]

    await asyncio.gather(*(carry_out(store, ring, write) for ring in rings * 4))

    assert await written(store) == ["0", "1", "2", "3"]


async def test_a_job_that_is_not_due_is_not_taken(store, clock):
    ring = await put(store, Note("a"), after=timedelta(minutes=1))

    await carry_out(store, ring, write)
    assert await written(store) == []

    clock.pass_by(minutes=1)
    await carry_out(store, ring, write)
    assert await written(store) == ["a"]


async def test_a_job_that_ends_without_a_unit_of_its_own_is_done(store, clock):
    ring = await put(store, Note("a"))

    await carry_out(store, ring, nothing)

    assert (await record(store, ring)).state == "done"


async def test_an_attempt_that_fails_leaves_nothing_and_is_tried_again_later(store, clock):
    ring = await put(store, Note("a"))

    delay = await carry_out(store, ring, fails)

    row = await record(store, ring)
    assert await written(store) == []
    assert timedelta(seconds=5) <= delay <= timedelta(seconds=6.25)
    assert (row.state, row.attempts, row.due_at, row.last_error) == (
        "waiting", 1, START + delay, "OSError: no room for a",
    )  # fmt: skip
    assert await carry_out(store, ring, write) is None
    clock.pass_by(seconds=7)
    await carry_out(store, ring, write)
    assert (await record(store, ring)).last_error is None
    assert await written(store) == ["a"]


async def test_waiting_times_double_up_to_half_an_hour(store):
    del store
    shortest = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800]

    for attempt, seconds in enumerate(shortest, start=1):
        assert seconds <= ledger.backoff(attempt).total_seconds() <= seconds * 1.25


async def test_a_job_that_always_fails_becomes_a_dead_letter_that_says_why(store, clock):
    ring = await put(store, Note("a"))

    delays = []
    for _ in range(4):
        delays.append(await carry_out(store, ring, fails))
        clock.pass_by(hours=1)

    row = await record(store, ring)
    assert [delay is None for delay in delays] == [False, False, True, True]
    assert (row.state, row.attempts, row.last_error) == ("failed", 3, "OSError: no room for a")
    assert await swept(store) == []


async def test_a_worker_that_lost_its_lease_leaves_nothing(store, clock):
    ring = await put(store, Note("a"))

    async def overtaken(task, job) -> None:
        clock.pass_by(seconds=16)
        await carry_out(store, ring, write)
        await write(task, replace(job, name="late"))

    assert await carry_out(store, ring, overtaken) is None

    row = await record(store, ring)
    assert await written(store) == ["a"]
    assert (row.state, row.attempts) == ("done", 2)


async def test_a_worker_that_lost_its_lease_and_fails_does_not_disturb_the_other(store, clock):
    ring = await put(store, Note("a"))

    async def overtaken(task, job) -> None:
        clock.pass_by(seconds=16)
        await carry_out(store, ring, write)
        await fails(task, job)

    await carry_out(store, ring, overtaken)

    assert (await record(store, ring)).state == "done"
    assert await written(store) == ["a"]


async def held_beyond_its_lease(store, ring) -> None:
    """Wait until the lease was pushed on; when it would have run out nobody else can take the job."""
    first = (await record(store, ring)).lease_until
    async with asyncio.timeout(60):
        while (await record(store, ring)).lease_until == first:
            await asyncio.sleep(0.02)
    later = Store(store.settings, clock=lambda: first + timedelta(milliseconds=1))
    assert await claimed(later, ring) is None
    await later.close()


async def test_the_lease_is_pushed_on_while_a_job_runs(store, settings):
    store.settings = settings.model_copy(update={"job_lease": timedelta(seconds=0.3)})
    ring = await put(store, Note("a"))

    async def slow(task, job) -> None:
        await held_beyond_its_lease(store, ring)
        await write(task, job)

    await carry_out(store, ring, slow)

    row = await record(store, ring)
    assert (row.state, row.attempts) == ("done", 1)


async def test_a_heartbeat_survives_a_database_that_is_away(store, settings):
    store.settings = settings.model_copy(update={"job_lease": timedelta(seconds=0.6)})
    ring = await put(store, Note("a"))
    engine = store._writer  # noqa: SLF001

    async def slow(task, job) -> None:
        away = Store(
            settings.model_copy(update={"database_url": "sqlite:////nowhere/at/all"}), clock=store.clock
        )
        store._writer = away._writer  # noqa: SLF001
        await asyncio.sleep(0.3)
        store._writer = engine  # noqa: SLF001
        await held_beyond_its_lease(store, ring)
        await write(task, job)

    await carry_out(store, ring, slow)

    assert (await record(store, ring)).attempts == 1


async def test_a_job_that_is_cancelled_is_given_back_as_if_never_begun(store, clock):
    ring = await put(store, Note("a"))
    begun = asyncio.Event()

    async def endless(task, job) -> None:
        async with task.finishing() as unit:
            await unit.add(Organization(name=job.name, created_at=unit.now, modified_at=unit.now))
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(carry_out(store, ring, endless))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    row = await record(store, ring)
    assert (row.state, row.attempts, row.claim, row.lease_until) == ("waiting", 0, None, None)
    assert await written(store) == []
    await carry_out(store, ring, write)
    assert await written(store) == ["a"]


async def test_cancellations_at_any_moment_lose_no_job_and_do_none_twice(store, settings):
    """asyncpg tells the loop of a connection that was cut while it was being cancelled: nobody's error."""
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    store.settings = settings.model_copy(update={"job_lease": timedelta(seconds=0.1)})
    rings = [await put(store, Note(f"{n:02}")) for n in range(12)]

    async def slow(task, job) -> None:
        await asyncio.sleep(0.01)
        await write(task, job)

    for number, ring in enumerate(rings):
        task = asyncio.create_task(carry_out(store, ring, slow))
        await asyncio.sleep(number * 0.003)
        task.cancel()
        await asyncio.wait([task])
    await drain(store, lambda *_: None)

    assert await written(store) == [f"{n:02}" for n in range(12)]


async def test_a_job_over_its_time_limit_failed(store, clock):
    class Short(Note):
        time_limit = timedelta(seconds=0.05)

    ring = await put(store, Short("a"))

    async def endless(*_) -> None:
        await asyncio.sleep(60)

    assert await carry_out(store, ring, endless) is not None

    assert (await record(store, ring)).last_error.startswith("TimeoutError")


async def test_a_job_whose_worker_died_in_every_attempt_is_buried(store, clock):
    ring = await put(store, Note("a"))

    for _ in range(3):
        assert await claimed(store, ring)
        clock.pass_by(seconds=16)
    assert await swept(store) == [ring.job_id]
    await carry_out(store, ring, write)

    row = await record(store, ring)
    assert (row.state, row.attempts) == ("failed", 4)
    assert "died" in row.last_error
    assert await written(store) == []


@pytest.mark.parametrize("spoiled", [{"nom": "a"}, {"name": [1]}])
async def test_a_job_whose_arguments_nobody_can_read_is_buried_after_its_last_attempt(store, clock, spoiled):
    ring = await put(store, Note("a"))
    async with store.writing() as unit:
        await unit.change(update(JobRecord).values(arguments=spoiled))

    for attempt in range(1, Job.max_attempts + 1):
        assert await carry_out(store, ring, write) is None
        row = await record(store, ring)
        assert row.state == ("waiting" if attempt < Job.max_attempts else "failed")
        assert "cannot read it" in row.last_error
        clock.pass_by(hours=1)


async def test_a_kind_that_only_a_newer_version_knows_is_left_to_it(store, clock):
    newer = await put(store, Note("newer"))
    async with store.writing() as unit:
        await unit.change(update(JobRecord).values(kind="Unheard"))
    await put(store, Note("a"))

    await drain(store, lambda *_: None)
    assert await carry_out(store, newer, write) is None

    row = await record(store, newer)
    assert (row.state, row.attempts) == ("waiting", 0)
    assert await written(store) == ["a"]


async def test_a_jobs_own_jobs_are_for_the_same_organization_and_no_more_urgent(store, clock, world):
    async def asks_for_another(task, job) -> None:
        async with task.finishing() as unit:
            await unit.later(Note("child"))
            await unit.later(Note("somebody else's"), organization_id=world.other_organization)

    ring = await put(store, Note("parent"), organization_id=world.organization, priority=BULK)
    await carry_out(store, ring, asks_for_another)
    administrator = Viewer(ViewerKind.ADMINISTRATOR, organization_id=world.organization)
    async with store.writing(administrator) as unit:
        await unit.later(Note("asked for by a person"))
        await unit.later(Tick(), priority=BULK)

    async with store.reading() as unit:
        rows = await unit.rows(select(JobRecord.arguments, JobRecord.organization_id, JobRecord.priority))
    assert {row.arguments.get("name", "tick"): (row.organization_id, row.priority) for row in rows} == {
        "parent": (world.organization, BULK),
        "child": (world.organization, BULK),
        "somebody else's": (world.other_organization, BULK),
        "asked for by a person": (world.organization, 0),
        "tick": (world.organization, BULK),
    }
