"""Training plans: what a user is to train by, what was known when it was made, and why these routines."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain import plans
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one
from gateway.types.routine_words import RiskTier, RoutineIntensity
from gateway.types.routines import ROUTINE_INSTANCES
from gateway.types.runs import ROUTINE_RUNS
from gateway.types.training_assessments import AssessmentKind


@strawberry.enum(description="How far a plan has come.")
class TrainingPlanStatus(Enum):
    ACTIVE = strawberry.enum_value("active", description="What the user trains by now.")
    COMPLETED = strawberry.enum_value("completed", description="All of its routines are done.")
    ARCHIVED = strawberry.enum_value("archived", description="A newer plan took its place.")


@strawberry.enum(description="Who asked for a plan.")
class PlanSource(Enum):
    IMPORT = strawberry.enum_value("import", description="A partner's first import; the rules chose.")
    REQUEST = strawberry.enum_value("request", description="Somebody by name; the rules chose.")
    ASSIGNMENT = strawberry.enum_value("assignment", description="An administrator, who chose the routines.")


@strawberry.type(description="What was known of a user when a plan was made.")
class AssessmentSnapshot:
    risk_tier: RiskTier | None = field("How much care the user's health asks for; null if nobody knew.")
    available: list[AssessmentKind] = field("What was assessed, and not too long ago.")
    missing: list[AssessmentKind] = field("What was not.")


@strawberry.type(description="A routine that the rules chose.")
class PlanPick:
    template_id: strawberry.Private[UUID | None]
    routine_template = one(
        "routines.RoutineTemplate", "template_id", "The template, as long as you may see it."
    )
    routine_template_name: str = field("What it was called then.")
    reasons: list[str] = field("Why it was chosen.")


def snapshot(root: strawberry.Parent[Any]) -> AssessmentSnapshot | None:
    return None if root.assessments is None else AssessmentSnapshot(**root.assessments)


def picks(root: strawberry.Parent[Any]) -> list[PlanPick] | None:
    return None if root.picks is None else [_pick(**pick) for pick in root.picks]


def _pick(template_id: str, name: str, reasons: list[str]) -> PlanPick:
    return PlanPick(template_id=UUID(template_id), routine_template_name=name, reasons=reasons)


@node(plans.PLANS, "What a user is to train by. Of several one is active at most, the latest.")
class TrainingPlan(Node):
    user = one("users.User", "user_id", "Who is to train by it.")
    status: TrainingPlanStatus = field("How far it has come.")
    goal: str = field("What it is for, such as balance.")
    intensity: RoutineIntensity = field("How hard it may be.")
    frequency: int = field("Sessions a week.")
    preferred_session_minutes: int = field("How long a session should take.")
    equipment: list[str] | None = field("What the user has; null if nobody said.")
    generation_source: PlanSource = field("Who asked for it.")
    bulk_import = one(
        "imports.BulkImport", "bulk_import_id", "The import it came of, if it did.", name="import"
    )
    assigned_by = one("accounts.Account", "assigned_by", "Who gave it to the user, if somebody else did.")
    assessments: AssessmentSnapshot | None = field(
        "What was known of the user then, and what was not.", needs={"assessments"}, resolver=snapshot
    )
    picks: list[PlanPick] | None = field(
        "Which routines the rules chose, and why; null where an administrator chose.",
        needs={"picks"},
        resolver=picks,
    )
    notes: list[str] | None = field("Where it is not what was wished for, and why; null in older plans.")
    routine_instances = ROUTINE_INSTANCES.of("plan_id", "Its routines, by their place in the queue.")
    routine_runs = ROUTINE_RUNS.of("plan_id", "What was done of it, newest first unless ordered otherwise.")
    created_at: datetime = field("When it was made.")
    modified_at: datetime = field("When it last changed.")


TRAINING_PLANS = Many(
    TrainingPlan,
    order=newest_first("created_at"),
    filters=("user", "status", "goal", "intensity", "generation_source", "created_at", "modified_at"),
    orders=("created_at", "modified_at"),
)


@strawberry.type
class PlanQuery:
    training_plans = TRAINING_PLANS.root("Training plans of everybody you may see, newest first.")
