"""Subscribing, changing, testing and resending."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry

from domain.events import EventKind as DomainKind
from domain.unit import Unit
from domain.webhooks import history, subscriptions
from domain.webhooks.subscriptions import Subscribed
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, carried_out
from gateway.types.webhooks import EventKind, Webhook, WebhookDelivery, delivery_of, webhook_of

Info = strawberry.Info[Context, None]


@strawberry.input
class CreateWebhookInput:
    url: str = strawberry.field(description="https, and on the public internet.")
    kinds: list[EventKind]
    description: str | None = None


@strawberry.input(description="What is not given stays as it is.")
class UpdateWebhookInput:
    id: strawberry.ID
    url: str | None = None
    kinds: list[EventKind] | None = None
    description: str | None = strawberry.UNSET
    active: bool | None = strawberry.field(
        description="Switching a webhook on forgets its failures; switching it off gives up what still waits.",
        default=None,
    )


@strawberry.type
class WebhookPayload(Payload):
    webhook_id: strawberry.Private[UUID | None] = None

    @strawberry.field(graphql_type=Webhook | None)
    async def webhook(self, info: Info) -> Any:
        return await webhook_of(info, self.webhook_id) if self.webhook_id else None


@strawberry.type
class WebhookSecretPayload(WebhookPayload):
    secret: str | None = strawberry.field(
        description="Signs every delivery (Standard Webhooks). It is never shown again.", default=None
    )


@strawberry.type
class DeleteWebhookPayload(Payload):
    deleted_id: strawberry.ID | None = None


@strawberry.type
class WebhookDeliveryPayload(Payload):
    delivery_id: strawberry.Private[UUID | None] = None

    @strawberry.field(graphql_type=WebhookDelivery | None)
    async def delivery(self, info: Info) -> Any:
        return await delivery_of(info, self.delivery_id) if self.delivery_id else None


@strawberry.type
class WebhookMutation:
    @strawberry.mutation(description="Subscribe a receiver to kinds of events.")
    async def create_webhook(self, info: Info, input: CreateWebhookInput) -> WebhookSecretPayload:
        return await _with_secret(
            info,
            lambda unit: subscriptions.subscribe(
                unit,
                url=input.url,
                kinds=_named(input.kinds),
                description=input.description,
            ),
        )

    @strawberry.mutation(description="Change where a webhook leads, what it hears, or switch it on or off.")
    async def update_webhook(self, info: Info, input: UpdateWebhookInput) -> WebhookPayload:
        changes: dict[str, Any] = {
            "url": input.url,
            "kinds": None if input.kinds is None else _named(input.kinds),
            "active": input.active,
        }
        given = {name: value for name, value in changes.items() if value is not None}
        if input.description is not strawberry.UNSET:
            given["description"] = input.description

        async def operation(unit: Unit) -> UUID:
            return await subscriptions.change(unit, read_global_id("Webhook", input.id), given)

        changed, errors = await carried_out(info, operation)
        return WebhookPayload(user_errors=errors, webhook_id=changed)

    @strawberry.mutation(description="Remove a webhook and what was sent to it.")
    async def delete_webhook(self, info: Info, id: strawberry.ID) -> DeleteWebhookPayload:
        async def operation(unit: Unit) -> strawberry.ID:
            await subscriptions.remove(unit, read_global_id("Webhook", id))
            return id

        deleted, errors = await carried_out(info, operation)
        return DeleteWebhookPayload(user_errors=errors, deleted_id=deleted)

    @strawberry.mutation(description="Make a new secret; for a day the old one signs every delivery too.")
    async def rotate_webhook_secret(self, info: Info, id: strawberry.ID) -> WebhookSecretPayload:
        return await _with_secret(
            info, lambda unit: subscriptions.rotate_secret(unit, read_global_id("Webhook", id))
        )

    @strawberry.mutation(description="Send a webhook.test event, whatever kinds the webhook wants.")
    async def send_test_event(self, info: Info, webhook_id: strawberry.ID) -> WebhookDeliveryPayload:
        return await _with_delivery(
            info, lambda unit: history.send_test(unit, read_global_id("Webhook", webhook_id))
        )

    @strawberry.mutation(description="Send a delivery again now, with the same webhook-id.")
    async def resend_delivery(self, info: Info, id: strawberry.ID) -> WebhookDeliveryPayload:
        return await _with_delivery(
            info, lambda unit: history.resend(unit, read_global_id("WebhookDelivery", id))
        )


def _named(kinds: list[EventKind]) -> list[str]:
    return [DomainKind[kind.name] for kind in kinds]


async def _with_secret(
    info: Info, operation: Callable[[Unit], Awaitable[Subscribed]]
) -> WebhookSecretPayload:
    subscribed, errors = await carried_out(info, operation)
    if subscribed is None:
        return WebhookSecretPayload(user_errors=errors)
    return WebhookSecretPayload(webhook_id=subscribed.id, secret=subscribed.secret)


async def _with_delivery(info: Info, operation: Callable[[Unit], Awaitable[UUID]]) -> WebhookDeliveryPayload:
    delivery_id, errors = await carried_out(info, operation)
    return WebhookDeliveryPayload(user_errors=errors, delivery_id=delivery_id)
