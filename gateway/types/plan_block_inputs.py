"""The blocks of a training-plan template as authors write them."""

from typing import Any

import strawberry

from gateway.global_ids import read_global_id
from gateway.mutations import given
from gateway.types.nodes import field
from gateway.types.plan_blocks import PlanDayType, PlanPhase


@strawberry.input(description="A day of a plan.")
class PlanDayInput:
    day: int = field("Of the week; 1 is Monday.")
    type: PlanDayType = field("What it is.")
    workout_template_id: strawberry.ID | None = field("The workout, on a day that has one.", default=None)


@strawberry.input(description="A week of a plan.")
class PlanWeekInput:
    week: int = field("Its number, from 1 through all blocks.")
    focus: str | None = field("What it is about.", default=None)
    is_recovery: bool = field("Whether it is for recovery.", default=False)
    days: list[PlanDayInput] = field("Its days, in order; those that are left out are free.")


@strawberry.input(description="Some weeks of a plan with one purpose.")
class PlanBlockInput:
    name: str = field("What it is called.")
    phase: PlanPhase = field("What it is for.")
    weeks: list[PlanWeekInput] = field("Its weeks, in order.")


def documents_of(blocks: list[PlanBlockInput]) -> list[dict[str, Any]]:
    """As documents have them, global ids as the UUIDs that they stand for."""
    documents = [given(block) for block in blocks]
    for day in (day for block in documents for week in block["weeks"] for day in week["days"]):
        if "workout_template_id" in day:
            day["workout_template_id"] = str(read_global_id("WorkoutTemplate", day["workout_template_id"]))
    return documents
