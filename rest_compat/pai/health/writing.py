"""What can be sent about somebody's health, of oneself in the User API and of anybody in the Admin API."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from domain import biometrics, measurements, recalculation, users, vo2max_assessments
from domain.biometrics import BiometricFields, Height, Measures, RestingOnAverage, Waist, Weight
from domain.fields import Fields
from domain.measurements import MOST_AT_ONCE, MeasuredDay, Measurements
from domain.scoring.vo2max import Duration, Frequency, Intensity
from domain.unit import Unit
from domain.vo2max_assessments import MEASURES, Answers
from rest_compat.pai.health.views import ActivityDuration, ActivityFrequency, ActivityIntensity

Values = Mapping[str, Any]
Operation = Callable[[Unit, UUID, Values], Awaitable[UUID]]
MAX_MEASUREMENTS_BODY = 6 * 1024 * 1024
"""Seventy bytes for each second of the longest day."""
MAX_MEASUREMENTS_COMMAS = 2 * MOST_AT_ONCE + 20_000
"""Two for each of them; some are too many, which is for the operation to say."""
ACCEPTED = {"created": 202, "known": 202}


class Whose(Fields):
    user_id: UUID


class AskedDay(Fields):
    date: date


class AskedDayOfAnybody(Whose, AskedDay):
    pass


class AssessmentFields(Fields):
    """A measure that is not given is taken from the biometrics."""

    date: date
    activity_frequency: ActivityFrequency
    activity_intensity: ActivityIntensity
    activity_duration: ActivityDuration
    resting_heart_rate_bpm: RestingOnAverage | None = None
    weight_kg: Weight | None = None
    height_cm: Height | None = None
    waist_cm: Waist | None = None


class AssessmentFieldsOfAnybody(Whose, AssessmentFields):
    pass


def of_oneself(operation: Operation) -> Callable[[Unit, Values], Awaitable[UUID]]:
    async def add(unit: Unit, values: Values) -> UUID:
        return await operation(unit, users.own_id(unit), values)

    return add


def of_anybody(operation: Operation) -> Callable[[Unit, Values], Awaitable[UUID]]:
    async def add(unit: Unit, values: Values) -> UUID:
        await users.check_named(unit, values["user_id"])
        return await operation(unit, values["user_id"], values)

    return add


async def measure(unit: Unit, user_id: UUID, values: Values) -> UUID:
    day, measures = values["date"], {name: value for name, value in values.items() if name != "date"}
    return await biometrics.record(unit, user_id, day, measures)


async def ask_for_pai(unit: Unit, user_id: UUID, values: Values) -> UUID:
    return await recalculation.ask_for_pai(unit, user_id, values["date"])


async def assess(unit: Unit, user_id: UUID, values: Values) -> UUID:
    answers = Answers(
        values["date"],
        Frequency[values["activity_frequency"].name],
        Intensity[values["activity_intensity"].name],
        Duration[values["activity_duration"].name],
        {name: values[name] for name in MEASURES},
    )
    return await vo2max_assessments.record(unit, user_id, answers)


BY_ADMINISTRATORS: Mapping[str, Mapping[str, Any]] = {
    "/pai/calculations": {"add": of_anybody(ask_for_pai), "adds": AskedDayOfAnybody, **ACCEPTED},
    "/vo2max/assessments": {"add": of_anybody(assess), "adds": AssessmentFieldsOfAnybody},
}
BY_USERS: Mapping[str, Mapping[str, Any]] = {
    "/heartrate/summaries": {
        "add": of_oneself(measurements.add),
        "adds": MeasuredDay,
        "known": 200,
        "replace": measurements.replace,
        "writes": Measurements,
        "max_body": MAX_MEASUREMENTS_BODY,
        "max_commas": MAX_MEASUREMENTS_COMMAS,
    },
    "/biometrics": {
        "add": of_oneself(measure),
        "adds": BiometricFields,
        "change": biometrics.change,
        "writes": Measures,
    },
    "/pai/calculations": {"add": of_oneself(ask_for_pai), "adds": AskedDay, **ACCEPTED},
    "/vo2max/assessments": {"add": of_oneself(assess), "adds": AssessmentFields},
}
