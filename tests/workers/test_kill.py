"""SIGKILL at the worst moments: after a restart every job is done exactly once, as far as data can tell."""

import asyncio
import signal
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.activities import Activity, ActivityStream
from domain.announcing import Announcement, announce
from domain.fit.encoder import encode_activity
from domain.fit_files import BY_HAND, FitFile
from domain.heart_rate import HeartRateDay, HeartRateRecording
from domain.jobs import JobRecord
from domain.pai import PaiCalculation, PaiSummary
from domain.raw_files import RawFile
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.users import User
from tests.processes import Forked
from tests.workers.crew_process import PATIENCE, die, environment_of, process

pytestmark = pytest.mark.anyio

NOON = int(datetime(2024, 6, 1, 12, tzinfo=UTC).timestamp())
RUN = encode_activity(NOON, {"heart_rate": [150] * 600, "power": [200] * 600})


async def announced(store, organization, user) -> None:
    async with store.writing() as unit:
        await announce(unit, Announcement(user, organization, BY_HAND, "test", "a", content=RUN))


def ring_and_die(*whom) -> None:
    async def killed(_) -> None:
        die()

    asyncio.run(announced(Store(Settings(), bell=killed), *whom))


async def rows(world, kind, *where):
    async with world.store.reading() as unit:
        return await unit.rows(select(*kind.__table__.c).where(*where))


async def until_done(world, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while any(row.state != "done" for row in await rows(world, JobRecord)) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    assert {row.state for row in await rows(world, JobRecord)} == {"done"}


async def died(running) -> None:
    assert await asyncio.to_thread(running.wait, PATIENCE) == -signal.SIGKILL


async def scores(world, user) -> list[tuple]:
    found = await rows(world, PaiSummary, col(PaiSummary.user_id) == user)
    return sorted(
        (row.date, row.pai_score, row.daily_pai, row.high_zone_minutes, row.measured) for row in found
    )


async def as_if_nothing_had_happened(world) -> None:
    """Joe's data is what the same file gives somebody like him whose import nobody disturbed."""
    async with world.store.writing() as unit:
        await unit.change(update(User).values(time_zone="America/Vancouver"))
    await announced(world.store, world.organization, world.ann)
    await world.work()

    for kind, count in (
        (Activity, 1),
        (HeartRateRecording, 1),
        (HeartRateDay, 1),
        (FitFile, 1),
        (PaiSummary, 7),
    ):
        assert len(await rows(world, kind, col(kind.user_id) == world.joe)) == count
    assert len(await rows(world, PaiCalculation, col(PaiCalculation.user_id) == world.joe)) == 1
    (activity,) = await rows(world, Activity, col(Activity.user_id) == world.joe)
    (day,) = await rows(world, HeartRateDay, col(HeartRateDay.user_id) == world.joe)
    streams = await rows(world, ActivityStream, col(ActivityStream.activity_id) == activity.id)
    assert (
        sorted(row.metric for row in streams) == ["distance", "heart_rate", "power", "time"][-len(streams) :]
    )
    assert (day.sample_count, day.average_bpm) == (600, 150)
    assert len(await rows(world, RawFile)) == 1
    assert await scores(world, world.joe) == await scores(world, world.ann)


async def test_a_process_killed_between_commit_and_send_loses_nothing(world, settings):
    await died(Forked(ring_and_die, world.organization, world.joe, environment=environment_of(settings)))
    assert [row.state for row in await rows(world, JobRecord)] == ["waiting"]

    with process(settings):
        await until_done(world)

    await as_if_nothing_had_happened(world)


@pytest.mark.parametrize(
    ("statement", "after_commit"),
    [
        ("SELECT fit_files.callback_url", False),  # in the middle of the actor, before the unit that ends it
        ("INSERT INTO heart_rate_recordings", False),  # inside that unit
        ("INSERT INTO activities", True),  # its work is committed, the job that follows was not rung for
    ],
)
async def test_a_worker_killed_in_the_middle_of_a_job_leaves_it_to_be_done_once(
    world, settings, statement, after_commit
):
    await announced(world.store, world.organization, world.joe)
    with process(
        settings, DIE_AT=statement, **({"DIE_AFTER_COMMIT": "1"} if after_commit else {})
    ) as running:
        await died(running)

    with process(settings):
        await until_done(world)

    await as_if_nothing_had_happened(world)


async def test_a_worker_killed_again_and_again_gets_there(world, settings):
    await announced(world.store, world.organization, world.joe)
    for statement in (
        "SELECT fit_files.callback_url",
        "INSERT INTO activity_streams",
        "INSERT INTO pai_summaries",
    ):
        with process(settings, DIE_AT=statement) as running:
            await died(running)

    with process(settings):
        await until_done(world)

    await as_if_nothing_had_happened(world)
