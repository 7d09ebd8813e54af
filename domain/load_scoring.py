"""Training load: of each activity, then of each day, then the balance that every day hands on to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import and_, func, or_
from sqlmodel import col

from domain import users
from domain.activities import Activity, ActivityStream, LoadSource
from domain.bodies import Body
from domain.diary import Diary
from domain.heart_rate import days_between, usable
from domain.local_days import WEEK, today_in
from domain.packing import unpack, unpack_times
from domain.people import Person, person_of
from domain.scoring.biometrics import why_not_scored
from domain.scoring.heart_rate import Samples
from domain.scoring.training_load import (
    UNTRAINED,
    Balance,
    balances,
    hrss,
    trimp_banister,
    trimp_edwards,
    week,
)
from domain.sql import select
from domain.training_days import BalanceLoads, TrainingDay
from domain.unit import Unit
from domain.users import User

PORTION = 100
DECIMALS = 4
ONE_DAY = timedelta(days=1)
AFTERGLOW = timedelta(days=365)
"""How long after the last activity there is anything to balance: a thousandth of the fitness is left then."""
LOAD = (
    "trimp_banister",
    "trimp_edwards",
    "heart_rate_stress_score",
    "threshold_heart_rate_bpm",
    "threshold_estimated",
    "training_load",
    "training_load_source",
    "training_load_reason",
)
NO_HEART_RATE = "No heart rate was recorded."
NO_SEX = "The sex is missing."


@dataclass(frozen=True)
class Stretch:
    """The days to balance in one go, and what the day before them left. `whole`: nothing follows them."""

    first: date
    last: date
    before: Balance | None
    whole: bool


async def balance(unit: Unit, user_id: UUID) -> None:
    """Compute a portion of the stale days' activities, and balance all days up to the next that stays stale."""
    await users.lock(unit, user_id)
    person = await person_of(unit, user_id)
    if person is None:
        return
    mine = (col(TrainingDay.user_id) == user_id, col(TrainingDay.stale))
    oldest_first = select(TrainingDay.date).where(*mine).order_by(col(TrainingDay.date)).limit(PORTION + 1)
    stale = [row.date for row in await unit.rows(oldest_first)]
    await _load_activities(unit, person, stale[:PORTION])
    stretch = await _stretch(unit, person, stale)
    if stretch is not None:
        await _balance_days(unit, person, stretch)
    if len(stale) > PORTION:
        await unit.later(BalanceLoads(user_id))


async def users_to_extend(unit: Unit) -> list[tuple[UUID, UUID]]:
    """Users, with their organizations, whose training still counts and whose local today has no balance yet, and
    those of whom no day was ever computed, however long ago they trained.
    """
    latest = _latest(TrainingDay.date, TrainingDay.user_id, col(TrainingDay.activity_count).is_not(None))
    trained = _latest(Activity.local_date, Activity.user_id)
    middle = unit.now.date()
    rows = await unit.rows(
        select(
            User.id, User.organization_id, User.time_zone, latest.label("latest"), trained.label("trained")
        ).where(
            or_(
                and_(latest <= middle, trained >= middle - AFTERGLOW - ONE_DAY),
                and_(latest.is_(None), trained.is_not(None)),
            )
        )
    )
    return [
        (row.id, row.organization_id)
        for row in rows
        if row.latest is None or row.latest < _end(row.trained, today_in(unit, row.time_zone))
    ]


def _latest(column: Any, owner: Any, *which: Any) -> Any:
    return select(func.max(column)).where(col(owner) == User.id, *which).correlate(User).scalar_subquery()


def _end(trained: date, today: date) -> date:
    """The last day to balance: today, unless nothing is left by then, or a device's clock runs ahead."""
    return max(trained, min(today, trained + AFTERGLOW))


async def _load_activities(unit: Unit, person: Person, days: Sequence[date]) -> None:
    if not days:
        return
    which = (col(Activity.user_id) == person.id, col(Activity.local_date).in_(days))
    known = ("id", "local_date", "training_stress_score", *LOAD)
    found = await unit.rows(select(*(getattr(Activity, name) for name in known)).where(*which))
    hearts = await _heart_rates(unit, which)
    changed = []
    for activity in found:
        body = person.history.on(activity.local_date)
        values = load_of(hearts.get(activity.id), body, activity.training_stress_score)
        if any(getattr(activity, name) != value for name, value in values.items()):
            changed.append(values | {"id": activity.id, "modified_at": unit.now})
    await unit.change_each(Activity, changed)


async def _heart_rates(unit: Unit, which: Sequence[Any]) -> dict[UUID, Samples]:
    metric = col(ActivityStream.metric)
    rows = await unit.rows(
        select(ActivityStream.activity_id, metric, ActivityStream.packed)
        .join(Activity, col(Activity.id) == col(ActivityStream.activity_id))
        .where(*which, metric.in_(("time", "heart_rate")))
    )
    packed = {(row.activity_id, row.metric): row.packed for row in rows}
    return {
        activity: usable(unpack_times(packed[activity, "time"]), unpack(bpm).astype(np.float64))
        for (activity, kind), bpm in packed.items()
        if kind == "heart_rate"
    }


