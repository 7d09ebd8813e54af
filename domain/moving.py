"""A user's days in another time zone: activities and heart rate are cut anew at its midnights, some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import col

from domain import heart_rate, recalculation, users
from domain.activities import Activity
from domain.heart_rate import Contribution, HeartRateRecording, unpacked
from domain.jobs import BULK, Job
from domain.local_days import day_of
from domain.sql import select
from domain.unit import Unit
from domain.users import User

PORTION = 20


@dataclass(frozen=True)
class MoveDays(Job):
    """What of a user's data is still dated in another time zone than the user's."""

    user_id: UUID

    @property
    def purpose(self) -> str:
        return f"Date the data of user {self.user_id} in the time zone of today"


@dataclass(frozen=True)
class MoveDaysBacklog(MoveDays):
    """Behind everything that is live."""

    priority: ClassVar[int] = BULK


async def move(unit: Unit, user_id: UUID) -> None:
    """All activities, and a portion of the heart rate; the days it leaves and those it enters are scored anew."""
    await users.lock(unit, user_id)
    zone = await unit.value(select(User.time_zone).where(col(User.id) == user_id))
    if zone is None:
        return
    await _move_activities(unit, user_id, zone)
    elsewhere = (col(HeartRateRecording.user_id) == user_id, col(HeartRateRecording.time_zone) != zone)
    name = col(HeartRateRecording.contribution)
    rows = await unit.rows(select(name).where(*elsewhere).distinct().order_by(name).limit(PORTION + 1))
    names = [row.contribution for row in rows]
    if names:
        contributions = await _contributions(unit, user_id, names[:PORTION])
        days = await heart_rate.replace(unit, user_id, contributions)
        await recalculation.request_pai(unit, user_id, days)
    if len(names) > PORTION:
        await unit.later(MoveDaysBacklog(user_id))


async def _move_activities(unit: Unit, user_id: UUID, zone: str) -> None:
    elsewhere = (col(Activity.user_id) == user_id, col(Activity.time_zone) != zone)
    columns = (Activity.id, Activity.started_at, Activity.local_date)
    found = await unit.rows(select(*columns).where(*elsewhere))
    moved = [
        {
            "id": row.id,
            "local_date": day_of(row.started_at, zone),
            "time_zone": zone,
            "modified_at": unit.now,
        }
        for row in found
    ]
    await unit.change_each(Activity, moved)
    days = {row.local_date for row in found} | {values["local_date"] for values in moved}
    await recalculation.request_loads(unit, user_id, days)


async def _contributions(unit: Unit, user_id: UUID, names: Sequence[str]) -> dict[str, Contribution]:
    """Whole again, whatever days they were cut into."""
    name = col(HeartRateRecording.contribution)
    rows = await unit.rows(
        select(name, HeartRateRecording.fit_file_id, HeartRateRecording.times, HeartRateRecording.bpm)
        .where(col(HeartRateRecording.user_id) == user_id, name.in_(names))
        .order_by(name, col(HeartRateRecording.date))
    )
    parts: dict[str, list[Any]] = {}
    for row in rows:
        parts.setdefault(row.contribution, []).append(row)
    return {one: Contribution(unpacked(rows), rows[0].fit_file_id) for one, rows in parts.items()}
