"""Ingestion: fetch a file, decode it, and in one commit store it, its activities, its heart rate and what follows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid5

import numpy as np
from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from domain import activities, heart_rate, recalculation, users
from domain.activities import Activity, ActivityStream
from domain.events import Event, EventKind, publish_all
from domain.fetching import FetchError, FetchPolicy, fetch
from domain.fit import FitError, Limits, Session, read
from domain.fit import FitFile as Decoded
from domain.fit.profile import STEPS
from domain.fit_files import FitFile, FitFileState, IngestFit, current, end, refuse
from domain.identity.partners import Partner
from domain.jobs.tasks import Task
from domain.local_days import day_of
from domain.packing import pack_measurements, pack_times
from domain.raw_files import RawFile, hash_of, keep
from domain.recordings import EMPTY, Recording, dated, heart_rate_of, measured, recordings_of
from domain.reprocessing import ReadAgain, was_read
from domain.scoring.heart_rate import Samples
from domain.scoring.training_load import power_tss
from domain.settings import Settings
from domain.sql import select
from domain.unit import Unit
from domain.users import User

UNDATED = (
    "undated",
    "The device's clock was not set and no start time was announced: nothing in this file could be dated",
)
NO_DATES = (
    "undated",
    "The records in this file carry no time, or one before 1980: set the device's clock and send the file anew",
)

DAY = 86_400
MOST_INTENSE = 2.0  # nobody holds twice the power of an hour for long
CLOCK_LEEWAY = timedelta(days=2)


class ImplausibleError(Exception):
    """A file that can be read but not be true; a code and a sentence, as FitError has them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Ingested:
    """A file as it was read, and all that takes time made ready, before anything is stored."""

    content: bytes
    sha256: str
    decoded: Decoded
    recordings: Sequence[Recording]
    streams: Sequence[dict[str, bytes]]
    samples: Samples
    dated: bool


@dataclass(frozen=True)
class Source:
    """Where a file's bytes are: here already, or at a URL on one of a partner's hosts; none of no partner's."""

    announced_start_at: datetime | None
    content: bytes | None
    url: str
    callback_hosts: frozenset[str] | None


async def ingest(task: Task, job: IngestFit) -> None:
    """Fetching and decoding hold no transaction; storing is one."""
    async with task.reading() as unit:
        source, settings, now = await _source_of(unit, job), unit.settings, unit.now
    if source is None:
        return
    try:
        content = source.content if source.content is not None else await _fetched(source, settings)
        ingested = await asyncio.to_thread(_read, content, source.announced_start_at, settings, now)
    except (FitError, FetchError, ImplausibleError) as error:
        if isinstance(error, FetchError) and error.retryable and not task.last_attempt:
            raise
        async with task.finishing() as unit:
            await refuse(unit, job, error.code, error.message, forget=True)
        return
    async with task.finishing() as unit:
        await _store(unit, job, ingested)


async def read_again(task: Task, job: ReadAgain) -> None:
    """What this reader refuses keeps what an earlier one made of it, and its content, and says why."""
    about = IngestFit(job.fit_file_id, job.revision)
    async with task.reading() as unit:
        source, settings, now = await _source_of(unit, about, was_read()), unit.settings, unit.now
    if source is None or source.content is None:
        return
    try:
        ingested = await asyncio.to_thread(_read, source.content, source.announced_start_at, settings, now)
    except (FitError, ImplausibleError) as error:
        async with task.finishing() as unit:
            await _note(unit, about, error)
        return
    async with task.finishing() as unit:
        await _store(unit, about, ingested, by_others=False)


async def _note(unit: Unit, about: IngestFit, error: FitError | ImplausibleError) -> None:
    if (file := await current(unit, about)) is not None:
        told = {"problem_code": error.code, "problem_message": error.message, "modified_at": unit.now}
        file.sqlmodel_update(told)
        await unit.flush()


