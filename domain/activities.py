"""Activities: one sport from start to end, its totals, and its streams as compact columns."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, delete
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference
from domain.listing import Aggregate, Columns
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_users


class LoadSource(StrEnum):
    """Where an activity's training load comes from."""

    TRAINING_STRESS_SCORE = "training_stress_score"
    HEART_RATE = "heart_rate"


class Activity(SQLModel, table=True):
    """`totals_from`: the device's own session, or its records where it wrote none.

    From `trimp_banister` on everything is computed, by a job that follows; `training_load` is what the day counts:
    the device's training stress score, or the one of its heart rate; `training_load_reason` says why there is none.
    """

    __tablename__ = "activities"
    __table_args__ = (
        UniqueConstraint("fit_file_id", "session_index"),
        Index(None, "user_id", "started_at"),
        Index(None, "user_id", "local_date"),
    )

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    fit_file_id: UUID = reference("fit_files.id")
    session_index: int = 0
    name: str | None = None
    source: str
    sport: str
    sub_sport: str | None = None
    started_at: datetime = instant()
    local_date: date
    time_zone: str
    elapsed_seconds: float | None = None
    timer_seconds: float | None = None
    distance_meters: float | None = None
    calories_kcal: int | None = None
    average_heart_rate_bpm: int | None = None
    max_heart_rate_bpm: int | None = None
    average_power_watts: int | None = None
    max_power_watts: int | None = None
    normalized_power_watts: int | None = None
    ascent_meters: int | None = None
    descent_meters: int | None = None
    training_stress_score: float | None = None
    record_count: int = 0
    totals_from: str = "session"
    trimp_banister: float | None = None
    trimp_edwards: float | None = None
    heart_rate_stress_score: float | None = None
    threshold_heart_rate_bpm: float | None = None
    threshold_estimated: bool | None = None
    training_load: float | None = None
    training_load_source: str | None = None
    training_load_reason: str | None = None
    created_at: datetime = instant()
    modified_at: datetime = instant()


class ActivityStream(SQLModel, table=True):
    """One measured quantity over an activity's records; `time` is in unix seconds."""

    __tablename__ = "activity_streams"
    __table_args__ = (UniqueConstraint("activity_id", "metric"),)

    id: UUID = identifier()
    activity_id: UUID = reference("activities.id")
    metric: str
    packed: bytes


COLUMNS: Columns = {name: getattr(Activity, name) for name in Activity.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=Activity.organization_id, user=Activity.user_id)


ACTIVITIES = Aggregate("No such activity", Scope.ACTIVITIES_READ, COLUMNS, visible_to)


async def replace(
    unit: Unit, fit_file_id: UUID, activities: Sequence[Activity], streams: Sequence[ActivityStream]
) -> set[date]:
    """Put these in the place of whatever the file gave before; the local days that touches, old and new.

    An activity that was there keeps the time it was created.
    """
    of_file = col(Activity.fit_file_id) == fit_file_id
    rows = await unit.rows(select(Activity.id, Activity.local_date, Activity.created_at).where(of_file))
    before, created = {row.local_date for row in rows}, {row.id: row.created_at for row in rows}
    await unit.change(delete(Activity).where(of_file))
    for activity in activities:
        activity.created_at = created.get(activity.id, activity.created_at)
    await unit.add_all(activities)
    await unit.add_all(streams)
    return before | {activity.local_date for activity in activities}
