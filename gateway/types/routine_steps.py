"""The steps of a routine, as its template has them, and as a run keeps them with what became of each."""

from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from gateway.types.nodes import field
from gateway.types.relations import one
from gateway.types.routine_words import RoutineBlock, RoutineStepKind


@strawberry.enum(description="What became of a step.")
class RoutineStepStatus(Enum):
    PENDING = strawberry.enum_value("pending", description="Nothing yet.")
    IN_PROGRESS = strawberry.enum_value("in-progress", description="A session of its exercise is open.")
    SKIPPED = strawberry.enum_value("skipped", description="The user passed it over.")
    COMPLETED = strawberry.enum_value("completed", description="It is done.")


@strawberry.type(description="One step of a routine.")
class RoutineStep:
    step_id: str = field("Its name in this routine.")
    block: RoutineBlock = field("Where in the routine it belongs.")
    kind: RoutineStepKind = field("How it is known that it is done.")
    exercise_id: str | None = field("Which exercise AI Move watches, such as march-basic.")
    title: str | None = field("What it is called.")
    title_zh: str | None = field("In Traditional Chinese.")
    target_value: int | None = field("Repetitions, or seconds where it is held.")
    duration_seconds: int | None = field("How long it takes.")
    rest_seconds_after: int | None = field("How long to rest then.")


@strawberry.type(description="One step of a run, and what became of it.")
class RoutineRunStep(RoutineStep):
    exercise_type: str | None = field("Whether the target is counted or held: rep or hold.")
    sequence_index: int = field("Its place in the run, from 0.")
    status: RoutineStepStatus = field("What became of it.")
    session_id: strawberry.Private[UUID | None]
    exercise_session = one(
        "exercises.ExerciseSession", "session_id", "The AI Move session that counts for it."
    )
    guided_complete: bool = field("Whether the user said that it is done.")
    skipped: bool = field("Whether the user said that it is passed over.")
    spent_seconds: int = field("How long it took.")
    calories_burned_kcal: float = field("What it took.")


def template_steps(root: strawberry.Parent[Any]) -> list[RoutineStep]:
    return [RoutineStep(**step) for step in root.steps]


def run_steps(root: strawberry.Parent[Any]) -> list[RoutineRunStep]:
    return [_of_run(step) for step in root.steps]


def _of_run(step: Mapping[str, Any]) -> RoutineRunStep:
    known = dict(step)
    session, seconds, calories = (known.pop(name) for name in ("session_id", "seconds", "calories"))
    return RoutineRunStep(
        **known,
        session_id=session and UUID(session),
        spent_seconds=seconds,
        calories_burned_kcal=calories,
    )
