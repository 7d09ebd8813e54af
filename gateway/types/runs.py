"""Runs: users doing routines."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from domain.routines import runs
from domain.routines.steps import MAX_STEPS
from gateway.types.exercises import EXERCISE_SESSIONS
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one
from gateway.types.routine_steps import RoutineRunStep, run_steps


@strawberry.enum(description="How far a run has come.")
class RoutineRunStatus(Enum):
    CREATED = strawberry.enum_value("created", description="Begun, no step handled yet.")
    IN_PROGRESS = strawberry.enum_value("in-progress", description="Some steps are handled.")
    COMPLETED = strawberry.enum_value("completed", description="Every step is done or skipped.")
    ABANDONED = strawberry.enum_value("abandoned", description="Given up; its routine can be begun anew.")


@node(runs.RUNS, "A user doing a routine once, with a copy of its steps as they were then.")
class RoutineRun(Node):
    user = one("users.User", "user_id", "Who does it.")
    training_plan = one("plans.TrainingPlan", "plan_id", "The plan that asked for it.")
    routine_instance = one("routines.RoutineInstance", "routine_instance_id", "The queued routine it is of.")
    plan_id: UUID = field("The REST id of the plan.", deprecated="Select `trainingPlan { uuid }`.")
    routine_instance_id: UUID = field(
        "The REST id of the queued routine.", deprecated="Select `routineInstance { uuid }`."
    )
    routine_template_name: str = field("What the routine was called then.")
    routine_template_name_zh: str | None = field("The same in Traditional Chinese.")
    started_from: str = field("Where in the app it was started.")
    status: RoutineRunStatus = field("How far it has come.")
    current_step_index: int = field("The step the user is at, from 0.")
    steps: list[RoutineRunStep] = field(
        "Each step and what became of it.", needs={"steps"}, resolver=run_steps, rows=MAX_STEPS
    )
    completed_exercises: int = field("How many steps are done; skipped ones are not.")
    total_exercises: int = field("How many steps there are.")
    completion_rate: float = field("Completed of all steps, 0 to 1.")
    total_duration_seconds: int = field("What the steps took together.")
    total_calories_burned_kcal: float = field(
        "What the steps took together.",
        needs={"total_calories_burned"},
        resolver=lambda root: root.total_calories_burned,
    )
    total_calories_burned: float = field(
        "In kilocalories.", deprecated="Its unit is in the name of `totalCaloriesBurnedKcal`."
    )
    exercise_sessions = EXERCISE_SESSIONS.of(
        "routine_run_id", "What AI Move measured in it, newest first unless ordered otherwise."
    )
    completed_at: datetime | None = field("When its last step was handled.")
    created_at: datetime = field("When it was begun.")
    modified_at: datetime = field("When it last changed.")


ROUTINE_RUNS = Many(
    RoutineRun,
    order=newest_first("created_at"),
    filters=(
        "user", "training_plan", "routine_instance", "status", "started_from", "created_at", "modified_at",
    ),
    orders=("created_at", "completed_at", "completion_rate", "modified_at"),
)  # fmt: skip


@strawberry.type
class RunQuery:
    routine_runs = ROUTINE_RUNS.root("Runs of everybody you may see, newest first.")
