"""Heart rate that users post: measurements of a local day, beside what files hold of it.

A day is all that was recorded of it, by files and by posts; where several know the same second, the highest counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as changed
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema
from sqlmodel import col

from domain import heart_rate, recalculation, users
from domain.errors import Detail, Invalid
from domain.fields import MOST_TOLD, NOTHING_SET, Fields, whole
from domain.heart_rate import HeartRateDay, midnight_after, visible_to
from domain.listing import Listing, Page
from domain.local_days import check_day, today_in, zone_of
from domain.scoring.heart_rate import HIGHEST_BPM, LOWEST_BPM, Samples
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope

MEASUREMENTS = "measurements"
INVALID = "INVALID_HEARTRATE"
MOST_AT_ONCE = 25 * 60 * 60
"""The longest day there is, second by second."""
LEEWAY = timedelta(minutes=5)
"""How far ahead a device's clock may be."""
WRITTEN = r"^(?:3\d|[4-9]\d|1\d\d|2[0-3]\d|240)$"
"""The heart rates that count, in digits."""


def beats(value: object) -> object:
    """Clouds of wearables write numbers as texts."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(HIGHEST_BPM)):
        return int(value)
    return whole(value)


class Measurement(Fields):
    timestamp: AwareDatetime
    bpm: Annotated[
        int,
        BeforeValidator(beats),
        Field(ge=LOWEST_BPM, le=HIGHEST_BPM),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "integer", "minimum": LOWEST_BPM, "maximum": HIGHEST_BPM},
                    {"type": "string", "pattern": WRITTEN},
                ]
            }
        ),
    ]


class Measurements(Fields):
    """What is judged becomes Samples, in the order in which it was sent: whoever writes is to have no loop left."""

    codes: ClassVar[Mapping[str, str]] = {MEASUREMENTS: INVALID}

    measurements: Annotated[list[Measurement], Field(min_length=1, max_length=MOST_AT_ONCE)]

    @classmethod
    def whole(cls, sent: Mapping[str, Any]) -> dict[str, Any]:
        values = super().whole(sent)
        return values | {MEASUREMENTS: _samples(values[MEASUREMENTS])}


class MeasuredDay(Measurements):
    date: date


async def list_days(unit: Unit, listing: Listing) -> Page:
    """As everywhere; with the measurements of every day on the page where they are among the fields."""
    page = await heart_rate.HEART_RATE_DAYS.page(unit, listing)
    if listing.fields is None or MEASUREMENTS not in listing.fields:
        return page
    return changed(page, rows=await _with_measurements(unit, page.rows))


async def get_day(unit: Unit, id: UUID, fields: frozenset[str] | None = None) -> Any:
    """With the measurements, unless only other fields are wanted."""
    row = await heart_rate.HEART_RATE_DAYS.got(unit, id, fields)
    if fields is not None and MEASUREMENTS not in fields:
        return row
    [whole] = await _with_measurements(unit, [row])
    return whole


async def add(unit: Unit, user_id: UUID, values: Mapping[str, Any]) -> UUID:
    """`values` are those of MeasuredDay: they join what was posted of the day, in the place of the same seconds."""
    unit.viewer.require(Scope.HEART_RATE_WRITE)
    await users.locked(unit, user_id)
    zone, day = await zone_of(unit, user_id), values["date"]
    check_day(day, today_in(unit, zone))
    given = _of_day(unit, values[MEASUREMENTS], day, zone)
    known = await heart_rate.unfiled_on(unit, user_id, day)
    return await _keep(unit, user_id, day, known, _merged(known, given))


async def replace(unit: Unit, id: UUID, values: Mapping[str, Any]) -> None:
    """`values` are those of Measurements: they are all that is posted of the day now. What files hold of it stays."""
    unit.viewer.require(Scope.HEART_RATE_WRITE)
    mine = (visible_to(unit), col(HeartRateDay.id) == id)
    await users.lock_owner(unit, select(HeartRateDay.user_id).where(*mine))
    found = await heart_rate.HEART_RATE_DAYS.got(unit, id, frozenset({"user_id", "date"}))
    await unit.check_condition()
    zone = await zone_of(unit, found.user_id)
    given = _of_day(unit, values[MEASUREMENTS], found.date, zone)
    known = await heart_rate.unfiled_on(unit, found.user_id, found.date)
    await _keep(unit, found.user_id, found.date, known, given)


async def _keep(unit: Unit, user_id: UUID, day: date, known: Samples, posted: Samples) -> UUID:
    """The day's id. What is sent again changes nothing, and nothing is calculated for it."""
    is_news = not (np.array_equal(known.time, posted.time) and np.array_equal(known.bpm, posted.bpm))
    if is_news:
        await heart_rate.replace_unfiled(unit, user_id, day, posted)
    of_day = (col(HeartRateDay.user_id) == user_id, col(HeartRateDay.date) == day)
    day_id: UUID = await unit.value(select(HeartRateDay.id).where(*of_day))
    if is_news:
        await recalculation.request_pai(unit, user_id, [day], cause=day_id)
    return day_id


def _samples(measurements: Iterable[Mapping[str, Any]]) -> Samples:
    pairs = [(int(each["timestamp"].timestamp()), each["bpm"]) for each in measurements]
    seconds, beats = zip(*pairs, strict=True)
    return Samples.of(seconds, np.array(beats, np.uint8))


def _of_day(unit: Unit, sent: Samples, day: date, zone: ZoneInfo) -> Samples:
    """In order of time; of several for one second the last."""
    _check_times(unit, sent, day, zone)
    order = np.argsort(sent.time, kind="stable")
    time, bpm = sent.time[order], sent.bpm[order]
    last_at_its_time = np.append(time[1:] != time[:-1], True)
    return Samples(time[last_at_its_time], bpm[last_at_its_time])


def _check_times(unit: Unit, sent: Samples, day: date, zone: ZoneInfo) -> None:
    first, end = midnight_after(day - timedelta(days=1), zone), midnight_after(day, zone)
    elsewhere = (sent.time < first) | (sent.time >= end)
    to_come = sent.time > (unit.now + LEEWAY).timestamp()
    wrong = np.flatnonzero(elsewhere | to_come)[:MOST_TOLD]
    if wrong.size:
        not_then = said("is not on {day} in {zone}, where the user is", day=day, zone=zone.key)
        problems = [not_then if elsewhere[index] else said("is still to come") for index in wrong]
        raise Invalid(NOTHING_SET, *map(_stray, wrong, problems))


def _stray(index: int, problem: str) -> Detail:
    return Detail(problem, f"{MEASUREMENTS}[{index}].timestamp", INVALID)


def _merged(known: Samples, given: Samples) -> Samples:
    untouched = ~np.isin(known.time, given.time)
    both = Samples.joined([Samples(known.time[untouched], known.bpm[untouched]), given])
    order = np.argsort(both.time)
    return Samples(both.time[order], both.bpm[order])


async def _with_measurements(unit: Unit, rows: Sequence[Any]) -> Any:
    found = await heart_rate.measurements_of_days(unit, [row.id for row in rows])
    return [SimpleNamespace(**row._mapping, measurements=found[row.id]) for row in rows]  # noqa: SLF001  Row's public API
