"""What nobody asks for any more: deliveries that ended, and events that were delivered to everybody, long ago."""

from sqlalchemy import delete
from sqlmodel import col

from domain.events import Event
from domain.sql import select
from domain.unit import Unit
from domain.webhooks.tables import Delivery, DeliveryState


async def prune(unit: Unit) -> None:
    """Deliveries go with their attempts, and dead letters among them; events go last, since they take theirs along."""
    old = unit.now - unit.settings.webhook_history
    ended = (col(Delivery.state) != DeliveryState.WAITING, col(Delivery.ended_at) < old)
    await unit.change(delete(Delivery).where(*ended))
    kept = select(Delivery.id).where(col(Delivery.event_id) == col(Event.id))
    await unit.change(delete(Event).where(col(Event.occurred_at) < old, ~kept.exists()))
