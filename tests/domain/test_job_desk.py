"""What people may see of the ledger, and another try for what failed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.errors import Conflict, Forbidden, NotFound, Unauthorized
from domain.jobs import desk
from domain.jobs.tasks import carry_out
from domain.listing import Listing
from domain.organizations import Organization
from domain.viewer import ANONYMOUS, SCOPES, SYSTEM, Viewer, ViewerKind
from tests.domain.notes import (
    START,
    Note,
    claimed,
    fails,
    put,
    record,
    write,
    written,
)

pytestmark = pytest.mark.anyio


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


async def test_a_problem_that_ends_with_a_full_stop_is_told_with_one(store, clock):
    ring = await put(store, Note("a"))

    async def refused(*_) -> None:
        raise Conflict("Not twice.")

    await carry_out(store, ring, refused)

    async with store.reading(SYSTEM) as unit:
        told = desk.explanation(await desk.get_job(unit, ring.job_id), unit.now)
    assert told.startswith("Attempt 1 of 3 failed. Not twice. It is tried again")


@pytest.mark.parametrize("died", [False, True])
async def test_a_job_whose_giving_up_fails_is_buried_all_the_same(store, clock, monkeypatch, died):
    async def breaks_halfway(job, unit) -> None:
        await unit.add(Organization(name="half", created_at=unit.now, modified_at=unit.now))
        raise KeyError(job.name)

    monkeypatch.setattr(Note, "given_up", breaks_halfway)
    ring = await put(store, Note("a"))
    for attempt in range(4):
        await (
            claimed(store, ring) if died and attempt < Note.max_attempts else carry_out(store, ring, fails)
        )
        clock.pass_by(hours=1)

    assert (await record(store, ring)).state == "failed"
    assert await written(store) == []
    async with store.writing(SYSTEM) as unit:
        await desk.retry(unit, ring.job_id)


async def test_jobs_are_listed_for_those_who_may(store, clock):
    await put(store, Note("a"))

    async with store.reading(SYSTEM) as unit:
        page = await desk.list_jobs(unit, Listing())
        (count,) = await desk.counts(unit)
    assert [(row.kind, row.arguments, row.state) for row in page.rows] == [("Note", {"name": "a"}, "waiting")]
    assert tuple(count) == ("Note", "waiting", 1, START)

    async with store.reading(Viewer(ViewerKind.ADMINISTRATOR, SCOPES[ViewerKind.ADMINISTRATOR])) as unit:
        assert (await desk.list_jobs(unit, Listing())).rows == []
        assert await desk.counts(unit) == []
    for viewer in (ANONYMOUS, Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER])):
        async with store.reading(viewer) as unit:
            with pytest.raises((Unauthorized, Forbidden)):
                await desk.list_jobs(unit, Listing())
