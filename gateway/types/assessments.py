"""VO2 max assessments: what users say of their habits."""

import datetime as dt
from enum import Enum
from uuid import UUID

import strawberry

from domain import vo2max
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@strawberry.enum(description="How often one exercises.")
class ActivityFrequency(Enum):
    NEVER = strawberry.enum_value("never", description="Never.")
    LESS_THAN_WEEKLY = strawberry.enum_value("less_than_weekly", description="Less than once a week.")
    ONCE_A_WEEK = strawberry.enum_value("once_a_week", description="Once a week.")
    TWO_THREE_A_WEEK = strawberry.enum_value("two_three_a_week", description="Two or three times a week.")
    ALMOST_DAILY = strawberry.enum_value("almost_daily", description="Nearly every day.")


@strawberry.enum(description="How hard one exercises.")
class ActivityIntensity(Enum):
    EASY = strawberry.enum_value("easy", description="Without getting out of breath or sweating.")
    BREATHLESS_SWEATY = strawberry.enum_value(
        "breathless_sweaty", description="Until out of breath and sweating."
    )
    NEAR_EXHAUSTION = strawberry.enum_value("near_exhaustion", description="Until nearly exhausted.")


@strawberry.enum(description="How many minutes one exercises at a time.")
class ActivityDuration(Enum):
    UNDER_15 = strawberry.enum_value("lt15", description="Less than 15 minutes.")
    FROM_15_TO_29 = strawberry.enum_value("m15_29", description="15 to 29 minutes.")
    FROM_30_TO_60 = strawberry.enum_value("m30_60", description="30 minutes to an hour.")
    OVER_60 = strawberry.enum_value("gt60", description="More than an hour.")


@node(vo2max.ASSESSMENTS, "What a user said of their habits on a day, and the body it was said of.")
class Vo2MaxAssessment(Node):
    user = one("users.User", "user_id", "Who said it.")
    date: dt.date = field("The user's local day.")
    activity_frequency: ActivityFrequency = field("How often the user exercises.")
    activity_intensity: ActivityIntensity = field("How hard the user exercises.")
    activity_duration: ActivityDuration = field("How long the user exercises at a time.")
    resting_heart_rate_bpm: float = field("The heart rate at rest then.")
    weight_kg: float | None = field("Body weight then.")
    height_cm: float | None = field("Body height then.")
    waist_cm: float | None = field("Waist circumference then.")
    vo2max_summary = one("vo2max.Vo2MaxSummary", "vo2max_summary_id", "The day's summary it led to.")
    vo2max_summary_id: UUID | None = field(
        "The REST id of the day's summary.", deprecated="Select `vo2maxSummary { uuid }`."
    )
    created_at: dt.datetime = field("When it was said.")
    modified_at: dt.datetime = field("When it last changed.")


VO2MAX_ASSESSMENTS = Many(
    Vo2MaxAssessment,
    order=newest_first("date"),
    filters=(
        "user", "date", "activity_frequency", "activity_intensity", "activity_duration", "modified_at",
    ),
    orders=("date", "created_at", "modified_at"),
)  # fmt: skip


@strawberry.type
class AssessmentQuery:
    vo2max_assessments = VO2MAX_ASSESSMENTS.root(
        "VO2 max assessments of everybody you may see, newest first unless ordered otherwise."
    )
