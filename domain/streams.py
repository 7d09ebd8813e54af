"""Streams: what an activity's device measured from record to record, as columns over one time axis."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, null
from sqlmodel import col

from domain.activities import Activity, ActivityStream, visible_to
from domain.downsampling import chosen, least_points
from domain.errors import Invalid
from domain.packing import unpack, unpack_times
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope

TIME = "time"
DEVELOPER = "developer:"
MOST_POINTS = 10_000
MOST_VALUES = 20_000_000
DECIMALS = 7  # a centimetre on the ground; all else is measured in coarser steps


@dataclass(frozen=True)
class Streams:
    """`time` is in unix seconds and never goes back; a column has None where nothing was measured.

    `recorded` names all that the device measured, asked for or not; `record_count` is before downsampling.
    """

    started_at: datetime
    record_count: int
    recorded: Sequence[str]
    time: Sequence[int]
    columns: Mapping[str, Sequence[float | None]]


@dataclass
class _Packed:
    """One activity's rows as the database has them."""

    started_at: datetime
    record_count: int
    recorded: list[str] = field(default_factory=list)
    columns: dict[str, bytes] = field(default_factory=dict)


async def streams_of(
    unit: Unit, activity_ids: Sequence[UUID], metrics: frozenset[str], max_points: int
) -> dict[UUID, Streams]:
    """At most `max_points` records of each activity that has any, in one statement.

    What was not asked for is neither read nor unpacked; what was, is unpacked in a thread, an activity at a time.
    """
    unit.viewer.require(Scope.ACTIVITIES_READ)
    check_points(max_points, len(metrics))
    wanted = col(ActivityStream.metric).in_({TIME, *metrics})
    rows = await unit.rows(
        select(
            ActivityStream.activity_id,
            ActivityStream.metric,
            case((wanted, col(ActivityStream.packed)), else_=null()).label("packed"),
            Activity.started_at,
            Activity.record_count,
        )
        .join(Activity, col(Activity.id) == col(ActivityStream.activity_id))
        .where(visible_to(unit), col(ActivityStream.activity_id).in_(activity_ids))
        .order_by(col(ActivityStream.metric))
    )
    grouped = _grouped(rows)
    _check_size(grouped.values())
    return await asyncio.to_thread(_unpacked, grouped, max_points)


def check_points(max_points: int, metrics: int) -> None:
    least = least_points(metrics)
    if not least <= max_points <= MOST_POINTS:
        raise Invalid(
            f"Ask for {least} to {MOST_POINTS} points when you ask for so many metrics as {metrics}"
        )


def _grouped(rows: Sequence[Any]) -> dict[UUID, _Packed]:
    found: dict[UUID, _Packed] = {}
    for row in rows:
        packed = found.setdefault(row.activity_id, _Packed(row.started_at, row.record_count))
        if row.packed is not None:
            packed.columns[row.metric] = row.packed
        if row.metric != TIME:
            packed.recorded.append(row.metric)
    return found


def _check_size(activities: Iterable[_Packed]) -> None:
    """A page of ordinary activities is far below; it takes recordings of weeks to get there."""
    values = sum(activity.record_count * len(activity.columns) for activity in activities)
    if values > MOST_VALUES:
        raise Invalid(
            f"These recordings hold {values} values, more than the {MOST_VALUES} that are read at once: "
            "ask for fewer activities or metrics"
        )


def _unpacked(packed: Mapping[UUID, _Packed], max_points: int) -> dict[UUID, Streams]:
    return {activity: _streams(one, max_points) for activity, one in packed.items()}


def _streams(packed: _Packed, max_points: int) -> Streams:
    time = unpack_times(packed.columns[TIME])
    columns = {name: unpack(data).astype(np.float64) for name, data in packed.columns.items() if name != TIME}
    in_time = np.argsort(time, kind="stable")  # a file's order, which a clock put back makes another
    ordered = {name: values[in_time] for name, values in columns.items()}
    kept = chosen(time[in_time], list(ordered.values()), max_points)
    return Streams(
        started_at=packed.started_at,
        record_count=len(time),
        recorded=tuple(packed.recorded),
        time=time[in_time][kept].tolist(),
        columns={name: _listed(values[kept]) for name, values in ordered.items()},
    )


def _listed(values: NDArray[np.float64]) -> list[float | None]:
    listed: NDArray[Any] = np.round(values, DECIMALS).astype(object)
    listed[~np.isfinite(values)] = None
    found: list[float | None] = listed.tolist()
    return found
