"""Groups: an organization's administrators make them, their members see them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, false, func, true, update
from sqlmodel import col

from domain.errors import Forbidden, NotFound
from domain.fields import Fields, Line, Text
from domain.groups.tables import Group, GroupMembership
from domain.listing import Aggregate, Columns
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind


class GroupFields(Fields):
    name: Line
    description: Text | None = None


_members: Any = (
    select(func.count())
    .where(col(GroupMembership.group_id) == Group.id, col(GroupMembership.left_at).is_(None))
    .correlate(Group)
    .scalar_subquery()
)
COLUMNS: Columns = {**{name: getattr(Group, name) for name in Group.model_fields}, "member_count": _members}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """Administrators see their organization's groups, users those they are in."""
    viewer = unit.viewer
    match viewer.kind:
        case ViewerKind.SYSTEM:
            return true()
        case ViewerKind.ADMINISTRATOR:
            return col(Group.organization_id) == viewer.organization_id
        case ViewerKind.USER:
            mine = select(GroupMembership.group_id).where(
                col(GroupMembership.user_id) == viewer.user_id, col(GroupMembership.left_at).is_(None)
            )
            return col(Group.id).in_(mine)
        case _:
            return false()


GROUPS = Aggregate(said("No such group"), Scope.GROUPS_READ, COLUMNS, visible_to)
list_groups, get_group = GROUPS.page, GROUPS.got


async def add_group(unit: Unit, values: Mapping[str, Any]) -> UUID:
    """`values` are those of GroupFields."""
    unit.viewer.require(Scope.GROUPS_WRITE)
    if unit.viewer.organization_id is None:
        raise Forbidden("Only an account of an organization can add groups to it")
    stamps: dict[str, Any] = {"created_at": unit.now, "modified_at": unit.now}
    group = await unit.add(Group(organization_id=unit.viewer.organization_id, **values, **stamps))
    return group.id


async def change_group(unit: Unit, id: UUID, values: Mapping[str, Any]) -> None:
    """The memberships show the group's name, so that they change with it."""
    unit.viewer.require(Scope.GROUPS_WRITE)
    group = await locked(unit, id)
    await unit.check_condition()
    group.sqlmodel_update({**values, "modified_at": unit.now})
    await unit.flush()
    of_group = update(GroupMembership).where(col(GroupMembership.group_id) == id)
    await unit.change(of_group.values(modified_at=unit.now))


async def remove_group(unit: Unit, id: UUID) -> None:
    """With its memberships and events."""
    unit.viewer.require(Scope.GROUPS_WRITE)
    group = await locked(unit, id)
    await unit.check_condition()
    await unit.change(delete(Group).where(col(Group.id) == group.id))


async def locked(unit: Unit, id: UUID) -> Group:
    """A visible group to change, or to change the members of: one unit at a time."""
    group = await unit.entity(Group, visible_to(unit), col(Group.id) == id)
    if group is None:
        raise NotFound("No such group")
    return group


async def touch_groups_of(unit: Unit, user_id: UUID) -> None:
    """Their number of members is about to change; locked in one order, so that nobody waits in a circle."""
    theirs = select(GroupMembership.group_id).where(col(GroupMembership.user_id) == user_id)
    known = select(Group.id).where(col(Group.id).in_(theirs)).order_by(col(Group.id))
    ids = [row.id for row in await unit.rows(known.with_for_update(key_share=True))]
    await unit.change(update(Group).where(col(Group.id).in_(ids)).values(modified_at=unit.now))
