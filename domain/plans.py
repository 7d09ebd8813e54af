"""Training plans: what a user is to train by; of several one is active, the latest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Row, update
from sqlmodel import Field, SQLModel, col

from domain import users
from domain.assessments import Snapshot, snapshot_of
from domain.columns import identifier, instant, reference
from domain.errors import Conflict, NotFound
from domain.listing import Aggregate, Columns
from domain.pai import PaiSummary
from domain.routines import queue
from domain.routines.queue import RoutineInstance
from domain.routines.rules import Intensity, Person, Pick, Wishes, choose, spelled_alike
from domain.routines.states import OPEN_INSTANCES
from domain.routines.templates import templates_for_plans
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope
from domain.visibility import of_users
from domain.vo2max import Vo2MaxSummary

GOAL, INTENSITY, SESSIONS_A_WEEK, SESSION_MINUTES = "balance", Intensity.MODERATE, 3, 20
FRESH_PAI, FRESH_VO2MAX = timedelta(days=7), timedelta(days=90)
NOT_FOUND = "Plan not found"
NO_TEMPLATES = "No routine templates available"


class PlanStatus(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class GenerationSource(StrEnum):
    """Who asked: a partner's first import of a user's files, or somebody by name, for routines the rules choose;
    or an administrator who chose them.
    """

    IMPORT = "import"
    REQUEST = "request"
    ASSIGNMENT = "assignment"


class TrainingPlan(SQLModel, table=True):
    """`frequency`: sessions a week. `bulk_import_id`: the first import that asked for it, kept though that may go.

    `intensity`: what the user bears of what was wished for. `assessments`: what was known of the user then.
    `picks`: which routines the rules chose, and why; `notes`: where that is not what was wished for.
    """

    __tablename__ = "training_plans"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    status: str = PlanStatus.ACTIVE
    goal: str = GOAL
    intensity: str = INTENSITY
    frequency: int = SESSIONS_A_WEEK
    preferred_session_minutes: int = SESSION_MINUTES
    generation_source: str
    bulk_import_id: UUID | None = Field(default=None, index=True)
    assigned_by: UUID | None = None
    equipment: list[str] | None = Field(default=None, sa_type=JSON)
    assessments: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    picks: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    notes: list[str] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = instant()
    modified_at: datetime = instant()


@dataclass(frozen=True)
class Asked:
    """What somebody wants of a plan; without `equipment`, what a household has is taken to be there."""

    goal: str | None = None
    intensity: str | None = None
    frequency: int | None = None
    minutes: int | None = None
    equipment: Sequence[str] | None = None
    allow_duplicates: bool = False


NOTHING = Asked()


@dataclass(frozen=True)
class Whose:
    user_id: UUID
    organization_id: UUID


COLUMNS: Columns = {name: getattr(TrainingPlan, name) for name in TrainingPlan.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=TrainingPlan.organization_id, user=TrainingPlan.user_id)


PLANS = Aggregate(NOT_FOUND, Scope.PLANS_READ, COLUMNS, visible_to)


async def latest_plan(unit: Unit, user_id: UUID) -> Row[Any] | None:
    """The active one, or else the newest."""
    unit.viewer.require(Scope.PLANS_READ)
    columns = [column.label(name) for name, column in COLUMNS.items()]
    return await unit.row(
        select(*columns)
        .where(visible_to(unit), col(TrainingPlan.user_id) == user_id)
        .order_by(
            (col(TrainingPlan.status) == PlanStatus.ACTIVE).desc(),
            col(TrainingPlan.created_at).desc(),
            col(TrainingPlan.id),
        )
        .limit(1)
    )


async def generate_plan(unit: Unit, user_id: UUID, asked: Asked = NOTHING) -> UUID:
    """A plan that has routines to do; where the client offers none that suit, nothing changes."""
    plan_id = await request_plan(unit, user_id, asked)
    routines = select(RoutineInstance.id).where(col(RoutineInstance.plan_id) == plan_id).limit(1)
    if await unit.value(routines) is None:
        raise Conflict(NO_TEMPLATES)
    return plan_id


async def request_plan(
    unit: Unit, user_id: UUID, asked: Asked = NOTHING, *, bulk_import_id: UUID | None = None
) -> UUID:
    """Make a new active plan in the place of the former one, which is archived; one at a time for each user."""
    unit.viewer.require(Scope.PLANS_WRITE)
    whose = await _locked(unit, user_id)
    snapshot = await snapshot_of(unit, user_id)
    person = await _person(unit, user_id, snapshot)
    wishes = _wishes(asked, snapshot, person)
    choice = choose(await templates_for_plans(unit, whose.organization_id), wishes, person)
    source = GenerationSource.IMPORT if bulk_import_id else GenerationSource.REQUEST
    plan = _plan(unit, whose, source, wishes, snapshot)
    plan.sqlmodel_update(
        {
            "intensity": person.borne(wishes.intensity),
            "bulk_import_id": bulk_import_id,
            "picks": [_explained(pick) for pick in choice.picks],
            "notes": list(choice.notes),
        }
    )
    await _begin(unit, plan)
    await queue.enqueue(unit, plan, [(pick.template_id, pick.name) for pick in choice.picks])
    return plan.id


async def plan_for_assignments(unit: Unit, user_id: UUID) -> TrainingPlan:
    """The user's active plan, to add to; without one, an empty one that says an administrator made it."""
    unit.viewer.require(Scope.PLANS_WRITE)
    whose = await _locked(unit, user_id)
    active = (col(TrainingPlan.user_id) == user_id, col(TrainingPlan.status) == PlanStatus.ACTIVE)
    if plan := await unit.entity(TrainingPlan, *active):
        return plan
    snapshot = await snapshot_of(unit, user_id)
    wishes = _wishes(NOTHING, Snapshot(), await _person(unit, user_id, snapshot))
    plan = _plan(unit, whose, GenerationSource.ASSIGNMENT, wishes, snapshot)
    await _begin(unit, plan)
    return plan


