"""AI Move sessions: one user doing one exercise, and which step of which run it was for."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Row
from sqlmodel import SQLModel, col

from domain.ai_move.exercises import get_exercise
from domain.columns import identifier, instant, reference
from domain.errors import Forbidden, Invalid, NotFound
from domain.listing import Aggregate, Columns
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
    """`form_score` from 0 to 1. Without a run it was done outside of any routine."""

    __tablename__ = "exercise_sessions"
    __table_args__ = (Index(None, "routine_run_id", "sequence_index"),)

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


COLUMNS: Columns = {name: getattr(ExerciseSession, name) for name in ExerciseSession.model_fields}
READ = [column.label(name) for name, column in COLUMNS.items()]


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=ExerciseSession.organization_id, user=ExerciseSession.user_id)


SESSIONS = Aggregate("No such AI Move session", Scope.PLANS_READ, COLUMNS, visible_to)


async def record_session(unit: Unit, result: Result, launch: Launch) -> Row[Any]:
    """Remember what a user did; calories are estimated where AI Move did not measure them."""
    unit.viewer.require(Scope.ROUTINES_RUN)
    if unit.viewer.user_id is None or unit.viewer.organization_id is None:
        raise Forbidden("Access denied")
    exercise = await get_exercise(unit, result.exercise_id)
    measured = asdict(result)
    if result.calories_burned is None:
        share = min(result.rep_count / exercise.target_value, 2) if exercise.target_value else 1
        measured["calories_burned"] = round(exercise.estimated_calories * share, 1)
    session = ExerciseSession(
        organization_id=unit.viewer.organization_id,
        user_id=unit.viewer.user_id,
        created_at=unit.now,
        **measured,
        **asdict(await _placed(unit, result, launch)),
    )
    await unit.add(session)
    return await get_session(unit, session.id)


async def get_session(unit: Unit, id: UUID) -> Row[Any]:
    row = await unit.row(select(*READ).where(visible_to(unit), col(ExerciseSession.id) == id))
    if row is None:
        raise NotFound("AI Move session not found")
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
    """The launch, completed from the run; what does not fit together is refused."""
    if launch.routine_run_id is None:
        if launch.sequence_index is not None:
            raise Invalid("context.sequenceIndex says nothing without context.routineRunId")
        return launch
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


async def attach(unit: Unit, session_id: UUID, run: RoutineRun, sequence_index: int) -> None:
    """Take a session that was done outside of any routine for this step."""
    session = await unit.entity(ExerciseSession, visible_to(unit), col(ExerciseSession.id) == session_id)
    if session is None or session.routine_run_id is not None:
        return
    session.plan_id, session.routine_instance_id = run.plan_id, run.routine_instance_id
    session.routine_run_id, session.sequence_index = run.id, sequence_index
    await unit.flush()
