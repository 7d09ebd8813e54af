"""PAI calculations and summaries: a change on day d touches the summaries of d … d+6 and no others."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, update
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.jobs import BULK, Job
from domain.listing import Aggregate, Columns
from domain.sentences import said
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_users


class CalculationStatus(StrEnum):
    """Nobody sees one running: it is a single commit. A failed one is done with the next job or the job's retry."""

    PENDING = "Pending"
    COMPLETED = "Completed"
    SKIPPED = "Skipped"
    FAILED = "Failed"


OPEN = (CalculationStatus.PENDING, CalculationStatus.FAILED)


class Trigger(StrEnum):
    """What made a calculation necessary; heart rate of another day may still change a day's score."""

    HEART_RATE = "HeartrateSummary"
    BIOMETRIC = "Biometric"
    PROFILE = "Profile"
    REQUEST = "Request"
    RESCORE = "Rescore"


class PaiCalculation(SQLModel, table=True):
    """One run of the model over a local day: pending in its cause's commit, and completed or skipped in its job's.

    A day waits once, however much of it changes meanwhile. `reason`: why a calculation was skipped, or failed.
    """

    __tablename__ = "pai_calculations"
    __table_args__ = (Index(None, "user_id", "status"), Index(None, "user_id", "date"))

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    trigger: str = Trigger.HEART_RATE
    trigger_id: UUID | None = None
    status: str = CalculationStatus.PENDING
    reason: str | None = None
    algorithm_version: str
    pai_summary_id: UUID | None = Field(default=None, index=True)
    started_at: datetime | None = instant(default=None, nullable=True)
    completed_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


class PaiSummary(SQLModel, table=True):
    """A day's score. `measured`: the day has heart rate of its own; otherwise earlier days of the week carry it.

    `activity_score` and the raw zone points are kept so that a week is summed up without any sample.
    """

    __tablename__ = "pai_summaries"
    __table_args__ = (
        UniqueConstraint("user_id", "date"),
        Index(None, "measured", "date"),
        Index(None, "date"),
    )

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    time_zone: str
    measured: bool = False
    activity_score: float = 0
    low_zone_raw: float = 0
    medium_zone_raw: float = 0
    high_zone_raw: float = 0
    pai_score: float = Field(default=0, index=True)
    daily_pai: float = 0
    low_zone_pai: float = 0
    medium_zone_pai: float = 0
    high_zone_pai: float = 0
    low_zone_minutes: float = 0
    medium_zone_minutes: float = 0
    high_zone_minutes: float = 0
    low_zone_lower_limit_bpm: int = 0
    medium_zone_lower_limit_bpm: int = 0
    high_zone_lower_limit_bpm: int = 0
    max_heart_rate_bpm: float = 0
    resting_heart_rate_bpm: float = 0
    algorithm_version: str
    created_at: datetime = instant()
    modified_at: datetime = instant()


@dataclass(frozen=True)
class ScorePai(Job):
    """A user's calculations that wait; whichever job comes first does them for all."""

    user_id: UUID

    @property
    def purpose(self) -> str:
        return f"Score the days that wait of user {self.user_id}"

    async def given_up(self, unit: Unit) -> None:
        await fail_open(unit, self.user_id)


@dataclass(frozen=True)
class ScorePaiBacklog(ScorePai):
    """What was more than one commit should hold, or asked for by an operator: behind everything that is live."""

    priority: ClassVar[int] = BULK


@dataclass(frozen=True)
class ExtendPai(Job):
    """A local day has begun for a user whose week still counts."""

    user_id: UUID

    @property
    def purpose(self) -> str:
        return f"Give user {self.user_id} the summary of the day that has begun"


@dataclass(frozen=True)
class FindDaysBegun(Job):
    """Periodic: whose local day has begun since."""

    @property
    def purpose(self) -> str:
        return "Find the users whose local day has begun"


GIVEN_UP = (
    "We could not calculate this day although we tried several times; we have been told and will look into it"
)

CALCULATION_COLUMNS: Columns = {name: getattr(PaiCalculation, name) for name in PaiCalculation.model_fields}
COLUMNS: Columns = {
    name: getattr(PaiSummary, name)
    for name in PaiSummary.model_fields
    if not name.endswith("_raw") and name != "measured"
}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=PaiSummary.organization_id, user=PaiSummary.user_id)


SUMMARIES = Aggregate(said("No such PAI summary"), Scope.PAI_READ, COLUMNS, visible_to)
list_summaries = SUMMARIES.page


def calculations_visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=PaiCalculation.organization_id, user=PaiCalculation.user_id)


CALCULATIONS = Aggregate(
    said("No such PAI calculation"), Scope.PAI_READ, CALCULATION_COLUMNS, calculations_visible_to
)


async def fail_open(unit: Unit, user_id: UUID) -> None:
    """Tell whoever waits that their calculations did not come to an end."""
    waiting = (
        col(PaiCalculation.user_id) == user_id,
        col(PaiCalculation.status) == CalculationStatus.PENDING,
    )
    told = {"status": CalculationStatus.FAILED, "reason": GIVEN_UP, "modified_at": unit.now}
    await unit.change(update(PaiCalculation).where(*waiting).values(**told))
