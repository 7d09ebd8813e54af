"""Posting heart rate of a day; the scores that rest on it follow."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import measurements
from domain.measurements import MeasuredDay, Measurements
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, mutation
from gateway.types.biometric_mutations import Day
from gateway.types.nodes import Id, field
from gateway.types.payloads import changed


@strawberry.input(description="The heart rate at an instant.")
class HeartRateMeasurementInput:
    timestamp: dt.datetime = field("When; within the day, and not still to come.")
    bpm: int = field("Beats per minute, 30 to 240.")


Measured = Annotated[
    list[HeartRateMeasurementInput],
    strawberry.argument(
        description="What was measured, in any order; of several for one second the last one counts. "
        "Send longer days in parts of some hundreds, within the limits of a request."
    ),
]


@strawberry.type(description="The day as it is now.")
class HeartRateDayPayload(Payload):
    heart_rate_day = changed("heart_rate.HeartRateDay", "The day as it is now.")


@strawberry.type
class HeartRateMutation:
    @mutation(HeartRateDayPayload, Scope.HEART_RATE_WRITE)
    async def record_heart_rate(self, unit: Unit, user_id: Id, date: Day, measurements: Measured) -> UUID:
        """Add measurements to a day, in the place of the same seconds; what files hold of the day stays beside them."""
        sent = {"date": date.isoformat(), "measurements": _plain(measurements)}
        return await _add(unit, read_global_id("User", user_id), sent)

    @mutation(HeartRateDayPayload, Scope.HEART_RATE_WRITE)
    async def replace_heart_rate(self, unit: Unit, id: Id, measurements: Measured) -> UUID:
        """Let these be all that was posted of a day; what files hold of it stays."""
        day_id = read_global_id("HeartRateDay", id)
        await _replace(unit, day_id, {"measurements": _plain(measurements)})
        return day_id


async def _add(unit: Unit, user_id: UUID, sent: dict[str, Any]) -> UUID:
    return await measurements.add(unit, user_id, MeasuredDay.whole(sent))


async def _replace(unit: Unit, day_id: UUID, sent: dict[str, Any]) -> None:
    await measurements.replace(unit, day_id, Measurements.whole(sent))


def _plain(given: list[HeartRateMeasurementInput]) -> list[dict[str, Any]]:
    return [{"timestamp": one.timestamp.isoformat(), "bpm": one.bpm} for one in given]
