"""Scoring: a day's heart rate becomes a PAI calculation and the summaries of the week it counts in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, delete, func
from sqlmodel import col

from domain import users
from domain.biometrics import History, history_of
from domain.heart_rate import HeartRateDay, days_between, samples_of
from domain.pai import CalculationStatus, PaiCalculation, PaiSummary
from domain.pai_events import publish_changes
from domain.scoring.biometrics import why_not_scored
from domain.scoring.pai import ALGORITHM_VERSION, ByZone, DayActivity, summarise, zone_limits
from domain.scoring.pai import day_activity as activity_of
from domain.sql import select
from domain.unit import Unit
from domain.users import User

WEEK, ONE_DAY = timedelta(days=6), timedelta(days=1)
MEASURED_ONLY = 1
DECIMALS = 4
BODY = (
    "resting_heart_rate_bpm",
    "max_heart_rate_bpm",
    "low_zone_lower_limit_bpm",
    "medium_zone_lower_limit_bpm",
    "high_zone_lower_limit_bpm",
)


@dataclass(frozen=True)
class Person:
    """What scoring needs to know of a user, read once."""

    id: UUID
    organization_id: UUID
    time_zone: str
    history: History
    today: date


@dataclass
class Diary:
    """The summaries around the days in question, by day; those that are new are added at the end."""

    kept: dict[date, PaiSummary]
    new: list[PaiSummary] = field(default_factory=list)

    def week_before(self, day: date) -> list[PaiSummary]:
        days = days_between(day - WEEK, day - timedelta(days=1))
        return [self.kept[d] for d in days if d in self.kept]


async def score_days(unit: Unit, user_id: UUID, days: Sequence[date]) -> None:
    """Calculate these local days anew and sum up every week they count in."""
    await users.lock(unit, user_id)
    person = await _person(unit, user_id)
    if person is None or not days:
        return
    diary = await _diary(unit, user_id, min(days) - WEEK, max(days) + WEEK)
    for day in sorted(days):
        await _calculate(unit, person, diary, day)
    for day in _touched(days, diary, person.today):
        await _sum_up(unit, person, diary, day)
    await unit.add_all(diary.new)
    await publish_changes(unit, diary.kept.values())


async def extend(unit: Unit, user_id: UUID) -> None:
    """A new local day has begun: give it its summary, carried by the week before, if there is none yet."""
    await users.lock(unit, user_id)
    person = await _person(unit, user_id)
    if person is None:
        return
    diary = await _diary(unit, user_id, person.today - 2 * WEEK, person.today)
    for day in days_between(person.today - WEEK, person.today):
        if day not in diary.kept:
            await _sum_up(unit, person, diary, day)
    await unit.add_all(diary.new)
    await publish_changes(unit, diary.kept.values())


async def users_to_extend(unit: Unit) -> list[tuple[UUID, UUID]]:
    """Users, with their organizations, who have measured days in the week before their local today and no summary
    of it yet.

    Where on earth it is today differs by a day either way; a clock that ran ahead may have filled any other.
    """
    middle = unit.now.date()
    todays = list(days_between(middle - ONE_DAY, middle + ONE_DAY))
    day, measured = col(PaiSummary.date), col(PaiSummary.measured)
    wanting = [
        func.max(case((day == today, 2), (and_(measured, day >= today - WEEK, day < today), 1), else_=0))
        for today in todays
    ]
    rows: Sequence[Any] = await unit.rows(
        select(User.id, User.organization_id, User.time_zone, *wanting)
        .join(PaiSummary, col(PaiSummary.user_id) == col(User.id))
        .where(day >= todays[0] - WEEK, day <= todays[-1])
        .group_by(col(User.id), col(User.organization_id), col(User.time_zone))
    )
    return [
        (user_id, organization_id)
        for user_id, organization_id, zone, *found in rows
        if found[todays.index(unit.now.astimezone(ZoneInfo(zone)).date())] == MEASURED_ONLY
    ]


def _touched(days: Sequence[date], diary: Diary, today: date) -> list[date]:
    """Days to come get their summary when they begin; those that a clock ahead of time gave one keep up."""
    weeks = {d for day in days for d in days_between(day, day + WEEK)}
    return sorted(d for d in weeks if d <= today or d in days or d in diary.kept)


async def _person(unit: Unit, user_id: UUID) -> Person | None:
    row = await unit.row(select(User.organization_id, User.time_zone).where(col(User.id) == user_id))
    if row is None:
        return None
    today = unit.now.astimezone(ZoneInfo(row.time_zone)).date()
    return Person(user_id, row.organization_id, row.time_zone, await history_of(unit, user_id), today)


async def _diary(unit: Unit, user_id: UUID, first: date, last: date) -> Diary:
    day = col(PaiSummary.date)
    found = await unit.entities(PaiSummary, col(PaiSummary.user_id) == user_id, day >= first, day <= last)
    return Diary({summary.date: summary for summary in found})


async def _calculate(unit: Unit, person: Person, diary: Diary, day: date) -> None:
    """Score the day's own heart rate, and write down that it was done or why not."""
    heart_rate_day = await unit.value(
        select(HeartRateDay.id).where(col(HeartRateDay.user_id) == person.id, col(HeartRateDay.date) == day)
    )
    body = person.history.on(day)
    reason = why_not_scored(body.resting_heart_rate_bpm, body.max_heart_rate_bpm)
    activity = None
    if heart_rate_day and not reason and body.resting_heart_rate_bpm and body.max_heart_rate_bpm:
        samples = await samples_of(unit, person.id, day)
        activity = activity_of(samples, body.resting_heart_rate_bpm, body.max_heart_rate_bpm)
    summary = _with_activity(unit, person, diary, day, activity)
    if heart_rate_day:
        await unit.add(
            _calculation(unit, person, day, trigger=heart_rate_day, reason=reason, summary=summary)
        )