async def _source_of(unit: Unit, job: IngestFit, *which: ColumnElement[bool]) -> Source | None:
    """None when the file was announced anew since, or is gone, or is none of these."""
    allowed = select(Partner.callback_hosts).where(col(Partner.partner_id) == col(FitFile.origin))
    row = await unit.row(
        select(
            FitFile.callback_url,
            FitFile.announced_start_at,
            allowed.scalar_subquery().label("hosts"),
            RawFile.content,
        )
        .outerjoin(
            RawFile, and_(col(RawFile.sha256) == col(FitFile.sha256), col(FitFile.callback_url).is_(None))
        )
        .where(col(FitFile.id) == job.fit_file_id, col(FitFile.revision) == job.revision, *which)
    )
    if row is None:
        return None
    if row.callback_url is None:
        return Source(row.announced_start_at, bytes(row.content), "", None)
    hosts = None if row.hosts is None else frozenset(row.hosts)
    return Source(row.announced_start_at, None, row.callback_url, hosts)


async def _fetched(source: Source, settings: Settings) -> bytes:
    if source.callback_hosts is None:
        raise ImplausibleError(
            "unknown_partner", "The partner that announced this file is not known any more"
        )
    return await fetch(source.url, policy_of(settings, source.callback_hosts))


def policy_of(settings: Settings, allowed_hosts: frozenset[str] = frozenset()) -> FetchPolicy:
    """How files may be fetched: from the hosts allowed, or from any public one."""
    return FetchPolicy(
        max_bytes=settings.max_fit_bytes,
        allow_private=settings.allow_private_callbacks,
        allowed_hosts=allowed_hosts,
        total_timeout=settings.fetch_timeout.total_seconds(),
    )


def _read(content: bytes, announced_start: datetime | None, settings: Settings, now: datetime) -> Ingested:
    """Runs in a thread: a large file takes a while to read, and its streams to pack."""
    decoded = read(content, Limits(max_bytes=settings.max_fit_bytes))
    in_real_time = dated(decoded, announced_start)
    recordings = recordings_of(in_real_time) if in_real_time else []
    samples = heart_rate_of(in_real_time.records) if in_real_time else EMPTY
    _check_plausible(recordings, samples, settings, now)
    streams = [_packed(recording) for recording in recordings]
    return Ingested(
        content, hash_of(content), decoded, recordings, streams, samples, in_real_time is not None
    )


