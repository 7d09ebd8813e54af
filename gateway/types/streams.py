"""An activity's streams: a column for each metric, all over one time axis."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import streams
from domain.streams import DEVELOPER, MOST_POINTS, Streams
from domain.unit import Unit
from gateway.context import Context
from gateway.selection import arguments_of, names_under
from gateway.types.scalars import Column

Info = strawberry.Info[Context, None]
MaxPoints = Annotated[
    int,
    strawberry.argument(
        description=f"How many records at most, up to {MOST_POINTS}. Of more, those with the highest and the lowest "
        "values are chosen, evenly over time, for every metric you select: select fewer for a finer line."
    ),
]
METRICS = {
    "heartRateBpm": "heart_rate",
    "powerWatts": "power",
    "speedMetersPerSecond": "speed",
    "distanceMeters": "distance",
    "cadenceRpm": "cadence",
    "altitudeMeters": "altitude",
    "latitudeDegrees": "latitude",
    "longitudeDegrees": "longitude",
    "temperatureCelsius": "temperature",
    "gradePercent": "grade",
    "respirationRatePerMinute": "respiration_rate",
    "verticalOscillationMillimeters": "vertical_oscillation",
    "stanceTimeMilliseconds": "stance_time",
    "stepLengthMillimeters": "step_length",
    "coreTemperatureCelsius": "core_temperature",
}
"""Names as clients see them → columns as FIT files have them."""
NAMES = {column: name for name, column in METRICS.items()}


def metric(name: str, description: str) -> Any:
    column = METRICS[name]
    return strawberry.field(resolver=lambda root: root.columns.get(column), description=description)


@strawberry.type(
    description="Columns of equal length: the n-th value of each was measured at the n-th time. "
    "A column is null where the device measured no such thing. Only columns you select are read."
)
class ActivityStreams:
    record_count: int = strawberry.field(description="How many records the device wrote.")
    time_unix_seconds: Column = strawberry.field(
        description="When each record was written, in seconds since 1970.", resolver=lambda root: root.time
    )
    heart_rate_bpm: Column | None = metric("heartRateBpm", "The heart rate.")
    power_watts: Column | None = metric("powerWatts", "The power.")
    speed_meters_per_second: Column | None = metric("speedMetersPerSecond", "The speed.")
    distance_meters: Column | None = metric("distanceMeters", "Covered since the start.")
    cadence_rpm: Column | None = metric("cadenceRpm", "Revolutions, or strides of two steps.")
    altitude_meters: Column | None = metric("altitudeMeters", "Above sea level.")
    latitude_degrees: Column | None = metric("latitudeDegrees", "Where, north of the equator.")
    longitude_degrees: Column | None = metric("longitudeDegrees", "Where, east of Greenwich.")
    temperature_celsius: Column | None = metric("temperatureCelsius", "Of the air, as the device felt it.")
    grade_percent: Column | None = metric("gradePercent", "How steep it was.")
    respiration_rate_per_minute: Column | None = metric("respirationRatePerMinute", "Breaths.")
    vertical_oscillation_millimeters: Column | None = metric(
        "verticalOscillationMillimeters", "How far one bounced."
    )
    stance_time_milliseconds: Column | None = metric(
        "stanceTimeMilliseconds", "How long a foot was on the ground."
    )
    step_length_millimeters: Column | None = metric("stepLengthMillimeters", "How far a step went.")
    core_temperature_celsius: Column | None = metric("coreTemperatureCelsius", "Of the body's core.")

    @strawberry.field(
        description="Since the activity's start; never goes back, and jumps where recording paused."
    )
    def time_offset_seconds(root: strawberry.Parent[Any]) -> Column:
        start = int(root.started_at.timestamp())
        return Column([at - start for at in root.time])

    @strawberry.field(description="Which of the columns here were measured.")
    def recorded(root: strawberry.Parent[Any]) -> list[str]:
        return [NAMES[name] for name in root.recorded if name in NAMES]

    @strawberry.field(description="Names of columns that apps on the device defined themselves.")
    def developer_fields(root: strawberry.Parent[Any]) -> list[str]:
        return [name.removeprefix(DEVELOPER) for name in root.recorded if name.startswith(DEVELOPER)]

    @strawberry.field(description="A column that an app on the device defined, by its name.")
    def developer(
        root: strawberry.Parent[Any],
        name: Annotated[str, strawberry.argument(description="As developerFields has it.")],
    ) -> Column | None:
        return root.columns.get(DEVELOPER + name)  # type: ignore[no-any-return]


async def streams_of_activity(info: Info, activity_id: UUID, max_points: int) -> Any:
    """One activity's streams out of a batch over all that are asked for the same."""
    wanted = _metrics(info)

    async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, Streams]:
        return await streams.streams_of(unit, ids, wanted, max_points)

    return await info.context.batched((streams.streams_of, wanted, max_points), batch, activity_id)


def _metrics(info: Info) -> frozenset[str]:
    names = names_under(info, ())
    own = {DEVELOPER + name for name in arguments_of(info, "developer", "name")}
    return frozenset({METRICS[name] for name in names if name in METRICS} | own)
