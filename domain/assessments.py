"""Assessments: what is known of a user that decides how hard a routine may be, and what is not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.routines.rules import RiskTier
from domain.sql import select
from domain.unit import Unit


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


async def snapshot_of(unit: Unit, user_id: UUID) -> Snapshot:
    """The latest assessment of each kind; the highest of their tiers holds."""
    rows = await unit.rows(
        select(Assessment.kind, Assessment.level, Assessment.answers)
        .where(col(Assessment.user_id) == user_id, col(Assessment.kind).in_(list(AssessmentKind)))
        .order_by(col(Assessment.assessed_at), col(Assessment.id))
    )
    latest = {AssessmentKind(row.kind): row for row in rows}
    tiers = [tier for kind, row in latest.items() if (tier := LEVELS.get(kind, {}).get(row.level))]
    preferences = latest.get(AssessmentKind.PREFERENCES)
    return Snapshot(
        max(tiers, key=list(RiskTier).index, default=None),
        tuple(kind for kind in AssessmentKind if kind in latest),
        preferences and preferences.answers,
    )
