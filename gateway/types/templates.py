"""Workout and training-plan templates, to read."""

from datetime import datetime
from enum import Enum

import strawberry

from domain.listing import Order
from domain.templates import plans, workouts
from gateway.types.many import Many
from gateway.types.nodes import Node, field, node
from gateway.types.plan_blocks import PlanBlock, plan_blocks
from gateway.types.workout_steps import WorkoutStep, workout_steps


@strawberry.enum(description="Who sees a template.")
class TemplateVisibility(Enum):
    PUBLIC = strawberry.enum_value("public", description="Every partner, while it is active.")
    PRIVATE = strawberry.enum_value("private", description="Its organization's administrators only.")


@strawberry.enum(description="Whether a template is in use.")
class TemplateStatus(Enum):
    ACTIVE = strawberry.enum_value("active", description="It is.")
    ARCHIVED = strawberry.enum_value("archived", description="It is kept, out of partners' sight.")


@strawberry.enum(description="What a workout is for.")
class WorkoutCategory(Enum):
    RECOVERY = strawberry.enum_value("recovery", description="To recover.")
    EASY = strawberry.enum_value("easy", description="To train without strain.")
    LONG = strawberry.enum_value("long", description="To train endurance.")
    TEMPO = strawberry.enum_value("tempo", description="To hold a brisk pace.")
    THRESHOLD = strawberry.enum_value("threshold", description="To train at the lactate threshold.")
    INTERVAL = strawberry.enum_value("interval", description="To go hard, rest and go hard again.")
    HILL = strawberry.enum_value("hill", description="To go uphill.")
    RACE = strawberry.enum_value("race", description="To race.")
    STRENGTH = strawberry.enum_value("strength", description="To grow stronger.")
    TEST = strawberry.enum_value("test", description="To be measured.")


@strawberry.enum(description="What sport a workout is of.")
class WorkoutSport(Enum):
    RUNNING = strawberry.enum_value("running", description="On foot, running.")
    WALKING = strawberry.enum_value("walking", description="On foot, walking.")
    CYCLING = strawberry.enum_value("cycling", description="On a bicycle.")
    SWIMMING = strawberry.enum_value("swimming", description="In the water.")


@strawberry.enum(description="The race that a training plan leads to.")
class GoalDistance(Enum):
    FIVE_K = strawberry.enum_value("5k", description="5 kilometres.")
    TEN_K = strawberry.enum_value("10k", description="10 kilometres.")
    HALF_MARATHON = strawberry.enum_value("half_marathon", description="21.1 kilometres.")
    MARATHON = strawberry.enum_value("marathon", description="42.2 kilometres.")
    ULTRA = strawberry.enum_value("ultra", description="Any distance beyond a marathon.")


@strawberry.enum(description="Whom a training plan suits.")
class PlanLevel(Enum):
    BEGINNER = strawberry.enum_value("beginner", description="Who trains for the first time.")
    INTERMEDIATE = strawberry.enum_value("intermediate", description="Who has trained before.")
    ADVANCED = strawberry.enum_value("advanced", description="Who trains all year.")


@node(workouts.WORKOUTS, "A structured workout to plan with.")
class WorkoutTemplate(Node):
    name: str = field("What it is called.")
    description: str | None = field("What it is, for those who do it.")
    category: WorkoutCategory = field("What it is for.")
    sport: WorkoutSport = field("What sport it is of.")
    tags: list[str] = field("What its author wants it found by.")
    estimated_duration_seconds: int | None = field("How long it takes, as far as its steps say.")
    estimated_distance_meters: int | None = field("How far it goes, as far as its steps say.")
    estimated_load: float | None = field("The training load its author expects of it.")
    steps: list[WorkoutStep] = field(
        "Warm-up, work, recovery and repeats, in order.", needs={"steps"}, resolver=workout_steps, rows=8
    )
    visibility: TemplateVisibility = field("Who sees it.")
    status: TemplateStatus = field("Whether it is in use.")
    version: int = field("Grows by one with every real change.")
    created_at: datetime = field("When it was written.")
    modified_at: datetime = field("When it last changed; no two templates changed at one instant.")


@node(plans.PLANS, "A training plan in blocks of weeks, whose days refer to workout templates.")
class TrainingPlanTemplate(Node):
    name: str = field("What it is called.")
    description: str | None = field("What it is, for those who follow it.")
    goal_distance: GoalDistance = field("The race it leads to.")
    level: PlanLevel = field("Whom it suits.")
    duration_weeks: int = field("How many weeks it takes.")
    sessions_per_week: int = field("Of its fullest week.")
    blocks: list[PlanBlock] = field(
        "Blocks with their weeks, and these with their days.", needs={"blocks"}, resolver=plan_blocks, rows=4
    )
    visibility: TemplateVisibility = field("Who sees it.")
    status: TemplateStatus = field("Whether it is in use.")
    version: int = field("Grows by one with every real change.")
    created_at: datetime = field("When it was written.")
    modified_at: datetime = field("When it last changed; no two templates changed at one instant.")


WORKOUT_TEMPLATES = Many(
    WorkoutTemplate,
    order=(Order("name"),),
    filters=("name", "category", "sport", "visibility", "status", "modified_at"),
    orders=("name", "modified_at", "created_at"),
)
TRAINING_PLAN_TEMPLATES = Many(
    TrainingPlanTemplate,
    order=(Order("name"),),
    filters=(
        "name", "goal_distance", "level", "duration_weeks", "sessions_per_week", "visibility", "status",
        "modified_at",
    ),
    orders=("name", "duration_weeks", "modified_at", "created_at"),
)  # fmt: skip


@strawberry.type
class TemplateQuery:
    workout_templates = WORKOUT_TEMPLATES.root(
        "Workout templates: public and active ones, and your organization's, by name."
    )
    training_plan_templates = TRAINING_PLAN_TEMPLATES.root(
        "Training-plan templates: public and active ones, and your organization's, by name."
    )
