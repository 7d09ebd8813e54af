"""Ingestion through real jobs: files from the encoder go in, activities and heart-rate days come out."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, update
from sqlmodel import col

from domain import pings, users
from domain.activities import Activity, ActivityStream
from domain.announcing import Announcement, announce
from domain.fit import FitError, Limits, read
from domain.fit.clock import FIT_EPOCH
from domain.fit.encoder import encode_activity
from domain.fit_files import BY_HAND, FitFile, IngestFit
from domain.heart_rate import HeartRateDay, HeartRateRecording, split_by_day
from domain.ingestion import NO_DATES
from domain.jobs import JobRecord, PruneJobs, desk
from domain.packing import unpack, unpack_times
from domain.pai import PaiCalculation, PaiSummary
from domain.pings import Ping
from domain.raw_files import RawFile, hash_of
from domain.recordings import dated
from domain.scoring.heart_rate import Samples
from domain.sql import select
from domain.store import Store
from domain.users import User
from domain.viewer import SYSTEM
from tests.domain.fit.made_files import records, with_session
from tests.world import LONG_AGO
from workers.drain import drain

pytestmark = pytest.mark.anyio

NOON = int(datetime(2024, 6, 1, 12, tzinfo=UTC).timestamp())


def workout(start: int = NOON, bpm=150, seconds: int = 600, **options) -> bytes:
    return encode_activity(start, {"heart_rate": np.broadcast_to(bpm, seconds)}, **options)


async def announced(world, content: bytes | None, *, user=None, **fields):
    """Announce a file and do every job that follows; the file as it is known then."""
    details = {"origin": BY_HAND, "source": "test", "summary_id": "a", "organization_id": world.organization}
    async with world.store.writing() as unit:
        file_id = await announce(
            unit, Announcement(user_id=user or world.joe, content=content, **details | fields)
        )
    await world.work()
    async with world.store.reading() as unit:
        return await unit.row(select(*FitFile.__table__.c).where(col(FitFile.id) == file_id))


async def rows(store: Store, kind, *order):
    async with store.reading() as unit:
        return await unit.rows(select(*kind.__table__.c).order_by(*order))


async def count(store: Store, *kinds) -> list[int]:
    async with store.reading() as unit:
        return [await unit.value(select(func.count()).select_from(kind)) for kind in kinds]


async def days(store: Store) -> list[date]:
    return [row.date for row in await rows(store, HeartRateDay, HeartRateDay.date)]


async def states(store: Store) -> set[str]:
    return {row.state for row in await rows(store, JobRecord)}


GOOD = workout()
BROKEN = {
    "not_fit": b"PK\x03\x04 this is something else altogether",
    "truncated": GOOD[:-100],
    "bad_crc": GOOD[:-3] + bytes([GOOD[-3] ^ 1]) + GOOD[-2:],
    "too_large": GOOD + bytes(17 * 1024 * 1024),
}


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


def uptime_file() -> bytes:
    return with_session(records((5000, 120), (5001, 130)), start=5000, elapsed_s=2).to_bytes()


async def test_a_device_without_a_clock_is_dated_by_the_announcement(world):
    started_at = datetime(2024, 6, 1, 12, tzinfo=UTC)

    file = await announced(world, uptime_file(), started_at=started_at)

    (activity,) = await rows(world.store, Activity)
    assert (file.state, file.problem_code, activity.started_at) == ("ingested", None, started_at)
    assert await days(world.store) == [date(2024, 6, 1)]


@pytest.mark.parametrize("started_at", [None, datetime(1970, 1, 1, tzinfo=UTC)])
async def test_a_device_without_a_clock_and_without_a_useful_announcement_is_undated(world, started_at):
    file = await announced(world, uptime_file(), started_at=started_at)

    assert (file.state, file.problem_code) == ("ingested", "undated")
    assert await count(world.store, Activity, HeartRateDay) == [0, 0]
    assert await states(world.store) == {"done"}


async def test_records_before_any_device_was_made_are_undated_whatever_was_announced(world):
    early = datetime(1970, 1, 1, tzinfo=UTC)
    told = [
        (await announced(world, content, started_at=early, summary_id=name)).problem_message
        for name, content in (("a", uptime_file()), ("b", records((None, 120), (None, 121)).to_bytes()))
    ]

    assert told == [NO_DATES[1]] * 2
    assert "announced" in (await announced(world, uptime_file(), summary_id="c")).problem_message


def test_a_record_without_a_time_gets_none_from_an_announcement_before_the_first():
    content = with_session(records((5000, 120), (None, 130)), start=5000, elapsed_s=2).to_bytes()

    fit = dated(read(content, Limits()), datetime(1970, 1, 1, tzinfo=UTC))

    assert list(fit.records.time >= 0) == [True, False]


@pytest.mark.parametrize(
    ("zone", "start", "seconds", "found"),
    [
        ("America/Vancouver", "2024-06-02T06:59:00+00:00", 120, {"2024-06-01": 60, "2024-06-02": 60}),
        ("Europe/Oslo", "2024-03-30T22:59:58+00:00", 4, {"2024-03-30": 2, "2024-03-31": 2}),
        ("Europe/Oslo", "2024-03-31T21:59:58+00:00", 4, {"2024-03-31": 2, "2024-04-01": 2}),
        ("Europe/Oslo", "2024-10-27T22:59:58+00:00", 4, {"2024-10-27": 2, "2024-10-28": 2}),
        ("Asia/Kathmandu", "2024-06-01T18:14:59+00:00", 2, {"2024-06-01": 1, "2024-06-02": 1}),
        ("Pacific/Kiritimati", "2024-06-01T09:59:59+00:00", 2, {"2024-06-01": 1, "2024-06-02": 1}),
        ("America/St_Johns", "2010-11-07T02:30:00+00:00", 120, {"2010-11-07": 120}),
    ],
)
async def test_a_beat_counts_for_the_users_local_day(world, zone, start, seconds, found):
    async with world.store.writing() as unit:
        (await unit.entity(User, col(User.id) == world.joe)).time_zone = zone
    first = datetime.fromisoformat(start)

    await asyncio.wait_for(announced(world, workout(int(first.timestamp()), seconds=seconds)), 20)

    counted = await rows(world.store, HeartRateDay, HeartRateDay.date)
    (activity,) = await rows(world.store, Activity)
    assert {row.date.isoformat(): row.sample_count for row in counted} == found
    assert {row.time_zone for row in counted} == {zone}
    assert activity.local_date == first.astimezone(ZoneInfo(zone)).date()


@given(
    st.sampled_from(
        ["America/St_Johns", "America/Havana", "Africa/Cairo", "Pacific/Apia", "Asia/Gaza", "UTC"]
    ),
    st.lists(st.integers(315_532_800, 1_900_000_000), min_size=1, max_size=20),
)
def test_every_sample_falls_on_one_day_and_days_follow_each_other(zone, times):
    samples = Samples.of(sorted(times), [100] * len(times))

    parts = split_by_day(samples, ZoneInfo(zone))

    assert [int(t) for _, part in parts for t in part.time] == sorted(times)
    assert all(one < two for (one, _), (two, _) in pairwise(parts))
    for day, part in parts:
        for time in part.time:
            local = datetime.fromtimestamp(int(time), ZoneInfo(zone))
            assert local.date() == day or abs(
                local - datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
            ) < timedelta(hours=1)


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
