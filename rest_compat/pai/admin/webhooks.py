"""PAI's webhooks: an organization's subscriptions, with the domain's kinds of events in PAI's words.

What is delivered is one envelope for all subscribers of the gateway (ADR 0023).
"""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainValidator, StringConstraints, WithJsonSchema

from domain.events import EventKind
from domain.fetching.urls import MAX_URL
from domain.fields import Fields, Line
from domain.sentences import said
from domain.unit import Unit
from domain.webhooks import subscriptions
from domain.webhooks.subscriptions import Subscribed
from domain.webhooks.tables import WebhookStatus
from rest_compat.pai.views import STAMPS, Made, View

HTTPS = {"pattern": r"^https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(/[A-Za-z0-9._~/-]*)?$"}
"""What is always taken, as documented; ports, queries and, in development, plain http are taken too."""
SECRET = {
    "type": "string",
    "readOnly": True,
    "description": "Signs every delivery (Standard Webhooks). It is told this once only, and alone where the request "
    "has X-No-Return-Resource",
}


def pascal(kind: EventKind) -> str:
    """`pai_summary.updated` is PAI's `PaiSummary.Updated`."""
    resource, _, happened = kind.partition(".")
    return f"{resource.title().replace('_', '')}.{happened.title()}"


EVENTS: Mapping[str, EventKind] = {pascal(kind): kind for kind in EventKind}
"""A resource and what became of it."""
EVENT = {"type": "string", "enum": [*EVENTS]}
TOLD = (
    "What is told of. A delivery follows Standard Webhooks; its `type` is the event in lower case, as "
    "pai_summary.updated, and `data.id` is the resource's id"
)


def kind_of(event: object) -> EventKind:
    if isinstance(event, str) and event in EVENTS:
        return EVENTS[event]
    raise ValueError(said("takes one of {bound}", bound=", ".join(EVENTS)))


PaiEvent = Annotated[EventKind, PlainValidator(kind_of), WithJsonSchema(EVENT)]


class WebhookFields(Fields):
    url: Annotated[str, StringConstraints(min_length=1, max_length=MAX_URL), Field(json_schema_extra=HTTPS)]
    kinds: Annotated[list[PaiEvent], Field(min_length=1, max_length=len(EVENTS))]
    description: Line | None = None
    status: WebhookStatus = WebhookStatus.ACTIVE


def events_of(row: Any) -> list[str]:
    return [pascal(EventKind(kind)) for kind in row.kinds]


WEBHOOK = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "url": "url",
        "description": "description",
        "status": "status",
        "disabledReason": "disabled_reason",
        **STAMPS,
    },
    path="/webhooks/{id}",
    made={
        "events": Made(
            frozenset({"kinds"}),
            events_of,
            {"type": "array", "items": EVENT, "description": TOLD},
        )
    },
    kinds=subscriptions.COLUMNS,
    enums={"status": WebhookStatus},
    example={
        "id": "f1d0c9a8-4a8e-4b61-9a6a-6d2b1f0e7c35",
        "organizationId": "2188a980-70a2-4b24-b145-8139cb7f9106",
        "url": "https://partner.example.org/hook",
        "description": "Scores for the coaches",
        "events": ["PaiSummary.Created", "PaiSummary.Updated"],
        "status": "Active",
        "createdOn": "2024-05-01T09:00:00Z",
        "modifiedOn": "2024-05-01T09:00:00Z",
    },
)


async def subscribe(unit: Unit, values: Mapping[str, Any]) -> Subscribed:
    """`values` are those of WebhookFields; the secret is told this once."""
    wanted = {name: value for name, value in values.items() if name != "status"}
    subscribed = await subscriptions.subscribe(unit, **wanted)
    if values["status"] is WebhookStatus.DISABLED:
        await subscriptions.change(unit, subscribed.id, {"active": False})
    return subscribed


async def change(unit: Unit, id: UUID, values: Mapping[str, Any]) -> None:
    """`values` are those of WebhookFields, or some of them."""
    changes = {name: value for name, value in values.items() if name != "status"}
    if "status" in values:
        changes["active"] = values["status"] is WebhookStatus.ACTIVE
    await subscriptions.change(unit, id, changes)
