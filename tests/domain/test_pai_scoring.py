"""Scoring through real jobs: which days get a summary, and that no order of imports makes a difference."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from domain import heart_rate, pai_pruning, pai_scoring, recalculation
from domain.biometrics import Biometric
from domain.heart_rate import HeartRateDay
from domain.jobs import JobRecord
from domain.pai import ExtendPai, FindDaysBegun, PaiCalculation, PaiSummary, ScorePai, Trigger
from domain.pai_pruning import PruneCalculations
from domain.scoring.heart_rate import Samples
from domain.sql import select
from domain.store import Store
from domain.users import User
from workers.drain import drain

pytestmark = pytest.mark.anyio

TODAY = date(2024, 6, 20)
VALUES = [
    c.name
    for c in PaiSummary.__table__.c
    if c.name not in {"id", "created_at", "modified_at", "user_id", "organization_id"}
]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2024, 6, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(world) -> Clock:
    world.store.clock = Clock()
    return world.store.clock


def noon(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def exercise(day: date, minutes: int = 20, bpm: int = 150) -> Samples:
    return Samples.of([noon(day) + 30 * n for n in range(minutes * 2)], [bpm] * minutes * 2)


async def contributed(store: Store, user: UUID, name: str, samples: Samples) -> None:
    """What ingestion does with a file's heart rate; no samples take an earlier contribution back."""
    async with store.writing() as unit:
        days = await heart_rate.record(unit, user_id=user, contribution=name, samples=samples)
        await recalculation.request_pai(unit, user, days)
    await drain(store, lambda *_: None)


async def summaries(store: Store, user: UUID | None = None) -> dict[date, tuple]:
    table = PaiSummary.__table__.c
    async with store.reading() as unit:
        where = [table.user_id == user] if user else []
        rows = await unit.rows(select(*(table[name] for name in VALUES)).where(*where))
        return {row.date: tuple(row) for row in rows}


async def everything(store: Store, kind) -> list:
    async with store.reading() as unit:
        return list(await unit.rows(select(*kind.__table__.c).order_by(kind.__table__.c.date)))


def week(first: date, days: int = 7) -> list[date]:
    return [first + timedelta(n) for n in range(days)]


async def test_a_day_counts_in_its_own_and_the_six_days_after(world, clock):
    first = TODAY - timedelta(10)

    await contributed(world.store, world.joe, "a", exercise(first))

    found = await everything(world.store, PaiSummary)
    assert [row.date for row in found] == week(first)
    assert found[0].pai_score > 0
    assert {row.pai_score for row in found} == {found[0].pai_score}
    assert [row.daily_pai for row in found] == [found[0].pai_score] + [0] * 6
    assert [row.measured for row in found] == [True] + [False] * 6
    assert {row.algorithm_version for row in found} == {"open-pai-1"}
    assert {(row.resting_heart_rate_bpm, row.max_heart_rate_bpm) for row in found} == {(58, 186)}


async def test_days_to_come_are_not_written(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY - timedelta(2)))

    assert list(await summaries(world.store)) == week(TODAY - timedelta(2), 3)


async def test_today_is_the_users_own(world, clock):
    clock.now = datetime(2024, 6, 20, 3, tzinfo=UTC)  # still the 19th in Vancouver, not in Oslo

    for user in (world.joe, world.ann):
        await contributed(world.store, user, "a", exercise(date(2024, 6, 18)))

    assert max(await summaries(world.store, world.joe)) == date(2024, 6, 19)
    assert max(await summaries(world.store, world.ann)) == date(2024, 6, 20)


async def test_a_change_touches_the_day_and_the_six_after_it_and_no_other(world, clock):
    first = TODAY - timedelta(19)
    for n in range(20):
        await contributed(world.store, world.joe, f"{n}", exercise(first + timedelta(n)))
    before = {row.date: row for row in await everything(world.store, PaiSummary)}
    clock.now += timedelta(minutes=1)

    await contributed(world.store, world.joe, "5", exercise(first + timedelta(5), minutes=40))

    after = {row.date: row for row in await everything(world.store, PaiSummary)}
    assert [day for day in after if after[day] != before[day]] == week(first + timedelta(5))
    changed = [day for day in after if after[day].modified_at == clock.now]
    assert changed == week(first + timedelta(5))


async def test_scoring_again_what_has_not_changed_modifies_nothing(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY - timedelta(10)))
    before = await everything(world.store, PaiSummary)
    clock.now += timedelta(minutes=1)

    async with world.store.writing() as unit:
        await recalculation.request_pai(unit, world.joe, [TODAY - timedelta(10)])
        await pai_scoring.score(unit, world.joe)

    assert await everything(world.store, PaiSummary) == before


