"""Workout templates: structured workouts a partner may read when they are public and active."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, and_, or_
from sqlmodel import Field, SQLModel

from domain.columns import identifier, instant, reference
from domain.listing import Columns, Listing, Page, page_of
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind


class Visibility(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


class TemplateStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class WorkoutTemplate(SQLModel, table=True):
    """`steps`: warm-up, work, recovery, repeats … in order, each with a duration and a target."""

    __tablename__ = "workout_templates"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    name: str
    description: str | None = None
    category: str
    sport: str = "running"
    estimated_duration_seconds: int | None = None
    steps: list[dict[str, Any]] = Field(sa_type=JSON)
    visibility: str = Visibility.PRIVATE
    status: str = TemplateStatus.ACTIVE
    version: int = 1
    created_at: datetime = instant()
    modified_at: datetime = instant()


COLUMNS: Columns = {name: getattr(WorkoutTemplate, name) for name in WorkoutTemplate.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """An organization's own, and everybody's public and active ones."""
    table: Any = WorkoutTemplate
    public = and_(table.visibility == Visibility.PUBLIC, table.status == TemplateStatus.ACTIVE)
    if unit.viewer.kind is ViewerKind.ADMINISTRATOR:
        return or_(public, table.organization_id == unit.viewer.organization_id)
    return public


async def list_workouts(unit: Unit, listing: Listing) -> Page:
    unit.viewer.require(Scope.TEMPLATES_READ)
    return await page_of(unit, COLUMNS, visible_to(unit), listing)
