"""Deliveries: one message to one receiver, waiting, delivered, or a dead letter that can be resent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

import orjson
from sqlmodel import col

from domain.events import BEHIND_LIVE, Event
from domain.jobs import Job
from domain.sql import select
from domain.unit import Unit
from domain.webhooks.signing import sealed
from domain.webhooks.tables import Delivery, DeliveryState, Webhook

GIVEN_UP = "internal_error"


@dataclass(frozen=True)
class Deliver(Job):
    """Make the attempt of this number, unless it was made. The schedule of attempts is the delivery's own."""

    priority: ClassVar[int] = BEHIND_LIVE
    delivery_id: UUID
    attempt: int

    @property
    def purpose(self) -> str:
        return f"Make attempt {self.attempt} at delivery {self.delivery_id}"

    async def given_up(self, unit: Unit) -> None:
        """No delivery waits for good: the worker died, or could not write down what came of it."""
        delivery = await waiting_for(unit, self)
        if delivery is not None:
            end(unit, delivery, DeliveryState.FAILED, error=GIVEN_UP)
            await unit.flush()


async def deliver(
    unit: Unit, *, organization_id: UUID, url: str, secret: str, kind: str, payload: Mapping[str, Any]
) -> UUID:
    """Send a payload as it is to a receiver that is no webhook of ours, signed and tried again like any other.

    `secret`: whsec_ and base64. The delivery's id goes along as webhook-id.
    """
    body = orjson.dumps(payload).decode()
    address = {"url": url, "secret": sealed(unit.secret, secret)}
    delivery = new_delivery(unit, organization_id=organization_id, kind=kind, body=body, **address)
    await hand_over(unit, [delivery])
    return delivery.id


async def fan_out(unit: Unit, event_ids: Sequence[UUID]) -> None:
    """A delivery for each event and each active webhook of its organization that subscribed to its kind."""
    events = await unit.rows(select(*Event.__table__.c).where(col(Event.id).in_(event_ids)))  # type: ignore[attr-defined]
    webhooks = await unit.rows(
        select(Webhook.id, Webhook.organization_id, Webhook.kinds).where(
            col(Webhook.organization_id).in_({event.organization_id for event in events}), col(Webhook.active)
        )
    )
    deliveries = [
        new_delivery(
            unit,
            organization_id=event.organization_id,
            kind=event.kind,
            body=body_of(event),
            webhook_id=webhook.id,
            event_id=event.id,
        )
        for event in events
        for webhook in webhooks
        if webhook.organization_id == event.organization_id and event.kind in webhook.kinds
    ]
    await hand_over(unit, deliveries)


def body_of(event: Any) -> str:
    """Standard Webhooks' envelope: what, when, and the little a receiver needs to ask for the rest."""
    whose = {"organization_id": event.organization_id, "user_id": event.user_id, "id": event.subject_id}
    content = {
        "type": event.kind,
        "timestamp": event.occurred_at.astimezone(UTC),
        "data": {name: str(value) for name, value in whose.items() if value} | event.data,
    }
    return orjson.dumps(content, option=orjson.OPT_UTC_Z).decode()


def new_delivery(unit: Unit, **details: Any) -> Delivery:
    return Delivery(next_attempt_at=unit.now, created_at=unit.now, modified_at=unit.now, **details)


async def hand_over(unit: Unit, deliveries: Sequence[Delivery]) -> None:
    await unit.add_all(deliveries)
    await unit.later_all([Deliver(delivery.id, delivery.attempts + 1) for delivery in deliveries])


def not_made(job: Deliver) -> tuple[Any, ...]:
    """Where this very attempt was not counted yet: two jobs for one attempt count once."""
    return (col(Delivery.id) == job.delivery_id, col(Delivery.attempts) == job.attempt - 1)


def still_to_make(job: Deliver) -> tuple[Any, ...]:
    return (*not_made(job), col(Delivery.state) == DeliveryState.WAITING)


async def waiting_for(unit: Unit, job: Deliver) -> Delivery | None:
    """The delivery, locked, if this attempt is still to be made."""
    return await unit.entity(Delivery, *still_to_make(job))


def end(unit: Unit, delivery: Delivery, state: DeliveryState, *, error: str | None = None) -> None:
    delivery.sqlmodel_update(
        {
            "state": state,
            "last_error": error,
            "next_attempt_at": None,
            "ended_at": unit.now,
            "modified_at": unit.now,
        }
    )
