"""Heart rate by the user's local day: recordings as they came, and the day they add up to."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, UniqueConstraint, and_, delete
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference
from domain.diary import Diary
from domain.listing import Aggregate, Columns
from domain.packing import pack, pack_times, unpack, unpack_times
from domain.scoring.heart_rate import Samples, one_at_a_time
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope
from domain.visibility import of_users

DAYS_AT_ONCE = 50


class HeartRateRecording(SQLModel, table=True):
    """The part of one contribution that falls on one local day of the time zone.

    A contribution is a file, or what came without one: a wearable's stream, measurements that somebody posted.
    """

    __tablename__ = "heart_rate_recordings"
    __table_args__ = (UniqueConstraint("user_id", "date", "contribution"),)

    id: UUID = identifier()
    user_id: UUID = reference("users.id")
    date: date
    time_zone: str
    contribution: str
    fit_file_id: UUID | None = reference("fit_files.id", default=None)
    times: bytes
    bpm: bytes
    created_at: datetime = instant()


class HeartRateDay(SQLModel, table=True):
    """What all recordings of a day add up to; where several know the same second, the highest counts.

    `fingerprint`: of the samples, since others may come to the same figures.
    """

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
    fingerprint: str | None = None
    created_at: datetime = instant()
    modified_at: datetime = instant()


@dataclass(frozen=True, eq=False)
class Contribution:
    """What a file or a device recorded, in order of time."""

    samples: Samples
    fit_file_id: UUID | None = None


class Packed(Protocol):
    """A recording as it lies in the database."""

    @property
    def times(self) -> bytes: ...
    @property
    def bpm(self) -> bytes: ...


COLUMNS: Columns = {
    name: getattr(HeartRateDay, name) for name in HeartRateDay.model_fields if name != "fingerprint"
}
ON_THE_DAY = and_(
    col(HeartRateRecording.user_id) == col(HeartRateDay.user_id),
    col(HeartRateRecording.date) == col(HeartRateDay.date),
)
"""What was recorded of a day."""


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=HeartRateDay.organization_id, user=HeartRateDay.user_id)


HEART_RATE_DAYS = Aggregate(said("No such heart rate summary"), Scope.HEART_RATE_READ, COLUMNS, visible_to)


async def record(
    unit: Unit, *, user_id: UUID, contribution: str, samples: Samples, fit_file_id: UUID | None = None
) -> list[date]:
    """Put a contribution in the place of what it gave before; the local days it touches, old and new.

    The caller holds the user's lock.
    """
    return await replace(unit, user_id, {contribution: Contribution(samples, fit_file_id)})


async def withdraw(unit: Unit, user_id: UUID, contribution: str) -> list[date]:
    """Take back what a contribution gave; the local days it touched. The caller holds the user's lock."""
    return await replace(unit, user_id, {contribution: Contribution(Samples.of([], []))})


async def replace(unit: Unit, user_id: UUID, contributions: Mapping[str, Contribution]) -> list[date]:
    """Put each contribution in the place of what it gave before, cut at the midnights of the user's time zone."""
    mine = (
        col(HeartRateRecording.user_id) == user_id,
        col(HeartRateRecording.contribution).in_(contributions),
    )
    before = {row.date for row in await unit.rows(select(HeartRateRecording.date).where(*mine))}
    await unit.change(delete(HeartRateRecording).where(*mine))
    user = await unit.row(select(User.organization_id, User.time_zone).where(col(User.id) == user_id))
    if user is None:
        return []
    recordings = [
        _recording(
            unit, name, day, part, user_id=user_id, fit_file_id=given.fit_file_id, time_zone=user.time_zone
        )
        for name, given in contributions.items()
        for day, part in split_by_day(given.samples, ZoneInfo(user.time_zone))
    ]
    await unit.add_all(recordings)
    touched = sorted(before | {recording.date for recording in recordings})
    owner = {"organization_id": user.organization_id, "user_id": user_id}
    await _summarise(unit, owner, touched, user.time_zone)
    return touched


async def replace_unfiled(unit: Unit, user_id: UUID, day: date, samples: Samples) -> None:
    """Let these be all that is known of a local day beside its files. The caller holds the user's lock."""
    unfiled = (*_of_day(user_id, day), col(HeartRateRecording.fit_file_id).is_(None))
    await unit.change(delete(HeartRateRecording).where(*unfiled))
    user = await unit.row(select(User.organization_id, User.time_zone).where(col(User.id) == user_id))
    if user is None:
        return
    posted = _recording(
        unit, f"posted:{day}", day, samples, user_id=user_id, fit_file_id=None, time_zone=user.time_zone
    )
    await unit.add(posted)
    owner = {"organization_id": user.organization_id, "user_id": user_id}
    await _summarise(unit, owner, [day], user.time_zone)