def load_of(samples: Samples | None, body: Body, recorded: float | None) -> dict[str, Any]:
    """What an activity's columns say of its load; `recorded` is the device's own training stress score."""
    known = samples is not None and samples.time.size > 0
    resting, most = body.resting_heart_rate_bpm, body.max_heart_rate_bpm
    reason = why_not_scored(resting, most) if known else NO_HEART_RATE
    values: dict[str, Any] = dict.fromkeys(LOAD)
    if samples is not None and reason is None and resting is not None and most is not None:
        values["trimp_edwards"] = round(trimp_edwards(samples, most), DECIMALS)
        if body.sex is None:
            reason = NO_SEX
        else:
            values |= _impulse(samples, body, resting, most)
    score = values["heart_rate_stress_score"]
    source = LoadSource.HEART_RATE if score is not None else None
    return values | {
        "training_load": score if recorded is None else recorded,
        "training_load_source": source if recorded is None else LoadSource.TRAINING_STRESS_SCORE,
        "training_load_reason": reason if recorded is None else None,
    }


def _impulse(samples: Samples, body: Body, resting: float, most: float) -> dict[str, Any]:
    """A threshold outside the heart's own range cannot have been measured on it: it is estimated then."""
    assert body.sex is not None, "checked"  # noqa: S101
    given = body.threshold_heart_rate_bpm
    threshold = given if given is not None and resting < given < most else None
    stress = hrss(samples, resting, most, body.sex, threshold)
    return {
        "trimp_banister": round(trimp_banister(samples, resting, most, body.sex), DECIMALS),
        "heart_rate_stress_score": round(stress.score, DECIMALS),
        "threshold_heart_rate_bpm": round(stress.threshold_bpm, DECIMALS),
        "threshold_estimated": stress.threshold_estimated,
    }


async def _stretch(unit: Unit, person: Person, stale: Sequence[date]) -> Stretch | None:
    """From the first stale day, or the first that has begun since, to the eve of the next that stays stale."""
    mine, day = col(TrainingDay.user_id) == person.id, col(TrainingDay.date)
    earlier = select(TrainingDay.date, TrainingDay.ctl, TrainingDay.atl, TrainingDay.tsb).where(mine)
    if stale:
        earlier = earlier.where(day < stale[0])
    eve = await unit.row(earlier.order_by(day.desc()).limit(1))
    trained = await unit.value(
        select(func.max(Activity.local_date)).where(col(Activity.user_id) == person.id)
    )
    left = stale[PORTION] - ONE_DAY if len(stale) > PORTION else None
    first = eve.date + ONE_DAY if eve else stale[0] if stale else None
    if first is None:
        return None
    end = _end(trained, person.today) if trained else first - ONE_DAY
    return Stretch(
        first, left or end, Balance(eve.ctl, eve.atl, eve.tsb) if eve else None, whole=left is None
    )


async def _balance_days(unit: Unit, person: Person, stretch: Stretch) -> None:
    """One pass over the loads; days before the first activity and behind the end go."""
    beyond = date.max if stretch.whole else stretch.last
    earliest = min(stretch.first - WEEK, stretch.last)
    diary = await Diary.opened(unit, TrainingDay, person.owner, earliest, beyond)
    loads = await _loads(unit, person.id, stretch.first, stretch.last)
    first = stretch.first if stretch.before else min(loads, default=date.max)
    for day in [one for one in diary.kept if stretch.first <= one < first or one > stretch.last]:
        diary.remove(day)
    if first <= stretch.last:
        days = list(days_between(first, stretch.last))
        daily = [loads.get(day, (0, 0.0)) for day in days]
        eve = [_load_on(diary, first - WEEK + timedelta(days=n)) for n in range(6)]
        levels = balances([load for _, load in daily], stretch.before or UNTRAINED)
        all_loads = eve + [load for _, load in daily]
        for n, day in enumerate(days):
            diary.put(day, _figures(daily[n], levels[n], all_loads[n : n + 7]))
    await diary.write()


def _load_on(diary: Diary[TrainingDay], day: date) -> float:
    entry = diary.kept.get(day)
    return entry.load if entry else 0.0


def _figures(daily: tuple[int, float], level: Balance, loads: Sequence[float]) -> dict[str, Any]:
    seven = week(loads)
    return {
        "activity_count": daily[0],
        "load": daily[1],
        "ctl": level.ctl,
        "atl": level.atl,
        "tsb": level.tsb,
        "monotony": seven.monotony,
        "strain": seven.strain,
        "stale": False,
    }


async def _loads(unit: Unit, user_id: UUID, first: date, last: date) -> dict[date, tuple[int, float]]:
    """How many activities each day has, and their loads added up; those without one count as none."""
    day = col(Activity.local_date)
    total = func.coalesce(func.sum(Activity.training_load), 0.0)
    rows: Sequence[Any] = await unit.rows(
        select(day, func.count(), total)
        .where(col(Activity.user_id) == user_id, day >= first, day <= last)
        .group_by(day)
    )
    return {row[0]: (row[1], round(float(row[2]), DECIMALS)) for row in rows}
