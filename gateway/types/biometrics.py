"""Biometrics: what was measured of a body on a day."""

import datetime as dt

import strawberry

from domain import biometrics
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@node(
    biometrics.BIOMETRICS,
    "What was measured of a user's body on a day; it holds until it is measured again.",
)
class Biometric(Node):
    user = one("users.User", "user_id", "Who was measured.")
    date: dt.date = field("The user's local day.")
    max_heart_rate_bpm: int | None = field("The highest heart rate.")
    resting_heart_rate_bpm: int | None = field("The heart rate at rest.")
    threshold_heart_rate_bpm: int | None = field("The heart rate at the lactate threshold.")
    weight_kg: float | None = field("Body weight.")
    height_cm: float | None = field("Body height.")
    waist_cm: float | None = field("Waist circumference.")
    created_at: dt.datetime = field("When it was recorded.")
    modified_at: dt.datetime = field("When it last changed.")


BIOMETRICS = Many(
    Biometric,
    order=newest_first("date"),
    filters=("user", "date", "modified_at"),
    orders=("date", "modified_at"),
)


@strawberry.type
class BiometricQuery:
    biometrics = BIOMETRICS.root(
        "Biometrics of everybody you may see, newest first unless ordered otherwise."
    )