async def test_a_summary_whose_minutes_alone_change_is_modified(world, clock):
    """Past the most a day can earn, more of the same adds minutes and nothing else."""
    await contributed(world.store, world.joe, "a", exercise(TODAY, minutes=180, bpm=180))
    (before,) = await everything(world.store, PaiSummary)
    clock.now += timedelta(minutes=1)

    await contributed(world.store, world.joe, "a", exercise(TODAY, minutes=200, bpm=180))

    (after,) = await everything(world.store, PaiSummary)
    assert (after.pai_score, after.high_zone_pai) == (before.pai_score, before.high_zone_pai)
    assert after.high_zone_minutes == before.high_zone_minutes + 20
    assert after.modified_at == clock.now


async def test_taking_back_the_only_day_takes_its_summaries_back(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY - timedelta(10)))

    await contributed(world.store, world.joe, "a", Samples.of([], []))

    assert await summaries(world.store) == {}
    assert await everything(world.store, HeartRateDay) == []


async def test_a_clock_that_ran_ahead_gets_its_day_and_not_those_between(world, clock):
    ahead = TODAY + timedelta(3)

    await contributed(world.store, world.joe, "a", exercise(ahead))
    await contributed(world.store, world.joe, "b", exercise(TODAY))

    found = await summaries(world.store)
    assert sorted(found) == [TODAY, ahead]
    scores = {row.date: row.pai_score for row in await everything(world.store, PaiSummary)}
    assert scores[ahead] > scores[TODAY]


async def test_a_calculation_says_that_a_day_was_scored(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY))

    (calculation,) = await everything(world.store, PaiCalculation)
    (summary,) = await everything(world.store, PaiSummary)
    (day,) = await everything(world.store, HeartRateDay)
    assert (calculation.status, calculation.reason) == ("Completed", None)
    assert (calculation.pai_summary_id, calculation.trigger_id) == (summary.id, day.id)


@pytest.mark.parametrize(
    ("resting", "most", "reason"),
    [(None, 186, "missing"), (20, 186, "resting"), (60, 250, "maximum"), (90, 110, "at least 30 bpm")],
)
async def test_a_calculation_says_why_a_day_was_skipped(world, clock, resting, most, reason):
    async with world.store.writing() as unit:
        values = {"resting_heart_rate_bpm": resting, "max_heart_rate_bpm": most}
        await unit.change(update(Biometric).values(**values))

    await contributed(world.store, world.joe, "a", exercise(TODAY))

    (calculation,) = await everything(world.store, PaiCalculation)
    assert (calculation.status, calculation.pai_summary_id) == ("Skipped", None)
    assert reason in calculation.reason
    assert await summaries(world.store) == {}


async def test_a_missing_maximum_is_estimated_from_age(world, clock):
    async with world.store.writing() as unit:
        await unit.change(update(Biometric).values(max_heart_rate_bpm=None))

    await contributed(world.store, world.joe, "a", exercise(TODAY))

    (summary,) = await everything(world.store, PaiSummary)
    assert summary.max_heart_rate_bpm == 211 - 0.64 * 39


async def test_a_day_whose_biometrics_are_no_longer_valid_loses_its_score(world, clock):
    first = TODAY - timedelta(10)
    await contributed(world.store, world.joe, "a", exercise(first))
    await contributed(world.store, world.joe, "b", exercise(first + timedelta(2)))
    async with world.store.writing() as unit:
        await unit.add(
            Biometric(
                organization_id=world.organization,
                user_id=world.joe,
                date=first + timedelta(2),
                resting_heart_rate_bpm=25,
                created_at=clock.now,
                modified_at=clock.now,
            )
        )

    async with world.store.writing() as unit:
        await recalculation.request_pai(unit, world.joe, [first + timedelta(2)], Trigger.BIOMETRIC)
        await pai_scoring.score(unit, world.joe)

    found = await everything(world.store, PaiSummary)
    assert [row.date for row in found] == week(first)
    assert {row.pai_score for row in found} == {found[0].pai_score}
    assert [row.measured for row in found] == [True] + [False] * 6
    assert [row.resting_heart_rate_bpm for row in found] == [58, 58] + [0] * 5
    assert (await everything(world.store, PaiCalculation))[-1].status == "Skipped"


async def test_a_day_of_impossible_heart_rates_only_scores_nothing(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY, bpm=20))

    (summary,) = await everything(world.store, PaiSummary)
    (day,) = await everything(world.store, HeartRateDay)
    assert (summary.pai_score, summary.daily_pai) == (0, 0)
    assert (day.min_bpm, day.max_bpm) == (20, 20)


