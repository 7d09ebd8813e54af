"""AI Move's catalogue of exercises: the library's, and each client's own, which take the place of the library's."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Row, UniqueConstraint, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference, storable
from domain.errors import NotFound
from domain.listing import Aggregate, Columns
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope


class Exercise(SQLModel, table=True):
    """`exercise_id` is its name in routines, such as march-basic. Without an organization it is the library's."""

    __tablename__ = "exercises"
    __table_args__ = (UniqueConstraint("organization_id", "exercise_id"),)

    id: UUID = identifier()
    organization_id: UUID | None = reference("organizations.id", default=None)
    exercise_id: str = Field(index=True)
    name: str
    name_zh: str | None = None
    description: str | None = None
    category: str
    difficulty: str
    image_url: str | None = None
    type: str = "rep"
    target_value: int
    estimated_calories: float
    algorithm: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    enabled: bool = True
    sort_order: int = 0
    created_at: datetime = instant()
    modified_at: datetime = instant()


COLUMNS: Columns = {name: getattr(Exercise, name) for name in Exercise.model_fields}
READ = [column.label(name) for name, column in COLUMNS.items()]


def visible_to(unit: Unit) -> ColumnElement[bool]:
    mine = col(Exercise.organization_id) == unit.viewer.organization_id
    return or_(col(Exercise.organization_id).is_(None), mine)


def offered_to(unit: Unit) -> ColumnElement[bool]:
    """The enabled ones; a client's own hides the library's, even to switch it off."""
    own = aliased(Exercise)
    hidden = select(own.id).where(
        col(own.exercise_id) == col(Exercise.exercise_id),
        col(own.organization_id) == unit.viewer.organization_id,
    )
    at_home = or_(col(Exercise.organization_id).is_not(None), ~hidden.exists())
    return and_(visible_to(unit), at_home, col(Exercise.enabled))


EXERCISES = Aggregate("No such exercise", Scope.PLANS_READ, COLUMNS, offered_to)


async def list_exercises(unit: Unit) -> list[Row[Any]]:
    """In the catalogue's order."""
    unit.viewer.require(Scope.PLANS_READ)
    return await _offered(unit)


async def get_exercise(unit: Unit, exercise_id: str) -> Row[Any]:
    unit.viewer.require(Scope.PLANS_READ)
    found = await exercises_named(unit, {exercise_id})
    if exercise_id not in found:
        raise NotFound("Exercise not found")
    return found[exercise_id]


async def exercises_named(unit: Unit, names: Iterable[str]) -> dict[str, Row[Any]]:
    """The enabled and visible ones among these."""
    wanted = [name for name in names if storable(name)]
    rows = await _offered(unit, col(Exercise.exercise_id).in_(wanted)) if wanted else []
    return {row.exercise_id: row for row in rows}


async def _offered(unit: Unit, *where: ColumnElement[bool]) -> list[Row[Any]]:
    by_place = (col(Exercise.sort_order), col(Exercise.exercise_id))
    return list(await unit.rows(select(*READ).where(offered_to(unit), *where).order_by(*by_place)))
