"""Runs: a user doing a queued routine once, with a copy of its steps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Index, Row
from sqlmodel import Field, SQLModel, col

from domain import events, plans, users
from domain.ai_move.exercises import exercises_named
from domain.columns import identifier, instant, reference
from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.events import EventKind
from domain.listing import Aggregate, Columns
from domain.moves import check_move
from domain.news import Subject, Topic
from domain.plans import PlanStatus
from domain.routines import queue
from domain.routines.queue import RoutineInstance
from domain.routines.states import OPEN_RUNS, RUN_MOVES, InstanceStatus, RunStatus
from domain.routines.steps import Named, copied, summary_of
from domain.routines.templates import RoutineTemplate
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_users

NOT_FOUND = "Routine run not found"


class RoutineRun(SQLModel, table=True):
    """`steps` is this run's own copy with what became of each; the figures are recomputed from it, never added to."""

    __tablename__ = "routine_runs"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    plan_id: UUID = reference("training_plans.id")
    routine_instance_id: UUID = reference("routine_instances.id")
    routine_template_name: str
    routine_template_name_zh: str | None = None
    started_from: str
    status: str = RunStatus.CREATED
    current_step_index: int = 0
    steps: list[dict[str, Any]] = Field(sa_type=JSON)
    completed_exercises: int = 0
    total_exercises: int
    completion_rate: float = 0
    total_duration_seconds: int = 0
    total_calories_burned: float = 0
    completed_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


COLUMNS: Columns = {name: getattr(RoutineRun, name) for name in RoutineRun.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=RoutineRun.organization_id, user=RoutineRun.user_id)


RUNS = Aggregate(NOT_FOUND, Scope.PLANS_READ, COLUMNS, visible_to)
list_runs, get_run = RUNS.page, RUNS.got


async def start_run(unit: Unit, instance_id: UUID, started_from: str) -> tuple[UUID, bool]:
    """The run of a queued routine, and whether it is new: who taps twice gets the one that is open."""
    instance = await queue.locked(unit, instance_id)
    if instance.status == InstanceStatus.IN_PROGRESS:
        return await _open_run(unit, instance.id), False
    if instance.status != InstanceStatus.QUEUED:
        raise Conflict(f"Only a queued routine can be started; this one is {instance.status}")
    template, steps = await _template_of(unit, instance.routine_template_id)
    run = RoutineRun(
        organization_id=instance.organization_id,
        user_id=instance.user_id,
        plan_id=instance.plan_id,
        routine_instance_id=instance.id,
        routine_template_name=template.name,
        routine_template_name_zh=template.name_zh,
        started_from=started_from,
        steps=steps,
        total_exercises=len(steps),
        created_at=unit.now,
        modified_at=unit.now,
    )
    await unit.add(run)
    await queue.move(unit, instance, InstanceStatus.IN_PROGRESS)
    return run.id, True


async def _open_run(unit: Unit, instance_id: UUID) -> UUID:
    """A routine is in progress exactly as long as one of its runs is open."""
    run_id = await unit.value(
        select(RoutineRun.id).where(
            col(RoutineRun.routine_instance_id) == instance_id, col(RoutineRun.status).in_(OPEN_RUNS)
        )
    )
    return UUID(str(run_id))


async def _template_of(unit: Unit, template_id: UUID) -> tuple[Row[Any], list[dict[str, Any]]]:
    """Its names, and a copy of its steps, as they are now, whether or not it is still offered: it was promised."""
    columns = (RoutineTemplate.steps, RoutineTemplate.name, RoutineTemplate.name_zh)
    row = await unit.row(select(*columns).where(col(RoutineTemplate.id) == template_id))
    if row is None:
        raise NotFound(queue.NOT_FOUND)
    wanted = {step["exercise_id"] for step in row.steps if step["exercise_id"]}
    named = await exercises_named(unit, wanted)
    return row, copied(
        row.steps, {name: Named(one.name, one.name_zh, one.type) for name, one in named.items()}
    )


