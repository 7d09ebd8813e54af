"""Template documents as partners read them (contracts 2.3)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import Row

from domain.templates.plans import GoalDistance, Level, Phase
from domain.templates.steps import Effort, Repeat
from domain.templates.workouts import Category, Sport

METERS: dict[str, float | None] = {
    GoalDistance.FIVE_K: 5000,
    GoalDistance.TEN_K: 10_000,
    GoalDistance.HALF_MARATHON: 21_097.5,
    GoalDistance.MARATHON: 42_195,
    GoalDistance.ULTRA: None,
}
Document = dict[str, Any]


class Described(BaseModel):
    """For OpenAPI: what the functions below make."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Versioned(Described):
    id: UUID
    version: int = Field(ge=1, description="Starts at 1 and grows by 1 with every real change.")
    updated_at: AwareDatetime = Field(
        description="When it last changed; never the same for two documents of a collection.",
        examples=["2026-02-03T10:11:12.123456Z"],
    )


class WorkoutTemplate(Versioned):
    """A structured workout."""

    name: str = Field(examples=["5 x 1000 m threshold"])
    description: str | None
    category: Category
    sport: Sport
    tags: list[str]
    estimated_duration_seconds: int | None
    estimated_distance_meters: int | None
    estimated_load: float | None
    steps: list[Effort | Repeat] = Field(description="What to run, in order; a repeat has steps of its own.")
    created_at: AwareDatetime


class PlanDay(Described):
    """Day 1 is Monday. A workout that is not public keeps its id and name here, and answers 404."""

    day: int = Field(ge=1, le=7)
    type: Literal["rest", "workout"]
    workout_template_id: UUID | None = None
    workout_name: str | None = None


class PlanWeek(Described):
    week: int = Field(ge=1, description="Counted through all blocks.")
    focus: str | None = None
    is_recovery: bool
    days: list[PlanDay]


class PlanBlock(Described):
    name: str
    phase: Phase
    weeks: list[PlanWeek]


class TrainingPlanTemplate(Versioned):
    """A training plan in blocks of weeks."""

    name: str = Field(examples=["Marathon 16 weeks"])
    description: str | None
    goal_distance: GoalDistance
    goal_distance_meters: float | None
    level: Level
    duration_weeks: int
    sessions_per_week: int
    blocks: list[PlanBlock]
    created_at: AwareDatetime


class Deleted(Versioned):
    """A template that is no longer public and active, or is gone."""


class PageOf(Described):
    model_config = ConfigDict(alias_generator=None)

    page: int = Field(ge=1)
    per_page: int = Field(ge=1, le=100)
    total: int = Field(ge=0, description="How many documents there are on all pages.")
    pages: int = Field(ge=0)
    deleted: list[Deleted] | None = Field(
        default=None, description="Only with includeDeleted=true and updatedSince."
    )


class WorkoutTemplatePage(PageOf):
    """A page of workout templates."""

    items: list[WorkoutTemplate]


class TrainingPlanTemplatePage(PageOf):
    """A page of training-plan templates."""

    items: list[TrainingPlanTemplate]


class Problem(BaseModel):
    """Every error of this API."""

    error: str = Field(description="A stable code, for programs.", examples=["not_found"])
    message: str = Field(description="A sentence, for people.", examples=["No such workout template"])


def instant(value: datetime) -> str:
    """Always to the microsecond: sent back as `updatedSince` it must lose nothing."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def workout(row: Row[Any]) -> Document:
    return {
        "id": str(row.id),
        "name": row.name,
        "description": row.description,
        "category": row.category,
        "sport": row.sport,
        "tags": row.tags,
        "estimatedDurationSeconds": row.estimated_duration_seconds,
        "estimatedDistanceMeters": row.estimated_distance_meters,
        "estimatedLoad": row.estimated_load,
        "steps": row.steps,
        "version": row.version,
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.modified_at),
    }


def plan(row: Row[Any]) -> Document:
    return {
        "id": str(row.id),
        "name": row.name,
        "description": row.description,
        "goalDistance": row.goal_distance,
        "goalDistanceMeters": METERS.get(row.goal_distance),
        "level": row.level,
        "durationWeeks": row.duration_weeks,
        "sessionsPerWeek": row.sessions_per_week,
        "blocks": row.blocks,
        "version": row.version,
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.modified_at),
    }


def deleted(row: Row[Any]) -> Document:
    return {"id": str(row.id), "version": row.version, "updatedAt": instant(row.modified_at)}


def envelope(
    rows: Sequence[Row[Any]], shown: Callable[[Row[Any]], Document], *, page: int, per_page: int, total: int
) -> Document:
    return {
        "items": [shown(row) for row in rows],
        "page": page,
        "per_page": per_page,
        "total": total,
        "pages": -(-total // per_page),
    }
