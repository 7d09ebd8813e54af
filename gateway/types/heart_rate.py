"""Heart-rate days: what a local day's samples come to, and the samples themselves."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import heart_rate
from domain.heart_rate_samples import DEFAULT_SAMPLES, MOST_SAMPLES, DaySamples, samples_of
from domain.unit import Unit
from gateway.context import Context
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one
from gateway.types.scalars import Column

Info = strawberry.Info[Context, None]
MaxSamples = Annotated[
    int,
    strawberry.argument(
        description=f"How many samples at most, up to {MOST_SAMPLES}. Of more, the highest and the lowest are chosen, "
        "evenly over time."
    ),
]


@strawberry.type(
    description="A day's heart rate, sample by sample: the n-th value was measured at the n-th time."
)
class HeartRateSamples:
    sample_count: int = field("How many samples the day has, before any was left out.")
    time_unix_seconds: Column = field("When, in seconds since 1970.", resolver=lambda root: root.time)
    heart_rate_bpm: Column = field("The heart rate then.", resolver=lambda root: root.bpm)


async def samples(root: strawberry.Parent[Any], info: Info, max_points: MaxSamples = DEFAULT_SAMPLES) -> Any:
    async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, DaySamples]:
        return await samples_of(unit, ids, max_points)

    return await info.context.batched((samples_of, max_points), batch, root.id)


@node(heart_rate.HEART_RATE_DAYS, "A local day of heart rate, from all devices together.")
class HeartRateDay(Node):
    user = one("users.User", "user_id", "Whose day it is.")
    date: dt.date = field("The user's local day.")
    time_zone: str = field("Where that day was local: an IANA name.")
    sample_count: int = field("How many samples it has.")
    min_bpm: int = field("The lowest of them.")
    max_bpm: int = field("The highest of them.")
    average_bpm: float = field("Their mean.")
    samples: HeartRateSamples | None = field(
        "The samples themselves, as many as you ask for.", needs={"id"}, resolver=samples
    )
    created_at: dt.datetime = field("When the day had its first sample.")
    modified_at: dt.datetime = field("When it last changed.")


HEART_RATE_DAYS = Many(
    HeartRateDay,
    order=newest_first("date"),
    filters=("user", "date", "average_bpm", "max_bpm", "min_bpm", "modified_at"),
    orders=("date", "average_bpm", "max_bpm", "modified_at"),
)


@strawberry.type
class HeartRateQuery:
    heart_rate_days = HEART_RATE_DAYS.root(
        "Heart-rate days of everybody you may see, newest first unless ordered otherwise."
    )