def _with_activity(
    unit: Unit, person: Person, diary: Diary, day: date, activity: DayActivity | None
) -> PaiSummary | None:
    summary = diary.kept.get(day)
    if summary is None and activity is None:
        return None
    summary = summary or _blank(unit, person, diary, day)
    raw = activity.zone_raw if activity else ByZone()
    low, medium, high = _rounded(activity.zone_minutes if activity else ByZone())
    values = {
        "measured": activity is not None,
        "activity_score": activity.activity_score if activity else 0,
        "low_zone_raw": raw.low,
        "medium_zone_raw": raw.medium,
        "high_zone_raw": raw.high,
        "low_zone_minutes": low,
        "medium_zone_minutes": medium,
        "high_zone_minutes": high,
    }
    _change(unit, summary, values)
    return summary


async def _sum_up(unit: Unit, person: Person, diary: Diary, day: date) -> None:
    """Give a day its score, or take its summary away when nothing of its week was measured."""
    before, own = diary.week_before(day), diary.kept.get(day)
    carried = day <= person.today and any(s.measured for s in before)
    if not carried and not (own and own.measured):
        await _remove(unit, diary, day)
        return
    summary = own or _blank(unit, person, diary, day)
    raw = ByZone(summary.low_zone_raw, summary.medium_zone_raw, summary.high_zone_raw)
    scored = summarise(DayActivity(raw) if summary.measured else None, [s.activity_score for s in before])
    low, medium, high = _rounded(scored.zone_pai)
    values = {
        "pai_score": round(scored.pai_score, DECIMALS),
        "daily_pai": round(scored.daily_pai, DECIMALS),
        "low_zone_pai": low,
        "medium_zone_pai": medium,
        "high_zone_pai": high,
        "algorithm_version": ALGORITHM_VERSION,
        **_body_values(person, day),
    }
    _change(unit, summary, values)


def _body_values(person: Person, day: date) -> dict[str, Any]:
    """The heart rates the score rests on; a day carried by others may have none that are valid."""
    body = person.history.on(day)
    resting, most = body.resting_heart_rate_bpm, body.max_heart_rate_bpm
    if resting is None or most is None or why_not_scored(resting, most):
        return dict.fromkeys(BODY, 0)
    limits = zone_limits(resting, most)
    return dict(zip(BODY, (resting, most, limits.low, limits.medium, limits.high), strict=True))


async def _remove(unit: Unit, diary: Diary, day: date) -> None:
    summary = diary.kept.pop(day, None)
    if summary is None:
        return
    if summary in diary.new:
        diary.new.remove(summary)
    else:
        await unit.change(delete(PaiSummary).where(col(PaiSummary.id) == summary.id))


def _blank(unit: Unit, person: Person, diary: Diary, day: date) -> PaiSummary:
    summary = PaiSummary(
        organization_id=person.organization_id,
        user_id=person.id,
        date=day,
        time_zone=person.time_zone,
        algorithm_version=ALGORITHM_VERSION,
        created_at=unit.now,
        modified_at=unit.now,
    )
    diary.kept[day] = summary
    diary.new.append(summary)
    return summary


def _change(unit: Unit, summary: PaiSummary, values: dict[str, Any]) -> None:
    """A summary that stays the same keeps the time it was modified, and whoever holds a copy need not fetch it."""
    if any(getattr(summary, name) != value for name, value in values.items()):
        summary.sqlmodel_update(values | {"modified_at": unit.now})


def _calculation(
    unit: Unit, person: Person, day: date, *, trigger: UUID, reason: str | None, summary: PaiSummary | None
) -> PaiCalculation:
    return PaiCalculation(
        id=uuid4(),
        organization_id=person.organization_id,
        user_id=person.id,
        date=day,
        trigger_id=trigger,
        status=CalculationStatus.SKIPPED if reason else CalculationStatus.COMPLETED,
        reason=reason,
        algorithm_version=ALGORITHM_VERSION,
        pai_summary_id=summary.id if summary and not reason else None,
        started_at=unit.now,
        completed_at=unit.now,
        created_at=unit.now,
        modified_at=unit.now,
    )


def _rounded(zones: ByZone) -> tuple[float, float, float]:
    return round(zones.low, DECIMALS), round(zones.medium, DECIMALS), round(zones.high, DECIMALS)