async def status_of(unit: Unit, plan_id: UUID) -> str:
    return str(await unit.value(select(TrainingPlan.status).where(col(TrainingPlan.id) == plan_id)))


async def complete_if_done(unit: Unit, plan_id: UUID) -> None:
    """An active plan is completed with the last of its routines."""
    open_ones = select(RoutineInstance.id).where(
        col(RoutineInstance.plan_id) == plan_id, col(RoutineInstance.status).in_(OPEN_INSTANCES)
    )
    plan = update(TrainingPlan).where(
        col(TrainingPlan.id) == plan_id,
        col(TrainingPlan.status) == PlanStatus.ACTIVE,
        ~open_ones.exists(),
    )
    await unit.change(plan.values(status=PlanStatus.COMPLETED, modified_at=unit.now))


async def _locked(unit: Unit, user_id: UUID) -> Whose:
    """A user the viewer sees; other units that plan for the user wait."""
    await users.lock(unit, user_id)
    known = select(User.organization_id).where(users.visible_to(unit), col(User.id) == user_id)
    organization_id = await unit.value(known)
    if organization_id is None:
        raise NotFound("No such user")
    return Whose(user_id, UUID(str(organization_id)))


async def _person(unit: Unit, user_id: UUID, snapshot: Snapshot) -> Person:
    preferred = snapshot.preferences or {}
    return Person(
        snapshot.risk_tier,
        frozenset(map(spelled_alike, preferred.get("likes", ()))),
        frozenset(map(spelled_alike, preferred.get("dislikes", ()))),
        await _latest(unit, PaiSummary, PaiSummary.pai_score, user_id, FRESH_PAI),
        await _latest(unit, Vo2MaxSummary, Vo2MaxSummary.vo2max, user_id, FRESH_VO2MAX),
    )


async def _latest(
    unit: Unit, kind: type[PaiSummary | Vo2MaxSummary], figure: Any, user_id: UUID, fresh: timedelta
) -> float | None:
    """The figure of the latest day that is not too long ago."""
    value: float | None = await unit.value(
        select(figure)
        .where(col(kind.user_id) == user_id, col(kind.date) > (unit.now - fresh).date())
        .order_by(col(kind.date).desc())
        .limit(1)
    )
    return value


def _wishes(asked: Asked, snapshot: Snapshot, person: Person) -> Wishes:
    """What is asked for, or else as the user prefers, or else as we advise."""
    preferred = snapshot.preferences or {}
    return Wishes(
        spelled_alike(asked.goal or preferred.get("goal") or GOAL),
        asked.intensity or preferred.get("intensity") or person.borne(INTENSITY),
        asked.frequency or preferred.get("frequency") or SESSIONS_A_WEEK,
        asked.minutes or preferred.get("minutes") or SESSION_MINUTES,
        None if asked.equipment is None else frozenset(map(spelled_alike, asked.equipment)),
        asked.allow_duplicates,
    )


def _plan(
    unit: Unit, whose: Whose, source: GenerationSource, wishes: Wishes, known: Snapshot
) -> TrainingPlan:
    by_somebody_else = unit.viewer.user_id != whose.user_id
    return TrainingPlan(
        organization_id=whose.organization_id,
        user_id=whose.user_id,
        goal=wishes.goal,
        intensity=wishes.intensity,
        frequency=wishes.frequency,
        preferred_session_minutes=wishes.minutes,
        equipment=None if wishes.equipment is None else sorted(wishes.equipment),
        generation_source=source,
        assigned_by=unit.viewer.account_id if by_somebody_else else None,
        assessments=known.as_json(),
        created_at=unit.now,
        modified_at=unit.now,
    )


def _explained(pick: Pick) -> dict[str, Any]:
    return {"template_id": str(pick.template_id), "name": pick.name, "reasons": list(pick.reasons)}


async def _begin(unit: Unit, plan: TrainingPlan) -> None:
    theirs = update(TrainingPlan).where(
        col(TrainingPlan.user_id) == plan.user_id, col(TrainingPlan.status) == PlanStatus.ACTIVE
    )
    await unit.change(theirs.values(status=PlanStatus.ARCHIVED, modified_at=unit.now))
    await queue.cancel_queued(unit, plan.user_id)
    await unit.add(plan)
