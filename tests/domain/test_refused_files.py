"""Files that are refused, forgotten or read again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.activities import Activity
from domain.announcing import Announcement, announce
from domain.fit import FitError, Limits, read
from domain.fit_files import BY_HAND, FitFile, IngestFit
from domain.heart_rate import HeartRateDay
from domain.jobs import JobRecord, PruneJobs, desk
from domain.pai import PaiSummary
from domain.raw_files import RawFile
from domain.sql import select
from domain.viewer import SYSTEM
from tests.domain.ingesting import BROKEN, GOOD, NOON, announced, count, days, rows, states, workout


async def test_a_file_whose_url_is_forbidden_is_refused_by_name(world):
    file = await announced(world, None, url="https://10.0.0.1/file.fit", origin=world.partner_id)

    assert (file.state, file.problem_code) == ("failed", "forbidden_url")
    assert await states(world.store) == {"done"}


def test_every_class_of_error_above_is_the_readers_own():
    for code, content in BROKEN.items():
        with pytest.raises(FitError) as error:
            read(content, Limits())
        assert error.value.code == code


async def test_broken_bytes_are_forgotten_unless_another_file_has_them(world):
    broken = BROKEN["bad_crc"]

    first = await announced(world, broken)

    assert (first.state, first.sha256) == ("failed", None)
    assert await count(world.store, RawFile) == [0]


async def test_a_file_whose_worker_dies_every_time_does_not_stay_queued(world):
    async with world.store.writing() as unit:
        file_id = await announce(
            unit,
            Announcement(
                user_id=world.joe,
                organization_id=world.organization,
                origin=BY_HAND,
                source="test",
                summary_id="a",
                content=GOOD,
            ),
        )
        long_ago = unit.now - timedelta(hours=1)
        dying = {"state": "running", "attempts": IngestFit.max_attempts, "lease_until": long_ago}
        await unit.change(update(JobRecord).values(**dying))

    await world.work()

    async with world.store.reading() as unit:
        file = await unit.row(select(*FitFile.__table__.c).where(col(FitFile.id) == file_id))
    assert (file.state, file.problem_code) == ("failed", "internal_error")
    assert await count(world.store, RawFile, Activity) == [1, 0]
    job = (await rows(world.store, JobRecord))[0]
    async with world.store.writing(SYSTEM) as unit:
        await desk.retry(unit, job.id)
    await world.work()
    assert {row.state for row in await rows(world.store, FitFile)} == {"ingested"}


async def test_a_file_from_the_future_or_of_too_many_days_is_refused_by_name(world):
    ahead = int(datetime.now(UTC).timestamp()) + 3 * 86_400
    spread = b"".join(workout(NOON + day * 86_400, seconds=5) for day in range(63))

    future = await announced(world, workout(ahead), summary_id="ahead")
    wide = await announced(world, spread, summary_id="spread")

    assert (future.state, future.problem_code) == ("failed", "in_the_future")
    assert (wide.state, wide.problem_code) == ("failed", "too_many_days")
    assert await count(world.store, Activity, HeartRateDay, PaiSummary) == [0, 0, 0]


async def test_an_overwrite_that_cannot_be_fetched_keeps_the_raw_file_before_it(world):
    before = await announced(world, GOOD, origin=world.partner_id)

    url = "https://10.0.0.1/a.fit"
    failed = await announced(world, None, url=url, origin=world.partner_id, overwrite=True)

    assert failed.problem_code == "forbidden_url"
    assert (failed.state, failed.sha256, failed.callback_url) == ("failed", before.sha256, None)
    assert await count(world.store, RawFile, Activity) == [1, 1]


async def test_after_an_overwrite_that_failed_only_another_overwrite_takes_the_place_of_what_was_read(world):
    await announced(world, GOOD)
    failed = await announced(world, BROKEN["truncated"], overwrite=True)

    assert await announced(world, workout(NOON + 10 * 86400)) == failed
    assert await days(world.store) == [date(2024, 6, 1)]
    again = await announced(world, workout(NOON + 10 * 86400), overwrite=True)
    assert (again.state, await days(world.store)) == ("ingested", [date(2024, 6, 11)])


async def test_an_overwrite_that_waits_is_not_hastened_by_a_file_that_may_not_overwrite(world):
    await announced(world, GOOD)
    waiting = await announced(world, workout(bpm=160), overwrite=True, at_once=False)

    assert await announced(world, workout(NOON + 10 * 86400)) == waiting
    assert await days(world.store) == [date(2024, 6, 1)]


async def test_a_url_that_no_known_partner_announced_is_not_fetched(world):
    file = await announced(world, None, url="https://files.example/a.fit", origin="gone")

    assert (file.state, file.problem_code) == ("failed", "unknown_partner")


async def test_raw_files_that_nothing_refers_to_are_forgotten(world):
    await announced(world, GOOD)
    await announced(world, workout(bpm=160), overwrite=True)
    assert await count(world.store, RawFile) == [2]

    async with world.store.writing() as unit:
        await unit.later(PruneJobs())
    await world.work()

    assert await count(world.store, RawFile, Activity) == [1, 1]
