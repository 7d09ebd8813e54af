"""The sweep, periodic jobs and the drain: what is due is found, the urgent first, and nothing twice."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col

from domain.jobs import JobRecord, JobState, PruneJobs, ledger, record_of
from domain.jobs.tasks import carry_out
from domain.sql import select
from tests.domain.notes import (
    Note,
    Tick,
    claimed,
    fails,
    put,
    record,
    swept,
    write,
    written,
)
from workers.drain import drain
from workers.registry import HANDLERS

pytestmark = pytest.mark.anyio


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


async def test_draining_does_what_is_due_and_leaves_what_waits_for_another_try(store, clock, monkeypatch):
    await put(store, Note("a"))
    await put(store, Note("tomorrow"), after=timedelta(days=1))
    broken = await put(store, Tick())
    heard = []

    async def break_down(*_) -> None:
        raise OSError

    monkeypatch.setitem(HANDLERS, "Tick", break_down)
    await asyncio.wait_for(drain(store, lambda done, left: heard.append((done, left))), 10)

    assert await written(store) == ["a"]
    assert (await record(store, broken)).state == JobState.WAITING
    assert heard[-1] == (2, 0)


async def test_draining_some_kinds_neither_does_nor_awaits_the_others(store):
    held = await put(store, Tick())
    await claimed(store, held)
    await put(store, Tick())
    await put(store, Note("a"))
    heard = []

    note = frozenset({"Note"})
    await asyncio.wait_for(drain(store, lambda done, left: heard.append((done, left)), kinds=note), 5)

    assert await written(store) == ["a"]
    assert heard == [(1, 0)]


async def test_draining_takes_over_from_a_process_that_died(store, settings):
    store.settings = settings.model_copy(update={"job_lease": timedelta(seconds=0.3)})
    ring = await put(store, Note("a"))
    await claimed(store, ring)

    await asyncio.wait_for(drain(store, lambda *_: None), 10)

    assert await written(store) == ["a"]


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
