"""Scoring: days that wait become PAI calculations and the summaries of the weeks they count in."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col

from domain import users, vo2max_scoring
from domain.diary import Diary
from domain.heart_rate import HeartRateDay, days_between, recorded_on, unpacked
from domain.local_days import WEEK
from domain.pai import (
    OPEN,
    CalculationStatus,
    PaiCalculation,
    PaiSummary,
    ScorePaiBacklog,
    Trigger,
)
from domain.people import Person, person_of
from domain.programs import members
from domain.scoring.biometrics import why_not_scored
from domain.scoring.pai import ALGORITHM_VERSION, ByZone, DayActivity, summarise, zone_limits
from domain.scoring.pai import day_activity as activity_of
from domain.sql import select
from domain.summary_events import publish_pai
from domain.unit import Unit

PORTION = 100
DECIMALS = 4
BODY = (
    "resting_heart_rate_bpm",
    "max_heart_rate_bpm",
    "low_zone_lower_limit_bpm",
    "medium_zone_lower_limit_bpm",
    "high_zone_lower_limit_bpm",
)
NOTHING_RECORDED = "No heart rate was recorded on this day or on the six before it."

Summaries = Diary[PaiSummary]


async def score(unit: Unit, user_id: UUID) -> None:
    """Complete a portion of the calculations that wait, the newest days first; what is left follows as backlog.

    What failed before is tried apart from what is new: a day that cannot be scored holds up no other for good.
    """
    await users.lock(unit, user_id)
    person = await person_of(unit, user_id)
    waiting = await _waiting(unit, user_id)
    if person is None or not waiting:
        return
    new = [calculation for calculation in waiting if calculation.status == CalculationStatus.PENDING]
    portion = (new or waiting)[:PORTION]
    await _score_days(unit, person, portion, {calculation.date for calculation in portion})
    if len(waiting) > len(portion):
        await unit.later(ScorePaiBacklog(user_id))


async def extend(unit: Unit, user_id: UUID) -> None:
    """A new local day has begun: give it its summary, carried by the week before, if there is none yet."""
    await users.lock(unit, user_id)
    person = await person_of(unit, user_id)
    if person is None:
        return
    summaries = await Diary.opened(unit, PaiSummary, person.owner, person.today - 2 * WEEK, person.today)
    begun = [day for day in days_between(person.today - WEEK, person.today) if day not in summaries.kept]
    await _sum_up_all(unit, person, summaries, begun)


async def _waiting(unit: Unit, user_id: UUID) -> Sequence[PaiCalculation]:
    """Those that never failed and then the newest days first, one more than a portion."""
    mine = (col(PaiCalculation.user_id) == user_id, col(PaiCalculation.status).in_(OPEN))
    order = (col(PaiCalculation.status) == CalculationStatus.FAILED, col(PaiCalculation.date).desc())
    newest_first = select(*PaiCalculation.__table__.c).where(*mine).order_by(*order)  # type: ignore[attr-defined]
    rows = await unit.rows(newest_first.limit(PORTION + 1))
    return [PaiCalculation(**row._mapping) for row in rows]  # noqa: SLF001  Row's public API


async def _score_days(
    unit: Unit, person: Person, calculations: Sequence[PaiCalculation], days: Collection[date]
) -> None:
    summaries = await Diary.opened(unit, PaiSummary, person.owner, min(days) - WEEK, max(days) + WEEK)
    hearts = await _heart_rate_days(unit, person.id, days)
    recorded = await recorded_on(unit, person.id, days)
    for day in sorted(days):
        _take_in(person, summaries, day, _activity(person, day, recorded.get(day)))
    await _sum_up_all(unit, person, summaries, _touched(days, summaries, person.today))
    done = [_outcome(unit, person, one, hearts.get(one.date), summaries) for one in calculations]
    await unit.change_each(PaiCalculation, [calculation.model_dump() for calculation in done])


async def _heart_rate_days(unit: Unit, user_id: UUID, days: Collection[date]) -> dict[date, UUID]:
    mine = (col(HeartRateDay.user_id) == user_id, col(HeartRateDay.date).in_(days))
    return {
        row.date: row.id for row in await unit.rows(select(HeartRateDay.id, HeartRateDay.date).where(*mine))
    }


def _touched(days: Collection[date], summaries: Summaries, today: date) -> list[date]:
    """Days to come get their summary when they begin; those that a clock ahead of time gave one keep up."""
    weeks = {d for day in days for d in days_between(day, day + WEEK)}
    return sorted(d for d in weeks if d <= today or d in days or d in summaries.kept)


def _activity(person: Person, day: date, recorded: Iterable[Any] | None) -> DayActivity | None:
    """What the day's own heart rate earns; None without any, or without a body to measure it against."""
    body = person.history.on(day)
    resting, most = body.resting_heart_rate_bpm, body.max_heart_rate_bpm
    if not recorded or resting is None or most is None or why_not_scored(resting, most):
        return None
    return activity_of(unpacked(recorded), resting, most)


