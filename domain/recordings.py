"""What a decoded file holds of dated activities: sessions with their records, in real time."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.fit import FitFile, Records, Session
from domain.fit.clock import NO_TIME
from domain.heart_rate import usable
from domain.local_days import EARLIEST_DAY
from domain.scoring.heart_rate import Samples

EMPTY = Samples.of([], [])
EARLIEST = int(datetime.combine(EARLIEST_DAY, time(), UTC).timestamp())


@dataclass(frozen=True)
class Recording:
    """One activity to be: what the device summed up, and the records that belong to it."""

    session: Session
    records: Records
    totals_from: str
    started_at: int


def dated(fit: FitFile, announced_start: datetime | None) -> FitFile | None:
    """The file in real time; a device whose clock was never set is dated by the announcement, or not at all."""
    if not fit.relative_time:
        return fit
    first = _first_time(fit)
    if announced_start is None or first is None:
        return None
    shift = int(announced_start.timestamp()) - first
    return replace(
        fit,
        relative_time=False,
        sessions=tuple(_shifted(session, shift) for session in fit.sessions),
        records=Records(_shifted_times(fit.records.time, shift), fit.records.columns),
    )


def recordings_of(fit: FitFile) -> list[Recording]:
    """One for each dated session; records without any session make one of their own."""
    sessions = sorted((s for s in fit.sessions if _plausible(s.started_at)), key=_start)
    if not sessions:
        return _without_session(fit.records)
    ends = [_start(following) - 1 for following in sessions[1:]] + [float("inf")]
    return [
        Recording(s, _records_within(fit.records, s, limit), "session", _start(s))
        for s, limit in zip(sessions, ends, strict=True)
    ]


def heart_rate_of(records: Records) -> Samples:
    bpm = records.columns.get("heart_rate")
    if bpm is None:
        return EMPTY
    known = (records.time >= EARLIEST) & ~np.isnan(bpm)
    return usable(records.time[known], bpm[known])


def measured(recording: Recording, name: str, reduce: Any) -> int | None:
    """A figure the device left out, from the records."""
    values = recording.records.columns.get(name)
    known = values[~np.isnan(values)] if values is not None else np.empty(0)
    return round(float(reduce(known))) if known.size else None


def _without_session(records: Records) -> list[Recording]:
    times = records.time[records.time >= EARLIEST]
    if not times.size:
        return []
    start, end = int(times.min()), int(times.max())
    distance = records.columns.get("distance")
    covered = distance is not None and not np.isnan(distance).all()
    session = Session(
        started_at=start,
        elapsed_s=float(end - start),
        distance_m=float(np.nanmax(distance)) if covered and distance is not None else None,
    )
    return [Recording(session, records.between(start, end), "records", start)]


def _records_within(records: Records, session: Session, limit: float) -> Records:
    end = session.ended_at if session.ended_at is not None else float("inf")
    return records.between(_start(session), min(end, limit))


def _first_time(fit: FitFile) -> int | None:
    starts = [s.started_at for s in fit.sessions if s.started_at is not None]
    known = fit.records.time[fit.records.time >= 0]
    return min([*starts, int(known.min())] if known.size else starts, default=None)


def _shifted(session: Session, shift: int) -> Session:
    return session if session.started_at is None else replace(session, started_at=session.started_at + shift)


def _shifted_times(times: NDArray[np.int64], shift: int) -> NDArray[np.int64]:
    """A record without a time keeps none: shifted back, the mark for it would wrap around to the far future."""
    return np.where(times == NO_TIME, times, times + shift)


def _plausible(start: int | None) -> bool:
    return start is not None and start >= EARLIEST


def _start(session: Session) -> int:
    return session.started_at or 0
