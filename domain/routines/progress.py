"""How steadily a user trains: four weeks of runs, by the user's local day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import col

from domain.errors import Forbidden
from domain.routines.queue import RoutineInstance
from domain.routines.runs import RoutineRun
from domain.routines.states import InstanceStatus, RunStatus
from domain.routines.steps import rate
from domain.sql import select
from domain.unit import Unit
from domain.users import User
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
    """`adherence`: runs completed of the sessions planned in the window; without a plan, of the runs begun."""

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
    zone = ZoneInfo(await unit.value(select(User.time_zone).where(col(User.id) == user_id)))
    rows = await unit.rows(
        select(RoutineRun.created_at, RoutineRun.status).where(
            col(RoutineRun.user_id) == user_id, col(RoutineRun.created_at) > unit.now - WINDOW
        )
    )
    total = Counter(row.created_at.astimezone(zone).date() for row in rows)
    completed = Counter(
        row.created_at.astimezone(zone).date() for row in rows if row.status == RunStatus.COMPLETED
    )
    days = tuple(Day(day, completed[day], total[day]) for day in sorted(total))
    planned = await _planned(unit, user_id)
    return Progress(rate(sum(completed.values()), planned or sum(total.values())), days)


async def _planned(unit: Unit, user_id: UUID) -> int:
    """What plans asked for in the window and still do."""
    wanted = select(func.count()).where(
        col(RoutineInstance.user_id) == user_id,
        col(RoutineInstance.status) != InstanceStatus.CANCELLED,
        col(RoutineInstance.created_at) > unit.now - WINDOW,
    )
    return int(await unit.value(wanted))