async def change_run(
    unit: Unit, id: UUID, *, status: RunStatus | None = None, current_step_index: int | None = None
) -> None:
    """Move a run on by hand, as its table of moves allows, or remember where its user is."""
    if status is None and current_step_index is None:
        raise Invalid("Send what to change: status or currentStepIndex")
    run = await locked(unit, id)
    if current_step_index is not None:
        step_at(run.steps, current_step_index)
        if run.status not in OPEN_RUNS:
            raise Conflict(f"The routine run is {run.status}; its current step cannot change")
        run.sqlmodel_update({"current_step_index": current_step_index, "modified_at": unit.now})
        unit.tell(Topic(Subject.RUN, run.id))
    if status is not None:
        if (
            status == RunStatus.COMPLETED
            and run.status == RunStatus.IN_PROGRESS
            and not run.completed_exercises
        ):
            raise Conflict("No step of the routine run is completed; sync what was done, or abandon it")
        await enter(unit, run, status)
    await unit.flush()


async def locked(unit: Unit, id: UUID) -> RoutineRun:
    """A run of the viewing user, to change it; the user's lock comes first, so that units take turns."""
    unit.viewer.require(Scope.ROUTINES_RUN)
    if unit.viewer.user_id is None:
        raise Forbidden("Access denied")
    await users.lock(unit, unit.viewer.user_id)
    run = await unit.entity(RoutineRun, visible_to(unit), col(RoutineRun.id) == id)
    if run is None:
        raise NotFound(NOT_FOUND)
    return run


def step_at(steps: Sequence[dict[str, Any]], index: int) -> dict[str, Any]:
    if not 0 <= index < len(steps):
        raise Invalid(f"The run has the steps 0 to {len(steps) - 1}; there is no step {index}")
    return steps[index]


async def keep_steps(unit: Unit, run: RoutineRun, steps: list[dict[str, Any]]) -> None:
    """Put these steps in the run, and with them all that follows from them; the same steps change nothing."""
    if steps == run.steps:
        return
    summary = summary_of(steps)
    run.sqlmodel_update({"steps": steps, "modified_at": unit.now, **summary.columns()})
    unit.tell(Topic(Subject.RUN, run.id))
    if summary.begun and run.status == RunStatus.CREATED:
        await enter(unit, run, RunStatus.IN_PROGRESS)
    if summary.handled and run.status == RunStatus.IN_PROGRESS:
        await enter(unit, run, RunStatus.COMPLETED)
    await unit.flush()


async def enter(unit: Unit, run: RoutineRun, status: RunStatus) -> None:
    """Take the run into a state, and its routine and plan along."""
    check_move(RUN_MOVES, "The routine run", run.status, status)
    if run.status == status:
        return
    run.sqlmodel_update({"status": status, "modified_at": unit.now})
    unit.tell(Topic(Subject.RUN, run.id))
    if status == RunStatus.COMPLETED:
        run.completed_at = unit.now
        await _move_instance(unit, run, InstanceStatus.COMPLETED)
        await plans.complete_if_done(unit, run.plan_id)
        await _publish(unit, run)
    elif status == RunStatus.ABANDONED:
        current = await plans.status_of(unit, run.plan_id) == PlanStatus.ACTIVE
        await _move_instance(unit, run, InstanceStatus.QUEUED if current else InstanceStatus.CANCELLED)


async def _move_instance(unit: Unit, run: RoutineRun, status: InstanceStatus) -> None:
    """Back in the queue it stands where it stood; without its plan nobody wants it any more."""
    instance = await unit.entity(RoutineInstance, col(RoutineInstance.id) == run.routine_instance_id)
    if instance is not None:
        await queue.move(unit, instance, status)


async def _publish(unit: Unit, run: RoutineRun) -> None:
    await events.publish(
        unit,
        EventKind.ROUTINE_RUN_COMPLETED,
        organization_id=run.organization_id,
        user_id=run.user_id,
        subject_id=run.id,
        data={
            "routine_instance_id": str(run.routine_instance_id),
            "completion_rate": run.completion_rate,
            "total_duration_seconds": run.total_duration_seconds,
        },
    )
