"""VO2 max by local day: how it came about, what it is, and the assessments that users give of themselves."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, update
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.jobs import BULK, Job
from domain.listing import Aggregate, Columns
from domain.pai import GIVEN_UP, CalculationStatus
from domain.sentences import said
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_users


class Source(StrEnum):
    PAI = "PAI"
    ASSESSMENT = "Assessment"


class CalibrationStatus(StrEnum):
    CALIBRATED = "Calibrated"
    UNCALIBRATED = "Uncalibrated"


class Vo2MaxTrigger(StrEnum):
    PAI_SUMMARY = "PaiSummary"
    ASSESSMENT = "Assessment"


class Vo2MaxAssessment(SQLModel, table=True):
    """What a user says of their habits, and the body it was said of, as the biometrics were then."""

    __tablename__ = "vo2max_assessments"
    __table_args__ = (Index(None, "user_id", "date"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    activity_frequency: str
    activity_intensity: str
    activity_duration: str
    resting_heart_rate_bpm: float
    weight_kg: float | None = None
    height_cm: float | None = None
    waist_cm: float | None = None
    vo2max_summary_id: UUID | None = Field(default=None, index=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


class Vo2MaxCalculation(SQLModel, table=True):
    """How a day's VO2 max came about, or why it has none: the latest run, caused by its PAI summary or assessment."""

    __tablename__ = "vo2max_calculations"
    __table_args__ = (UniqueConstraint("user_id", "date"), Index(None, "user_id", "status"))

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    trigger: str
    trigger_id: UUID
    status: str
    reason: str | None = None
    algorithm_version: str
    vo2max_summary_id: UUID | None = Field(default=None, index=True)
    started_at: datetime | None = instant(default=None, nullable=True)
    completed_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


class Vo2MaxSummary(SQLModel, table=True):
    """A day's VO2 max in mL/kg/min: its latest assessment's, until a calibrated estimate is newer."""

    __tablename__ = "vo2max_summaries"
    __table_args__ = (UniqueConstraint("user_id", "date"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    vo2max: float = Field(index=True)
    fitness_age: int
    source: str
    calibration_status: str
    algorithm_version: str
    created_at: datetime = instant()
    modified_at: datetime = instant()


@dataclass(frozen=True)
class EstimateVo2Max(Job):
    """A user's VO2 max calculations that wait because of something else than a PAI score."""

    user_id: UUID

    @property
    def purpose(self) -> str:
        return f"Estimate the VO2 max of the days that wait of user {self.user_id}"

    async def given_up(self, unit: Unit) -> None:
        waiting = (
            col(Vo2MaxCalculation.user_id) == self.user_id,
            col(Vo2MaxCalculation.status) == CalculationStatus.PENDING,
        )
        told = {"status": CalculationStatus.FAILED, "reason": GIVEN_UP, "modified_at": unit.now}
        await unit.change(update(Vo2MaxCalculation).where(*waiting).values(**told))


@dataclass(frozen=True)
class EstimateVo2MaxBacklog(EstimateVo2Max):
    """Behind everything that is live."""

    priority: ClassVar[int] = BULK


ASSESSMENT_COLUMNS: Columns = {
    name: getattr(Vo2MaxAssessment, name) for name in Vo2MaxAssessment.model_fields
}
CALCULATION_COLUMNS: Columns = {
    name: getattr(Vo2MaxCalculation, name) for name in Vo2MaxCalculation.model_fields
}
SUMMARY_COLUMNS: Columns = {name: getattr(Vo2MaxSummary, name) for name in Vo2MaxSummary.model_fields}


def visible_to(
    kind: type[Vo2MaxAssessment | Vo2MaxCalculation | Vo2MaxSummary], unit: Unit
) -> ColumnElement[bool]:
    return of_users(unit, organization=kind.organization_id, user=kind.user_id)


ASSESSMENTS = Aggregate(
    said("No such VO2 max assessment"),
    Scope.VO2MAX_READ,
    ASSESSMENT_COLUMNS,
    partial(visible_to, Vo2MaxAssessment),
)
CALCULATIONS = Aggregate(
    said("No such VO2 max calculation"),
    Scope.VO2MAX_READ,
    CALCULATION_COLUMNS,
    partial(visible_to, Vo2MaxCalculation),
)
SUMMARIES = Aggregate(
    said("No such VO2 max summary"), Scope.VO2MAX_READ, SUMMARY_COLUMNS, partial(visible_to, Vo2MaxSummary)
)
