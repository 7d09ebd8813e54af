"""AI Move: the exercises a camera counts, and the sessions in which a user did one."""

from datetime import datetime
from enum import Enum

import strawberry
from strawberry.scalars import JSON

from domain.ai_move import exercises, sessions
from domain.listing import Order
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@strawberry.enum(description="How far a session came.")
class ExerciseSessionStatus(Enum):
    IN_PROGRESS = strawberry.enum_value("in-progress", description="The user is at it.")
    COMPLETED = strawberry.enum_value("completed", description="The target was reached.")
    ABANDONED = strawberry.enum_value("abandoned", description="The user stopped before.")


@node(exercises.EXERCISES, "An exercise that AI Move's camera counts or times.")
class Exercise(Node):
    exercise_id: str = field("Its name in routines, such as march-basic.")
    name: str = field("What it is called.")
    name_zh: str | None = field("In Traditional Chinese.")
    description: str | None = field("How it is done.")
    category: str = field("What it trains, as its author says it.")
    difficulty: str = field("How hard it is, as its author says it.")
    image_url: str | None = field("A picture of it.")
    type: str = field("Whether its target is counted or held: rep or hold.")
    target_value: int = field("Repetitions, or seconds where it is held.")
    estimated_calories_kcal: float = field(
        "What reaching the target takes.",
        needs={"estimated_calories"},
        resolver=lambda root: root.estimated_calories,
    )
    algorithm: JSON = field("What the camera's recognition is set to.")
    sort_order: int = field("Its place in the catalogue.")
    in_library: bool = field(
        "Whether it is the library's and not a client's own.",
        needs={"organization_id"},
        resolver=lambda root: root.organization_id is None,
    )
    created_at: datetime = field("When it was added.")
    modified_at: datetime = field("When it last changed.")


@node(sessions.SESSIONS, "A user doing one exercise once, as AI Move measured it.")
class ExerciseSession(Node):
    exercise_id: str = field("The exercise's name in routines.")
    status: ExerciseSessionStatus = field("How far it came.")
    rep_count: int = field("How many repetitions counted.")
    duration_seconds: int = field("How long it took.")
    calories_burned_kcal: float = field(
        "Measured, or estimated from the exercise.",
        needs={"calories_burned"},
        resolver=lambda root: root.calories_burned,
    )
    form_score: float | None = field("How well it was done, 0 to 1.")
    sequence_index: int | None = field("Which step of the run it was for, from 0.")
    user = one("users.User", "user_id", "Who did it.")
    training_plan = one("plans.TrainingPlan", "plan_id", "The plan it was launched from.")
    routine_instance = one(
        "routines.RoutineInstance", "routine_instance_id", "The queued routine it was launched from."
    )
    routine_run = one("runs.RoutineRun", "routine_run_id", "The run it counts in; null outside of any.")
    created_at: datetime = field("When it was recorded.")


EXERCISES = Many(
    Exercise,
    order=(Order("sort_order"), Order("exercise_id")),
    filters=("exercise_id", "name", "category", "difficulty", "type", "modified_at"),
    orders=("sort_order", "name", "category"),
)
EXERCISE_SESSIONS = Many(
    ExerciseSession,
    order=newest_first("created_at"),
    filters=("user", "routine_run", "exercise_id", "status", "created_at"),
    orders=("created_at", "duration_seconds", "form_score"),
)


@strawberry.type
class ExerciseQuery:
    exercises = EXERCISES.root("The exercises that routines may name, in the catalogue's order.")
    exercise_sessions = EXERCISE_SESSIONS.root("AI Move sessions of everybody you may see, newest first.")
