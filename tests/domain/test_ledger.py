"""The job ledger: every job is done once, whatever fails, dies or happens at the same time."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.errors import Conflict, Forbidden, NotFound
from domain.jobs import Job, JobRecord, JobState, PruneJobs, Ring, desk, ledger, record_of
from domain.jobs.tasks import carry_out
from domain.listing import Listing
from domain.organizations import Organization
from domain.sql import select
from domain.store import Store
from domain.viewer import ANONYMOUS, SCOPES, SYSTEM, Viewer, ViewerKind
from workers.drain import drain
from workers.registry import HANDLERS

pytestmark = pytest.mark.anyio

START = datetime(2024, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Note(Job):
    """Writes an organization of that name: what the tests count."""

    max_attempts: ClassVar[int] = 3
    name: str


@dataclass(frozen=True)
class Tick(Job):
    """Periodic."""


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    monkeypatch.setitem(HANDLERS, "Note", write)
    monkeypatch.setitem(HANDLERS, "Tick", nothing)


async def write(task, job: Note) -> None:
    async with task.finishing() as unit:
        await unit.add(Organization(name=job.name, created_at=unit.now, modified_at=unit.now))


async def fails(task, job: Note) -> None:
    async with task.finishing() as unit:
        await unit.add(Organization(name=job.name, created_at=unit.now, modified_at=unit.now))
        raise OSError(f"no room for {job.name}\0")


async def nothing(*_) -> None: ...


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock(store: Store) -> Clock:
    store.clock = Clock()
    return store.clock


async def put(store: Store, job: Job, **when) -> Ring:
    async with store.writing() as unit:
        return Ring(await unit.later(job, **when), job.kind)


async def record(store: Store, ring: Ring) -> JobRecord:
    async with store.reading() as unit:
        return await unit.row(select(*JobRecord.__table__.c).where(col(JobRecord.id) == ring.job_id))


async def written(store: Store) -> list[str]:
    async with store.reading() as unit:
        return sorted(row.name for row in await unit.rows(select(Organization.name)))


async def swept(store: Store, **options) -> list[UUID]:
    async with store.writing() as unit:
        return [ring.job_id for ring in await ledger.sweep(unit, ledger.Search(**options))]


async def claimed(store: Store, ring: Ring) -> ledger.Claim:
    async with store.writing() as unit:
        return await ledger.claim(unit, ring.job_id)


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


async def test_a_dead_letter_gets_new_attempts_and_the_broker_hears_of_it(store, clock):
    ring = await put(store, Note("a"))
    for _ in range(3):
        await carry_out(store, ring, fails)
        clock.pass_by(hours=1)
    heard = []

    async def hear(rings) -> None:
        heard.extend(rings)

    store.bell = hear
    async with store.writing() as unit:
        await desk.retry(unit, ring.job_id)

    assert heard == [ring]
    assert timedelta(seconds=5) <= await carry_out(store, ring, fails) <= timedelta(seconds=7)
    clock.pass_by(hours=1)
    await carry_out(store, ring, write)
    assert await written(store) == ["a"]


async def test_only_a_dead_letter_can_be_retried_and_only_by_who_may(store, clock):
    ring = await put(store, Note("a"))

    for viewer, job_id, error in (
        (SYSTEM, ring.job_id, Conflict),
        (SYSTEM, uuid4(), NotFound),
        (Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER]), ring.job_id, Forbidden),
    ):
        with pytest.raises(error):
            async with store.writing(viewer) as unit:
                await desk.retry(unit, job_id)


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


async def test_the_lease_is_pushed_on_while_a_job_runs(store, settings):
    store.settings = settings.model_copy(update={"job_lease": timedelta(seconds=0.3)})
    ring = await put(store, Note("a"))

    async def slow(task, job) -> None:
        await asyncio.sleep(1)
        assert await claimed(store, ring) is None
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
        await asyncio.sleep(0.7)
        assert await claimed(store, ring) is None
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


async def test_the_sweep_finds_what_is_due_and_nothing_else(store, clock):
    waiting = await put(store, Note("waiting"))
    await put(store, Note("not due"), after=timedelta(hours=1))
    done = await put(store, Note("done"))
    await carry_out(store, done, write)
    delayed = await put(store, Note("delayed"), after=timedelta(seconds=10))
    abandoned, running = await put(store, Note("abandoned")), await put(store, Note("running"))
    await claimed(store, abandoned)
    clock.pass_by(seconds=16)
    await claimed(store, running)
    fresh = await put(store, Note("fresh"))

    assert set(await swept(store)) == {waiting.job_id, delayed.job_id, abandoned.job_id}

    clock.pass_by(seconds=3)
    assert await swept(store) == [fresh.job_id]


async def test_the_sweep_does_not_ring_again_too_soon(store, clock):
    ring = await put(store, Note("a"))
    clock.pass_by(seconds=3)
    assert await swept(store) == [ring.job_id]

    clock.pass_by(seconds=59)
    assert await swept(store) == []

    clock.pass_by(seconds=1)
    assert await swept(store) == [ring.job_id]


async def test_a_process_that_starts_rings_for_everything_that_is_due(store, clock):
    ring = await put(store, Note("a"))

    assert await swept(store, again_after=timedelta(0)) == [ring.job_id]
    assert await swept(store, again_after=timedelta(0)) == [ring.job_id]


async def test_a_job_that_will_be_tried_again_is_swept_only_if_the_broker_forgot_it(store, clock):
    ring = await put(store, Note("a"))
    delay = await carry_out(store, ring, fails)

    clock.pass_by(seconds=delay.total_seconds() + 59)
    assert await swept(store) == []

    clock.pass_by(seconds=1)
    assert await swept(store) == [ring.job_id]


async def test_the_sweep_rings_the_urgent_first(store, clock):
    class Bulk(Note):
        priority = 10

    bulk, live = await put(store, Bulk("bulk")), await put(store, Note("live"))
    clock.pass_by(seconds=3)

    assert await swept(store) == [live.job_id, bulk.job_id]


async def test_sweepers_at_once_ring_each_job_once_and_none_fails(store, clock):
    rings = [await put(store, Note(f"{n}")) for n in range(200)]
    clock.pass_by(seconds=3)

    found = await asyncio.gather(*(swept(store) for _ in range(8)))

    assert Counter(job_id for ids in found for job_id in ids) == Counter(ring.job_id for ring in rings)


async def test_looking_whether_anything_is_left_agrees_with_the_sweep(store, clock):
    async def left() -> bool:
        async with store.reading() as unit:
            return await ledger.anything_left(unit, {})

    assert not await left()
    await put(store, Note("a"))
    assert not await left()
    clock.pass_by(seconds=3)
    assert await left()
    await swept(store)
    assert not await left()


async def test_a_periodic_job_is_put_down_once_a_period_by_processes_at_once(store, clock):
    periodic = {Tick: timedelta(minutes=15)}

    async def schedule() -> int:
        async with store.writing() as unit:
            await ledger.schedule(unit, periodic)
            return len(unit.rings)

    async def kinds() -> int:
        async with store.reading() as unit:
            return len(await unit.rows(select(JobRecord.id).where(col(JobRecord.kind) == "Tick")))

    assert sum(await asyncio.gather(*(schedule() for _ in range(5)))) == 1
    clock.pass_by(minutes=14)
    assert await schedule() == 0
    await swept(store)
    async with store.reading() as unit:
        assert not await ledger.anything_left(unit, periodic, ledger.Search(again_after=timedelta(days=1)))
    clock.pass_by(minutes=1)
    async with store.reading() as unit:
        assert await ledger.anything_left(unit, periodic, ledger.Search(again_after=timedelta(days=1)))
    assert sum(await asyncio.gather(*(schedule() for _ in range(5)))) == 1
    assert await kinds() == 2


async def test_draining_does_what_is_due_and_leaves_what_waits_for_another_try(store, clock):
    await put(store, Note("a"))
    await put(store, Note("tomorrow"), after=timedelta(days=1))
    broken = await put(store, Tick())
    heard = []

    async def break_down(*_) -> None:
        raise OSError

    HANDLERS["Tick"] = break_down
    await asyncio.wait_for(drain(store, lambda done, left: heard.append((done, left))), 10)

    assert await written(store) == ["a"]
    assert (await record(store, broken)).state == JobState.WAITING
    assert heard[-1] == (2, 0)


async def test_draining_takes_over_from_a_process_that_died(store, settings):
    store.settings = settings.model_copy(update={"job_lease": timedelta(seconds=0.3)})
    ring = await put(store, Note("a"))
    await claimed(store, ring)

    await asyncio.wait_for(drain(store, lambda *_: None), 10)

    assert await written(store) == ["a"]


async def test_jobs_are_listed_for_those_who_may(store, clock):
    await put(store, Note("a"))

    async with store.reading(SYSTEM) as unit:
        page = await desk.list_jobs(unit, Listing())
    assert [(row.kind, row.arguments, row.state) for row in page.rows] == [("Note", {"name": "a"}, "waiting")]

    for viewer in (ANONYMOUS, Viewer(ViewerKind.ADMINISTRATOR, SCOPES[ViewerKind.ADMINISTRATOR])):
        async with store.reading(viewer) as unit:
            with pytest.raises(Exception, match=r"scope|Sign in"):
                await desk.list_jobs(unit, Listing())


async def test_jobs_done_long_ago_are_forgotten_and_dead_letters_are_not(store):
    month_ago = datetime.now(UTC) - timedelta(days=31)
    kinds = {"done": "done", "failed": "failed"}
    async with store.writing() as unit:
        for state in kinds:
            record = record_of(PruneJobs(), month_ago)
            record.state, record.finished_at = state, month_ago
            await unit.add(record)
        recent = record_of(PruneJobs(), unit.now)
        recent.state, recent.finished_at = "done", unit.now
        await unit.add(recent)

    async with store.writing() as unit:
        await ledger.prune(unit)

    async with store.reading() as unit:
        left = sorted(row.state for row in await unit.rows(select(JobRecord.state)))
    assert left == ["done", "failed"]
