"""Assessments: what is known of a user that decides how hard a routine may be, and what is not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import pydantic
from sqlalchemy import JSON, ColumnElement, Index
from sqlmodel import Field, SQLModel, col

from domain import users
from domain.columns import identifier, instant, reference
from domain.errors import Misfit, NotFound
from domain.fields import Fields, Line
from domain.listing import Aggregate, Columns
from domain.routines.rules import (
    LONGEST_SESSION,
    MOST_SESSIONS,
    SHORTEST_SESSION,
    Intensity,
    RiskTier,
    spelled_alike,
)
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope
from domain.visibility import of_users


class AssessmentKind(StrEnum):
    FALL_RISK = "fallRisk"
    PREFERENCES = "preferences"
    MSK = "mskAssessment"
    COGNITIVE = "cognitiveAssessment"


LEVELS: Mapping[AssessmentKind, Mapping[str, RiskTier]] = {
    AssessmentKind.FALL_RISK: {
        "LOW": RiskTier.LOW,
        "INTERMEDIATE": RiskTier.MODERATE,
        "HIGH": RiskTier.HIGH,
    },
    AssessmentKind.MSK: {
        "LOW": RiskTier.LOW,
        "MODERATE": RiskTier.MODERATE,
        "HIGH": RiskTier.HIGH,
        "VERY_HIGH": RiskTier.HIGH,
    },
    AssessmentKind.COGNITIVE: {
        "NORMAL": RiskTier.LOW,
        "MILD": RiskTier.MODERATE,
        "MODERATE": RiskTier.HIGH,
        "SEVERE": RiskTier.HIGH,
    },
}
"""What each assessment's level means for training. Preferences carry no risk."""
GOOD_FOR = timedelta(days=365)
"""After a year an assessment is due again. Until then a risk it found still counts; that it found none does not."""


class Assessment(SQLModel, table=True):
    """`level`: as the assessment words it. `answers`: for preferences, such as goal, intensity and liked tags."""

    __tablename__ = "assessments"
    __table_args__ = (Index(None, "user_id", "kind", "assessed_at"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    kind: str
    level: str | None = None
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    assessed_at: datetime = instant()
    created_at: datetime = instant()


Labels = Annotated[list[Line], pydantic.Field(max_length=50)]


class Preferences(Fields):
    """What a user would like; it counts where a request for a plan says nothing else."""

    goal: Line | None = None
    intensity: Intensity | None = None
    frequency: Annotated[int, pydantic.Field(ge=1, le=MOST_SESSIONS)] | None = None
    minutes: Annotated[int, pydantic.Field(ge=SHORTEST_SESSION, le=LONGEST_SESSION)] | None = None
    likes: Labels = pydantic.Field(default_factory=list)
    dislikes: Labels = pydantic.Field(default_factory=list)


@dataclass(frozen=True)
class Snapshot:
    """What was known when a plan was made; without any assessment of risk there is no tier."""

    risk_tier: RiskTier | None = None
    available: tuple[AssessmentKind, ...] = ()
    preferences: Mapping[str, Any] | None = None

    @property
    def missing(self) -> tuple[AssessmentKind, ...]:
        return tuple(kind for kind in AssessmentKind if kind not in self.available)

    def as_json(self) -> dict[str, Any]:
        return {
            "risk_tier": self.risk_tier,
            "available": list(self.available),
            "missing": list(self.missing),
        }


COLUMNS: Columns = {name: getattr(Assessment, name) for name in Assessment.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=Assessment.organization_id, user=Assessment.user_id)


ASSESSMENTS = Aggregate("No such assessment", Scope.ASSESSMENTS_READ, COLUMNS, visible_to)
list_assessments = ASSESSMENTS.page


async def record_assessment(
    unit: Unit,
    user_id: UUID,
    kind: AssessmentKind,
    *,
    level: str | None = None,
    preferences: Mapping[str, Any] | None = None,
    assessed_at: datetime | None = None,
) -> UUID:
    """Keep what was found out about a user: a level as the assessment words it, or what the user prefers."""
    unit.viewer.require(Scope.ASSESSMENTS_WRITE)
    known = select(User.organization_id).where(users.visible_to(unit), col(User.id) == user_id)
    organization_id = await unit.value(known)
    if organization_id is None:
        raise NotFound("No such user")
    if assessed_at is not None and assessed_at > unit.now:
        raise Misfit("assessed_at", said("lies in the future"))
    assessment = Assessment(
        organization_id=organization_id,
        user_id=user_id,
        kind=kind,
        level=_level(kind, level),
        answers=_preferences(kind, preferences),
        assessed_at=assessed_at or unit.now,
        created_at=unit.now,
    )
    await unit.add(assessment)
    return assessment.id


def _level(kind: AssessmentKind, level: str | None) -> str | None:
    known = LEVELS.get(kind, {})
    if level is None and not known:
        return None
    named = {spelled_alike(name): name for name in known}
    if level is None or (found := named.get(spelled_alike(level))) is None:
        told = ", ".join(known)
        raise Misfit(
            "level", f"is one of {told}" if told else "is for assessments of risk; these are preferences"
        )
    return found


def _preferences(kind: AssessmentKind, sent: Mapping[str, Any] | None) -> dict[str, Any]:
    if kind is AssessmentKind.PREFERENCES:
        return Preferences.whole(sent or {})
    if sent:
        raise Misfit("preferences", f"are an assessment of their own: {AssessmentKind.PREFERENCES}")
    return {}


async def snapshot_of(unit: Unit, user_id: UUID) -> Snapshot:
    """The latest assessment of each kind; the highest of their tiers holds."""
    rows = await unit.rows(
        select(Assessment.kind, Assessment.level, Assessment.answers, Assessment.assessed_at)
        .where(col(Assessment.user_id) == user_id, col(Assessment.kind).in_(list(AssessmentKind)))
        .order_by(col(Assessment.assessed_at), col(Assessment.created_at), col(Assessment.id))
    )
    latest = {AssessmentKind(row.kind): row for row in rows}
    due = {kind for kind, row in latest.items() if kind in LEVELS and unit.now - row.assessed_at > GOOD_FOR}
    tiers = {kind: _tier(kind, row.level) for kind, row in latest.items() if kind in LEVELS}
    counting = [tier for kind, tier in tiers.items() if kind not in due or tier is not RiskTier.LOW]
    preferences = latest.get(AssessmentKind.PREFERENCES)
    return Snapshot(
        max(counting, key=list(RiskTier).index, default=None),
        tuple(kind for kind in AssessmentKind if kind in latest and kind not in due),
        preferences and preferences.answers,
    )


def _tier(kind: AssessmentKind, level: str | None) -> RiskTier:
    """A level that nobody knows counts as the worst."""
    return LEVELS[kind].get(level or "", RiskTier.HIGH)
