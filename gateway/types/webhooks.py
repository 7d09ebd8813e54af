"""Webhooks: what an organization subscribed to, what was sent, and how every attempt went."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain.listing import Order
from domain.webhooks import history, subscriptions
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.selection import Needs, columns_for
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import DateTimeFilter, IdFilter, StringFilter, filter_of
from gateway.types.relations import page_of_owner

WEBHOOK_NEEDS: Needs = {"id": frozenset({"id"}), "uuid": frozenset({"id"})}
DELIVERY_NEEDS: Needs = {
    "id": frozenset({"id"}),
    "uuid": frozenset({"id"}),
    "webhook": frozenset({"webhook_id"}),
    "attemptCount": frozenset({"attempts"}),
    "attempts": frozenset({"id"}),
}
ATTEMPT_NEEDS: Needs = {}
NEWEST_FIRST = (Order("created_at", descending=True),)
IN_ORDER = (Order("number"),)
Info = strawberry.Info[Context, None]


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


@strawberry.type(description="A receiver of an organization, and the kinds of events it is told of.")
class Webhook:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    url: str
    description: str | None
    active: bool = strawberry.field(description="Nothing is sent to one that is switched off.")
    disabled_reason: str | None = strawberry.field(description="Why it was switched off.")
    failing_since: datetime | None = strawberry.field(description="Every attempt since then has failed.")
    previous_until: datetime | None = strawberry.field(
        description="Until then the secret before the latest rotation signs too."
    )
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("Webhook", root.id))

    @strawberry.field
    def kinds(root: strawberry.Parent[Any]) -> list[EventKind]:
        return [EventKind(kind) for kind in root.kinds]


@strawberry.type(description="One call to a receiver.")
class DeliveryAttempt:
    number: int
    attempted_at: datetime
    duration_ms: int
    status: int | None = strawberry.field(description="The receiver's HTTP status, if it answered.")
    error: str | None = strawberry.field(description="Why it failed, as a code; null when it was taken.")


@strawberry.type(description="One message to one receiver. Its uuid is the webhook-id of every attempt.")
class WebhookDelivery:
    uuid: UUID = strawberry.field(resolver=lambda root: root.id)
    kind: str = strawberry.field(description="The message's type, such as activity.created.")
    body: str = strawberry.field(description="What was signed and sent, to the byte.")
    last_status: int | None
    last_error: str | None
    next_attempt_at: datetime | None
    created_at: datetime
    modified_at: datetime
    ended_at: datetime | None

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("WebhookDelivery", root.id))

    @strawberry.field
    def state(root: strawberry.Parent[Any]) -> DeliveryState:
        return DeliveryState(root.state)

    @strawberry.field
    def attempt_count(root: strawberry.Parent[Any]) -> int:
        return int(root.attempts)

    @strawberry.field(
        description="Null where a partner registered its address in another way.", graphql_type=Webhook | None
    )
    async def webhook(root: strawberry.Parent[Any], info: Info) -> Any:
        return await webhook_of(info, root.webhook_id) if root.webhook_id else None

    @strawberry.field(
        description="Every attempt, the first one first.", graphql_type=Connection[DeliveryAttempt]
    )
    async def attempts(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, ATTEMPT_NEEDS, paging, None, IN_ORDER)
        return await page_of_owner(info, history.attempts_of_deliveries, root.id, wanted, paging)


async def webhook_of(info: Info, webhook_id: UUID) -> Any:
    wanted = columns_for(info, WEBHOOK_NEEDS) | {"id"}

    async def batch(unit: Any, ids: list[UUID]) -> dict[UUID, Any]:
        return await subscriptions.webhooks_by_id(unit, ids, wanted)

    return await info.context.batched((subscriptions.webhooks_by_id, wanted), batch, webhook_id)


async def delivery_of(info: Info, delivery_id: UUID) -> Any:
    wanted = columns_for(info, DELIVERY_NEEDS) | {"id"}
    return await history.get_delivery(info.context.unit, delivery_id, wanted)


@strawberry.input(description="Which deliveries; all given conditions must hold.")
class WebhookDeliveryFilter:
    id: IdFilter | None = None
    webhook: IdFilter | None = None
    kind: StringFilter | None = None
    state: StringFilter | None = None
    created_at: DateTimeFilter | None = None
    and_: list["WebhookDeliveryFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["WebhookDeliveryFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.type
class WebhookQuery:
    @strawberry.field(
        description="Your organization's webhooks, newest first.", graphql_type=Connection[Webhook]
    )
    async def webhooks(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, WEBHOOK_NEEDS, paging, None, NEWEST_FIRST)
        return ConnectedPage(await subscriptions.list_webhooks(info.context.unit, wanted), paging)

    @strawberry.field(
        description="What was sent to your organization's receivers in the last days, newest first.",
        graphql_type=Connection[WebhookDelivery],
    )
    async def webhook_deliveries(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: WebhookDeliveryFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        conditions = filter_of(filter, "WebhookDelivery")
        wanted = listing(info, DELIVERY_NEEDS, paging, conditions, NEWEST_FIRST)
        return ConnectedPage(await history.list_deliveries(info.context.unit, wanted), paging)
