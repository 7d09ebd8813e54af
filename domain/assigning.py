"""What an administrator gives to a user: one routine template, into the plan the user has or a new one."""

from uuid import UUID

from sqlmodel import col

from domain import plans
from domain.errors import Conflict
from domain.routines import queue
from domain.routines.queue import IS_OPEN, RoutineInstance
from domain.routines.templates import template_for_plans
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope


async def assign_template(
    unit: Unit,
    user_id: UUID,
    template_id: UUID,
    *,
    queue_index: int | None = None,
    allow_duplicates: bool = False,
) -> UUID:
    """Queue the template, last or at that place; a template that is queued already is not queued twice unasked."""
    unit.viewer.require(Scope.ROUTINES_AUTHOR)
    template = await template_for_plans(unit, template_id)
    plan = await plans.plan_for_assignments(unit, user_id)
    same = select(RoutineInstance.id).where(
        col(RoutineInstance.user_id) == user_id,
        col(RoutineInstance.routine_template_id) == template.id,
        IS_OPEN,
    )
    if not allow_duplicates and await unit.value(same.limit(1)):
        raise Conflict(
            "The user has this routine queued already; send allowDuplicateRoutineTemplates to add it"
        )
    [instance_id] = await queue.enqueue(unit, plan, [(template.id, template.name)])
    if queue_index is not None:
        await queue.put_at(unit, instance_id, queue_index)
    return instance_id
