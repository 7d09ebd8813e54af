"""The steps of a workout as authors write them: as deep as workouts are, and errors that say where in the input."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from typing import Any

import strawberry

from domain.errors import Detail, Invalid
from gateway.types.nodes import field
from gateway.types.workout_steps import REPEAT, WorkoutEffortType, WorkoutMetric

LENGTHS = {"seconds": "duration_seconds", "meters": "distance_meters"}


@strawberry.enum(description="What a step is: an effort of this kind, or a repeat.")
class WorkoutStepType(Enum):
    WARMUP = strawberry.enum_value("warmup", description="To warm up.")
    STEADY = strawberry.enum_value("steady", description="To go on evenly.")
    WORK = strawberry.enum_value("work", description="To go hard.")
    RECOVERY = strawberry.enum_value("recovery", description="To recover while moving.")
    REST = strawberry.enum_value("rest", description="To stand still.")
    RAMP = strawberry.enum_value("ramp", description="To go from the low target to the high one.")
    COOLDOWN = strawberry.enum_value("cooldown", description="To cool down.")
    REPEAT = strawberry.enum_value("repeat", description="Its steps over and over; it has a count and steps.")


@strawberry.input(description="What there is to say of an effort, whatever it is for.")
class WorkoutLengthInput:
    duration_seconds: int | None = field(
        "How long it takes. Without this and a distance it ends when the athlete says so.", default=None
    )
    distance_meters: int | None = field("How far it goes, in place of a duration.", default=None)
    target_metric: WorkoutMetric | None = field(
        "What the target is measured in; open unless said.", default=None
    )
    target_low: float | None = field("The lower bound, or where a ramp begins.", default=None)
    target_high: float | None = field("The upper bound, or where a ramp ends.", default=None)
    note: str | None = field("What else to know.", default=None)


@strawberry.input(description="One effort.")
class WorkoutEffortInput(WorkoutLengthInput):
    type: WorkoutEffortType = field("What it is for.")


@strawberry.input(description="A step within a repeat: an effort, or a set of efforts.")
class WorkoutRepeatStepInput(WorkoutLengthInput):
    type: WorkoutStepType = field("What it is.")
    count: int | None = field("How often, 2 to 100; for repeats alone.", default=None)
    steps: list[WorkoutEffortInput] | None = field("What is repeated; for repeats alone.", default=None)


@strawberry.input(description="A step of a workout: an effort, or a repeat of steps.")
class WorkoutStepInput(WorkoutLengthInput):
    type: WorkoutStepType = field("What it is.")
    count: int | None = field("How often, 2 to 100; for repeats alone.", default=None)
    steps: list[WorkoutRepeatStepInput] | None = field("What is repeated; for repeats alone.", default=None)


def documents_of(steps: Sequence[Any], at: str = "steps") -> list[dict[str, Any]]:
    """As documents have them."""
    return [_document(step, f"{at}.{index}") for index, step in enumerate(steps)]


@contextmanager
def told_of(steps: Sequence[Any] | None) -> Iterator[None]:
    """Let errors name the fields of these steps, not those of the documents they became."""
    try:
        yield
    except Invalid as error:
        details = (replace(detail, field=_spelled(detail.field, steps)) for detail in error.details)
        raise Invalid(error.message, *details) from error


def _document(step: Any, at: str) -> dict[str, Any]:
    target = {
        "metric": step.target_metric and step.target_metric.value,
        "low": _bound(step.target_low),
        "high": _bound(step.target_high),
    }
    parts = {
        "type": step.type.value,
        "duration": _duration(step, at),
        "target": {name: value for name, value in target.items() if value is not None} or None,
        "note": step.note,
        "count": getattr(step, "count", None),
        "steps": documents_of(inner, f"{at}.steps") if (inner := getattr(step, "steps", None)) else None,
    }
    return {name: part for name, part in parts.items() if part is not None}


def _duration(step: Any, at: str) -> Mapping[str, Any] | None:
    lengths = {unit: getattr(step, name) for unit, name in LENGTHS.items()}
    given = [{"unit": unit, "value": value} for unit, value in lengths.items() if value is not None]
    if len(given) > 1:
        detail = Detail("goes without durationSeconds: an effort has one of the two", f"{at}.distance_meters")
        raise Invalid("The template is not valid; see the details for what to change", detail)
    if given:
        return given[0]
    return None if step.type.value == REPEAT else {"unit": "open"}


def _bound(value: float | None) -> float | None:
    """Zones are whole numbers, and stay what documents have for them."""
    return int(value) if value is not None and value.is_integer() else value


def _spelled(path: str | None, steps: Any) -> str | None:
    """`steps.0.duration.value` is the step's durationSeconds or its distanceMeters, whichever was given."""
    before, found, _ = (path or "").rpartition(".duration")
    if found:
        return f"{before}.{_length(before, steps)}"
    before, found, bound = (path or "").rpartition(".target")
    return f"{before}.target_{bound.removeprefix('.') or 'metric'}" if found else path


def _length(path: str, steps: Any) -> str:
    step: Any = None
    for index in (word for word in path.split(".") if word.isdigit()):
        step = (steps if step is None else step.steps)[int(index)]
    return "duration_seconds" if step.distance_meters is None else "distance_meters"
