"""Members of a group, the memberships of a user, and the events that the server writes of both."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_
from sqlmodel import col

from domain.errors import Conflict, NotFound
from domain.events import EventKind, publish
from domain.fields import Fields
from domain.groups.groups import get_group, locked
from domain.groups.tables import (
    EventType,
    Group,
    GroupEvent,
    GroupMembership,
    MemberRole,
    MembershipStatus,
)
from domain.listing import Aggregate, Columns, Listing, Page, chosen, page_of
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.users import check_named, get_user
from domain.viewer import Scope
from domain.visibility import of_users

JUST_ID = frozenset({"id"})
TOLD_AS = {EventType.JOINED: EventKind.GROUP_EVENT_JOINED, EventType.REMOVED: EventKind.GROUP_EVENT_REMOVED}


class MemberFields(Fields):
    user_id: UUID
    role: MemberRole = MemberRole.MEMBER


_group_name: Any = (
    select(Group.name)
    .where(col(Group.id) == GroupMembership.group_id)
    .correlate(GroupMembership)
    .scalar_subquery()
)
COLUMNS: Columns = {
    **{name: getattr(GroupMembership, name) for name in GroupMembership.model_fields},
    "group_name": _group_name,
}
EVENT_COLUMNS: Columns = {name: getattr(GroupEvent, name) for name in GroupEvent.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """A membership is its user's: members of one group do not see each other."""
    return of_users(unit, organization=GroupMembership.organization_id, user=GroupMembership.user_id)


def events_visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=GroupEvent.organization_id, user=GroupEvent.user_id)


MEMBERSHIPS = Aggregate("No such group membership", Scope.GROUPS_READ, COLUMNS, visible_to)
EVENTS = Aggregate(said("No such event of the group"), Scope.GROUPS_READ, EVENT_COLUMNS, events_visible_to)
list_own_memberships = MEMBERSHIPS.page


async def list_members(unit: Unit, group_id: UUID, listing: Listing) -> Page:
    await get_group(unit, group_id, JUST_ID)
    return await page_of(unit, COLUMNS, and_(visible_to(unit), *_current(group_id)), listing)


async def get_member(
    unit: Unit, group_id: UUID, user_id: UUID, fields: frozenset[str] | None = None
) -> Row[Any]:
    await get_group(unit, group_id, JUST_ID)
    mine = (visible_to(unit), *_current(group_id), col(GroupMembership.user_id) == user_id)
    row = await unit.row(select(*chosen(COLUMNS, fields, ())).where(*mine))
    if row is None:
        raise NotFound("No such member of the group")
    return row


async def list_memberships(unit: Unit, user_id: UUID, listing: Listing) -> Page:
    """Every stay of a user in a group, those that ended included."""
    unit.viewer.require(Scope.GROUPS_READ)
    await get_user(unit, user_id, JUST_ID)
    theirs = and_(visible_to(unit), col(GroupMembership.user_id) == user_id)
    return await page_of(unit, COLUMNS, theirs, listing)


async def add_member(unit: Unit, group_id: UUID, values: Mapping[str, Any]) -> UUID:
    """`values` are those of MemberFields. Whoever was in the group before joins it anew."""
    unit.viewer.require(Scope.GROUPS_WRITE)
    group, user_id = await locked(unit, group_id), values["user_id"]
    await check_named(unit, user_id)
    if await unit.entity(GroupMembership, *_current(group_id), col(GroupMembership.user_id) == user_id):
        raise Conflict("The user is a member of the group already")
    whose = {"organization_id": group.organization_id, "group_id": group_id, "user_id": user_id}
    stamps: dict[str, Any] = {"joined_at": unit.now, "created_at": unit.now, "modified_at": unit.now}
    await unit.add(GroupMembership(**whose, role=values["role"], **stamps))
    await _record(unit, group, user_id, EventType.JOINED)
    return UUID(str(user_id))


async def remove_member(unit: Unit, group_id: UUID, user_id: UUID) -> None:
    unit.viewer.require(Scope.GROUPS_WRITE)
    group = await locked(unit, group_id)
    stay = await unit.entity(GroupMembership, *_current(group_id), col(GroupMembership.user_id) == user_id)
    if stay is None:
        raise NotFound("No such member of the group")
    await unit.check_condition()
    ended = {"status": MembershipStatus.REMOVED, "left_at": unit.now, "modified_at": unit.now}
    stay.sqlmodel_update(ended)
    await _record(unit, group, user_id, EventType.REMOVED)


async def list_events(unit: Unit, group_id: UUID, listing: Listing) -> Page:
    await get_group(unit, group_id, JUST_ID)
    return await page_of(unit, EVENT_COLUMNS, _events_of(unit, group_id), listing)


async def get_event(unit: Unit, group_id: UUID, id: UUID, fields: frozenset[str] | None = None) -> Row[Any]:
    await get_group(unit, group_id, JUST_ID)
    mine = (_events_of(unit, group_id), col(GroupEvent.id) == id)
    row = await unit.row(select(*chosen(EVENT_COLUMNS, fields, ())).where(*mine))
    if row is None:
        raise NotFound("No such event of the group")
    return row


async def _record(unit: Unit, group: Group, user_id: UUID, kind: EventType) -> None:
    """What happened, for its readers and for subscribers, and that the group's number of members is another now."""
    group.modified_at = unit.now
    whose = {"organization_id": group.organization_id, "user_id": user_id}
    event = await unit.add(
        GroupEvent(
            **whose,
            group_id=group.id,
            event_type=kind,
            occurred_at=unit.now,
            actor_account_id=unit.viewer.account_id,
            created_at=unit.now,
            modified_at=unit.now,
        )
    )
    await publish(unit, TOLD_AS[kind], **whose, subject_id=event.id, data={"group_id": str(group.id)})


def _current(group_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(GroupMembership.group_id) == group_id, col(GroupMembership.left_at).is_(None)


def _events_of(unit: Unit, group_id: UUID) -> ColumnElement[bool]:
    return and_(events_visible_to(unit), col(GroupEvent.group_id) == group_id)
