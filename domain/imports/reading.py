"""Imports and how far they have come, for those whose files they are and the partner that sent them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import col

from domain.fit_files import FitFile, FitFileState
from domain.imports.tables import BulkImport, ImportEvent, ImportState
from domain.listing import Aggregate, Columns
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind
from domain.visibility import of_users

COLUMNS: Columns = {name: getattr(BulkImport, name) for name in BulkImport.model_fields}


@dataclass(frozen=True)
class Progress:
    """An import's files: all of them, and what became of them so far."""

    total: int = 0
    imported: int = 0
    failed: int = 0

    @property
    def remaining(self) -> int:
        return self.total - self.imported - self.failed


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """As of any user's data; of partners only the one whose import it is, though others know the user too."""
    theirs = of_users(unit, organization=BulkImport.organization_id, user=BulkImport.user_id)
    if unit.viewer.kind is ViewerKind.PARTNER:
        return and_(theirs, col(BulkImport.partner_id) == unit.viewer.partner_id)
    return theirs


IMPORTS = Aggregate("No such import", Scope.IMPORTS_READ, COLUMNS, visible_to)
list_imports, get_import = IMPORTS.page, IMPORTS.got


async def import_of_event(unit: Unit, event_id: str) -> UUID | None:
    """The import that the viewing partner wants to hear of under this event_id."""
    unit.viewer.require(Scope.IMPORTS_READ)
    named = select(ImportEvent.bulk_import_id).where(
        col(ImportEvent.partner_id) == unit.viewer.partner_id, col(ImportEvent.event_id) == event_id
    )
    found: UUID | None = await unit.value(named)
    return found


async def events_of(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The event ids that each of these visible imports was sent under."""
    unit.viewer.require(Scope.IMPORTS_READ)
    rows = await unit.rows(
        select(ImportEvent.bulk_import_id, ImportEvent.event_id)
        .join(BulkImport, col(BulkImport.id) == col(ImportEvent.bulk_import_id))
        .where(visible_to(unit), col(BulkImport.id).in_(ids))
        .order_by(col(ImportEvent.created_at), col(ImportEvent.event_id))
    )
    return {one: [row.event_id for row in rows if row.bulk_import_id == one] for one in ids}


async def progress_of(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, Progress]:
    """How far these visible imports have come: counted while they run, and remembered from their end on."""
    unit.viewer.require(Scope.IMPORTS_READ)
    figures = (BulkImport.files_total, BulkImport.files_imported, BulkImport.files_failed)
    ended = await unit.rows(
        select(BulkImport.id, *figures).where(
            visible_to(unit), col(BulkImport.id).in_(ids), col(BulkImport.state) == ImportState.COMPLETE
        )
    )
    known = {row.id: Progress(*row[1:]) for row in ended}
    return known | await _counted(unit, [one for one in ids if one not in known])


async def _counted(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, Progress]:
    rows: Sequence[Any] = await unit.rows(
        select(BulkImport.id, FitFile.state, func.count())
        .join(FitFile, col(FitFile.bulk_import_id) == col(BulkImport.id))
        .where(visible_to(unit), col(BulkImport.id).in_(ids))
        .group_by(col(BulkImport.id), col(FitFile.state))
    )
    found: dict[UUID, dict[str, int]] = {one: {} for one in ids}
    for one, state, count in rows:
        found[one][state] = count
    return {
        one: Progress(
            sum(states.values()), states.get(FitFileState.INGESTED, 0), states.get(FitFileState.FAILED, 0)
        )
        for one, states in found.items()
    }
