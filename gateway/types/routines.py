"""Routine templates, the catalogue a client chooses from, and the queue of a plan."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain.listing import Order
from domain.routines import catalogue, queue, templates
from domain.routines.steps import MAX_STEPS
from gateway.context import Context
from gateway.types.many import Many
from gateway.types.nodes import NODES, Node, field, found_node, node
from gateway.types.relations import one
from gateway.types.routine_steps import RoutineStep, template_steps
from gateway.types.routine_words import RiskTier, RoutineIntensity
from gateway.types.runs import ROUTINE_RUNS

Info = strawberry.Info[Context, None]


@strawberry.enum(description="Whether users may be given a routine template.")
class RoutineTemplateStatus(Enum):
    DRAFT = strawberry.enum_value("draft", description="Its authors are at it; nobody is given it.")
    PUBLISHED = strawberry.enum_value("published", description="Plans may use it.")


@strawberry.enum(description="How far a queued routine has come.")
class RoutineInstanceStatus(Enum):
    QUEUED = strawberry.enum_value("queued", description="To be done, or put off and to be done later.")
    IN_PROGRESS = strawberry.enum_value("in-progress", description="One of its runs is open.")
    COMPLETED = strawberry.enum_value("completed", description="One of its runs is completed.")
    CANCELLED = strawberry.enum_value("cancelled", description="A newer plan took its place.")


@node(templates.TEMPLATES, "Exercises and guided steps in blocks, to be done in one go.")
class RoutineTemplate(Node):
    name: str = field("What it is called.")
    name_zh: str | None = field("In Traditional Chinese.")
    description: str = field("What it is, for those who do it.")
    goal: str = field("What it is good for, such as balance.")
    intensity: RoutineIntensity = field("How hard it is.")
    risk_tiers: list[RiskTier] = field("Whom it suits; empty for everybody.")
    estimated_duration_minutes: int = field("How long it takes.")
    equipment: list[str] = field("What is needed for it.")
    tags: list[str] = field("What its author wants it found by.")
    steps: list[RoutineStep] = field(
        "Warm-up, main part and cool-down, in order.",
        needs={"steps"},
        resolver=template_steps,
        rows=MAX_STEPS,
    )
    status: RoutineTemplateStatus = field("Whether users may be given it.")
    in_library: bool = field(
        "Whether it is the library's and not a client's own.",
        needs={"organization_id"},
        resolver=lambda root: root.organization_id is None,
    )
    published_at: datetime | None = field("When it was published; null for a draft.")
    created_at: datetime = field("When it was begun.")
    modified_at: datetime = field("When it last changed.")


@node(queue.INSTANCES, "A routine template that a plan wants done once; its place in the user's queue.")
class RoutineInstance(Node):
    user = one("users.User", "user_id", "Whose queue it stands in.")
    training_plan = one("plans.TrainingPlan", "plan_id", "The plan that asks for it.")
    routine_template = one(
        "routines.RoutineTemplate", "routine_template_id", "The template, as long as you may see it."
    )
    plan_id: UUID = field("The REST id of the plan.", deprecated="Select `trainingPlan { uuid }`.")
    routine_template_id: UUID = field(
        "The REST id of the template.", deprecated="Select `routineTemplate { uuid }`."
    )
    routine_template_name: str = field("What the template was called when this was queued.")
    queue_index: int = field("Its place among what is queued; the smallest is next.")
    status: RoutineInstanceStatus = field("How far it has come.")
    defer_count: int = field("How often the user put it off.")
    routine_runs = ROUTINE_RUNS.of("routine_instance_id", "Its runs, newest first unless ordered otherwise.")
    created_at: datetime = field("When it was queued.")
    modified_at: datetime = field("When it last changed.")


ROUTINE_TEMPLATES = Many(
    RoutineTemplate,
    order=(Order("name"),),
    filters=("name", "goal", "intensity", "status", "published_at", "modified_at"),
    orders=("name", "goal", "published_at", "modified_at"),
)
ROUTINE_INSTANCES = Many(
    RoutineInstance,
    order=(Order("queue_index"),),
    filters=("user", "training_plan", "routine_template", "status", "created_at", "modified_at"),
    orders=("queue_index", "created_at", "modified_at"),
)


async def enabled(root: strawberry.Parent[Any], info: Info) -> Any:
    """As many as there are: the library has hundreds at most, and one statement reads them."""
    return [found_node(info, NODES["RoutineTemplate"], id) for id in root.enabled]


@strawberry.type(description="Which of the library's routine templates a client's users may be given.")
class RoutineCatalogue:
    enabled_templates: list[RoutineTemplate | None] = field(
        "Those it has switched on, by name.", resolver=enabled, rows=100
    )
    modified_at: datetime = field("When the choice last changed.")


@strawberry.type
class RoutineQuery:
    routine_templates = ROUTINE_TEMPLATES.root(
        "Routine templates: what users may be given; to administrators drafts and the whole library too."
    )
    routine_instances = ROUTINE_INSTANCES.root(
        "Routines in the queues of everybody you may see, by their place."
    )

    @strawberry.field(
        description="Which of the library's routines your client has switched on.",
        graphql_type=RoutineCatalogue | None,
    )
    async def routine_catalogue(self, info: Info) -> Any:
        return await catalogue.get_catalogue(info.context.unit)
