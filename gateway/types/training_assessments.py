"""Assessments of users: what decides how hard a routine may be, and what a user would like."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from domain import assessments
from domain.assessments import LEVELS
from domain.assessments import AssessmentKind as DomainKind
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one
from gateway.types.routine_words import RiskTier, RoutineIntensity


@strawberry.enum(description="What was assessed.")
class AssessmentKind(Enum):
    FALL_RISK = strawberry.enum_value("fallRisk", description="How likely the user is to fall.")
    PREFERENCES = strawberry.enum_value("preferences", description="What the user would like.")
    MSK = strawberry.enum_value("mskAssessment", description="Muscles, bones and joints.")
    COGNITIVE = strawberry.enum_value("cognitiveAssessment", description="Memory and attention.")


@strawberry.enum(description="What was found, as the assessment words it; each kind has some of these.")
class AssessmentLevel(Enum):
    LOW = strawberry.enum_value(
        "LOW", description="Of the risk of falling, and of muscles, bones and joints."
    )
    INTERMEDIATE = strawberry.enum_value("INTERMEDIATE", description="Of the risk of falling.")
    MODERATE = strawberry.enum_value(
        "MODERATE", description="Of muscles, bones and joints, and of cognition, where it is a high risk."
    )
    HIGH = strawberry.enum_value(
        "HIGH", description="Of the risk of falling, and of muscles, bones and joints."
    )
    VERY_HIGH = strawberry.enum_value("VERY_HIGH", description="Of muscles, bones and joints.")
    NORMAL = strawberry.enum_value("NORMAL", description="Of cognition.")
    MILD = strawberry.enum_value("MILD", description="Of cognition.")
    SEVERE = strawberry.enum_value("SEVERE", description="Of cognition.")


@strawberry.type(
    description="What a user would like; it counts where a request for a plan says nothing else."
)
class TrainingPreferences:
    goal: str | None = field("What training is for, such as balance.")
    intensity: RoutineIntensity | None = field("How hard it should be.")
    frequency: int | None = field("Sessions a week.")
    session_minutes: int | None = field("How long a session should take.")
    likes: list[str] = field("Tags of routines the user likes.")
    dislikes: list[str] = field("Tags of routines the user does not like.")


def preferences(root: strawberry.Parent[Any]) -> TrainingPreferences | None:
    if root.kind != DomainKind.PREFERENCES:
        return None
    said = dict(root.answers)
    return TrainingPreferences(session_minutes=said.pop("minutes", None), **said)


def risk_tier(root: strawberry.Parent[Any]) -> RiskTier | None:
    found = LEVELS.get(root.kind, {}).get(root.level or "")
    return None if found is None else RiskTier(found.value)


@node(assessments.ASSESSMENTS, "What was found out about a user that bears on training; it ages in a year.")
class TrainingAssessment(Node):
    user = one("users.User", "user_id", "Of whom.")
    kind: AssessmentKind = field("What was assessed.")
    level: AssessmentLevel | None = field("What was found; null for preferences.")
    risk_tier: RiskTier | None = field(
        "What that means for training; null for preferences.", needs={"kind", "level"}, resolver=risk_tier
    )
    preferences: TrainingPreferences | None = field(
        "What the user would like; null for assessments of risk.",
        needs={"kind", "answers"},
        resolver=preferences,
    )
    assessed_at: datetime = field("When it was found out.")
    created_at: datetime = field("When it was written down.")


TRAINING_ASSESSMENTS = Many(
    TrainingAssessment,
    order=newest_first("assessed_at"),
    filters=("user", "kind", "level", "assessed_at", "created_at"),
    orders=("assessed_at", "created_at"),
)


@strawberry.type
class TrainingAssessmentQuery:
    training_assessments = TRAINING_ASSESSMENTS.root(
        "Assessments of everybody you may see, newest first unless ordered otherwise."
    )
