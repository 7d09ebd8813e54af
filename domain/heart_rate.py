"""Heart rate by the user's local day: recordings as they came, and the day they add up to."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import UniqueConstraint, delete
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference
from domain.packing import pack, pack_times, unpack, unpack_times
from domain.scoring.heart_rate import Samples
from domain.sql import select
from domain.unit import Unit
from domain.users import User


class HeartRateRecording(SQLModel, table=True):
    """The part of one contribution, a file or a wearable's stream, that falls on one local day."""

    __tablename__ = "heart_rate_recordings"
    __table_args__ = (UniqueConstraint("user_id", "date", "contribution"),)

    id: UUID = identifier()
    user_id: UUID = reference("users.id")
    date: date
    contribution: str
    fit_file_id: UUID | None = reference("fit_files.id", default=None)
    times: bytes
    bpm: bytes
    created_at: datetime = instant()


class HeartRateDay(SQLModel, table=True):
    __tablename__ = "heart_rate_days"
    __table_args__ = (UniqueConstraint("user_id", "date"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    time_zone: str
    sample_count: int
    min_bpm: int
    max_bpm: int
    average_bpm: float
    created_at: datetime = instant()
    modified_at: datetime = instant()


async def record(
    unit: Unit, *, user_id: UUID, contribution: str, samples: Samples, fit_file_id: UUID | None = None
) -> list[date]:
    """Put a contribution in the place of what it gave before; the local days it touches, old and new.

    The caller holds the user's lock.
    """
    mine = (
        col(HeartRateRecording.user_id) == user_id,
        col(HeartRateRecording.contribution) == contribution,
    )
    before = [row.date for row in await unit.rows(select(HeartRateRecording.date).where(*mine))]
    await unit.change(delete(HeartRateRecording).where(*mine))
    user = await unit.row(select(User.organization_id, User.time_zone).where(col(User.id) == user_id))
    if user is None:
        return []
    parts = split_by_day(samples, ZoneInfo(user.time_zone))
    await unit.add_all(
        [
            HeartRateRecording(
                user_id=user_id,
                date=day,
                contribution=contribution,
                fit_file_id=fit_file_id,
                times=pack_times(part.time),
                bpm=pack(part.bpm.astype(np.uint8)),
                created_at=unit.now,
            )
            for day, part in parts
        ]
    )
    touched = sorted({*before, *(day for day, _ in parts)})
    for day in touched:
        await _summarise(unit, user.organization_id, user_id, day, user.time_zone)
    return touched


async def samples_of(unit: Unit, user_id: UUID, day: date) -> Samples:
    """Everything recorded on a local day, by however many devices."""
    rows = await unit.rows(
        select(HeartRateRecording.times, HeartRateRecording.bpm).where(
            col(HeartRateRecording.user_id) == user_id, col(HeartRateRecording.date) == day
        )
    )
    return Samples.joined(Samples(unpack_times(row.times), unpack(row.bpm)) for row in rows)


def split_by_day(samples: Samples, zone: ZoneInfo) -> list[tuple[date, Samples]]:
    """Cut at the zone's midnights, which daylight saving makes 23 to 25 hours apart.

    Where the clock was put back over midnight, the day that had begun goes on.
    """
    parts = []
    start, count = 0, len(samples.time)
    while start < count:
        day = datetime.fromtimestamp(int(samples.time[start]), zone).date()
        while _midnight_after(day, zone) <= samples.time[start]:
            day += timedelta(days=1)
        end = int(np.searchsorted(samples.time, _midnight_after(day, zone)))
        parts.append((day, Samples(samples.time[start:end], samples.bpm[start:end])))
        start = end
    return parts


def _midnight_after(day: date, zone: ZoneInfo) -> float:
    tomorrow = day + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).timestamp()


async def _summarise(unit: Unit, organization_id: UUID, user_id: UUID, day: date, time_zone: str) -> None:
    samples = await samples_of(unit, user_id, day)
    row = await unit.entity(HeartRateDay, col(HeartRateDay.user_id) == user_id, col(HeartRateDay.date) == day)
    if not len(samples.time):
        if row is not None:
            await unit.change(delete(HeartRateDay).where(col(HeartRateDay.id) == row.id))
        return
    values = _figures(samples.bpm) | {"time_zone": time_zone, "modified_at": unit.now}
    if row is None:
        await unit.add(
            HeartRateDay(
                organization_id=organization_id, user_id=user_id, date=day, created_at=unit.now, **values
            )
        )
    else:
        row.sqlmodel_update(values)
        await unit.flush()


def _figures(bpm: NDArray[Any]) -> dict[str, Any]:
    return {
        "sample_count": len(bpm),
        "min_bpm": int(bpm.min()),
        "max_bpm": int(bpm.max()),
        "average_bpm": round(float(bpm.mean()), 2),
    }


def usable(time: NDArray[np.int64], bpm: NDArray[np.float64]) -> Samples:
    """What of a file's heart rate is worth keeping: a known time and a value of 1…254, in order of time."""
    good = (time > 0) & (bpm >= 1) & (bpm <= 254)  # noqa: PLR2004  FIT's 255 and 0 mean no value
    order = np.lexsort((bpm[good], time[good]))
    return Samples(time[good][order], np.rint(bpm[good][order]).astype(np.uint8))


def days_between(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
