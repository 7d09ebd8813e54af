"""Activities: what a FIT file recorded."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry

from domain import activities
from gateway.context import Context
from gateway.limits import DEFAULT_POINTS
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one
from gateway.types.streams import ActivityStreams, MaxPoints, streams_of_activity

Info = strawberry.Info[Context, None]


@strawberry.enum(description="Where an activity's training load comes from.")
class TrainingLoadSource(Enum):
    TRAINING_STRESS_SCORE = strawberry.enum_value(
        "training_stress_score", description="Power: the device's own training stress score."
    )
    HEART_RATE = strawberry.enum_value("heart_rate", description="The heart rate's training impulse.")


async def streams(root: strawberry.Parent[Any], info: Info, max_points: MaxPoints = DEFAULT_POINTS) -> Any:
    return await streams_of_activity(info, root.id, max_points)


@node(activities.ACTIVITIES, "One sport from start to end, as a device recorded it.")
class Activity(Node):
    user = one("users.User", "user_id", "Who did it.")
    fit_file = one("fit_files.FitFile", "fit_file_id", "The file that recorded it.")
    name: str | None = field("What the partner, or the device, calls it.")
    source: str = field("Where the file came from, as the partner named it.")
    sport: str = field("As FIT names it, such as running or cycling.")
    sub_sport: str | None = field("As FIT names it, such as trail or indoor_cycling.")
    started_at: datetime = field("When it began.")
    local_date: date = field("The user's local day of the start.")
    time_zone: str = field("Where that day was local: an IANA name.")
    elapsed_seconds: float | None = field("From start to end, pauses included.")
    timer_seconds: float | None = field("While the timer ran.")
    distance_meters: float | None = field("How far it went.")
    calories_kcal: int | None = field("What it took, as the device reckons.")
    average_heart_rate_bpm: int | None = field("The mean heart rate.")
    max_heart_rate_bpm: int | None = field("The highest heart rate.")
    average_power_watts: int | None = field("The mean power.")
    max_power_watts: int | None = field("The highest power.")
    normalized_power_watts: int | None = field("The power that would have taxed as much, held evenly.")
    ascent_meters: int | None = field("How far it went up.")
    descent_meters: int | None = field("How far it went down.")
    training_stress_score: float | None = field("Of power, as the device recorded it.")
    trimp_banister: float | None = field("Training impulse of the heart rate.")
    trimp_edwards: float | None = field("Minutes in five heart-rate zones, weighted.")
    heart_rate_stress_score: float | None = field(
        "The training impulse as a percentage of an hour at threshold."
    )
    threshold_heart_rate_bpm: float | None = field("The heart rate at the lactate threshold it rests on.")
    threshold_estimated: bool | None = field("Whether that threshold was estimated, not measured.")
    training_load: float | None = field("What the activity counts in its day.")
    training_load_source: TrainingLoadSource | None = field("What that was taken from; null without a load.")
    training_load_reason: str | None = field("Why there is no load.")
    record_count: int = field("How many records the device wrote.")
    streams: ActivityStreams | None = field(
        "What was measured from record to record; null where the device wrote no records.",
        needs={"id"},
        resolver=streams,
    )
    created_at: datetime = field("When it was first read.")
    modified_at: datetime = field("When it, or what was computed of it, last changed.")


ACTIVITIES = Many(
    Activity,
    order=newest_first("started_at"),
    filters=(
        "user", "fit_file", "name", "sport", "source", "local_date", "started_at", "distance_meters",
        "elapsed_seconds", "training_load", "training_load_source", "modified_at",
    ),
    orders=("started_at", "distance_meters", "elapsed_seconds", "training_load", "modified_at"),
)  # fmt: skip


@strawberry.type
class ActivityQuery:
    activities = ACTIVITIES.root(
        "Activities of everybody you may see, newest first unless ordered otherwise."
    )
