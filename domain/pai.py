"""PAI calculations and summaries: a change on day d touches the summaries of d … d+6 and no others."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Row, UniqueConstraint
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.errors import NotFound
from domain.jobs import Job
from domain.listing import Columns, Listing, Page, chosen, page_of
from domain.listing.batches import pages_by
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_users


class CalculationStatus(StrEnum):
    COMPLETED = "Completed"
    SKIPPED = "Skipped"


class PaiCalculation(SQLModel, table=True):
    """One run of the model over a day's heart rate; skipped, with a reason, without valid biometrics."""

    __tablename__ = "pai_calculations"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    trigger: str = "HeartrateSummary"
    trigger_id: UUID | None = None
    status: str
    reason: str | None = None
    algorithm_version: str
    pai_summary_id: UUID | None = None
    started_at: datetime = instant()
    completed_at: datetime = instant()
    created_at: datetime = instant()
    modified_at: datetime = instant()


class PaiSummary(SQLModel, table=True):
    """A day's score. `measured`: the day has heart rate of its own; otherwise earlier days of the week carry it.

    `activity_score` and the raw zone points are kept so that a week is summed up without any sample.
    """

    __tablename__ = "pai_summaries"
    __table_args__ = (UniqueConstraint("user_id", "date"), Index(None, "measured", "date"))

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
    """New, changed or removed heart rate on these local days."""

    user_id: UUID
    days: tuple[date, ...]

    @property
    def purpose(self) -> str:
        return f"Score {len(self.days)} days of heart rate of user {self.user_id}"


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


COLUMNS: Columns = {
    name: getattr(PaiSummary, name)
    for name in PaiSummary.model_fields
    if not name.endswith("_raw") and name != "measured"
}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=PaiSummary.organization_id, user=PaiSummary.user_id)


async def list_summaries(unit: Unit, listing: Listing) -> Page:
    unit.viewer.require(Scope.PAI_READ)
    return await page_of(unit, COLUMNS, visible_to(unit), listing)


async def get_summary(unit: Unit, id: UUID, fields: frozenset[str] | None = None) -> Row[Any]:
    unit.viewer.require(Scope.PAI_READ)
    row = await unit.row(
        select(*chosen(COLUMNS, fields, ())).where(visible_to(unit), col(PaiSummary.id) == id)
    )
    if row is None:
        raise NotFound("No such PAI summary")
    return row


async def summaries_of_users(unit: Unit, user_ids: list[UUID], listing: Listing) -> dict[UUID, Page]:
    """A page of summaries for each of these users, in one go."""
    unit.viewer.require(Scope.PAI_READ)
    return await pages_by(unit, COLUMNS, visible_to(unit), listing, owner="user_id", ids=user_ids)
