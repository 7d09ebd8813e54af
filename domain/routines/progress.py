"""How steadily a user trains: four weeks of runs, by the user's local day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, case, func, or_
from sqlmodel import col

from domain.errors import Forbidden
from domain.local_days import day_of, zone_of
from domain.routines.queue import RoutineInstance
from domain.routines.runs import RoutineRun
from domain.routines.states import OPEN_INSTANCES, InstanceStatus, RunStatus
from domain.routines.steps import rate
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope

WINDOW = timedelta(days=28)


@dataclass(frozen=True)
class Day:
    date: date
    completed: int
    total: int

    @property
    def rate(self) -> float:
        return rate(self.completed, self.total)


@dataclass(frozen=True)
class Progress:
    """`adherence`: of the routines that plans wanted done in the window, how many were; without any, the rate."""

    adherence: float
    days: tuple[Day, ...]

    @property
    def completed(self) -> int:
        return sum(day.completed for day in self.days)

    @property
    def total(self) -> int:
        return sum(day.total for day in self.days)

    @property
    def rate(self) -> float:
        return rate(self.completed, self.total)


async def progress_of_viewer(unit: Unit) -> Progress:
    unit.viewer.require(Scope.PLANS_READ)
    if unit.viewer.user_id is None:
        raise Forbidden("Access denied")
    user_id = unit.viewer.user_id
    zone = await zone_of(unit, user_id)
    rows = await unit.rows(
        select(RoutineRun.created_at, RoutineRun.status).where(
            col(RoutineRun.user_id) == user_id, col(RoutineRun.created_at) > unit.now - WINDOW
        )
    )
    total = Counter(day_of(row.created_at, zone) for row in rows)
    completed = Counter(day_of(row.created_at, zone) for row in rows if row.status == RunStatus.COMPLETED)
    days = tuple(Day(day, completed[day], total[day]) for day in sorted(total))
    planned = await _planned(unit, user_id)
    if planned.total:
        return Progress(rate(planned.done, planned.total), days)
    return Progress(rate(sum(completed.values()), sum(total.values())), days)


async def _planned(unit: Unit, user_id: UUID) -> Row[Any]:
    """How many routines were in the queue at some time in the window, however old their plan, and of these done."""
    status = col(RoutineInstance.status)
    lately = col(RoutineInstance.modified_at) > unit.now - WINDOW
    done = and_(status == InstanceStatus.COMPLETED, lately)
    wanted = or_(status.in_(OPEN_INSTANCES), done)
    row = await unit.row(
        select(func.count().label("total"), func.count(case((done, 1))).label("done")).where(
            col(RoutineInstance.user_id) == user_id, wanted
        )
    )
    assert row is not None, "counts are one row"  # noqa: S101
    return row
