"""When what is in a file took place, whatever its device and its announcement say."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col

from domain.activities import Activity
from domain.fit import Limits, read
from domain.heart_rate import HeartRateDay, split_by_day
from domain.ingestion import NO_DATES
from domain.recordings import dated
from domain.scoring.heart_rate import Samples
from domain.users import User
from tests.databases import ONE_DATABASE
from tests.domain.fit.made_files import records, with_session
from tests.domain.ingesting import announced, count, days, rows, states, workout


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


@ONE_DATABASE
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
