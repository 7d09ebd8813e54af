"""Webhooks: what an organization subscribed to, what was sent, and how every attempt went."""

from datetime import datetime
from enum import Enum

import strawberry

from domain.listing import Order
from domain.webhooks import history, subscriptions
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@strawberry.enum(description="What a webhook can be told of.")
class EventKind(Enum):
    ACTIVITY_CREATED = strawberry.enum_value(
        "activity.created", description="A file was read, and has this activity."
    )
    ACTIVITY_UPDATED = strawberry.enum_value(
        "activity.updated", description="A file was sent anew, and its activity is another now."
    )
    PAI_SUMMARY_CREATED = strawberry.enum_value(
        "pai_summary.created", description="A day has a PAI score for the first time."
    )
    PAI_SUMMARY_UPDATED = strawberry.enum_value(
        "pai_summary.updated", description="A day's PAI score has changed."
    )
    VO2MAX_SUMMARY_CREATED = strawberry.enum_value(
        "vo2max_summary.created", description="A day has a VO2 max for the first time."
    )
    VO2MAX_SUMMARY_UPDATED = strawberry.enum_value(
        "vo2max_summary.updated", description="A day's VO2 max has changed, or rests on something else."
    )
    GROUP_EVENT_JOINED = strawberry.enum_value(
        "group_event.joined", description="A user has become a member of a group."
    )
    GROUP_EVENT_REMOVED = strawberry.enum_value(
        "group_event.removed", description="A user was removed from a group."
    )
    IMPORT_COMPLETED = strawberry.enum_value(
        "import.completed", description="Every file of a bulk import was read or refused."
    )
    ROUTINE_RUN_COMPLETED = strawberry.enum_value(
        "routine_run.completed", description="A user has come to the end of a routine."
    )
    PROGRAM_MEMBER_JOINED = strawberry.enum_value(
        "program_member.joined", description="A user has accepted a program's invitation."
    )
    PROGRAM_MEMBER_LEFT = strawberry.enum_value(
        "program_member.left", description="A user has left a program, or was removed from it."
    )


@strawberry.enum(description="How far a delivery has come.")
class DeliveryState(Enum):
    WAITING = strawberry.enum_value("waiting", description="For its first attempt or the next one.")
    DELIVERED = strawberry.enum_value("delivered", description="The receiver answered with a 2xx.")
    FAILED = strawberry.enum_value(
        "failed", description="Given up: a dead letter, kept for ten days, that can be resent."
    )


@node(history.ATTEMPTS, "One call to a receiver.")
class DeliveryAttempt(Node):
    number: int = field("From 1.")
    attempted_at: datetime = field("When the call was made.")
    duration_ms: int = field("How long it took, in milliseconds.")
    status: int | None = field("The receiver's HTTP status, if it answered.")
    error: str | None = field("Why it failed, as a code; null when it was taken.")
    delivery = one("webhooks.WebhookDelivery", "delivery_id", "What was to be delivered.")


ATTEMPTS = Many(
    DeliveryAttempt,
    order=(Order("number"),),
    filters=("delivery", "number", "attempted_at", "status", "error"),
    orders=("number", "attempted_at", "duration_ms"),
)


@node(history.DELIVERIES, "One message to one receiver. Its uuid is the webhook-id of every attempt.")
class WebhookDelivery(Node):
    webhook = one(
        "webhooks.Webhook",
        "webhook_id",
        "Whom it is for; null where a partner registered its address in another way.",
    )
    kind: str = field("The message's type, such as activity.created.")
    body: str = field("What was signed and sent, to the byte.")
    state: DeliveryState = field("How far it has come.")
    attempt_count: int = field(
        "How often it was tried.", needs={"attempts"}, resolver=lambda root: root.attempts
    )
    attempts = ATTEMPTS.of("delivery_id", "Every attempt, the first one first.")
    last_status: int | None = field("The receiver's HTTP status the last time, if it answered.")
    last_error: str | None = field("Why the last attempt failed, as a code.")
    next_attempt_at: datetime | None = field("When it is tried next; null once it is over.")
    created_at: datetime = field("When it was put down.")
    modified_at: datetime = field("When it last changed.")
    ended_at: datetime | None = field("When it was delivered or given up.")


WEBHOOK_DELIVERIES = Many(
    WebhookDelivery,
    order=newest_first("created_at"),
    filters=("webhook", "kind", "state", "created_at", "ended_at"),
    orders=("created_at", "ended_at", "next_attempt_at"),
)


@node(subscriptions.WEBHOOKS, "A receiver of an organization, and the kinds of events it is told of.")
class Webhook(Node):
    url: str = field("Where it is.")
    description: str | None = field("What it is for.")
    kinds: list[EventKind] = field("What it is told of.")
    active: bool = field("Nothing is sent to one that is switched off.")
    disabled_reason: str | None = field("Why it was switched off.")
    failing_since: datetime | None = field("Every attempt since then has failed.")
    previous_until: datetime | None = field("Until then the secret before the latest rotation signs too.")
    deliveries = WEBHOOK_DELIVERIES.of("webhook_id", "What was sent to it in the last days, newest first.")
    created_at: datetime = field("When it was subscribed.")
    modified_at: datetime = field("When it last changed.")


WEBHOOKS = Many(
    Webhook,
    order=newest_first("created_at"),
    filters=("url", "active", "created_at", "modified_at"),
    orders=("created_at", "url", "modified_at"),
)


@strawberry.type
class WebhookQuery:
    webhooks = WEBHOOKS.root("Your organization's webhooks, newest first.")
    webhook_deliveries = WEBHOOK_DELIVERIES.root(
        "What was sent to your organization's receivers in the last days, newest first."
    )
