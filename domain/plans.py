"""Training plans: what a user is to train by; of several one is active, the latest."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import SQLModel, col

from domain import users
from domain.columns import identifier, instant, reference
from domain.errors import NotFound
from domain.listing import Columns, Listing, Page, page_of
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope
from domain.visibility import of_users

GOAL, INTENSITY, SESSIONS_A_WEEK, SESSION_MINUTES = "balance", "moderate", 3, 20


class PlanStatus(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class GenerationSource(StrEnum):
    """Who asked: a partner's first import of a user's files, or somebody by name."""

    IMPORT = "import"
    REQUEST = "request"


class TrainingPlan(SQLModel, table=True):
    """`frequency`: sessions a week. `bulk_import_id`: the first import that asked for it, kept though that may go."""

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
    bulk_import_id: UUID | None = None
    created_at: datetime = instant()
    modified_at: datetime = instant()


COLUMNS: Columns = {name: getattr(TrainingPlan, name) for name in TrainingPlan.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=TrainingPlan.organization_id, user=TrainingPlan.user_id)


async def list_plans(unit: Unit, listing: Listing) -> Page:
    unit.viewer.require(Scope.PLANS_READ)
    return await page_of(unit, COLUMNS, visible_to(unit), listing)


async def request_plan(
    unit: Unit,
    user_id: UUID,
    *,
    bulk_import_id: UUID | None = None,
    goal: str = GOAL,
    intensity: str = INTENSITY,
    frequency: int = SESSIONS_A_WEEK,
    preferred_session_minutes: int = SESSION_MINUTES,
) -> UUID:
    """Make a new active plan in the place of the former one, which is archived; one at a time for each user."""
    unit.viewer.require(Scope.PLANS_WRITE)
    await users.lock(unit, user_id)
    known = select(User.organization_id).where(users.visible_to(unit), col(User.id) == user_id)
    organization_id = await unit.value(known)
    if organization_id is None:
        raise NotFound("No such user")
    await _archive_active(unit, user_id)
    plan = TrainingPlan(
        organization_id=organization_id,
        user_id=user_id,
        goal=goal,
        intensity=intensity,
        frequency=frequency,
        preferred_session_minutes=preferred_session_minutes,
        generation_source=GenerationSource.IMPORT if bulk_import_id else GenerationSource.REQUEST,
        bulk_import_id=bulk_import_id,
        created_at=unit.now,
        modified_at=unit.now,
    )
    await unit.add(plan)
    return plan.id


async def _archive_active(unit: Unit, user_id: UUID) -> None:
    theirs = update(TrainingPlan).where(
        col(TrainingPlan.user_id) == user_id, col(TrainingPlan.status) == PlanStatus.ACTIVE
    )
    await unit.change(theirs.values(status=PlanStatus.ARCHIVED, modified_at=unit.now))
