"""The steps of a workout: efforts, repeats of them, and sets of efforts within a repeat."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any

import strawberry

from gateway.types.nodes import field

REPEAT = "repeat"


@strawberry.enum(description="What an effort is for.")
class WorkoutEffortType(Enum):
    WARMUP = strawberry.enum_value("warmup", description="To warm up.")
    STEADY = strawberry.enum_value("steady", description="To go on evenly.")
    WORK = strawberry.enum_value("work", description="To go hard.")
    RECOVERY = strawberry.enum_value("recovery", description="To recover while moving.")
    REST = strawberry.enum_value("rest", description="To stand still.")
    RAMP = strawberry.enum_value("ramp", description="To go from the low target to the high one.")
    COOLDOWN = strawberry.enum_value("cooldown", description="To cool down.")


@strawberry.enum(description="What a target is measured in.")
class WorkoutMetric(Enum):
    OPEN = strawberry.enum_value("open", description="In nothing: as one likes.")
    PACE_ZONE = strawberry.enum_value("paceZone", description="In zones of pace, 1 to 10.")
    HEART_RATE_ZONE = strawberry.enum_value("heartRateZone", description="In zones of heart rate, 1 to 5.")
    CRITICAL_SPEED_PERCENT = strawberry.enum_value(
        "criticalSpeedPercent", description="In percent of critical speed, 1 to 300."
    )
    POWER_ZONE = strawberry.enum_value("powerZone", description="In zones of power, 1 to 7.")
    RPE = strawberry.enum_value("rpe", description="In rates of perceived exertion, 1 to 10.")


@strawberry.type(
    description="One effort. Without a duration and a distance it ends when the athlete says so."
)
class WorkoutEffort:
    type: WorkoutEffortType = field("What it is for.")
    duration_seconds: int | None = field("How long it takes; null for one by distance.")
    distance_meters: int | None = field("How far it goes; null for one by time.")
    target_metric: WorkoutMetric = field("What the target is measured in.")
    target_low: float | None = field("The target's lower bound, or where a ramp begins; null if it is open.")
    target_high: float | None = field("The target's upper bound, or where a ramp ends; null if it is open.")
    note: str | None = field("What else to know.")


@strawberry.type(description="Efforts over and over, within a repeat.")
class WorkoutSet:
    count: int = field("How often.")
    steps: list[WorkoutEffort] = field("What is repeated.", rows=4)


WorkoutRepeatStep = Annotated[
    WorkoutEffort | WorkoutSet,
    strawberry.union("WorkoutRepeatStep", description="An effort, or efforts that are repeated in turn."),
]


@strawberry.type(description="Steps over and over.")
class WorkoutRepeat:
    count: int = field("How often.")
    steps: list[WorkoutRepeatStep] = field("What is repeated.", rows=8)


WorkoutStep = Annotated[
    WorkoutEffort | WorkoutRepeat,
    strawberry.union("WorkoutStep", description="An effort, or steps that are repeated."),
]


def workout_steps(root: strawberry.Parent[Any]) -> list[WorkoutStep]:
    return [_repeat(step) if step["type"] == REPEAT else _effort(step) for step in root.steps]


def _repeat(step: Mapping[str, Any]) -> WorkoutRepeat:
    inner = [_set(one) if one["type"] == REPEAT else _effort(one) for one in step["steps"]]
    return WorkoutRepeat(count=step["count"], steps=inner)


def _set(step: Mapping[str, Any]) -> WorkoutSet:
    return WorkoutSet(count=step["count"], steps=[_effort(one) for one in step["steps"]])


def _effort(step: Mapping[str, Any]) -> WorkoutEffort:
    duration, target = step["duration"], step.get("target", {})
    value = duration.get("value")
    return WorkoutEffort(
        type=step["type"],
        duration_seconds=value if duration["unit"] == "seconds" else None,
        distance_meters=value if duration["unit"] == "meters" else None,
        target_metric=target.get("metric", "open"),
        target_low=_number(target.get("low")),
        target_high=_number(target.get("high")),
        note=step.get("note"),
    )


def _number(value: float | None) -> float | None:
    """Documents write a zone as 3, and what is a Float here has to be one for the executor to read it plainly."""
    return None if value is None else float(value)
