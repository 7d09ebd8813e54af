"""Ingestion through real jobs: files from the encoder go in, activities and heart-rate days come out."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from domain import pings, users
from domain.activities import Activity, ActivityStream
from domain.announcing import Announcement, announce
from domain.fit.clock import FIT_EPOCH
from domain.fit.encoder import encode_activity
from domain.fit_files import BY_HAND, FitFile
from domain.heart_rate import HeartRateDay, HeartRateRecording
from domain.jobs import JobRecord
from domain.packing import unpack, unpack_times
from domain.pai import PaiCalculation, PaiSummary
from domain.pings import Ping
from domain.raw_files import RawFile, hash_of
from tests.domain.fit.made_files import records, with_session
from tests.domain.ingesting import BROKEN, GOOD, NOON, announced, count, days, rows, states, workout
from tests.world import LONG_AGO
from workers.drain import drain


@pytest.mark.parametrize("code", BROKEN)
async def test_a_broken_file_is_refused_by_name_and_nothing_of_it_is_kept(world, code):
    file = await announced(world, BROKEN[code])

    stored = await count(world.store, Activity, ActivityStream, HeartRateDay, HeartRateRecording, PaiSummary)
    assert (file.state, file.problem_code) == ("failed", code)
    assert file.problem_message
    assert stored == [0] * 5
    assert await states(world.store) == {"done"}
    assert (await announced(world, GOOD, summary_id="b")).state == "ingested"


@pytest.mark.parametrize("code", ["not_fit", "truncated", "bad_crc"])
async def test_a_broken_file_leaves_what_an_earlier_one_gave(world, code):
    await announced(world, GOOD)

    file = await announced(world, BROKEN[code], overwrite=True)

    assert (file.state, file.problem_code) == ("failed", code)
    assert await count(world.store, Activity, HeartRateDay) == [1, 1]


async def test_a_good_file_becomes_an_activity_with_its_streams_and_its_day(world):
    bpm = np.array([100, 120, 140, 160], float)

    file = await announced(
        world, encode_activity(NOON, {"heart_rate": bpm, "power": bpm + 100}), activity_name="Run"
    )

    (activity,) = await rows(world.store, Activity)
    streams = {row.metric: row.packed for row in await rows(world.store, ActivityStream)}
    (day,) = await rows(world.store, HeartRateDay)
    assert (file.state, file.record_count, file.heart_rate_count, file.heart_rate_sum) == (
        "ingested",
        4,
        4,
        520,
    )
    assert (activity.name, activity.sport, activity.totals_from) == ("Run", "running", "session")
    assert (activity.average_heart_rate_bpm, activity.max_heart_rate_bpm) == (130, 160)
    assert (activity.average_power_watts, activity.max_power_watts) == (230, 260)
    assert activity.started_at == datetime.fromtimestamp(NOON, UTC)
    assert list(unpack_times(streams["time"])) == [NOON, NOON + 1, NOON + 2, NOON + 3]
    assert list(unpack(streams["heart_rate"])) == list(bpm)
    assert (day.sample_count, day.min_bpm, day.max_bpm, day.average_bpm) == (4, 100, 160, 130)


async def test_missing_heart_rate_counts_for_nothing(world):
    await announced(world, encode_activity(NOON, {"heart_rate": [np.nan, 100, np.nan, 101, 255, 0]}))

    (day,) = await rows(world.store, HeartRateDay)
    assert (day.sample_count, day.min_bpm, day.max_bpm, day.average_bpm) == (2, 100, 101, 100.5)


async def test_a_file_without_heart_rate_is_an_activity_without_a_day(world):
    file = await announced(world, encode_activity(NOON, {"power": [200] * 60}))

    assert (file.state, file.heart_rate_count, file.heart_rate_sum) == ("ingested", 0, 0)
    assert await count(world.store, Activity, HeartRateDay, PaiCalculation) == [1, 0, 0]


async def test_a_repeated_ping_changes_nothing(world):
    first = await announced(world, GOOD)

    again = await announced(world, workout(bpm=90))

    assert again == first
    assert await count(world.store, Activity, RawFile) == [1, 1]


async def test_overwriting_replaces_sessions_and_days(world):
    two = with_session(
        with_session(
            records(*((NOON - FIT_EPOCH + n, 150) for n in range(60))), start=NOON - FIT_EPOCH, elapsed_s=29
        ),
        start=NOON - FIT_EPOCH + 30,
        elapsed_s=30,
    )
    await announced(world, two.to_bytes())
    assert await count(world.store, Activity) == [2]

    file = await announced(world, workout(NOON + 10 * 86400), overwrite=True)

    assert (file.revision, file.session_count) == (2, 1)
    assert await count(world.store, Activity, HeartRateRecording) == [1, 1]
    assert await days(world.store) == [date(2024, 6, 11)]
    summaries = await rows(world.store, PaiSummary, PaiSummary.date)
    assert [row.date for row in summaries] == [date(2024, 6, 11) + timedelta(n) for n in range(7)]


async def test_a_failed_file_may_be_announced_again_without_overwriting(world):
    await announced(world, BROKEN["truncated"])

    file = await announced(world, GOOD)

    assert (file.state, file.revision, file.problem_code, file.problem_message) == ("ingested", 2, None, None)


async def test_a_job_for_an_earlier_announcement_does_nothing(world):
    details = {"origin": BY_HAND, "source": "test", "summary_id": "a", "organization_id": world.organization}
    async with world.store.writing() as unit:
        await announce(unit, Announcement(user_id=world.joe, content=workout(bpm=90), **details))
    async with world.store.writing() as unit:
        await announce(unit, Announcement(user_id=world.joe, content=GOOD, overwrite=True, **details))
    await world.work()

    (day,) = await rows(world.store, HeartRateDay)
    assert day.max_bpm == 150
    assert await states(world.store) == {"done"}


async def test_the_same_content_from_two_users_is_stored_once_and_counts_for_both(world):
    await announced(world, GOOD)
    await announced(world, GOOD, user=world.ann)

    assert await count(world.store, RawFile, FitFile, Activity, HeartRateDay) == [1, 2, 2, 2]


async def test_each_session_is_an_activity_with_its_own_records(world):
    start = NOON - FIT_EPOCH
    writer = records(*((start + n, 100 + n) for n in range(60)))
    for at, sport in ((0, 5), (20, 3), (40, 2)):
        with_session(writer, start=start + at, elapsed_s=20, sport=sport)

    file = await announced(world, writer.to_bytes())

    found = await rows(world.store, Activity, Activity.session_index)
    assert file.session_count == 3
    assert [row.sport for row in found] == ["swimming", "transition", "cycling"]
    assert [row.record_count for row in found] == [20, 20, 20]
    assert [row.max_heart_rate_bpm for row in found] == [119, 139, 159]


async def test_records_without_a_session_are_an_activity_of_their_own(world):
    start = NOON - FIT_EPOCH

    file = await announced(world, records(*((start + n, 120) for n in range(60))).to_bytes())

    (activity,) = await rows(world.store, Activity)
    assert (file.session_count, activity.totals_from, activity.elapsed_seconds) == (0, "records", 59)
    assert activity.sport == "generic"


async def test_two_devices_on_one_day_are_one_day(world):
    await announced(world, workout(bpm=100, seconds=60))
    await announced(world, workout(NOON + 3600, bpm=160, seconds=60), summary_id="b")

    (day,) = await rows(world.store, HeartRateDay)
    assert (day.sample_count, day.min_bpm, day.max_bpm, day.average_bpm) == (120, 100, 160, 130)


async def test_files_of_one_user_at_once_all_count(world):
    details = {
        "origin": BY_HAND,
        "source": "test",
        "organization_id": world.organization,
        "user_id": world.joe,
    }

    async def ping(n: int) -> None:
        async with world.store.writing() as unit:
            await announce(
                unit,
                Announcement(
                    content=workout(NOON + n * 3600, seconds=30, bpm=100 + n), summary_id=f"{n}", **details
                ),
            )

    await asyncio.gather(*(ping(n) for n in range(8)))
    await asyncio.gather(*(drain(world.store, lambda *_: None) for _ in range(4)))

    (day,) = await rows(world.store, HeartRateDay)
    assert (day.sample_count, day.min_bpm, day.max_bpm) == (240, 100, 107)
    assert {row.attempts for row in await rows(world.store, JobRecord)} == {1}


async def test_a_ping_does_not_wait_for_a_running_import_of_the_same_user(world):
    """The import holds the user's lock; a row that only points to the user needs none of it."""
    if world.store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    async with world.store.writing() as unit:
        await users.lock(unit, world.joe)
        told = (0, "1234", "watch", "a", None, LONG_AGO, None, GOOD, hash_of(GOOD))
        async with asyncio.timeout(5), world.store.writing(await world.partner_viewer()) as other:
            assert await pings.receive(other, [Ping(*told, overwrite=False, at_once=True)]) == []

    assert await count(world.store, FitFile) == [1]
