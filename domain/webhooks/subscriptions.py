"""Subscriptions: which receivers an organization has, and what each of them wants to hear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, func
from sqlmodel import col

from domain.columns import storable
from domain.errors import Conflict, Detail, Forbidden, Invalid, Misfit, NotFound
from domain.events import EventKind
from domain.fetching import FetchError, check_url
from domain.fields import Fields
from domain.listing import Aggregate, Columns
from domain.organizations import Organization
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_organizations
from domain.webhooks.calling import policy_of
from domain.webhooks.health import switch_off
from domain.webhooks.signing import new_secret, sealed
from domain.webhooks.tables import Webhook, WebhookStatus

BOTH_SIGN = timedelta(days=1)
MAX_DESCRIPTION = 200
BY_HAND = "Switched off by an administrator"

COLUMNS: Columns = {
    **{
        name: getattr(Webhook, name)
        for name in Webhook.model_fields
        if name not in {"secret", "previous_secret", "quiet_until"}
    },
    "status": case((col(Webhook.active), WebhookStatus.ACTIVE.value), else_=WebhookStatus.DISABLED.value),
}


class WebhookFields(Fields):
    """What a change may set; whether an address and kinds will do, `change` judges."""

    url: str
    kinds: list[str]
    description: str | None = None
    active: bool = True


@dataclass(frozen=True)
class Subscribed:
    """The only time the secret is told."""

    id: UUID
    secret: str


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_organizations(unit, organization=Webhook.organization_id)


WEBHOOKS = Aggregate(said("No such webhook"), Scope.WEBHOOKS_READ, COLUMNS, visible_to)


async def subscribe(
    unit: Unit, *, url: str, kinds: Sequence[str], description: str | None = None
) -> Subscribed:
    unit.viewer.require(Scope.WEBHOOKS_WRITE)
    checked = _checked(unit, {"url": url, "kinds": kinds, "description": description})
    organization_id = await _with_room(unit)
    secret = new_secret()
    webhook = await unit.add(
        Webhook(
            organization_id=organization_id,
            secret=sealed(unit.secret, secret),
            created_at=unit.now,
            modified_at=unit.now,
            **checked,
        )
    )
    return Subscribed(webhook.id, secret)


async def change(unit: Unit, id: UUID, changes: Mapping[str, Any]) -> UUID:
    """Change url, kinds, description or active; what is not given stays.

    Its failures are forgotten when it is switched on, or moves elsewhere.
    """
    webhook = await _to_change(unit, id)
    active = changes.get("active")
    checked = _checked(unit, {name: value for name, value in changes.items() if name != "active"})
    if (active and not webhook.active) or checked.get("url", webhook.url) != webhook.url:
        webhook.failing_since = webhook.quiet_until = None
    webhook.sqlmodel_update(checked | {"modified_at": unit.now})
    if active:
        webhook.active, webhook.disabled_reason = True, None
    elif active is False and webhook.active:
        await switch_off(unit, webhook, BY_HAND)
    await unit.flush()
    return id


async def remove(unit: Unit, id: UUID) -> None:
    """Its deliveries go with it."""
    webhook = await _to_change(unit, id)
    await unit.change(delete(Webhook).where(col(Webhook.id) == webhook.id))


async def rotate_secret(unit: Unit, id: UUID) -> Subscribed:
    """A new secret; for a day the old one signs too, so that no delivery fails while the receiver is changed."""
    webhook = await _to_change(unit, id)
    secret = new_secret()
    webhook.previous_secret, webhook.previous_until = webhook.secret, unit.now + BOTH_SIGN
    webhook.secret, webhook.modified_at = sealed(unit.secret, secret), unit.now
    await unit.flush()
    return Subscribed(id, secret)


async def _to_change(unit: Unit, id: UUID) -> Webhook:
    """If it is as the caller expects it."""
    unit.viewer.require(Scope.WEBHOOKS_WRITE)
    webhook = await unit.entity(Webhook, visible_to(unit), col(Webhook.id) == id)
    if webhook is None:
        raise NotFound("No such webhook")
    await unit.check_condition()
    return webhook


async def _with_room(unit: Unit) -> UUID:
    """The viewer's organization, locked while its webhooks are counted."""
    mine = col(Organization.id) == unit.viewer.organization_id
    organization_id = await unit.value(select(Organization.id).where(mine).with_for_update(key_share=True))
    if organization_id is None:
        raise Forbidden("Only an organization can subscribe: sign in as its administrator")
    count = select(func.count()).where(col(Webhook.organization_id) == organization_id)
    if await unit.value(count) >= unit.settings.max_webhooks:
        raise Conflict(
            said(
                "An organization has at most {most} webhooks: remove one first",
                most=unit.settings.max_webhooks,
            )
        )
    return UUID(str(organization_id))


def _checked(unit: Unit, given: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(given)
    if "url" in given:
        _check_url(unit, given["url"])
    if "kinds" in given:
        checked["kinds"] = _known(given["kinds"])
    description = given.get("description")
    if description and (len(description) > MAX_DESCRIPTION or not storable(description)):
        raise Misfit("description", said("takes at most {most} characters, and no NUL", most=MAX_DESCRIPTION))
    return checked


def _check_url(unit: Unit, url: str) -> None:
    try:
        check_url(url, policy_of(unit.settings))
    except FetchError as error:
        raise Invalid(error.message, Detail(error.message, "url", error.code.upper())) from None


def _known(kinds: Sequence[str]) -> list[str]:
    unknown = set(kinds) - set(EventKind)
    if unknown or not kinds:
        raise Misfit("kinds", said("takes one or more of {kinds}", kinds=", ".join(EventKind)))
    return sorted(set(kinds))
