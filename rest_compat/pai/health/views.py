"""How PAI spells what is known of a user's health (contracts 1.5)."""

from enum import StrEnum
from typing import Any

import numpy as np
import orjson

from domain import biometrics, heart_rate, pai, vo2max
from domain.pai import CalculationStatus, Trigger
from domain.scoring.vo2max import Duration, Frequency, Intensity
from domain.vo2max import CalibrationStatus, Source, Vo2MaxTrigger
from rest_compat.pai.views import STAMPS, Made, View

OF_A_DAY = {"id": "id", "organizationId": "organization_id", "userId": "user_id", "date": "date"}
OF_ONES_DAY = {
    "id": "6a3c0a0e-3f0e-4d9e-8d86-0b6f3c1f0f5a",
    "organizationId": "2188a980-70a2-4b24-b145-8139cb7f9106",
    "userId": "0c7d0f6e-6f0b-4b0e-9a52-52cb4f7a3f0d",
    "date": "2024-05-01",
    "createdOn": "2024-05-01T09:00:00Z",
    "modifiedOn": "2024-05-01T09:00:00Z",
}
CAUSE = "1d2f6a52-1c64-4c5b-a4a4-4a3f5e0a7b11"
OUTCOME = "b7e5c0de-8c5b-4f62-9a35-0f4b7e0c9d42"


class ActivityFrequency(StrEnum):
    """How often one exercises."""

    NEVER = "Never"
    LESS_THAN_WEEKLY = "LessThanOncePerWeek"
    ONCE_A_WEEK = "OncePerWeek"
    TWO_THREE_A_WEEK = "TwoToThreePerWeek"
    ALMOST_DAILY = "AlmostDaily"


class ActivityIntensity(StrEnum):
    """How hard one exercises: easily, until breathless or sweating, or to near exhaustion."""

    EASY = "Light"
    BREATHLESS_SWEATY = "Moderate"
    NEAR_EXHAUSTION = "Vigorous"


class ActivityDuration(StrEnum):
    """How many minutes one exercises at a time."""

    UNDER_15 = "UnderFifteen"
    FROM_15_TO_29 = "FifteenToThirty"
    FROM_30_TO_60 = "ThirtyToSixty"
    OVER_60 = "OverSixty"


def worded(column: str, theirs: type[StrEnum], ours: type[StrEnum]) -> Made:
    """A column whose words PAI spells otherwise: the members have the same names."""
    return Made(
        frozenset({column}),
        lambda row: ours[theirs(getattr(row, column)).name],
        {"type": "string", "enum": [word.value for word in ours]},
    )


def measured(row: Any) -> orjson.Fragment:
    """A day's measurements as JSON: there may be 90,000 of them."""
    seconds = row.measurements.time.astype("datetime64[s]")
    stamps = np.datetime_as_string(seconds, timezone="UTC").tolist()
    pairs = zip(stamps, row.measurements.bpm.tolist(), strict=True)
    texts = [f'{{"timestamp":"{at}","bpm":{bpm}}}' for at, bpm in pairs]
    return orjson.Fragment(f"[{','.join(texts)}]")


