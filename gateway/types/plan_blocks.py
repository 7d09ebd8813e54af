"""The blocks of a training-plan template, their weeks, and the days of these."""

from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from gateway.types.nodes import field
from gateway.types.relations import one


@strawberry.enum(description="What a block of a plan is for.")
class PlanPhase(Enum):
    BASE = strawberry.enum_value("base", description="To lay a base.")
    BUILD = strawberry.enum_value("build", description="To grow stronger.")
    PEAK = strawberry.enum_value("peak", description="To come into form.")
    TAPER = strawberry.enum_value("taper", description="To freshen up before the race.")
    RECOVERY = strawberry.enum_value("recovery", description="To recover.")


@strawberry.enum(description="What a day of a plan is.")
class PlanDayType(Enum):
    REST = strawberry.enum_value("rest", description="A day without training.")
    WORKOUT = strawberry.enum_value("workout", description="A day with a workout.")


@strawberry.type(description="A day of a plan.")
class PlanDay:
    day: int = field("Of the week; 1 is Monday.")
    type: PlanDayType = field("What it is.")
    workout_template_id: strawberry.Private[UUID | None]
    workout_template = one(
        "templates.WorkoutTemplate", "workout_template_id", "Its workout, as long as you may see it."
    )
    workout_name: str | None = field("What the workout was called when the plan was written.")


@strawberry.type(description="A week of a plan.")
class PlanWeek:
    week: int = field("Its number, from 1 through all blocks.")
    focus: str | None = field("What it is about.")
    is_recovery: bool = field("Whether it is for recovery.")
    days: list[PlanDay] = field("Its days, in order; those that are left out are free.", rows=7)


@strawberry.type(description="Some weeks of a plan with one purpose.")
class PlanBlock:
    name: str = field("What it is called.")
    phase: PlanPhase = field("What it is for.")
    weeks: list[PlanWeek] = field("Its weeks, in order.", rows=26)


def plan_blocks(root: strawberry.Parent[Any]) -> list[PlanBlock]:
    return [
        PlanBlock(name=block["name"], phase=block["phase"], weeks=[_week(week) for week in block["weeks"]])
        for block in root.blocks
    ]


def _week(week: Mapping[str, Any]) -> PlanWeek:
    return PlanWeek(
        week=week["week"],
        focus=week.get("focus"),
        is_recovery=week.get("isRecovery", False),
        days=[_day(day) for day in week["days"]],
    )


def _day(day: Mapping[str, Any]) -> PlanDay:
    workout = day.get("workoutTemplateId")
    return PlanDay(
        day=day["day"],
        type=day["type"],
        workout_template_id=workout and UUID(workout),
        workout_name=day.get("workoutName"),
    )
