"""AI Move sessions: one user doing one exercise, and which step of which run it was for."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Index, Row
from sqlmodel import SQLModel, col

from domain import plans
from domain.ai_move.exercises import get_exercise
from domain.columns import identifier, instant, reference
from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.inserting import insert_unless_there
from domain.listing import Aggregate, Columns
from domain.routines import queue
from domain.routines.runs import RoutineRun, get_run, step_at
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_users


class SessionStatus(StrEnum):
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class ExerciseSession(SQLModel, table=True):
    """`form_score` from 0 to 1. Without a run it was done outside of any routine.

    `idempotency_key`: the sender's name for it, under which it is recorded once.
    """

    __tablename__ = "exercise_sessions"
    __table_args__ = (
        Index(None, "routine_run_id", "sequence_index"),
        Index("uq_exercise_sessions_user_id_idempotency_key", "user_id", "idempotency_key", unique=True),
    )

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    exercise_id: str
    status: str = SessionStatus.COMPLETED
    rep_count: int = 0
    duration_seconds: int = 0
    calories_burned: float = 0
    form_score: float | None = None
    plan_id: UUID | None = None
    routine_instance_id: UUID | None = None
    routine_run_id: UUID | None = reference("routine_runs.id", default=None)
    sequence_index: int | None = None
    idempotency_key: str | None = None
    created_at: datetime = instant()


@dataclass(frozen=True)
class Result:
    """What AI Move measured."""

    exercise_id: str
    status: SessionStatus = SessionStatus.COMPLETED
    rep_count: int = 0
    duration_seconds: int = 0
    calories_burned: float | None = None
    form_score: float | None = None


@dataclass(frozen=True)
class Launch:
    """What AI Training launched the exercise with (seed: "contextual metadata")."""

    plan_id: UUID | None = None
    routine_instance_id: UUID | None = None
    routine_run_id: UUID | None = None
    sequence_index: int | None = None


NOT_FOUND = "AI Move session not found"
SAME = ("exercise_id", "rep_count", "duration_seconds", "routine_run_id", "sequence_index")
"""What one session that is sent twice has in common."""
COLUMNS: Columns = {name: getattr(ExerciseSession, name) for name in ExerciseSession.model_fields}
READ = [column.label(name) for name, column in COLUMNS.items()]


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=ExerciseSession.organization_id, user=ExerciseSession.user_id)


SESSIONS = Aggregate(NOT_FOUND, Scope.PLANS_READ, COLUMNS, visible_to)


async def record_session(
    unit: Unit, result: Result, launch: Launch, idempotency_key: str | None = None
) -> tuple[Row[Any], bool]:
    """Remember what a user did, and whether that was news: who sends it again under its key gets what is known.

    Calories are estimated where AI Move did not measure them.
    """
    unit.viewer.require(Scope.ROUTINES_RUN)
    if unit.viewer.user_id is None or unit.viewer.organization_id is None:
        raise Forbidden("Access denied")
    session = ExerciseSession(
        id=uuid4(),
        organization_id=unit.viewer.organization_id,
        user_id=unit.viewer.user_id,
        idempotency_key=idempotency_key,
        created_at=unit.now,
        **await _measured(unit, result),
        **asdict(await _placed(unit, result, launch)),
    )
    if await insert_unless_there(unit, session):
        return await get_session(unit, session.id), True
    known = await _session(unit, col(ExerciseSession.idempotency_key) == idempotency_key)
    if any(getattr(known, name) != getattr(session, name) for name in SAME):
        raise Conflict("Another AI Move session was recorded under this Idempotency-Key")
    return known, False


async def _measured(unit: Unit, result: Result) -> dict[str, Any]:
    exercise = await get_exercise(unit, result.exercise_id)
    measured = asdict(result)
    if result.calories_burned is None:
        share = min(result.rep_count / exercise.target_value, 2) if exercise.target_value else 1
        measured["calories_burned"] = round(exercise.estimated_calories * share, 1)
    return measured


async def get_session(unit: Unit, id: UUID) -> Row[Any]:
    return await _session(unit, col(ExerciseSession.id) == id)


async def _session(unit: Unit, which: ColumnElement[bool]) -> Row[Any]:
    row = await unit.row(select(*READ).where(visible_to(unit), which))
    if row is None:
        raise NotFound(NOT_FOUND)
    return row


async def sessions_of_run(unit: Unit, run_id: UUID) -> dict[int, Row[Any]]:
    """The session that counts for each step: the latest completed one, or else the latest of all."""
    rows: Sequence[Any] = await unit.rows(
        select(*READ)
        .where(visible_to(unit), col(ExerciseSession.routine_run_id) == run_id)
        .order_by(col(ExerciseSession.created_at), col(ExerciseSession.id))
    )
    ranked = sorted(rows, key=lambda row: row.status == SessionStatus.COMPLETED)
    return {row.sequence_index: row for row in ranked if row.sequence_index is not None}


async def _placed(unit: Unit, result: Result, launch: Launch) -> Launch:
    """The launch, completed from the run; what does not fit together or is not the user's is refused."""
    if launch.routine_run_id is None:
        if launch.sequence_index is not None:
            raise Invalid("context.sequenceIndex says nothing without context.routineRunId")
        return await _without_run(unit, launch)
    run = await get_run(unit, launch.routine_run_id)
    if launch.sequence_index is None:
        raise Invalid("context.sequenceIndex must say which step of the run this is")
    step = step_at(run.steps, launch.sequence_index)
    if step["exercise_id"] != result.exercise_id:
        raise Invalid(f"Step {launch.sequence_index} of the run is not the exercise {result.exercise_id}")
    placed = Launch(run.plan_id, run.routine_instance_id, run.id, launch.sequence_index)
    if launch.plan_id not in (None, placed.plan_id) or launch.routine_instance_id not in (
        None,
        placed.routine_instance_id,
    ):
        raise Invalid("context.planId and context.routineInstanceId must be the run's")
    return placed


async def _without_run(unit: Unit, launch: Launch) -> Launch:
    """Its plan and its routine are the user's own, and the plan is the routine's."""
    if launch.routine_instance_id is not None:
        instance = await queue.get_instance(unit, launch.routine_instance_id)
        if launch.plan_id not in (None, instance.plan_id):
            raise Invalid("context.planId must be the plan of context.routineInstanceId")
        return replace(launch, plan_id=instance.plan_id)
    if launch.plan_id is not None:
        await plans.PLANS.got(unit, launch.plan_id)
    return launch


async def attach(unit: Unit, session_id: UUID, run: RoutineRun, sequence_index: int) -> None:
    """Take a session that was done outside of any routine for this step."""
    session = await unit.entity(ExerciseSession, visible_to(unit), col(ExerciseSession.id) == session_id)
    if session is None or session.routine_run_id is not None:
        return
    session.plan_id, session.routine_instance_id = run.plan_id, run.routine_instance_id
    session.routine_run_id, session.sequence_index = run.id, sequence_index
    await unit.flush()
