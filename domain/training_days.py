"""Training load by local day: what a day's activities add up to, and the fitness and fatigue they leave behind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_, update
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference
from domain.jobs import BULK, Job
from domain.listing import Aggregate, Columns
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope
from domain.visibility import of_users


class TrainingDay(SQLModel, table=True):
    """A day from the first activity to a year after the last one, none of them to come.

    `load` adds up the activities' training loads. `ctl` and `atl` are the chronic and acute load at its end, `tsb`
    the balance it began with; `monotony` and `strain` are those of its seven days, None when all were alike.
    `activity_count` is None until the day was first computed. `stale`: it and every day after it have yet to be.
    """

    __tablename__ = "training_days"
    __table_args__ = (UniqueConstraint("user_id", "date"), Index(None, "user_id", "stale", "date"))

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    activity_count: int | None = None
    load: float = 0
    ctl: float = 0
    atl: float = 0
    tsb: float = 0
    monotony: float | None = None
    strain: float | None = None
    stale: bool = False
    created_at: datetime = instant()
    modified_at: datetime = instant()


@dataclass(frozen=True)
class BalanceLoads(Job):
    """A user's training days that are stale, and those that have begun since.

    A change moves every day after it: behind the files that wait, one pass does for all of them.
    """

    user_id: UUID

    priority: ClassVar[int] = BULK

    @property
    def purpose(self) -> str:
        return f"Balance the training load of user {self.user_id}"


COLUMNS: Columns = {name: getattr(TrainingDay, name) for name in TrainingDay.model_fields if name != "stale"}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    mine = of_users(unit, organization=TrainingDay.organization_id, user=TrainingDay.user_id)
    return and_(mine, col(TrainingDay.activity_count).is_not(None))


TRAINING_DAYS = Aggregate("No such training day", Scope.ACTIVITIES_READ, COLUMNS, visible_to)


async def mark(unit: Unit, user_id: UUID, days: Collection[date]) -> bool:
    """Note that these days have to be computed anew; whether there is anything to do."""
    if not days:
        return False
    day = col(TrainingDay.date)
    mine = (col(TrainingDay.user_id) == user_id, day.in_(days))
    there = {row.date for row in await unit.rows(select(TrainingDay.date).where(*mine))}
    await unit.change(update(TrainingDay).where(*mine).values(stale=True))
    await unit.add_all(await _blank(unit, user_id, [one for one in days if one not in there]))
    return True


async def _blank(unit: Unit, user_id: UUID, days: Collection[date]) -> list[TrainingDay]:
    organization_id: Any = await unit.value(select(User.organization_id).where(col(User.id) == user_id))
    shared: dict[str, Any] = {
        "organization_id": organization_id,
        "user_id": user_id,
        "stale": True,
        "created_at": unit.now,
        "modified_at": unit.now,
    }
    return [TrainingDay(date=day, **shared) for day in sorted(days)]