MEASUREMENTS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "timestamp": {"type": "string", "format": "date-time"},
            "bpm": {"type": "integer"},
        },
        "required": ["timestamp", "bpm"],
    },
}
HEART_RATE = View(
    {
        **OF_A_DAY,
        "timeZone": "time_zone",
        "min": "min_bpm",
        "max": "max_bpm",
        "average": "average_bpm",
        "measurementCount": "sample_count",
        **STAMPS,
    },
    path="/heartrate/summaries/{id}",
    related={"calculations": "/pai/calculations?userId={user_id}&date={date}"},
    made={"measurements": Made(frozenset({"measurements"}), measured, MEASUREMENTS)},
    apart=frozenset({"measurements"}),
    kinds=heart_rate.COLUMNS,
    example={
        **OF_ONES_DAY,
        "timeZone": "Europe/Oslo",
        "min": 61,
        "max": 64,
        "average": 62.5,
        "measurementCount": 2,
        "measurements": [
            {"timestamp": "2024-05-01T12:00:00Z", "bpm": 61},
            {"timestamp": "2024-05-01T12:00:05Z", "bpm": 64},
        ],
    },
)
BIOMETRIC = View(
    {
        **OF_A_DAY,
        "maxHeartrate": "max_heart_rate_bpm",
        "restingHeartrate": "resting_heart_rate_bpm",
        "thresholdHeartrate": "threshold_heart_rate_bpm",
        "weight": "weight_kg",
        "height": "height_cm",
        "waist": "waist_cm",
        **STAMPS,
    },
    path="/biometrics/{id}",
    kinds=biometrics.COLUMNS,
    example={
        **OF_ONES_DAY,
        "maxHeartrate": 186,
        "restingHeartrate": 58,
        "weight": 78.5,
        "height": 180.0,
    },
)
PAI_SUMMARY = View(
    {
        **OF_A_DAY,
        "timeZone": "time_zone",
        "paiScore": "pai_score",
        "dailyPai": "daily_pai",
        "lowZonePai": "low_zone_pai",
        "mediumZonePai": "medium_zone_pai",
        "highZonePai": "high_zone_pai",
        "lowZoneMinutes": "low_zone_minutes",
        "mediumZoneMinutes": "medium_zone_minutes",
        "highZoneMinutes": "high_zone_minutes",
        "lowZoneLowerLimit": "low_zone_lower_limit_bpm",
        "mediumZoneLowerLimit": "medium_zone_lower_limit_bpm",
        "highZoneLowerLimit": "high_zone_lower_limit_bpm",
        "maxHeartrate": "max_heart_rate_bpm",
        "restingHeartrate": "resting_heart_rate_bpm",
        "algorithmVersion": "algorithm_version",
        **STAMPS,
    },
    path="/pai/summaries/{id}",
    related={"calculations": "/pai/calculations?userId={user_id}&date={date}"},
    kinds=pai.COLUMNS,
    example={
        **OF_ONES_DAY,
        "timeZone": "Europe/Oslo",
        "paiScore": 104.2,
        "dailyPai": 12.4,
        "lowZonePai": 2.0,
        "mediumZonePai": 9.5,
        "highZonePai": 0.9,
        "lowZoneMinutes": 119.0,
        "mediumZoneMinutes": 66.0,
        "highZoneMinutes": 1.0,
        "lowZoneLowerLimit": 105,
        "mediumZoneLowerLimit": 119,
        "highZoneLowerLimit": 158,
        "maxHeartrate": 198.0,
        "restingHeartrate": 65.0,
        "algorithmVersion": "open-pai-1",
    },
)
RUN = {
    "trigger": "trigger",
    "triggerId": "trigger_id",
    "status": "status",
    "reason": "reason",
    "algorithmVersion": "algorithm_version",
}
"""How a calculation came about and ended."""
TIMES = {"startedOn": "started_at", "completedOn": "completed_at"}
ENDED = {
    **OF_ONES_DAY,
    "triggerId": CAUSE,
    "status": "Completed",
    "reason": None,
    "algorithmVersion": "open-pai-1",
    "startedOn": "2024-05-01T09:00:01Z",
    "completedOn": "2024-05-01T09:00:01Z",
}
PAI_CALCULATION = View(
    {**OF_A_DAY, **RUN, "paiSummaryId": "pai_summary_id", **TIMES, **STAMPS},
    path="/pai/calculations/{id}",
    related={"summaries": "/pai/summaries?userId={user_id}&date={date}"},
    kinds=pai.CALCULATION_COLUMNS,
    enums={"trigger": Trigger, "status": CalculationStatus},
    example={**ENDED, "trigger": "HeartrateSummary", "paiSummaryId": OUTCOME},
)
VO2MAX_ASSESSMENT = View(
    {
        **OF_A_DAY,
        "restingHeartrate": "resting_heart_rate_bpm",
        "weight": "weight_kg",
        "height": "height_cm",
        "waist": "waist_cm",
        "vo2MaxSummaryId": "vo2max_summary_id",
        **STAMPS,
    },
    path="/vo2max/assessments/{id}",
    related={"summaries": "/vo2max/summaries?userId={user_id}&date={date}"},
    made={
        "activityFrequency": worded("activity_frequency", Frequency, ActivityFrequency),
        "activityIntensity": worded("activity_intensity", Intensity, ActivityIntensity),
        "activityDuration": worded("activity_duration", Duration, ActivityDuration),
    },
    kinds=vo2max.ASSESSMENT_COLUMNS,
    example={
        **OF_ONES_DAY,
        "restingHeartrate": 58.0,
        "weight": 78.5,
        "height": 180.0,
        "vo2MaxSummaryId": OUTCOME,
        "activityFrequency": "TwoToThreePerWeek",
        "activityIntensity": "Moderate",
        "activityDuration": "ThirtyToSixty",
    },
)
VO2MAX_SUMMARY = View(
    {
        **OF_A_DAY,
        "vo2Max": "vo2max",
        "calibrationStatus": "calibration_status",
        "fitnessAge": "fitness_age",
        "source": "source",
        "algorithmVersion": "algorithm_version",
        **STAMPS,
    },
    path="/vo2max/summaries/{id}",
    related={"calculations": "/vo2max/calculations?userId={user_id}&date={date}"},
    kinds=vo2max.SUMMARY_COLUMNS,
    enums={"calibrationStatus": CalibrationStatus, "source": Source},
    example={
        **OF_ONES_DAY,
        "vo2Max": 44.1,
        "calibrationStatus": "Calibrated",
        "fitnessAge": 38,
        "source": "Assessment",
        "algorithmVersion": "open-pai-1",
    },
)
VO2MAX_CALCULATION = View(
    {**OF_A_DAY, **RUN, "vo2MaxSummaryId": "vo2max_summary_id", **TIMES, **STAMPS},
    path="/vo2max/calculations/{id}",
    related={"summaries": "/vo2max/summaries?userId={user_id}&date={date}"},
    kinds=vo2max.CALCULATION_COLUMNS,
    enums={"trigger": Vo2MaxTrigger, "status": CalculationStatus},
    example={**ENDED, "trigger": "PaiSummary", "vo2MaxSummaryId": OUTCOME},
)
