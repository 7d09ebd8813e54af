"""Template files: JSON documents of workouts and plans, ZWO and FIT of workouts."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col

from domain.columns import storable
from domain.errors import Invalid
from domain.sql import select
from domain.templates import plans, shelf, workouts
from domain.templates.fit_export import write_fit
from domain.templates.plans import PlanContent, TrainingPlanTemplate
from domain.templates.workouts import Category, WorkoutContent, WorkoutTemplate
from domain.templates.zwo import MAX_BYTES, read_zwo, write_zwo
from domain.unit import Unit
from domain.viewer import Scope

Template = WorkoutTemplate | TrainingPlanTemplate
Document = dict[str, Any]
GIVEN_BY_US = {
    "id",
    "version",
    "createdAt",
    "updatedAt",
    "goalDistanceMeters",
    "durationWeeks",
    "sessionsPerWeek",
}


class Format(StrEnum):
    JSON = "json"
    ZWO = "zwo"
    FIT = "fit"


def read_file(content: bytes, *, category: str | None = None, name: str | None = None) -> Document:
    """A ZWO file or a JSON document, told by its first character. `category`, `name`: of a ZWO file without its own."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        document = read_zwo(content)
        own, named = document["category"], document["name"] or name
        if named is None:
            raise Invalid("This ZWO file names no workout: give it a name")
        category = own if own in set(Category) else category or Category.EASY
        return document | {"name": named, "category": category}
    if len(content) > MAX_BYTES:
        raise Invalid(f"A template file has at most {MAX_BYTES} bytes")
    try:
        read = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Invalid("This is neither a ZWO file nor a JSON document") from None
    if not isinstance(read, dict):
        raise Invalid("The file must hold one JSON object: a workout with steps or a plan with blocks")
    return {name: value for name, value in read.items() if name not in GIVEN_BY_US and value is not None}


async def import_template(
    unit: Unit, document: Mapping[str, Any], *, organization_id: UUID | None = None
) -> tuple[Template, bool]:
    """Create the template, or change the organization's one of that name; and whether it is new."""
    unit.viewer.require(Scope.TEMPLATES_WRITE)
    if "blocks" in document:
        known = await _of_that_name(unit, plans.SHELF, document, organization_id)
        if known is not None:
            return await plans.change_plan(unit, known, document), False
        return await plans.create_plan(unit, document, organization_id=organization_id), True
    known = await _of_that_name(unit, workouts.SHELF, document, organization_id)
    if known is not None:
        return await workouts.change_workout(unit, known, document), False
    return await workouts.create_workout(unit, document, organization_id=organization_id), True


async def export_template(unit: Unit, id: UUID, format: Format) -> bytes:
    """A plan is JSON only: neither ZWO nor a FIT workout can hold one."""
    table = WorkoutTemplate
    visible = shelf.visible_to(unit, workouts.SHELF)
    if await unit.value(select(table.id).where(visible, col(table.id) == id)) is None:
        if format is not Format.JSON:
            raise Invalid("Only workout templates can be written as ZWO or FIT; is that the id of one?")
        return _json(await plans.get_plan(unit, id), PlanContent)
    row = await workouts.get_workout(unit, id)
    if format is Format.JSON:
        return _json(row, WorkoutContent)
    content = WorkoutContent.model_validate(
        {name: getattr(row, name) for name in WorkoutContent.model_fields}
    )
    return write_zwo(content) if format is Format.ZWO else write_fit(content, row.modified_at)


def _json(row: Any, kind: type[WorkoutContent | PlanContent]) -> bytes:
    content = kind.model_validate({name: getattr(row, name) for name in kind.model_fields})
    return orjson.dumps(content.document(), option=orjson.OPT_INDENT_2) + b"\n"


async def _of_that_name(
    unit: Unit, on: shelf.Shelf[Any], document: Mapping[str, Any], organization_id: UUID | None
) -> UUID | None:
    name = document.get("name")
    if not isinstance(name, str) or not storable(name):
        return None
    owner = unit.viewer.organization_id or organization_id
    found: UUID | None = await unit.value(
        select(on.table.id)
        .where(on.table.organization_id == owner, on.table.name == name.strip())
        .order_by(on.table.created_at)
        .limit(1)
    )
    return found
