"""What has to be computed anew when its inputs change: days are marked in the change's commit, jobs do the rest."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from domain import training_days, users
from domain.activities import Activity
from domain.bodies import Body, History
from domain.heart_rate import HeartRateDay
from domain.jobs import BULK, Job
from domain.local_days import check_day, today_in, zone_of
from domain.pai import OPEN, CalculationStatus, PaiCalculation, PaiSummary, ScorePai, ScorePaiBacklog, Trigger
from domain.scoring.pai import ALGORITHM_VERSION
from domain.sql import select
from domain.training_days import BalanceLoads
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope
from domain.vo2max import EstimateVo2Max, EstimateVo2MaxBacklog, Vo2MaxCalculation

Days = Iterable[date]


@dataclass(frozen=True)
class Rescore(Job):
    """All scores of a user from a day on, asked for by an operator: behind everything that is live."""

    user_id: UUID
    since: date

    priority: ClassVar[int] = BULK

    @property
    def purpose(self) -> str:
        return f"Score user {self.user_id} anew from {self.since} on"


async def request_pai(
    unit: Unit,
    user_id: UUID,
    days: Days,
    trigger: Trigger = Trigger.HEART_RATE,
    cause: UUID | None = None,
    *,
    urgent: bool = True,
) -> None:
    """These local days have new, changed or removed heart rate, or something else their score rests on.

    A day that waits already waits once. The caller holds the user's lock.
    """
    wanted = set(days)
    if not wanted:
        return
    of_user = (col(PaiCalculation.user_id) == user_id, col(PaiCalculation.status).in_(OPEN))
    waiting = {row.date for row in await unit.rows(select(PaiCalculation.date).where(*of_user))}
    organization_id = await unit.value(select(User.organization_id).where(col(User.id) == user_id))
    shared = {
        "organization_id": organization_id,
        "user_id": user_id,
        "trigger": trigger,
        "trigger_id": cause,
        "algorithm_version": ALGORITHM_VERSION,
        "created_at": unit.now,
        "modified_at": unit.now,
    }
    await unit.add_all([PaiCalculation(date=day, **shared) for day in sorted(wanted - waiting)])
    await unit.later(ScorePai(user_id) if urgent else ScorePaiBacklog(user_id))


async def ask_for_pai(unit: Unit, user_id: UUID, day: date) -> UUID:
    """A client wants this day calculated; the calculation to look at for what becomes of it.

    Misfit for a day before there were devices, or one that is still to come.
    """
    unit.viewer.require(Scope.PAI_WRITE)
    await users.locked(unit, user_id)
    check_day(day, today_in(unit, await zone_of(unit, user_id)))
    await request_pai(unit, user_id, [day], Trigger.REQUEST)
    of_day = (col(PaiCalculation.user_id) == user_id, col(PaiCalculation.date) == day)
    waiting = select(PaiCalculation.id).where(*of_day, col(PaiCalculation.status).in_(OPEN))
    calculation: UUID = await unit.value(waiting)
    return calculation


async def request_vo2max(unit: Unit, user_id: UUID, days: Days, *, urgent: bool = True) -> None:
    """Something of these days' VO2 max other than the PAI score has changed."""
    mine = (col(Vo2MaxCalculation.user_id) == user_id, col(Vo2MaxCalculation.date).in_(set(days)))
    pending = {"status": CalculationStatus.PENDING, "modified_at": unit.now}
    if await unit.change(update(Vo2MaxCalculation).where(*mine).values(**pending)):
        await unit.later(EstimateVo2Max(user_id) if urgent else EstimateVo2MaxBacklog(user_id))


async def request_loads(unit: Unit, user_id: UUID, days: Days) -> None:
    """Activities of these local days are new, gone, or count otherwise now; every later day follows."""
    if await training_days.mark(unit, user_id, set(days)):
        await unit.later(BalanceLoads(user_id))


async def after_change(
    unit: Unit, user_id: UUID, before: History, after: History, *, trigger: Trigger, cause: UUID
) -> None:
    """Recalculate exactly the days on which another body counts now."""

    def differing(days: Days, seen: Callable[[Body], Any]) -> list[date]:
        return [day for day in days if seen(before.on(day)) != seen(after.on(day))]

    pai = differing(await days_of_pai(unit, user_id), lambda body: body.for_pai)
    await request_pai(unit, user_id, pai, trigger, cause)
    vo2max = differing(await days_of_vo2max(unit, user_id), lambda body: body.for_vo2max)
    await request_vo2max(unit, user_id, vo2max)
    loads = differing(await days_of_activities(unit, user_id), lambda body: body.for_load)
    await request_loads(unit, user_id, loads)


async def everything(unit: Unit, user_id: UUID, since: date) -> None:
    """Ask for all of a user's scores from a day on, behind whatever else there is to do."""
    await users.lock(unit, user_id)
    pai = [day for day in await days_of_pai(unit, user_id) if day >= since]
    await request_pai(unit, user_id, pai, Trigger.RESCORE, urgent=False)
    vo2max = [day for day in await days_of_vo2max(unit, user_id) if day >= since]
    await request_vo2max(unit, user_id, vo2max, urgent=False)
    loads = [day for day in await days_of_activities(unit, user_id) if day >= since]
    await request_loads(unit, user_id, loads)


async def days_of_pai(unit: Unit, user_id: UUID) -> list[date]:
    """Days with heart rate, and days that others of their week carry."""
    measured = select(HeartRateDay.date).where(col(HeartRateDay.user_id) == user_id)
    carried = select(PaiSummary.date).where(col(PaiSummary.user_id) == user_id)
    return sorted(row.date for row in await unit.rows(measured.union(carried)))


async def days_of_vo2max(unit: Unit, user_id: UUID) -> list[date]:
    calculated = select(Vo2MaxCalculation.date).where(col(Vo2MaxCalculation.user_id) == user_id)
    return sorted(row.date for row in await unit.rows(calculated))


async def days_of_activities(unit: Unit, user_id: UUID) -> list[date]:
    trained = select(Activity.local_date).where(col(Activity.user_id) == user_id).distinct()
    return sorted(row.local_date for row in await unit.rows(trained))
