"""What is remembered of webhooks: subscriptions, deliveries, and every attempt at one."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.columns import identifier, instant, reference


class Webhook(SQLModel, table=True):
    """An organization's subscription to kinds of events.

    Secrets are sealed. `previous_secret` signs beside the new one until `previous_until`. `failing_since`: every
    attempt since then has failed. `quiet_until`: it failed slowly, and is left alone for a while.
    """

    __tablename__ = "webhooks"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    url: str
    description: str | None = None
    kinds: list[str] = Field(sa_type=JSON)
    secret: str
    previous_secret: str | None = None
    previous_until: datetime | None = instant(default=None, nullable=True)
    active: bool = True
    disabled_reason: str | None = None
    failing_since: datetime | None = instant(default=None, nullable=True)
    quiet_until: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


class WebhookStatus(StrEnum):
    """Nothing is sent to one that is disabled, by hand or because it only failed."""

    ACTIVE = "Active"
    DISABLED = "Disabled"


class DeliveryState(StrEnum):
    """`failed` is a dead letter: nobody tries again unless it is resent."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(SQLModel, table=True):
    """One message to one receiver; its id is the webhook-id, the same at every attempt.

    `url` and `secret` (sealed) are set where no webhook says them. `attempts` counts all there were, `retries`
    those since it was sent or resent: its place in the schedule.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (UniqueConstraint("webhook_id", "event_id"), Index(None, "state", "ended_at"))

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    webhook_id: UUID | None = reference("webhooks.id", default=None)
    event_id: UUID | None = reference("events.id", default=None)
    kind: str
    body: str
    url: str | None = None
    secret: str | None = None
    state: str = DeliveryState.WAITING
    attempts: int = 0
    retries: int = 0
    last_status: int | None = None
    last_error: str | None = None
    next_attempt_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()
    ended_at: datetime | None = instant(default=None, nullable=True)


class DeliveryAttempt(SQLModel, table=True):
    """What came of one call: the receiver's status, or a code where there was none. Its answer is never read."""

    __tablename__ = "webhook_attempts"

    id: UUID = identifier()
    delivery_id: UUID = reference("webhook_deliveries.id")
    number: int
    attempted_at: datetime = instant()
    duration_ms: int
    status: int | None = None
    error: str | None = None