def _take_in(person: Person, summaries: Summaries, day: date, activity: DayActivity | None) -> None:
    if day not in summaries.kept and activity is None:
        return
    raw = activity.zone_raw if activity else ByZone()
    low, medium, high = _rounded(activity.zone_minutes if activity else ByZone())
    values = {
        "time_zone": person.time_zone,
        "measured": activity is not None,
        "activity_score": activity.activity_score if activity else 0,
        "low_zone_raw": raw.low,
        "medium_zone_raw": raw.medium,
        "high_zone_raw": raw.high,
        "low_zone_minutes": low,
        "medium_zone_minutes": medium,
        "high_zone_minutes": high,
        "algorithm_version": ALGORITHM_VERSION,
    }
    summaries.put(day, values)


async def _sum_up_all(unit: Unit, person: Person, summaries: Summaries, days: Sequence[date]) -> None:
    """Write what has become of these days, and let their VO2 max follow. All that changes is in the diary here."""
    for day in days:
        _sum_up(person, summaries, day)
    await summaries.write()
    if summaries.gone:
        await members.touch(unit, person.id)
    await publish_pai(unit, summaries.kept.values())
    await vo2max_scoring.follow(unit, person, days, summaries)


def _sum_up(person: Person, summaries: Summaries, day: date) -> None:
    """Give a day its score, or take its summary away when nothing of its week was measured."""
    week = [summaries.kept.get(one) for one in days_between(day - WEEK, day - timedelta(days=1))]
    before = [summary for summary in week if summary is not None]
    own = summaries.kept.get(day)
    carried = day <= person.today and any(summary.measured for summary in before)
    if not carried and not (own and own.measured):
        summaries.remove(day)
        return
    activity = None
    if own and own.measured:
        activity = DayActivity(ByZone(own.low_zone_raw, own.medium_zone_raw, own.high_zone_raw))
    scored = summarise(activity, [summary.activity_score for summary in before])
    low, medium, high = _rounded(scored.zone_pai)
    values = {
        "time_zone": person.time_zone,
        "pai_score": round(scored.pai_score, DECIMALS),
        "daily_pai": round(scored.daily_pai, DECIMALS),
        "low_zone_pai": low,
        "medium_zone_pai": medium,
        "high_zone_pai": high,
        "algorithm_version": ALGORITHM_VERSION,
        **_body_values(person, day),
    }
    summaries.put(day, values)


def _body_values(person: Person, day: date) -> dict[str, Any]:
    """The heart rates the score rests on; a day carried by others may have none that are valid."""
    body = person.history.on(day)
    resting, most = body.resting_heart_rate_bpm, body.max_heart_rate_bpm
    if resting is None or most is None or why_not_scored(resting, most):
        return dict.fromkeys(BODY, 0)
    limits = zone_limits(resting, most)
    return dict(zip(BODY, (resting, most, limits.low, limits.medium, limits.high), strict=True))


def _outcome(
    unit: Unit, person: Person, calculation: PaiCalculation, heart_rate_day: UUID | None, summaries: Summaries
) -> PaiCalculation:
    """A day without heart rate of its own is still calculated while its week carries it."""
    body, summary = person.history.on(calculation.date), summaries.kept.get(calculation.date)
    reason = None
    if heart_rate_day is not None:
        reason = why_not_scored(body.resting_heart_rate_bpm, body.max_heart_rate_bpm)
    elif summary is None:
        reason = NOTHING_RECORDED
    if calculation.trigger == Trigger.HEART_RATE:
        calculation.trigger_id = heart_rate_day
    told = {
        "status": CalculationStatus.SKIPPED if reason else CalculationStatus.COMPLETED,
        "reason": reason,
        "algorithm_version": ALGORITHM_VERSION,
        "pai_summary_id": summary.id if summary and not reason else None,
    }
    stamps = {"started_at": unit.now, "completed_at": unit.now, "modified_at": unit.now}
    calculation.sqlmodel_update(told | stamps)
    return calculation


def _rounded(zones: ByZone) -> tuple[float, float, float]:
    return round(zones.low, DECIMALS), round(zones.medium, DECIMALS), round(zones.high, DECIMALS)
