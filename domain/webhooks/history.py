"""What was sent, how every attempt went, and sending it again."""

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from domain.errors import Conflict, NotFound
from domain.events import Event
from domain.listing import Aggregate, Columns
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_organizations
from domain.webhooks.deliveries import Deliver, body_of, hand_over, new_delivery
from domain.webhooks.subscriptions import visible_to as webhooks_visible_to
from domain.webhooks.tables import Delivery, DeliveryAttempt, DeliveryState, Webhook

TEST = "webhook.test"

COLUMNS: Columns = {
    name: getattr(Delivery, name)
    for name in Delivery.model_fields
    if name not in {"url", "secret", "event_id", "retries"}
}
ATTEMPT_COLUMNS: Columns = {name: getattr(DeliveryAttempt, name) for name in DeliveryAttempt.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_organizations(unit, organization=Delivery.organization_id)


def attempts_visible_to(unit: Unit) -> ColumnElement[bool]:
    return col(DeliveryAttempt.delivery_id).in_(select(Delivery.id).where(visible_to(unit)))


DELIVERIES = Aggregate("No such delivery", Scope.WEBHOOKS_READ, COLUMNS, visible_to)
ATTEMPTS = Aggregate("No such attempt", Scope.WEBHOOKS_READ, ATTEMPT_COLUMNS, attempts_visible_to)


async def send_test(unit: Unit, webhook_id: UUID) -> UUID:
    """Send an event that means nothing, whatever kinds the webhook wants; the id of its delivery."""
    unit.viewer.require(Scope.WEBHOOKS_WRITE)
    webhook = await _switched_on(unit, webhook_id)
    organization_id = webhook.organization_id
    event = Event(kind=TEST, organization_id=organization_id, subject_id=webhook_id, occurred_at=unit.now)
    delivery = new_delivery(
        unit, organization_id=organization_id, kind=TEST, body=body_of(event), webhook_id=webhook_id
    )
    await hand_over(unit, [delivery])
    return delivery.id


async def resend(unit: Unit, id: UUID) -> UUID:
    """Send it again now, with its own id and a whole schedule of retries, whether it failed, waits or was taken."""
    unit.viewer.require(Scope.WEBHOOKS_WRITE)
    mine = (visible_to(unit), col(Delivery.id) == id)
    webhook_id = await unit.value(select(Delivery.webhook_id).where(*mine))
    if webhook_id is not None:
        await _switched_on(unit, webhook_id)
    delivery = await unit.entity(Delivery, *mine)
    if delivery is None:
        raise NotFound("No such delivery")
    delivery.state, delivery.retries = DeliveryState.WAITING, 0
    delivery.ended_at = delivery.last_error = None
    delivery.next_attempt_at = delivery.modified_at = unit.now
    await unit.flush()
    await unit.later(Deliver(delivery.id, delivery.attempts + 1))
    return delivery.id


async def _switched_on(unit: Unit, webhook_id: UUID) -> Webhook:
    """The webhook, locked; somebody wants to see it work, so it is not left alone any longer."""
    webhook = await unit.entity(Webhook, webhooks_visible_to(unit), col(Webhook.id) == webhook_id)
    if webhook is None:
        raise NotFound("No such webhook")
    if not webhook.active:
        raise Conflict("This webhook is switched off: switch it on first")
    webhook.quiet_until = None
    await unit.flush()
    return webhook
