"""Subscribing, changing, testing and resending."""

from typing import Any
from uuid import UUID

import strawberry

from domain.unit import Unit
from domain.viewer import Scope
from domain.webhooks import history, subscriptions
from domain.webhooks.subscriptions import Subscribed, WebhookFields
from gateway.global_ids import read_global_id
from gateway.mutations import Outcome, Payload, given, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import Removal, changed
from gateway.types.webhooks import EventKind


@strawberry.input(description="A receiver to subscribe.")
class CreateWebhookInput:
    url: str = field("https, and on the public internet.")
    kinds: list[EventKind] = field("What it is told of.")
    description: str | None = field("What it is for.", default=None)


@strawberry.input(description="What is not given stays as it is.")
class ChangeWebhookInput:
    url: strawberry.Maybe[str | None] = field("https, and on the public internet.", default=None)
    kinds: strawberry.Maybe[list[EventKind] | None] = field("What it is told of.", default=None)
    description: strawberry.Maybe[str | None] = field("What it is for; null forgets it.", default=None)
    active: strawberry.Maybe[bool | None] = field(
        "Switching a webhook on forgets its failures; switching it off gives up what still waits.",
        default=None,
    )


@strawberry.type(description="The webhook as it is now.")
class WebhookPayload(Payload):
    webhook = changed("webhooks.Webhook", "The webhook as it is now.")


@strawberry.type(description="The webhook, and its secret, which nobody can read again.")
class WebhookSecretPayload(WebhookPayload):
    secret: str | None = field(
        "Signs every delivery (Standard Webhooks). It is never shown again.",
        resolver=lambda root: root.outcome and root.outcome.secret,
    )


@strawberry.type(description="Whether the webhook is gone.")
class RemoveWebhookPayload(Removal):
    pass


@strawberry.type(description="The delivery as it stands now.")
class WebhookDeliveryPayload(Payload):
    delivery = changed("webhooks.WebhookDelivery", "The delivery as it stands now.")


@strawberry.type
class WebhookMutation:
    @mutation(WebhookSecretPayload, Scope.WEBHOOKS_WRITE)
    async def create_webhook(self, unit: Unit, input: CreateWebhookInput) -> Outcome:
        """Subscribe a receiver to kinds of events."""
        kinds = [str(kind.value) for kind in input.kinds]
        return _told(
            await subscriptions.subscribe(unit, url=input.url, kinds=kinds, description=input.description)
        )

    @mutation(WebhookPayload, Scope.WEBHOOKS_WRITE)
    async def change_webhook(self, unit: Unit, id: Id, input: ChangeWebhookInput) -> UUID:
        """Change where a webhook leads, what it hears, or switch it on or off."""
        return await subscriptions.change(unit, _webhook(id), WebhookFields.part(given(input)))

    @mutation(RemoveWebhookPayload, Scope.WEBHOOKS_WRITE)
    async def remove_webhook(self, unit: Unit, id: Id) -> None:
        """Remove a webhook and what was sent to it."""
        await subscriptions.remove(unit, _webhook(id))

    @mutation(WebhookSecretPayload, Scope.WEBHOOKS_WRITE)
    async def rotate_webhook_secret(self, unit: Unit, id: Id) -> Outcome:
        """Make a new secret; for a day the old one signs every delivery too."""
        return _told(await subscriptions.rotate_secret(unit, _webhook(id)))

    @mutation(WebhookDeliveryPayload, Scope.WEBHOOKS_WRITE)
    async def send_test_event(self, unit: Unit, webhook_id: Id) -> UUID:
        """Send a webhook.test event, whatever kinds the webhook wants."""
        return await history.send_test(unit, _webhook(webhook_id))

    @mutation(WebhookDeliveryPayload, Scope.WEBHOOKS_WRITE)
    async def resend_delivery(self, unit: Unit, id: Id) -> UUID:
        """Send a delivery again now, with the same webhook-id."""
        return await history.resend(unit, read_global_id("WebhookDelivery", id))


def _told(subscribed: Subscribed) -> Outcome:
    return Outcome(id=subscribed.id, secret=subscribed.secret)


def _webhook(id: Any) -> UUID:
    return read_global_id("Webhook", id)
