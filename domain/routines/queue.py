"""The queue of a user: routine instances, each a template to be done once, in the order they stand in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Row, case, func, update
from sqlmodel import SQLModel, col

from domain import users
from domain.columns import identifier, instant, reference
from domain.errors import Conflict, Forbidden, NotFound
from domain.listing import Aggregate, Columns
from domain.moves import check_move
from domain.routines.states import INSTANCE_MOVES, OPEN_INSTANCES, InstanceStatus
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_users

NOT_FOUND = "Routine instance not found"
MOST_SHOWN = 200


class RoutineInstance(SQLModel, table=True):
    """`defer_count`: how often the user put it off. The template's name is as it was when the instance was made."""

    __tablename__ = "routine_instances"
    __table_args__ = (Index(None, "user_id", "status", "queue_index"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    plan_id: UUID = reference("training_plans.id")
    routine_template_id: UUID = reference("routine_templates.id")
    routine_template_name: str
    queue_index: int
    status: str = InstanceStatus.QUEUED
    defer_count: int = 0
    created_at: datetime = instant()
    modified_at: datetime = instant()


COLUMNS: Columns = {name: getattr(RoutineInstance, name) for name in RoutineInstance.model_fields}
IS_OPEN = col(RoutineInstance.status).in_(OPEN_INSTANCES)


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=RoutineInstance.organization_id, user=RoutineInstance.user_id)


INSTANCES = Aggregate(NOT_FOUND, Scope.PLANS_READ, COLUMNS, visible_to)
list_instances, get_instance = INSTANCES.page, INSTANCES.got


async def open_queue(unit: Unit, *, allow_duplicates: bool = False) -> Sequence[Row[Any]]:
    """What the viewing user has queued or begun, in order; of a template that stands there twice the first,
    or the one that is begun.
    """
    unit.viewer.require(Scope.PLANS_READ)
    mine = (visible_to(unit), col(RoutineInstance.user_id) == unit.viewer.user_id, IS_OPEN)
    place = (col(RoutineInstance.queue_index), col(RoutineInstance.id))
    columns = [column.label(name) for name, column in COLUMNS.items()]
    query = select(*columns).where(*mine).order_by(*place).limit(MOST_SHOWN)
    if not allow_duplicates:
        begun_first = case((col(RoutineInstance.status) == InstanceStatus.IN_PROGRESS, 0), else_=1)
        turn = func.row_number().over(
            partition_by=col(RoutineInstance.routine_template_id), order_by=(begun_first, *place)
        )
        turns = select(RoutineInstance.id, turn.label("turn")).where(*mine).subquery()
        query = query.join(turns, turns.c.id == RoutineInstance.id).where(turns.c.turn == 1)
    return await unit.rows(query)


async def enqueue(unit: Unit, plan: Any, templates: Sequence[tuple[UUID, str]]) -> list[UUID]:
    """Instances of these templates behind everything that is open; the user is locked by the caller."""
    start = await next_index(unit, plan.user_id)
    instances = [
        RoutineInstance(
            organization_id=plan.organization_id,
            user_id=plan.user_id,
            plan_id=plan.id,
            routine_template_id=template_id,
            routine_template_name=name,
            queue_index=start + offset,
            created_at=unit.now,
            modified_at=unit.now,
        )
        for offset, (template_id, name) in enumerate(templates)
    ]
    await unit.add_all(instances)
    return [instance.id for instance in instances]


async def next_index(unit: Unit, user_id: UUID) -> int:
    last = select(func.max(RoutineInstance.queue_index)).where(
        col(RoutineInstance.user_id) == user_id, IS_OPEN
    )
    highest = await unit.value(last)
    return 0 if highest is None else highest + 1


async def put_at(unit: Unit, id: UUID, index: int) -> None:
    """At this place in the user's queue, everything open from there on moved back by one; never past the end."""
    instance = await unit.entity(RoutineInstance, col(RoutineInstance.id) == id)
    if instance is None or index >= instance.queue_index:
        return
    behind = (col(RoutineInstance.user_id) == instance.user_id, IS_OPEN)
    await unit.change(
        update(RoutineInstance)
        .where(*behind, col(RoutineInstance.queue_index) >= index)
        .values(queue_index=col(RoutineInstance.queue_index) + 1, modified_at=unit.now)
    )
    instance.queue_index = index
    await unit.flush()


async def cancel_queued(unit: Unit, user_id: UUID) -> None:
    """A new plan takes the former one's place: what was not begun is not wanted any more."""
    queued = update(RoutineInstance).where(
        col(RoutineInstance.user_id) == user_id, col(RoutineInstance.status) == InstanceStatus.QUEUED
    )
    await unit.change(queued.values(status=InstanceStatus.CANCELLED, modified_at=unit.now))


async def defer(unit: Unit, id: UUID) -> None:
    """Put a queued routine behind all others, as often as the deployment allows."""
    instance = await locked(unit, id)
    if instance.status != InstanceStatus.QUEUED:
        raise Conflict(f"Only a queued routine can be deferred; this one is {instance.status}")
    if instance.defer_count >= unit.settings.routine_defer_limit:
        raise Conflict("Defer limit reached")
    instance.sqlmodel_update(
        {
            "queue_index": await next_index(unit, instance.user_id),
            "defer_count": instance.defer_count + 1,
            "modified_at": unit.now,
        }
    )
    await unit.flush()


async def locked(unit: Unit, id: UUID) -> RoutineInstance:
    """An instance of the viewing user, to change it; the user's lock comes first, so that units take turns."""
    unit.viewer.require(Scope.ROUTINES_RUN)
    if unit.viewer.user_id is None:
        raise Forbidden("Access denied")
    await users.lock(unit, unit.viewer.user_id)
    instance = await unit.entity(RoutineInstance, visible_to(unit), col(RoutineInstance.id) == id)
    if instance is None:
        raise NotFound(NOT_FOUND)
    return instance


async def move(unit: Unit, instance: RoutineInstance, status: InstanceStatus) -> None:
    check_move(INSTANCE_MOVES, "The routine instance", instance.status, status)
    instance.sqlmodel_update({"status": status, "modified_at": unit.now})
    await unit.flush()
