"""Training-plan templates: blocks of weeks, whose days refer to workout templates."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field as Checked
from pydantic import StrictBool, StrictInt, model_validator
from sqlalchemy import JSON
from sqlmodel import Field, col

from domain.errors import Detail, Invalid
from domain.listing import Columns
from domain.sql import select
from domain.templates import shelf
from domain.templates.content import Content, Name, Text, in_our_spelling, read
from domain.templates.order import Kind
from domain.templates.shelf import Shelf, Template
from domain.templates.workouts import SHELF as WORKOUT_SHELF
from domain.templates.workouts import WorkoutTemplate
from domain.unit import Unit
from domain.viewer import Scope

MOST_WEEKS, MOST_BLOCKS = 104, 26


class GoalDistance(StrEnum):
    FIVE_K = "5k"
    TEN_K = "10k"
    HALF_MARATHON = "half_marathon"
    MARATHON = "marathon"
    ULTRA = "ultra"


class Level(StrEnum):
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Phase(StrEnum):
    BASE = "base"
    BUILD = "build"
    PEAK = "peak"
    TAPER = "taper"
    RECOVERY = "recovery"


class TrainingPlanTemplate(Template, table=True):
    """`blocks`: a document as `PlanContent` writes it; weeks and sessions follow from it."""

    __tablename__ = "training_plan_templates"

    goal_distance: str = Field(index=True)
    level: str
    duration_weeks: int
    sessions_per_week: int
    blocks: list[dict[str, Any]] = Field(sa_type=JSON)


SHELF = Shelf(Kind.PLAN, "training-plan template", TrainingPlanTemplate, Scope.PLAN_TEMPLATES_READ)
COLUMNS: Columns = SHELF.columns
PLANS = SHELF.aggregate
list_plans, get_plan = PLANS.page, PLANS.got


class Day(Content):
    """Day 1 is Monday. The workout's name is kept as it was, whatever becomes of the workout."""

    day: Annotated[StrictInt, Checked(ge=1, le=7)]
    type: Literal["rest", "workout"]
    workout_template_id: UUID | None = None
    workout_name: Name | None = None

    @model_validator(mode="after")
    def has_a_workout_unless_it_is_rest(self) -> Self:
        if (self.type == "workout") != (self.workout_template_id is not None):
            raise ValueError("a workout day needs a workoutTemplateId, and a rest day has none")
        return self


class Week(Content):
    week: Annotated[StrictInt, Checked(ge=1, le=MOST_WEEKS)]
    focus: Name | None = None
    is_recovery: StrictBool = False
    days: Annotated[list[Day], Checked(max_length=7)]

    @model_validator(mode="after")
    def has_its_days_in_order(self) -> Self:
        days = [day.day for day in self.days]
        if days != sorted(set(days)):
            raise ValueError("days must be in order, each at most once")
        return self


class Block(Content):
    name: Name
    phase: Phase
    weeks: Annotated[list[Week], Checked(min_length=1, max_length=MOST_WEEKS)]


class PlanContent(Content):
    """What an author says of a plan; its weeks are numbered from 1 through all blocks."""

    name: Name
    description: Text | None = None
    goal_distance: GoalDistance
    level: Level = Level.INTERMEDIATE
    blocks: Annotated[list[Block], Checked(min_length=1, max_length=MOST_BLOCKS)]

    @model_validator(mode="after")
    def counts_its_weeks(self) -> Self:
        numbers = [week.week for block in self.blocks for week in block.weeks]
        if numbers != list(range(1, len(numbers) + 1)) or len(numbers) > MOST_WEEKS:
            raise ValueError(
                f"blocks: weeks must be numbered 1, 2, 3 … through all blocks, {MOST_WEEKS} at most"
            )
        return self

    def columns(self) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        weeks = [week for block in self.blocks for week in block.weeks]
        sessions = [sum(day.type == "workout" for day in week.days) for week in weeks]
        return values | {
            "duration_weeks": len(weeks),
            "sessions_per_week": max(sessions),
            "blocks": [block.document() for block in self.blocks],
        }


async def create_plan(
    unit: Unit, given: Mapping[str, Any], *, organization_id: UUID | None = None, id: UUID | None = None
) -> TrainingPlanTemplate:
    """Private at first. `organization_id` and `id` are the system's to choose."""
    values = read(PlanContent, given).columns()
    await _name_workouts(unit, values["blocks"])
    return await shelf.added(unit, SHELF, values, organization_id=organization_id, id=id)


async def change_plan(unit: Unit, id: UUID, given: Mapping[str, Any]) -> TrainingPlanTemplate:
    """Only what is given changes; a workout the plan already refers to may be gone."""
    template = await shelf.to_change(unit, SHELF, id)
    before = {name: getattr(template, name) for name in PlanContent.model_fields}
    values = read(PlanContent, before | in_our_spelling(PlanContent, given)).columns()
    if "blocks" in given:
        await _name_workouts(unit, values["blocks"], known=template.blocks)
    return await shelf.altered(unit, SHELF, template, values)


async def publish_plan(unit: Unit, id: UUID) -> TrainingPlanTemplate:
    return await shelf.published(unit, SHELF, id)


async def hide_plan(unit: Unit, id: UUID) -> TrainingPlanTemplate:
    return await shelf.hidden(unit, SHELF, id)


async def archive_plan(unit: Unit, id: UUID) -> TrainingPlanTemplate:
    return await shelf.archived(unit, SHELF, id)


async def remove_plan(unit: Unit, id: UUID) -> None:
    await shelf.removed(unit, SHELF, id)


async def _name_workouts(
    unit: Unit, blocks: list[dict[str, Any]], known: list[dict[str, Any]] | None = None
) -> None:
    """Put each workout's name beside its id; one the author cannot see is refused where it stands."""
    names = {day["workoutTemplateId"]: day["workoutName"] for _, day in _workout_days(known or [])}
    wanted = {UUID(day["workoutTemplateId"]) for _, day in _workout_days(blocks)}
    visible = select(WorkoutTemplate.id, WorkoutTemplate.name).where(
        shelf.visible_to(unit, WORKOUT_SHELF), col(WorkoutTemplate.id).in_(wanted)
    )
    names |= {str(row.id): row.name for row in await unit.rows(visible)}
    unknown = [
        Detail("is no workout template you can see", f"{path}.workoutTemplateId")
        for path, day in _workout_days(blocks)
        if day["workoutTemplateId"] not in names
    ]
    if unknown:
        raise Invalid("The plan refers to workouts that are not there; see the details", *unknown)
    for _, day in _workout_days(blocks):
        day["workoutName"] = names[day["workoutTemplateId"]]


def _workout_days(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The days with a workout, and where they stand."""
    for b, block in enumerate(blocks):
        for w, week in enumerate(block["weeks"]):
            for d, day in enumerate(week["days"]):
                if day["type"] == "workout":
                    yield f"blocks.{b}.weeks.{w}.days.{d}", day
