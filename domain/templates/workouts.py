"""Workout templates: structured workouts to plan with."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field as Checked
from pydantic import StrictFloat, StrictInt, model_validator
from sqlalchemy import JSON
from sqlmodel import Field

from domain.listing import Columns
from domain.templates import shelf
from domain.templates.content import Content, Name, Tag, Text, in_our_spelling, read
from domain.templates.order import Kind
from domain.templates.shelf import Shelf, Template
from domain.templates.steps import MOST_EXPANDED, MOST_METERS, DurationUnit, Steps, number_of_efforts, total
from domain.unit import Unit
from domain.viewer import Scope

WEEK_SECONDS = 7 * 86_400


class Category(StrEnum):
    RECOVERY = "recovery"
    EASY = "easy"
    LONG = "long"
    TEMPO = "tempo"
    THRESHOLD = "threshold"
    INTERVAL = "interval"
    HILL = "hill"
    RACE = "race"
    STRENGTH = "strength"
    TEST = "test"


class Sport(StrEnum):
    RUNNING = "running"
    WALKING = "walking"
    CYCLING = "cycling"
    SWIMMING = "swimming"


class WorkoutTemplate(Template, table=True):
    """`steps`: a document as `WorkoutContent` writes it."""

    __tablename__ = "workout_templates"

    category: str = Field(index=True)
    sport: str = Sport.RUNNING
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    estimated_duration_seconds: int | None = None
    estimated_distance_meters: int | None = None
    estimated_load: float | None = None
    steps: list[dict[str, Any]] = Field(sa_type=JSON)


SHELF = Shelf(Kind.WORKOUT, "workout template", WorkoutTemplate, Scope.WORKOUT_TEMPLATES_READ)
COLUMNS: Columns = SHELF.columns
WORKOUTS = SHELF.aggregate
list_workouts, get_workout = WORKOUTS.page, WORKOUTS.got
ESTIMATES = {
    "estimated_duration_seconds": DurationUnit.SECONDS,
    "estimated_distance_meters": DurationUnit.METERS,
}


class WorkoutContent(Content):
    """What an author says of a workout. Estimates that follow from the steps need not be given."""

    name: Name
    description: Text | None = None
    category: Category
    sport: Sport = Sport.RUNNING
    tags: Annotated[list[Tag], Checked(max_length=20, default_factory=list)]
    estimated_duration_seconds: Annotated[StrictInt, Checked(gt=0, le=WEEK_SECONDS)] | None = None
    estimated_distance_meters: Annotated[StrictInt, Checked(gt=0, le=MOST_METERS)] | None = None
    estimated_load: Annotated[StrictFloat, Checked(ge=0, le=10_000)] | None = None
    steps: Steps

    @model_validator(mode="after")
    def is_not_endless(self) -> Self:
        if number_of_efforts(self.steps) > MOST_EXPANDED:
            raise ValueError(f"steps: repeats may make {MOST_EXPANDED} efforts at most")
        if (total(self.steps, DurationUnit.SECONDS) or 0) > WEEK_SECONDS:
            raise ValueError("steps: a workout may last a week at most")
        if (total(self.steps, DurationUnit.METERS) or 0) > MOST_METERS:
            raise ValueError(f"steps: a workout may have {MOST_METERS} meters at most")
        return self

    def columns(self) -> dict[str, Any]:
        """Every column an author can write, in canonical form."""
        values: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        for name, unit in ESTIMATES.items():
            values[name] = values[name] or total(self.steps, unit)
        values["tags"] = list(dict.fromkeys(self.tags))
        values["steps"] = [step.document() for step in self.steps]
        return values


async def create_workout(
    unit: Unit, given: Mapping[str, Any], *, organization_id: UUID | None = None, id: UUID | None = None
) -> WorkoutTemplate:
    """Private at first. `organization_id` and `id` are the system's to choose."""
    values = read(WorkoutContent, given).columns()
    return await shelf.added(unit, SHELF, values, organization_id=organization_id, id=id)


async def change_workout(unit: Unit, id: UUID, given: Mapping[str, Any]) -> WorkoutTemplate:
    """Only what is given changes; estimates are made anew where the steps are and none is given."""
    template = await shelf.to_change(unit, SHELF, id)
    before = {name: getattr(template, name) for name in WorkoutContent.model_fields}
    if "steps" in given:
        before |= dict.fromkeys(ESTIMATES)
    return await shelf.altered(
        unit, SHELF, template, read(WorkoutContent, before | in_our_spelling(WorkoutContent, given)).columns()
    )


async def publish_workout(unit: Unit, id: UUID) -> WorkoutTemplate:
    return await shelf.published(unit, SHELF, id)


async def hide_workout(unit: Unit, id: UUID) -> WorkoutTemplate:
    return await shelf.hidden(unit, SHELF, id)


async def archive_workout(unit: Unit, id: UUID) -> WorkoutTemplate:
    return await shelf.archived(unit, SHELF, id)


async def remove_workout(unit: Unit, id: UUID) -> None:
    await shelf.removed(unit, SHELF, id)
