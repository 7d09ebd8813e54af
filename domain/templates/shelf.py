"""What workout and plan templates have in common: who sees them, how they change, and what partners are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, false, or_, true
from sqlmodel import Field, SQLModel, col

from domain import organizations
from domain.columns import identifier, instant, reference
from domain.errors import NotFound
from domain.listing import Aggregate, Columns
from domain.templates.order import Kind, next_instant
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind


class Visibility(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


class TemplateStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class Template(SQLModel):
    """`version` grows by one with every real change; `modified_at` is never the same twice in a kind."""

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    name: str
    description: str | None = None
    visibility: str = Visibility.PRIVATE
    status: str = TemplateStatus.ACTIVE
    version: int = 1
    created_at: datetime = instant()
    modified_at: datetime = instant(index=True, unique=True)

    @property
    def in_view(self) -> bool:
        """Whether partners see it."""
        return (self.visibility, self.status) == (Visibility.PUBLIC, TemplateStatus.ACTIVE)


class Withdrawal(SQLModel, table=True):
    """A template that partners saw and no longer see; what happens to it afterwards is not their business."""

    __tablename__ = "template_withdrawals"

    template_id: UUID = Field(primary_key=True)
    kind: str
    version: int
    modified_at: datetime = instant(index=True)


Kept = TypeVar("Kept", bound=Template)


@dataclass(frozen=True)
class Shelf(Generic[Kept]):
    """The templates of one kind. `scope`: what reading them asks for."""

    kind: Kind
    noun: str
    table: type[Kept]
    scope: Scope

    @property
    def columns(self) -> Columns:
        return {name: getattr(self.table, name) for name in self.table.model_fields}

    @property
    def aggregate(self) -> Aggregate:
        return Aggregate(
            f"No such {self.noun}", self.scope, self.columns, lambda unit: visible_to(unit, self)
        )


def visible_to(unit: Unit, shelf: Shelf[Any]) -> ColumnElement[bool]:
    """Everybody's public and active ones, and an organization's own for its administrators."""
    table = shelf.table
    public = and_(table.visibility == Visibility.PUBLIC, table.status == TemplateStatus.ACTIVE)
    return or_(public, authored_by(unit, shelf))


def authored_by(unit: Unit, shelf: Shelf[Any]) -> ColumnElement[bool]:
    match unit.viewer.kind:
        case ViewerKind.SYSTEM:
            return true()
        case ViewerKind.ADMINISTRATOR:
            return shelf.table.organization_id == unit.viewer.organization_id  # type: ignore[no-any-return]
        case _:
            return false()


async def added(
    unit: Unit,
    shelf: Shelf[Kept],
    values: Mapping[str, Any],
    *,
    organization_id: UUID | None,
    id: UUID | None,
) -> Kept:
    """A new private template of the viewer's organization; the system says whose it is, and may choose the id."""
    unit.viewer.require(Scope.TEMPLATES_WRITE)
    owner = unit.viewer.organization_id or await organizations.require(unit, organization_id)
    changed_at = await next_instant(unit, shelf.kind)
    own: dict[str, Any] = {"organization_id": owner, "created_at": changed_at, "modified_at": changed_at}
    if id is not None:
        own["id"] = id
    return await unit.add(shelf.table(**values, **own))


async def to_change(unit: Unit, shelf: Shelf[Kept], id: UUID) -> Kept:
    unit.viewer.require(Scope.TEMPLATES_WRITE)
    template = await unit.entity(shelf.table, col(shelf.table.id) == id, authored_by(unit, shelf))
    if template is None:
        raise NotFound(f"No such {shelf.noun} of yours")
    return template


async def altered(unit: Unit, shelf: Shelf[Kept], template: Kept, values: Mapping[str, Any]) -> Kept:
    """Version and instant move only if something really differs."""
    changes = {name: value for name, value in values.items() if getattr(template, name) != value}
    if not changes:
        return template
    was_in_view = template.in_view
    for name, value in changes.items():
        setattr(template, name, value)
    template.version += 1
    template.modified_at = await next_instant(unit, shelf.kind)
    await unit.flush()
    if template.in_view:
        await unit.change(delete(Withdrawal).where(col(Withdrawal.template_id) == template.id))
    elif was_in_view:
        await _withdraw(unit, shelf, template.id, template.version, template.modified_at)
    return template


async def published(unit: Unit, shelf: Shelf[Kept], id: UUID) -> Kept:
    """Public and active: partners see it from now on."""
    public = {"visibility": Visibility.PUBLIC, "status": TemplateStatus.ACTIVE}
    return await altered(unit, shelf, await to_change(unit, shelf, id), public)


async def hidden(unit: Unit, shelf: Shelf[Kept], id: UUID) -> Kept:
    """Private again, for its authors only."""
    return await altered(unit, shelf, await to_change(unit, shelf, id), {"visibility": Visibility.PRIVATE})


async def archived(unit: Unit, shelf: Shelf[Kept], id: UUID) -> Kept:
    """Kept, and out of partners' sight."""
    return await altered(unit, shelf, await to_change(unit, shelf, id), {"status": TemplateStatus.ARCHIVED})


async def removed(unit: Unit, shelf: Shelf[Any], id: UUID) -> None:
    """Gone for good; partners who saw it can learn so."""
    template = await to_change(unit, shelf, id)
    last_version, was_in_view = template.version, template.in_view
    await unit.change(delete(shelf.table).where(col(shelf.table.id) == id))
    if was_in_view:
        await _withdraw(unit, shelf, id, last_version + 1, await next_instant(unit, shelf.kind))


async def _withdraw(unit: Unit, shelf: Shelf[Any], id: UUID, version: int, at: datetime) -> None:
    await unit.add(Withdrawal(template_id=id, kind=shelf.kind, version=version, modified_at=at))