def _check_plausible(
    recordings: Sequence[Recording], samples: Samples, settings: Settings, now: datetime
) -> None:
    """A device's wrong clock, or somebody's malice, must not write scores into years to come."""
    latest = max([r.started_at for r in recordings] + samples.time[-1:].tolist(), default=0)
    if latest > (now + CLOCK_LEEWAY).timestamp():
        raise ImplausibleError("in_the_future", "This file is dated in the future: set the device's clock")
    if np.unique(samples.time // DAY).size > settings.max_days_per_file:
        raise ImplausibleError(
            "too_many_days", f"Send the heart rate of at most {settings.max_days_per_file} days in one file"
        )


async def _store(unit: Unit, job: IngestFit, ingested: Ingested, *, by_others: bool = True) -> None:
    """`by_others`: the file was announced; one that we only read again is no news where it was known.

    Content, user, file, import: in this order (ADR 0025).
    """
    await keep(unit, ingested.content, ingested.sha256)
    await users.lock_owner(unit, select(FitFile.user_id).where(col(FitFile.id) == job.fit_file_id))
    file = await current(unit, job)
    if file is None:
        return
    time_zone = await unit.value(select(User.time_zone).where(col(User.id) == file.user_id))
    built = [
        _activity(unit, file, index, recording, time_zone)
        for index, recording in enumerate(ingested.recordings)
    ]
    streams = [
        ActivityStream(activity_id=activity.id, metric=metric, packed=data)
        for activity, packed in zip(built, ingested.streams, strict=True)
        for metric, data in packed.items()
    ]
    trained = await activities.replace(unit, file.id, built, streams)
    news = [activity for activity in built if by_others or activity.created_at == unit.now]
    await publish_all(unit, [_written(activity) for activity in news])
    days = await heart_rate.record(
        unit,
        user_id=file.user_id,
        contribution=f"fit:{file.id}",
        samples=ingested.samples,
        fit_file_id=file.id,
    )
    await recalculation.request_pai(unit, file.user_id, days)
    await recalculation.request_loads(unit, file.user_id, trained)
    file.sqlmodel_update(_outcome(unit, ingested))
    await end(unit, file)


def _outcome(unit: Unit, ingested: Ingested) -> dict[str, Any]:
    bpm = ingested.decoded.records.columns.get("heart_rate", np.empty(0))
    code, message = _problem(ingested)
    return {
        "state": FitFileState.INGESTED,
        "sha256": ingested.sha256,
        "callback_url": None,
        "problem_code": code,
        "problem_message": message,
        "file_types": list(ingested.decoded.file_types),
        "record_count": len(ingested.decoded.records),
        "heart_rate_count": int(np.count_nonzero(~np.isnan(bpm))),
        "heart_rate_sum": int(np.nansum(bpm)),
        "session_count": len(ingested.decoded.sessions),
        "reader": ingested.decoded.reader,
        "ingested_at": unit.now,
        "modified_at": unit.now,
    }


def _problem(ingested: Ingested) -> tuple[str, str] | tuple[None, None]:
    """What kept a file that could be read from becoming anything."""
    if not ingested.dated:
        return UNDATED
    lost = len(ingested.decoded.records) and not ingested.recordings
    return NO_DATES if lost else (None, None)


def _activity(unit: Unit, file: FitFile, index: int, recording: Recording, time_zone: str) -> Activity:
    session = recording.session
    started_at = datetime.fromtimestamp(recording.started_at, UTC)
    return Activity(
        id=uuid5(file.id, f"session {index}"),  # the same however often the file is read
        organization_id=file.organization_id,
        user_id=file.user_id,
        fit_file_id=file.id,
        session_index=index,
        name=file.activity_name,
        source=file.source,
        sport=session.sport or "generic",
        sub_sport=session.sub_sport,
        started_at=started_at,
        local_date=day_of(started_at, time_zone),
        time_zone=time_zone,
        elapsed_seconds=session.elapsed_s,
        timer_seconds=session.timer_s,
        distance_meters=session.distance_m,
        calories_kcal=session.calories_kcal,
        average_heart_rate_bpm=session.avg_heart_rate_bpm or measured(recording, "heart_rate", np.mean),
        max_heart_rate_bpm=session.max_heart_rate_bpm or measured(recording, "heart_rate", np.max),
        average_power_watts=session.avg_power_w or measured(recording, "power", np.mean),
        max_power_watts=session.max_power_w or measured(recording, "power", np.max),
        normalized_power_watts=session.normalized_power_w,
        ascent_meters=session.ascent_m,
        descent_meters=session.descent_m,
        training_stress_score=_stress_score(session),
        record_count=len(recording.records),
        totals_from=recording.totals_from,
        created_at=unit.now,
        modified_at=unit.now,
    )


def _written(activity: Activity) -> Event:
    """The news of an activity: enough to tell its user, the rest is there to be asked for."""
    new = activity.created_at == activity.modified_at
    return Event(
        organization_id=activity.organization_id,
        user_id=activity.user_id,
        kind=EventKind.ACTIVITY_CREATED if new else EventKind.ACTIVITY_UPDATED,
        subject_id=activity.id,
        data={
            "fit_file_id": str(activity.fit_file_id),
            "source": activity.source,
            "name": activity.name,
            "sport": activity.sport,
            "started_at": activity.started_at.isoformat(),
            "elapsed_seconds": activity.elapsed_seconds,
            "distance_meters": activity.distance_meters,
        },
        occurred_at=activity.modified_at,
    )


def _stress_score(session: Session) -> float | None:
    """As the device recorded it, else from the intensity factor of its power meter (Coggan)."""
    factor, seconds = session.intensity_factor, session.timer_s
    if session.training_stress_score is not None or factor is None or seconds is None:
        return session.training_stress_score
    return power_tss(seconds, factor) if factor <= MOST_INTENSE and seconds <= DAY else None


def _packed(recording: Recording) -> dict[str, bytes]:
    """Columns that hold any value at all, and the time they share."""
    records = recording.records
    if not len(records):
        return {}
    known = {name: values for name, values in records.columns.items() if not np.isnan(values).all()}
    columns = {name: pack_measurements(values, STEPS.get(name)) for name, values in known.items()}
    return {"time": pack_times(records.time), **columns}
