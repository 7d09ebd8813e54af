"""What a change recalculates, and that it leaves everything else alone."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlmodel import col

from domain import (
    biometrics,
    fit_files,
    heart_rate,
    pai,
    profiles,
    recalculation,
    reprocessing,
    rescoring,
    vo2max_assessments,
)
from domain.activities import Activity
from domain.announcing import Announcement, announce
from domain.errors import Conflict, Forbidden, Invalid, Misfit, NotFound
from domain.fit.encoder import encode_activity
from domain.fit_files import FitFile
from domain.heart_rate import HeartRateDay, HeartRateRecording
from domain.jobs import JobRecord
from domain.pai import FindDaysBegun, PaiCalculation, PaiSummary, Trigger
from domain.raw_files import RawFile
from domain.scoring.vo2max import Duration, Frequency, Intensity
from domain.sql import select
from domain.training_days import TrainingDay
from domain.viewer import SCOPES, Scope, Viewer, ViewerKind
from domain.vo2max import Vo2MaxAssessment, Vo2MaxCalculation, Vo2MaxSummary
from domain.vo2max_assessments import Answers

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
"""Once: test_scoring_property goes through the same changes on both databases."""

TODAY = date(2024, 6, 20)
BODY = {"weight_kg": 78.0, "height_cm": 180.0}
HABITS = (Frequency.TWO_THREE_A_WEEK, Intensity.BREATHLESS_SWEATY, Duration.FROM_30_TO_60)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2024, 6, 20, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def clock(world) -> Clock:
    """Joe can have a VO2 max."""
    world.store.clock = Clock()
    async with world.store.writing() as unit:
        await profiles.change_profile(unit, world.joe, {"sex": "Male"})
        await biometrics.record(unit, world.joe, TODAY - timedelta(100), BODY)
    return world.store.clock


def run(day: date, hour: int = 18, bpm: float = 150, **summary) -> bytes:
    start = int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())
    return encode_activity(start, {"heart_rate": np.full(30, bpm)}, interval_s=60, summary=summary)


async def imported(world, *contents: bytes) -> None:
    async with world.store.writing() as unit:
        for content in contents:
            name = f"{hash(content)}.fit"
            await announce(
                unit, Announcement(world.joe, world.organization, "test", "watch", name, content=content)
            )
    await world.work()


async def of(world, kind) -> list:
    table = kind.__table__.c
    order = [table[name] for name in ("date", "created_at", "id") if name in table]
    async with world.store.reading() as unit:
        return list(await unit.rows(select(*table).order_by(*order)))


async def modified(world, kind, instant) -> list[date]:
    return [row.date for row in await of(world, kind) if row.modified_at == instant]


async def test_biometrics_recalculate_exactly_the_days_they_have_a_say_in(world, clock):
    first = TODAY - timedelta(20)
    await imported(world, *(run(first + timedelta(n)) for n in range(0, 20, 2)))
    async with world.store.writing() as unit:
        await biometrics.record(unit, world.joe, first + timedelta(10), {"resting_heart_rate_bpm": 60})
    await world.work()
    clock.now += timedelta(minutes=1)

    async with world.store.writing() as unit:
        changed = await biometrics.record(
            unit, world.joe, first + timedelta(8), {"resting_heart_rate_bpm": 50}
        )
    await world.work()

    # Until the next measurement on day 10: days 8 and 9, and the weeks that day 8, which has heart rate, counts in.
    assert await modified(world, PaiSummary, clock.now) == [first + timedelta(n) for n in range(8, 15)]
    causes = [row for row in await of(world, PaiCalculation) if row.trigger == Trigger.BIOMETRIC]
    asked = {row.date for row in causes if row.trigger_id == changed}
    assert asked == {first + timedelta(8), first + timedelta(9)}
    assert {row.status for row in causes} == {"Completed"}


async def test_a_weight_changes_the_vo2_max_and_nothing_else(world, clock):
    await imported(world, run(TODAY - timedelta(3)))
    before = await of(world, PaiSummary), await of(world, PaiCalculation), await of(world, TrainingDay)
    old = await of(world, Vo2MaxSummary)
    clock.now += timedelta(minutes=1)

    async with world.store.writing() as unit:
        await biometrics.record(unit, world.joe, TODAY - timedelta(1), {"weight_kg": 70})
    await world.work()

    assert (
        await of(world, PaiSummary),
        await of(world, PaiCalculation),
        await of(world, TrainingDay),
    ) == before
    new = await of(world, Vo2MaxSummary)
    assert [n.vo2max > o.vo2max for n, o in zip(new, old, strict=True)] == [False, False, True, True]
    assert await modified(world, Vo2MaxCalculation, clock.now) == [TODAY - timedelta(1), TODAY]


async def test_a_summary_is_calibrated_once_four_days_of_the_week_were_measured(world, clock):
    await imported(world, *(run(TODAY - timedelta(n)) for n in range(5)))

    found = await of(world, Vo2MaxSummary)
    assert [row.calibration_status for row in found] == ["Uncalibrated"] * 3 + ["Calibrated"] * 2
    assert {row.source for row in found} == {"PAI"}


async def test_without_a_sex_the_load_and_the_vo2_max_say_why_there_is_none(world, clock):
    async with world.store.writing() as unit:
        await profiles.change_profile(unit, world.joe, {"sex": None})
    await imported(world, run(TODAY))

    (activity,), (calculation,) = await of(world, Activity), await of(world, Vo2MaxCalculation)
    assert (activity.training_load, activity.training_load_reason) == (None, "The sex is missing.")
    assert activity.trimp_edwards > 0
    assert (calculation.status, calculation.reason) == ("Skipped", "The sex is missing.")
    assert await of(world, Vo2MaxSummary) == []


async def test_a_device_that_scores_power_has_the_last_word(world, clock):
    await imported(world, run(TODAY, training_stress_score=88.5))

    (activity,), (day,) = await of(world, Activity), await of(world, TrainingDay)
    assert activity.heart_rate_stress_score > 0
    assert (activity.training_load, activity.training_load_source) == (88.5, "training_stress_score")
    assert day.load == 88.5


async def test_the_balance_goes_on_into_days_without_training_and_new_days(world, clock):
    await imported(world, run(TODAY - timedelta(2)))
    clock.now += timedelta(days=2)
    before = len(await of(world, JobRecord))
    async with world.store.writing() as unit:
        for _ in range(2):
            await unit.later(FindDaysBegun())
    await world.work()

    kinds = [job.kind for job in await of(world, JobRecord)][before:]
    assert sorted(kinds) == ["BalanceLoads", "ExtendPai", "FindDaysBegun", "FindDaysBegun"]
    found = await of(world, TrainingDay)
    assert [row.date for row in found] == [TODAY + timedelta(n) for n in range(-2, 3)]
    assert [row.activity_count for row in found] == [1, 0, 0, 0, 0]
    load = found[0].load
    assert [row.ctl for row in found] == pytest.approx([load / 42 * (41 / 42) ** n for n in range(5)])
    assert found[-1].tsb == found[-2].ctl - found[-2].atl
    clock.now += timedelta(days=361)
    async with world.store.writing() as unit:
        await unit.later(FindDaysBegun())
    await world.work()
    assert (await of(world, TrainingDay))[-1].date == TODAY + timedelta(363)
    clock.now += timedelta(days=1)  # a year after the last activity nothing is left of it
    async with world.store.writing() as unit:
        await unit.later(FindDaysBegun())
    await world.work()
    assert (await of(world, TrainingDay))[-1].date == TODAY + timedelta(363)


async def test_removing_a_file_takes_back_all_that_came_of_it(world, clock):
    await imported(world, run(TODAY - timedelta(9)))
    kept = [await of(world, kind) for kind in (PaiSummary, Vo2MaxSummary, TrainingDay, Activity)]
    clock.now += timedelta(minutes=1)
    await imported(world, run(TODAY - timedelta(9), hour=20))
    (first, second) = await of(world, FitFile)

    async with world.store.writing() as unit:
        await fit_files.remove(unit, second.id)
    await world.work()

    for kind, before in zip((PaiSummary, Vo2MaxSummary, TrainingDay, Activity), kept, strict=True):
        now = await of(world, kind)
        assert [row[:6] for row in now] == [row[:6] for row in before], kind
    assert len(await of(world, RawFile)) == 1
    async with world.store.writing() as unit:
        await fit_files.remove(unit, first.id)
    await world.work()
    for kind in (HeartRateDay, HeartRateRecording, PaiSummary, Vo2MaxSummary, TrainingDay, Activity, RawFile):
        assert await of(world, kind) == []


async def test_only_those_who_may_can_change_what_they_can_see(world, clock):
    await imported(world, run(TODAY))
    (file,), (joes, *_) = (
        await of(world, FitFile),
        [row for row in await of(world, biometrics.Biometric) if row.user_id == world.joe],
    )
    eve = Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], world.other_organization, user_id=world.eve)
    joe = Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], world.organization, user_id=world.joe)
    boss = Viewer(ViewerKind.ADMINISTRATOR, SCOPES[ViewerKind.ADMINISTRATOR], world.other_organization)
    partner = Viewer(ViewerKind.PARTNER, SCOPES[ViewerKind.PARTNER], world.organization)
    answers = Answers(TODAY, *HABITS)
    attempts = (
        lambda unit: fit_files.remove(unit, file.id),
        lambda unit: biometrics.record(unit, world.joe, TODAY, BODY),
        lambda unit: biometrics.change(unit, joes.id, BODY),
        lambda unit: biometrics.remove(unit, joes.id),
        lambda unit: vo2max_assessments.record(unit, world.joe, answers),
        lambda unit: recalculation.ask_for_pai(unit, world.joe, TODAY),
    )
    for viewer, refusal in ((eve, NotFound), (boss, NotFound), (partner, Forbidden)):
        for attempt in attempts:
            with pytest.raises(refusal):
                async with world.store.writing(viewer) as unit:
                    await attempt(unit)
    for viewer, refusal in ((eve, Forbidden), (joe, Forbidden), (boss, NotFound), (partner, Forbidden)):
        for change in (profiles.change_profile, profiles.change_user):
            with pytest.raises(refusal):
                async with world.store.writing(viewer) as unit:
                    await change(unit, world.joe, {"sex": None})
    for kind in (ViewerKind.USER, ViewerKind.ADMINISTRATOR, ViewerKind.PARTNER, ViewerKind.API_KEY):
        assert Scope.MAINTENANCE not in SCOPES[kind]


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        (lambda u, joe: biometrics.record(u, joe, TODAY - timedelta(100), BODY), Conflict),
        (lambda u, joe: biometrics.record(u, joe, TODAY, {}), Invalid),
        (lambda u, joe: biometrics.record(u, joe, TODAY, {"weight_kg": float("nan")}), Invalid),
        (lambda u, joe: biometrics.record(u, joe, TODAY, {"id": 1}), Invalid),
        (lambda u, joe: profiles.change_profile(u, joe, {"date_of_birth": TODAY + timedelta(2)}), Invalid),
        (lambda u, joe: vo2max_assessments.record(u, joe, Answers(TODAY + timedelta(2), *HABITS)), Invalid),
        (lambda u, joe: recalculation.ask_for_pai(u, joe, TODAY + timedelta(1)), Misfit),
        (lambda u, joe: recalculation.ask_for_pai(u, joe, date.max), Misfit),
        (lambda u, joe: recalculation.ask_for_pai(u, joe, date(1979, 12, 31)), Misfit),
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(world, clock, attempt, refusal):
    before = await of(world, JobRecord)

    with pytest.raises(refusal):
        async with world.store.writing() as unit:
            await attempt(unit, world.joe)

    assert await of(world, JobRecord) == before


async def test_an_assessment_is_its_days_summary_whatever_the_pai_score(world, clock):
    async with world.store.writing() as unit:
        await vo2max_assessments.record(unit, world.joe, Answers(TODAY, *HABITS))
        clock.now += timedelta(minutes=1)
    async with world.store.writing() as unit:
        latest = Answers(TODAY, *HABITS, {"waist_cm": 84, "resting_heart_rate_bpm": 50})
        await vo2max_assessments.record(unit, world.joe, latest)
    (summary,) = await of(world, Vo2MaxSummary)

    await imported(world, run(TODAY - timedelta(1)))

    found = await of(world, Vo2MaxSummary)
    assert [row.source for row in found] == ["PAI", "Assessment"]
    assert found[1] == summary
    assert summary.vo2max == round(100.27 - 0.296 * 39 - 0.369 * 84 - 0.155 * 50 + 0.226 * (2 * 5 * 1.5), 2)
    assert {row.vo2max_summary_id for row in await of(world, Vo2MaxAssessment)} == {summary.id}
    (*_, calculation) = await of(world, Vo2MaxCalculation)
    assert (calculation.trigger, calculation.vo2max_summary_id) == ("Assessment", summary.id)


async def test_a_user_who_moves_has_all_days_cut_anew(world, clock):
    late = run(date(2024, 6, 10), hour=3)  # the 9th in Vancouver, the 10th in Oslo
    await imported(world, late)
    assert [row.date for row in await of(world, HeartRateDay)] == [date(2024, 6, 9)]

    async with world.store.writing() as unit:
        await profiles.change_profile(unit, world.joe, {"time_zone": "Europe/Oslo"})
    await world.work()

    (day,), (activity,) = await of(world, HeartRateDay), await of(world, Activity)
    assert (day.date, day.time_zone) == (date(2024, 6, 10), "Europe/Oslo")
    assert (activity.local_date, activity.time_zone) == (date(2024, 6, 10), "Europe/Oslo")
    assert (await of(world, PaiSummary))[0].date == date(2024, 6, 10)
    assert (await of(world, TrainingDay))[0].date == date(2024, 6, 10)


async def test_a_day_waits_once_and_a_job_that_comes_again_finds_it_done(world, clock):
    async with world.store.writing() as unit:
        for name in ("a", "b"):
            samples = heart_rate.Samples.of([int(clock.now.timestamp())], [150])
            days = await heart_rate.record(unit, user_id=world.joe, contribution=name, samples=samples)
            await recalculation.request_pai(unit, world.joe, days)
    (waiting,) = await of(world, PaiCalculation)
    assert (waiting.status, waiting.started_at, waiting.completed_at) == ("Pending", None, None)

    await world.work()

    (done,) = await of(world, PaiCalculation)
    assert (done.id, done.status, done.completed_at) == (waiting.id, "Completed", clock.now)
    jobs = [row for row in await of(world, JobRecord) if row.kind == "ScorePai"]
    assert [row.state for row in jobs] == ["done", "done"]


async def test_a_calculation_that_was_asked_for_tells_what_became_of_it(world, clock):
    async with world.store.writing() as unit:
        asked = await recalculation.ask_for_pai(unit, world.joe, TODAY)
        assert await recalculation.ask_for_pai(unit, world.joe, TODAY) == asked

    await world.work()

    async with world.store.reading(Viewer(ViewerKind.SYSTEM, frozenset(Scope))) as unit:
        found = await pai.CALCULATIONS.got(unit, asked)
    assert (found.trigger, found.status) == ("Request", "Skipped")
    assert found.reason == "No heart rate was recorded on this day or on the six before it."


async def test_a_job_that_is_given_up_says_so_and_another_try_finds_its_days(world, clock):
    async with world.store.writing() as unit:
        job = recalculation.ScorePai(world.joe)
        await recalculation.request_pai(unit, world.joe, [TODAY])
        await job.given_up(unit)
    (failed,) = await of(world, PaiCalculation)
    assert failed.status == "Failed"
    assert "tried several times" in failed.reason

    await world.work()

    assert [row.status for row in await of(world, PaiCalculation)] == ["Skipped"]


async def test_rescoring_and_reading_again_change_nothing_that_was_right(world, clock):
    await imported(world, *(run(TODAY - timedelta(n)) for n in range(4)))
    kinds = (HeartRateDay, PaiSummary, Vo2MaxSummary)
    before = [await of(world, kind) for kind in kinds]
    ids = {row.id for row in await of(world, Activity)}
    clock.now += timedelta(minutes=1)

    async with world.store.writing() as unit:
        assert await rescoring.request(unit, None, TODAY - timedelta(2)) == 3
        assert await rescoring.request(unit, [world.joe], TODAY) is None
        assert await reprocessing.request(unit, [world.joe]) == 4
        assert await reprocessing.request(unit, None) is None
    await world.work()

    assert [await of(world, kind) for kind in kinds] == before
    assert {row.id for row in await of(world, Activity)} == ids
    asked = {row.date for row in await of(world, PaiCalculation) if row.trigger == Trigger.RESCORE}
    assert min(asked) == TODAY - timedelta(2)
    kinds_of_jobs = {row.kind: row.priority for row in await of(world, JobRecord)}
    assert kinds_of_jobs["Rescore"] == kinds_of_jobs["ReadAgain"] == kinds_of_jobs["ScorePaiBacklog"] == 10


async def test_a_stored_file_that_todays_reader_refuses_keeps_what_it_gave(world, clock):
    await imported(world, run(TODAY))
    (before,) = await of(world, Activity)
    async with world.store.writing() as unit:
        raw = await unit.entity(RawFile, col(RawFile.size) > 0)
        raw.content = raw.content[:-1] + b"\0"
        await unit.flush()
        await reprocessing.request(unit, None)

    await world.work()

    (file,), (after,) = await of(world, FitFile), await of(world, Activity)
    assert (file.state, file.problem_code is not None) == ("ingested", True)
    assert after == before
    assert len(await of(world, RawFile)) == 1
