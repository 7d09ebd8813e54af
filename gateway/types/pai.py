"""PAI summaries: a day's score and where it was earned."""

import datetime as dt
from enum import Enum
from typing import Any

import strawberry

from domain import pai
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.pai_calculations import PAI_CALCULATIONS
from gateway.types.relations import one

ZONES = ("low", "medium", "high")
FIGURES = ("lower_limit_bpm", "minutes", "pai")


@strawberry.enum(description="How hard the heart worked.")
class IntensityZoneName(Enum):
    LOW = strawberry.enum_value("low", description="Enough to count.")
    MEDIUM = strawberry.enum_value("medium", description="Enough to count for more.")
    HIGH = strawberry.enum_value("high", description="Near the maximum; it counts most.")


@strawberry.type(description="What one intensity zone brought on a day.")
class IntensityZone:
    name: IntensityZoneName = field("Which zone.")
    lower_limit_bpm: int = field("The heart rate it begins at.")
    minutes: float = field("How long the heart was in it.")
    pai: float = field("What that earned.")


def zones(root: strawberry.Parent[Any]) -> list[IntensityZone]:
    return [
        IntensityZone(
            name=IntensityZoneName(zone),
            **{figure: getattr(root, f"{zone}_zone_{figure}") for figure in FIGURES},
        )
        for zone in ZONES
    ]


@strawberry.type
class PaiDay(Node):
    """What is told of a day, to whomever it is told."""

    date: dt.date = field("The user's local day.")
    time_zone: str = field("Where that day was local: an IANA name.")
    pai_score: float = field("0 to below 200, over the day and the six before it.")
    daily_pai: float = field("What this day added, 75 at most.")
    intensity_zones: list[IntensityZone] = field(
        "Low, medium and high, in this order.",
        needs={f"{zone}_zone_{figure}" for zone in ZONES for figure in FIGURES},
        resolver=zones,
    )
    max_heart_rate_bpm: float = field("The maximum that the score is relative to.")
    resting_heart_rate_bpm: float = field("The heart rate at rest that the score is relative to.")
    algorithm_version: str = field("The model that computed it.")
    created_at: dt.datetime = field("When the day was first scored.")
    modified_at: dt.datetime = field("When it last came out differently.")


@node(
    pai.SUMMARIES,
    "A local day's PAI: the score of its seven days, and what the day itself earned. "
    "Computed by the open model named in algorithmVersion.",
)
class PaiSummary(PaiDay):
    user = one("users.User", "user_id", "Whose day it is.")
    calculations = PAI_CALCULATIONS.of("pai_summary_id", "What led to it, newest first.")


PAI_SUMMARIES = Many(
    PaiSummary,
    order=newest_first("date"),
    filters=("user", "date", "pai_score", "daily_pai", "modified_at"),
    orders=("date", "pai_score", "daily_pai", "modified_at"),
)


@strawberry.type
class PaiQuery:
    pai_summaries = PAI_SUMMARIES.root(
        "PAI summaries of everybody you may see, newest first unless ordered otherwise."
    )
