"""Routine templates: a client's own, from draft to published, and the library's, which clients switch on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Row, and_, or_
from sqlmodel import Field, SQLModel, col

from domain.ai_move.exercises import exercises_named
from domain.columns import identifier, instant, reference
from domain.errors import Detail, Forbidden, Invalid, NotFound
from domain.listing import Aggregate, Columns
from domain.moves import check_move
from domain.routines.catalog_entries import enabled_in
from domain.routines.rules import Intensity
from domain.routines.states import TEMPLATE_MOVES, TemplateStatus
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind

NOT_FOUND = "Routine template not found"


class OwnerType(StrEnum):
    CLIENT = "client"
    LIBRARY = "library"


class RoutineTemplate(SQLModel, table=True):
    """Without an organization it is the library's. `risk_tiers` empty: for everybody."""

    __tablename__ = "routine_templates"

    id: UUID = identifier()
    organization_id: UUID | None = reference("organizations.id", default=None)
    name: str
    name_zh: str | None = None
    description: str = ""
    goal: str
    intensity: str = Intensity.MODERATE
    risk_tiers: list[str] = Field(default_factory=list, sa_type=JSON)
    estimated_duration_minutes: int
    equipment: list[str] = Field(default_factory=list, sa_type=JSON)
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    status: str = TemplateStatus.DRAFT
    published_at: datetime | None = instant(default=None, nullable=True)
    created_by: str | None = None
    created_at: datetime = instant()
    modified_at: datetime = instant()


COLUMNS: Columns = {name: getattr(RoutineTemplate, name) for name in RoutineTemplate.model_fields}
CHOSEN_BY = (
    RoutineTemplate.id, RoutineTemplate.name, RoutineTemplate.goal, RoutineTemplate.intensity,
    RoutineTemplate.risk_tiers, RoutineTemplate.estimated_duration_minutes, RoutineTemplate.equipment,
    RoutineTemplate.tags,
)  # fmt: skip
IN_LIBRARY = and_(
    col(RoutineTemplate.organization_id).is_(None), col(RoutineTemplate.status) == TemplateStatus.PUBLISHED
)


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """Administrators see their client's own in any state, and the library; users what they may be given."""
    if unit.viewer.kind in (ViewerKind.ADMINISTRATOR, ViewerKind.SYSTEM):
        return or_(IN_LIBRARY, col(RoutineTemplate.organization_id) == unit.viewer.organization_id)
    return given_to_users(unit.viewer.organization_id)


TEMPLATES = Aggregate(NOT_FOUND, Scope.PLANS_READ, COLUMNS, visible_to)
list_templates, get_template = TEMPLATES.page, TEMPLATES.got


def given_to_users(organization_id: UUID | None) -> ColumnElement[bool]:
    """What plans are made of: the client's own published ones, and those of the library it has switched on."""
    own = and_(
        col(RoutineTemplate.organization_id) == organization_id,
        col(RoutineTemplate.status) == TemplateStatus.PUBLISHED,
    )
    return or_(own, and_(IN_LIBRARY, col(RoutineTemplate.id).in_(enabled_in(organization_id))))


async def templates_for_plans(unit: Unit, organization_id: UUID) -> Sequence[Row[Any]]:
    """What rules choose by of each template that an organization's plans may be made of."""
    return await unit.rows(
        select(*CHOSEN_BY)
        .where(given_to_users(organization_id))
        .order_by(col(RoutineTemplate.name), col(RoutineTemplate.id))
    )


async def template_for_plans(unit: Unit, id: UUID) -> Row[Any]:
    """The id and name of one that the viewer's client may give to its users."""
    visible = given_to_users(unit.viewer.organization_id)
    columns = (RoutineTemplate.id, RoutineTemplate.name)
    row = await unit.row(select(*columns).where(visible, col(RoutineTemplate.id) == id))
    if row is None:
        raise NotFound(NOT_FOUND)
    return row


async def add_template(unit: Unit, fields: Mapping[str, Any]) -> UUID:
    """A draft of the viewer's client."""
    unit.viewer.require(Scope.ROUTINES_AUTHOR)
    template = RoutineTemplate(
        organization_id=unit.viewer.organization_id,
        created_by=str(unit.viewer.account_id) if unit.viewer.account_id else None,
        created_at=unit.now,
        modified_at=unit.now,
        **fields,
    )
    await unit.add(template)
    return template.id


async def change_template(unit: Unit, id: UUID, fields: Mapping[str, Any]) -> None:
    """A published one must stay fit to be done; runs that have begun keep their own copy of the steps."""
    template = await _own(unit, id)
    template.sqlmodel_update({**fields, "modified_at": unit.now})
    if template.status == TemplateStatus.PUBLISHED:
        await _check_publishable(unit, template)
    await unit.flush()


async def publish_template(unit: Unit, id: UUID) -> None:
    """Publishing again changes nothing."""
    template = await _own(unit, id)
    check_move(TEMPLATE_MOVES, "The routine template", template.status, TemplateStatus.PUBLISHED)
    if template.status == TemplateStatus.PUBLISHED:
        return
    await _check_publishable(unit, template)
    template.sqlmodel_update(
        {"status": TemplateStatus.PUBLISHED, "published_at": unit.now, "modified_at": unit.now}
    )
    await unit.flush()


async def _own(unit: Unit, id: UUID) -> RoutineTemplate:
    """The template to change: what the viewer may only look at is refused, what it may not is not there."""
    unit.viewer.require(Scope.ROUTINES_AUTHOR)
    template = await unit.entity(RoutineTemplate, visible_to(unit), col(RoutineTemplate.id) == id)
    if template is None:
        raise NotFound(NOT_FOUND)
    if template.organization_id is None:
        raise Forbidden("Access denied: library templates are GOFA's, copy it into one of your own")
    return template


async def _check_publishable(unit: Unit, template: RoutineTemplate) -> None:
    if not template.steps:
        raise Invalid("A routine template needs steps before it is published")
    wanted = {step["exercise_id"] for step in template.steps if step["exercise_id"]}
    unknown = wanted - (await exercises_named(unit, wanted)).keys()
    details = [Detail(f"{name} is no exercise of this client", "steps") for name in sorted(unknown)]
    if details:
        raise Invalid("The steps name exercises that this client does not have; see details", *details)
