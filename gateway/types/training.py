"""Training days: load, and the fitness and fatigue it leaves behind."""

import datetime as dt

import strawberry

from domain import training_days
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@node(training_days.TRAINING_DAYS, "A local day's training load, and the balance of all days up to it.")
class TrainingDay(Node):
    user = one("users.User", "user_id", "Whose day it is.")
    date: dt.date = field("The user's local day.")
    activity_count: int = field("How many activities the day has.")
    load: float = field("The training loads of its activities, added up.")
    ctl: float = field("Chronic training load (fitness): over 42 days.")
    atl: float = field("Acute training load (fatigue): over 7 days.")
    tsb: float = field("Training stress balance (form) that the day began with: ctl - atl of the eve.")
    monotony: float | None = field(
        "Mean over standard deviation of seven days; null when all were alike (Foster)."
    )
    strain: float | None = field("The week's load times its monotony (Foster).")
    created_at: dt.datetime = field("When the day was first computed.")
    modified_at: dt.datetime = field("When it last came out differently.")


TRAINING_DAYS = Many(
    TrainingDay,
    order=newest_first("date"),
    filters=("user", "date", "load", "ctl", "tsb", "modified_at"),
    orders=("date", "load", "ctl", "tsb", "modified_at"),
)


@strawberry.type
class TrainingQuery:
    training_days = TRAINING_DAYS.root(
        "Training days of everybody you may see, newest first unless ordered otherwise."
    )
