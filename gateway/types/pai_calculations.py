"""PAI calculations: when a day was calculated, why, and what came of it."""

import datetime as dt
from enum import Enum
from uuid import UUID

import strawberry

from domain import pai
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@strawberry.enum(description="How far a calculation has come.")
class CalculationStatus(Enum):
    PENDING = strawberry.enum_value("Pending", description="Its cause has happened; a worker will do it.")
    COMPLETED = strawberry.enum_value("Completed", description="Its summary is written.")
    SKIPPED = strawberry.enum_value("Skipped", description="It cannot be done; reason says why.")
    FAILED = strawberry.enum_value("Failed", description="Several tries ended in errors of ours.")


@strawberry.enum(description="What made a PAI calculation necessary.")
class PaiTrigger(Enum):
    HEART_RATE = strawberry.enum_value("HeartrateSummary", description="Heart rate of the day's week.")
    BIOMETRIC = strawberry.enum_value("Biometric", description="A measurement of the body.")
    PROFILE = strawberry.enum_value("Profile", description="The user's date of birth or sex.")
    REQUEST = strawberry.enum_value("Request", description="Somebody asked for it.")
    RESCORE = strawberry.enum_value("Rescore", description="A newer model scores everything anew.")


@node(pai.CALCULATIONS, "One run of the open model over a local day.")
class PaiCalculation(Node):
    user = one("users.User", "user_id", "Whose day it is.")
    date: dt.date = field("The user's local day.")
    status: CalculationStatus = field("How far it has come.")
    trigger: PaiTrigger = field("What made it necessary.")
    trigger_id: UUID | None = field("The REST id of that.")
    reason: str | None = field("Why it was skipped, or failed.")
    algorithm_version: str = field("The model that did it.")
    pai_summary = one("pai.PaiSummary", "pai_summary_id", "The summary it led to.")
    pai_summary_id: UUID | None = field(
        "The REST id of the summary it led to.", deprecated="Select `paiSummary { uuid }`."
    )
    started_at: dt.datetime | None = field("When a worker began.")
    completed_at: dt.datetime | None = field("When it was done.")
    created_at: dt.datetime = field("When it became necessary.")
    modified_at: dt.datetime = field("When it last changed.")


PAI_CALCULATIONS = Many(
    PaiCalculation,
    order=newest_first("date"),
    filters=("user", "pai_summary", "date", "status", "trigger", "modified_at"),
    orders=("date", "created_at", "completed_at", "modified_at"),
)


@strawberry.type
class PaiCalculationQuery:
    pai_calculations = PAI_CALCULATIONS.root(
        "PAI calculations of everybody you may see, newest first unless ordered otherwise."
    )
