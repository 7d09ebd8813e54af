"""VO2 max summaries and calculations."""

import datetime as dt
from enum import Enum
from uuid import UUID

import strawberry

from domain import vo2max
from gateway.types.assessments import VO2MAX_ASSESSMENTS
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.pai_calculations import CalculationStatus
from gateway.types.relations import one


@strawberry.enum(description="What a VO2 max was estimated from.")
class Vo2MaxSource(Enum):
    PAI = strawberry.enum_value("PAI", description="The day's PAI score.")
    ASSESSMENT = strawberry.enum_value("Assessment", description="What the user said of their habits.")


@strawberry.enum(description="What made a VO2 max calculation necessary.")
class Vo2MaxTrigger(Enum):
    PAI_SUMMARY = strawberry.enum_value("PaiSummary", description="The day's PAI summary changed.")
    ASSESSMENT = strawberry.enum_value("Assessment", description="The user said something of their habits.")


@strawberry.enum(description="How well a VO2 max is founded.")
class CalibrationStatus(Enum):
    CALIBRATED = strawberry.enum_value(
        "Calibrated", description="Heart rate was recorded on at least four of the last seven days."
    )
    UNCALIBRATED = strawberry.enum_value("Uncalibrated", description="On fewer.")


@node(vo2max.CALCULATIONS, "How a local day's VO2 max came about, or why it has none.")
class Vo2MaxCalculation(Node):
    user = one("users.User", "user_id", "Whose day it is.")
    date: dt.date = field("The user's local day.")
    status: CalculationStatus = field("How far it has come.")
    trigger: Vo2MaxTrigger = field("What made it necessary.")
    trigger_id: UUID = field("The REST id of that.")
    reason: str | None = field("Why it was skipped, or failed.")
    algorithm_version: str = field("The model that did it.")
    vo2max_summary = one("vo2max.Vo2MaxSummary", "vo2max_summary_id", "The summary it led to.")
    vo2max_summary_id: UUID | None = field(
        "The REST id of the summary it led to.", deprecated="Select `vo2maxSummary { uuid }`."
    )
    started_at: dt.datetime | None = field("When a worker began.")
    completed_at: dt.datetime | None = field("When it was done.")
    created_at: dt.datetime = field("When it became necessary.")
    modified_at: dt.datetime = field("When it last changed.")


VO2MAX_CALCULATIONS = Many(
    Vo2MaxCalculation,
    order=newest_first("date"),
    filters=("user", "vo2max_summary", "date", "status", "trigger", "modified_at"),
    orders=("date", "created_at", "completed_at", "modified_at"),
)


@node(
    vo2max.SUMMARIES,
    "A local day's estimate of VO2 max (Nes et al. 2011), and the age it is typical of.",
)
class Vo2MaxSummary(Node):
    user = one("users.User", "user_id", "Whose day it is.")
    date: dt.date = field("The user's local day.")
    vo2max: float = field("In mL/kg/min.")
    fitness_age: int = field("In years, 20 to 90 (Loe et al. 2013).")
    source: Vo2MaxSource = field("What it was estimated from.")
    calibration_status: CalibrationStatus = field("How well it is founded.")
    algorithm_version: str = field("The model that estimated it.")
    calculations = VO2MAX_CALCULATIONS.of("vo2max_summary_id", "What led to it, newest first.")
    assessments = VO2MAX_ASSESSMENTS.of("vo2max_summary_id", "What was said of that day, newest first.")
    created_at: dt.datetime = field("When the day was first estimated.")
    modified_at: dt.datetime = field("When it last came out differently.")


VO2MAX_SUMMARIES = Many(
    Vo2MaxSummary,
    order=newest_first("date"),
    filters=("user", "date", "vo2max", "fitness_age", "source", "calibration_status", "modified_at"),
    orders=("date", "vo2max", "modified_at"),
)


@strawberry.type
class Vo2MaxQuery:
    vo2max_summaries = VO2MAX_SUMMARIES.root(
        "VO2 max summaries of everybody you may see, newest first unless ordered otherwise."
    )
    vo2max_calculations = VO2MAX_CALCULATIONS.root(
        "VO2 max calculations of everybody you may see, newest first unless ordered otherwise."
    )