async def unfiled_on(unit: Unit, user_id: UUID, day: date) -> Samples:
    """What is known of a local day beside its files."""
    unfiled = (*_of_day(user_id, day), col(HeartRateRecording.fit_file_id).is_(None))
    rows = await unit.rows(select(HeartRateRecording.times, HeartRateRecording.bpm).where(*unfiled))
    return one_at_a_time(unpacked(rows))


def _of_day(user_id: UUID, day: date) -> tuple[Any, Any]:
    return col(HeartRateRecording.user_id) == user_id, col(HeartRateRecording.date) == day


async def measurements_of_days(unit: Unit, ids: Collection[UUID]) -> dict[UUID, Samples]:
    """All that was recorded on each of these days, in one statement; whoever asks has found them visible."""
    rows = await unit.rows(
        select(HeartRateDay.id, HeartRateRecording.times, HeartRateRecording.bpm)
        .join(HeartRateRecording, ON_THE_DAY)
        .where(col(HeartRateDay.id).in_(ids))
    )
    found: dict[UUID, list[Packed]] = {day: [] for day in ids}
    for row in rows:
        found[row.id].append(row)
    return await asyncio.to_thread(_all_unpacked, found)


def _all_unpacked(found: Mapping[UUID, Sequence[Packed]]) -> dict[UUID, Samples]:
    return {day: one_at_a_time(unpacked(recordings)) for day, recordings in found.items()}


async def recorded_on(unit: Unit, user_id: UUID, days: Collection[date]) -> dict[date, list[Packed]]:
    """Everything recorded on these local days, by however many devices, still packed: `unpacked` is for one day."""
    rows = await unit.rows(
        select(HeartRateRecording.date, HeartRateRecording.times, HeartRateRecording.bpm).where(
            col(HeartRateRecording.user_id) == user_id, col(HeartRateRecording.date).in_(days)
        )
    )
    found: dict[date, list[Packed]] = {}
    for row in rows:
        found.setdefault(row.date, []).append(row)
    return found


def unpacked(recordings: Iterable[Packed]) -> Samples:
    return Samples.joined(Samples(unpack_times(one.times), unpack(one.bpm)) for one in recordings)


def split_by_day(samples: Samples, zone: ZoneInfo) -> list[tuple[date, Samples]]:
    """Cut at the zone's midnights, which daylight saving makes 23 to 25 hours apart.

    Where the clock was put back over midnight, the day that had begun goes on.
    """
    parts = []
    start, count = 0, len(samples.time)
    while start < count:
        day = datetime.fromtimestamp(int(samples.time[start]), zone).date()
        while midnight_after(day, zone) <= samples.time[start]:
            day += timedelta(days=1)
        end = int(np.searchsorted(samples.time, midnight_after(day, zone)))
        parts.append((day, Samples(samples.time[start:end], samples.bpm[start:end])))
        start = end
    return parts


def midnight_after(day: date, zone: ZoneInfo) -> float:
    tomorrow = day + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).timestamp()


def _recording(
    unit: Unit,
    name: str,
    day: date,
    part: Samples,
    *,
    user_id: UUID,
    fit_file_id: UUID | None,
    time_zone: str,
) -> HeartRateRecording:
    return HeartRateRecording(
        user_id=user_id,
        date=day,
        time_zone=time_zone,
        contribution=name,
        fit_file_id=fit_file_id,
        times=pack_times(part.time),
        bpm=pack(part.bpm.astype(np.uint8)),
        created_at=unit.now,
    )


async def _summarise(unit: Unit, owner: dict[str, UUID], days: Sequence[date], time_zone: str) -> None:
    """Add up what these days hold now, some at a time, so that their samples are never all in memory."""
    for start in range(0, len(days), DAYS_AT_ONCE):
        some = days[start : start + DAYS_AT_ONCE]
        recorded = await recorded_on(unit, owner["user_id"], some)
        diary = await Diary.opened(unit, HeartRateDay, owner, some[0], some[-1])
        for day in some:
            samples = one_at_a_time(unpacked(recorded.get(day, ())))
            if len(samples.time):
                diary.put(day, _figures(samples) | {"time_zone": time_zone})
            else:
                diary.remove(day)
        await diary.write()


def _figures(samples: Samples) -> dict[str, Any]:
    bpm = samples.bpm
    return {
        "sample_count": len(bpm),
        "fingerprint": blake2b(samples.time.tobytes() + bpm.tobytes(), digest_size=16).hexdigest(),
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
