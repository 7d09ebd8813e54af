"""The samples of heart-rate days, for a chart: all devices on one time axis, thinned out so that peaks stay."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from sqlmodel import col

from domain.downsampling import chosen, least_points
from domain.errors import Invalid
from domain.heart_rate import ON_THE_DAY, HeartRateDay, HeartRateRecording, unpacked, visible_to
from domain.scoring.heart_rate import cleaned
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope

DEFAULT_SAMPLES, MOST_SAMPLES = 500, 2000
MOST_VALUES = 10_000_000


@dataclass(frozen=True)
class DaySamples:
    """`time` is in unix seconds, each later than the one before; `sample_count` is before anything was left out."""

    sample_count: int
    time: Sequence[int]
    bpm: Sequence[int]


async def samples_of(unit: Unit, day_ids: Sequence[UUID], max_points: int) -> dict[UUID, DaySamples]:
    """At most `max_points` samples of each of these days, in one statement; unpacked in a thread."""
    unit.viewer.require(Scope.HEART_RATE_READ)
    if not least_points(1) <= max_points <= MOST_SAMPLES:
        raise Invalid(f"Ask for {least_points(1)} to {MOST_SAMPLES} samples of a day")
    rows: Sequence[Any] = await unit.rows(
        select(
            HeartRateDay.id,
            HeartRateDay.sample_count,
            HeartRateRecording.times,
            HeartRateRecording.bpm,
        )
        .join(HeartRateRecording, ON_THE_DAY)
        .where(visible_to(unit), col(HeartRateDay.id).in_(day_ids))
        .order_by(col(HeartRateRecording.contribution))
    )
    days: dict[UUID, list[Any]] = {}
    for row in rows:
        days.setdefault(row.id, []).append(row)
    if sum(recordings[0].sample_count for recordings in days.values()) > MOST_VALUES:
        raise Invalid(f"These days hold more than {MOST_VALUES} samples: ask for fewer days at once")
    return await asyncio.to_thread(_thinned, days, max_points)


def _thinned(days: Mapping[UUID, Sequence[Any]], max_points: int) -> dict[UUID, DaySamples]:
    return {day: _samples(recordings, max_points) for day, recordings in days.items()}


def _samples(recordings: Sequence[Any], max_points: int) -> DaySamples:
    samples = cleaned(unpacked(recordings))
    kept = chosen(samples.time, [samples.bpm.astype(np.float64)], max_points)
    return DaySamples(recordings[0].sample_count, samples.time[kept].tolist(), samples.bpm[kept].tolist())
