"""The outbox: what has happened, written in the transaction of its cause, and sent to subscribers after its commit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.jobs import Job
from domain.sql import select
from domain.unit import Unit
from domain.webhooks.tables import Webhook

AT_ONCE = 500
"""How many deliveries one commit makes: a fan-out has so many events as there are receivers for."""
BEHIND_LIVE = 10


class EventKind(StrEnum):
    ACTIVITY_CREATED = "activity.created"
    ACTIVITY_UPDATED = "activity.updated"
    PAI_SUMMARY_CREATED = "pai_summary.created"
    PAI_SUMMARY_UPDATED = "pai_summary.updated"
    VO2MAX_SUMMARY_CREATED = "vo2max_summary.created"
    VO2MAX_SUMMARY_UPDATED = "vo2max_summary.updated"
    GROUP_EVENT_JOINED = "group_event.joined"
    GROUP_EVENT_REMOVED = "group_event.removed"
    IMPORT_COMPLETED = "import.completed"
    ROUTINE_RUN_COMPLETED = "routine_run.completed"
    PROGRAM_MEMBER_JOINED = "program_member.joined"
    PROGRAM_MEMBER_LEFT = "program_member.left"


class Event(SQLModel, table=True):
    """Something that happened. `subject_id`: the row it happened to. `data`: small JSON in the domain's words."""

    __tablename__ = "events"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID | None = reference("users.id", default=None)
    kind: str
    subject_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    occurred_at: datetime = instant(index=True)


@dataclass(frozen=True)
class FanOut(Job):
    """Give each of these events to everybody who subscribed to its kind."""

    priority: ClassVar[int] = BEHIND_LIVE
    event_ids: tuple[UUID, ...]

    @property
    def purpose(self) -> str:
        return f"Give {len(self.event_ids)} events to everybody who subscribed to their kinds"


@dataclass(frozen=True)
class PruneEvents(Job):
    """Periodic: forget events and deliveries that ended long ago."""

    @property
    def purpose(self) -> str:
        return "Forget events and deliveries that ended long ago"


async def publish(
    unit: Unit,
    kind: EventKind,
    *,
    organization_id: UUID,
    user_id: UUID | None = None,
    subject_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    event = Event(
        kind=kind,
        organization_id=organization_id,
        user_id=user_id,
        subject_id=subject_id,
        data=dict(data or {}),
        occurred_at=unit.now,
    )
    await publish_all(unit, [event])


async def publish_all(unit: Unit, events: Sequence[Event]) -> None:
    """Remember the events in this transaction; where nobody subscribed to their kinds, that is all."""
    await unit.add_all(events)
    if not events or not (wanted := await _subscribed(unit, {event.organization_id for event in events})):
        return
    ids = [event.id for event in events if (event.organization_id, event.kind) in wanted]
    portion = max(1, AT_ONCE // max(wanted.values()))
    fan_outs = [FanOut(tuple(ids[start : start + portion])) for start in range(0, len(ids), portion)]
    await unit.later_all(fan_outs)


async def _subscribed(unit: Unit, organization_ids: set[UUID]) -> Counter[tuple[UUID, str]]:
    """How many webhooks hear of each kind of event in each organization."""
    rows = await unit.rows(
        select(Webhook.organization_id, Webhook.kinds).where(
            col(Webhook.organization_id).in_(organization_ids), col(Webhook.active)
        )
    )
    return Counter((row.organization_id, kind) for row in rows for kind in row.kinds)
