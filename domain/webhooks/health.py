"""How a webhook fares: one that fails slowly is left alone for a while, one that only fails is switched off."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from domain.unit import Unit
from domain.webhooks.calling import Outcome
from domain.webhooks.tables import Delivery, DeliveryState, Webhook

GONE = 410
DISABLED = "webhook_disabled"
SLOW = timedelta(seconds=2)
SHORTEST_QUIET, LONGEST_QUIET = timedelta(seconds=30), timedelta(hours=1)


async def note(unit: Unit, webhook: Webhook, outcome: Outcome) -> None:
    """Learn from an attempt; the longer it has failed, the longer a slow failure keeps others from waiting for it."""
    if outcome.error is None:
        webhook.failing_since = webhook.quiet_until = None
        return
    webhook.failing_since = webhook.failing_since or unit.now
    failing_for = unit.now - webhook.failing_since
    if outcome.took >= SLOW:
        webhook.quiet_until = unit.now + min(max(failing_for / 2, SHORTEST_QUIET), LONGEST_QUIET)
    if outcome.status == GONE:
        await switch_off(unit, webhook, "The receiver answered 410 Gone: it wants nothing more")
    elif failing_for >= unit.settings.webhook_disabled_after:
        await switch_off(
            unit, webhook, f"Every attempt has failed since {webhook.failing_since:%Y-%m-%d %H:%M} UTC"
        )


async def switch_off(unit: Unit, webhook: Webhook, reason: str) -> None:
    """What still waits becomes a dead letter, which can be resent once the webhook is switched on again."""
    webhook.active, webhook.disabled_reason, webhook.modified_at = False, reason, unit.now
    await unit.flush()
    await unit.change(
        update(Delivery)
        .where(col(Delivery.webhook_id) == webhook.id, col(Delivery.state) == DeliveryState.WAITING)
        .values(
            state=DeliveryState.FAILED,
            last_error=DISABLED,
            next_attempt_at=None,
            ended_at=unit.now,
            modified_at=unit.now,
        )
    )