async def extended(world) -> None:
    async with world.store.writing() as unit:
        await unit.later(FindDaysBegun())
    await drain(world.store, lambda *_: None)


async def extensions(store: Store) -> int:
    async with store.reading() as unit:
        return len(await unit.rows(select(JobRecord.id).where(col(JobRecord.kind) == "ExtendPai")))


async def test_a_new_day_gets_its_summary_when_it_begins_where_the_user_is(world, clock):
    for user in (world.joe, world.ann):
        await contributed(world.store, user, "a", exercise(TODAY))
    clock.now = datetime(2024, 6, 21, 0, tzinfo=UTC)

    await extended(world)

    assert max(await summaries(world.store, world.ann)) == date(2024, 6, 21)
    assert max(await summaries(world.store, world.joe)) == TODAY
    clock.now += timedelta(hours=8)
    await extended(world)
    assert max(await summaries(world.store, world.joe)) == date(2024, 6, 21)


async def test_days_missed_while_nothing_ran_are_filled_and_the_week_ends(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY))
    clock.now += timedelta(days=5)

    await extended(world)
    assert sorted(await summaries(world.store)) == week(TODAY, 6)

    clock.now += timedelta(days=2)
    await extended(world)
    assert sorted(await summaries(world.store)) == week(TODAY, 6)
    assert await extensions(world.store) == 1


async def test_a_day_that_cannot_be_scored_holds_up_no_other(world, clock):
    async with world.store.writing() as unit:
        await recalculation.request_pai(unit, world.joe, [date.max])
        await unit.change(update(PaiCalculation).values(status="Failed"))
    await contributed(world.store, world.joe, "a", exercise(TODAY))

    assert {row.date: row.status for row in await everything(world.store, PaiCalculation)} == {
        TODAY: "Completed",
        date.max: "Failed",
    }


async def test_a_day_that_has_its_summary_is_not_extended_again(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY))
    clock.now += timedelta(days=1)

    await extended(world)
    await extended(world)

    assert await extensions(world.store) == 1


async def test_a_device_far_ahead_of_time_does_not_keep_new_days_from_beginning(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY))
    await contributed(world.store, world.joe, "b", exercise(date(2089, 1, 1)))
    clock.now += timedelta(days=1)

    await extended(world)

    assert TODAY + timedelta(1) in await summaries(world.store)


async def test_jobs_of_a_user_who_is_gone_are_done(world, clock):
    await contributed(world.store, world.joe, "a", exercise(TODAY))
    async with world.store.writing() as unit:
        await unit.later(ScorePai(world.joe))
        await unit.later(ExtendPai(world.joe))
        await unit.change(delete(User).where(col(User.id) == world.joe))

    await drain(world.store, lambda *_: None)

    async with world.store.reading() as unit:
        assert {row.state for row in await unit.rows(select(JobRecord.state))} == {"done"}


async def test_of_a_days_calculations_the_latest_and_everything_recent_stay(world, clock, monkeypatch):
    """Three days, each calculated every month of a year, and one that waits to be calculated again."""
    monkeypatch.setattr(pai_pruning, "PORTION", 4)
    days = [TODAY - timedelta(days=n) for n in range(3)]
    begun = clock.now
    for month in range(12):
        clock.now = begun + timedelta(days=30 * month)
        async with world.store.writing() as unit:
            await recalculation.request_pai(unit, world.joe, days)
            await recalculation.request_pai(unit, world.ann, days[: month == 0])
        await drain(world.store, lambda *_: None, kinds=frozenset({"ScorePai"}))
    async with world.store.writing() as unit:
        await recalculation.request_pai(unit, world.joe, days[:1])
    clock.now += timedelta(days=1)
    before = await everything(world.store, PaiCalculation)

    async with world.store.writing() as unit:
        await unit.later(PruneCalculations())
    await drain(world.store, lambda *_: None, kinds=frozenset({"PruneCalculations"}))

    left = await everything(world.store, PaiCalculation)
    recent = clock.now - world.store.settings.calculation_history
    done = sorted((row for row in before if row.completed_at), key=lambda row: row.completed_at)
    latest = {(row.user_id, row.date): row.id for row in done}
    kept = {row.id for row in before if not row.completed_at or row.completed_at >= recent}
    assert {row.id for row in left} == kept | set(latest.values())
    assert (len(before), len(left)) == (3 * 12 + 1 + 1, 3 * 3 + 1 + 1)
