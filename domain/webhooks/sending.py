"""One attempt at a delivery: its call holds no transaction, and what came of it is one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col

from domain.jobs.tasks import Task
from domain.sql import select
from domain.unit import Unit
from domain.webhooks import health
from domain.webhooks.calling import Message, Outcome, call
from domain.webhooks.deliveries import Deliver, end, not_made, still_to_make, waiting_for
from domain.webhooks.retries import delay_before, pause_asked
from domain.webhooks.tables import Delivery, DeliveryAttempt, DeliveryState, Webhook

READ = (
    Delivery.id,
    Delivery.webhook_id,
    Delivery.body,
    Delivery.url,
    Delivery.secret,
    Webhook.active,
    Webhook.url.label("webhook_url"),  # type: ignore[attr-defined]
    Webhook.secret.label("webhook_secret"),  # type: ignore[attr-defined]
    Webhook.previous_secret,
    Webhook.previous_until,
    Webhook.failing_since,
    Webhook.quiet_until,
)


@dataclass(frozen=True)
class Errand:
    """A message, and how its webhook fared so far. `webhook_id`: None for a message to somebody else."""

    message: Message
    webhook_id: UUID | None
    active: bool
    failing: bool
    quiet_for: timedelta


async def send(task: Task, job: Deliver) -> None:
    async with task.reading() as unit:
        errand, settings, secret = await _errand(unit, job), unit.settings, unit.secret
    if errand is None:
        return
    if not errand.active or errand.quiet_for:
        async with task.finishing() as unit:
            await _put_off(unit, job, errand)
        return
    outcome = await call(errand.message, settings, secret)
    async with task.finishing() as unit:
        await _record(unit, job, errand, outcome)


async def _errand(unit: Unit, job: Deliver) -> Errand | None:
    """None when this attempt was made already, or the delivery is gone."""
    whose = col(Webhook.id) == col(Delivery.webhook_id)
    row = await unit.row(select(*READ).outerjoin(Webhook, whose).where(*still_to_make(job)))
    if row is None:
        return None
    message = Message(
        id=row.id,
        url=row.webhook_url or row.url,
        body=row.body,
        sealed_secrets=_valid_secrets(unit, row),
        at=unit.now,
    )
    quiet_for = max(row.quiet_until - unit.now, timedelta(0)) if row.quiet_until else timedelta(0)
    return Errand(message, row.webhook_id, row.active is not False, row.failing_since is not None, quiet_for)


def _valid_secrets(unit: Unit, row: Any) -> list[str]:
    if row.webhook_id is None:
        return [row.secret]
    both = row.previous_secret and row.previous_until > unit.now
    return [row.webhook_secret, row.previous_secret] if both else [row.webhook_secret]


async def _put_off(unit: Unit, job: Deliver, errand: Errand) -> None:
    """No attempt is made: the webhook was switched off since, or is left alone for now."""
    delivery = await waiting_for(unit, job)
    if delivery is None:
        return
    if errand.active:
        delivery.next_attempt_at = unit.now + errand.quiet_for
        await unit.later(job, after=errand.quiet_for)
    else:
        end(unit, delivery, DeliveryState.FAILED, error=health.DISABLED)
    await unit.flush()


async def _record(unit: Unit, job: Deliver, errand: Errand, outcome: Outcome) -> None:
    """The webhook is locked before its delivery, as whoever changes a webhook does.

    A call that was on its way when its webhook was switched off is written down too.
    """
    webhook = None
    if errand.webhook_id and (outcome.error or errand.failing):
        webhook = await unit.entity(Webhook, col(Webhook.id) == errand.webhook_id)
    delivery = await unit.entity(Delivery, *not_made(job))
    if delivery is None:
        return
    await unit.add(
        DeliveryAttempt(
            delivery_id=delivery.id,
            number=job.attempt,
            attempted_at=errand.message.at,
            duration_ms=round(outcome.took / timedelta(milliseconds=1)),
            status=outcome.status,
            error=outcome.error,
        )
    )
    delivery.attempts, delivery.last_status = job.attempt, outcome.status
    if delivery.state == DeliveryState.WAITING or outcome.error is None:
        await _proceed(unit, delivery, outcome)
    if webhook is not None and webhook.active:
        await health.note(unit, webhook, outcome)
    await unit.flush()


async def _proceed(unit: Unit, delivery: Delivery, outcome: Outcome) -> None:
    asked = pause_asked(outcome.retry_after, unit.now)
    delay = delay_before(delivery.retries, unit.settings.webhook_retries, asked)
    if outcome.error is None:
        end(unit, delivery, DeliveryState.DELIVERED)
    elif delay is None or outcome.status == health.GONE:
        end(unit, delivery, DeliveryState.FAILED, error=outcome.error)
    else:
        delivery.retries += 1
        delivery.last_error = outcome.error
        delivery.next_attempt_at, delivery.modified_at = unit.now + delay, unit.now
        await unit.later(Deliver(delivery.id, delivery.attempts + 1), after=delay)
