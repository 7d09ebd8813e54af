"""A partner's task: the files that wait for it are released, once, and are an import from then on."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import col

from domain import users
from domain.errors import Conflict, Detail, Forbidden
from domain.fit_files import FitFile, FitFileState, IngestFit
from domain.identity.partners import KnownPartner, linked_users, partner_of
from domain.imports.completion import complete
from domain.imports.tables import BulkImport, ImportEvent, ImportState
from domain.inserting import insert_unless_there
from domain.jobs import BULK
from domain.pings import UNKNOWN_USER
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope

OTHER_IMPORT = "This event_id names an import of another user or source: send a new one"


@dataclass(frozen=True)
class BulkTask:
    """All files of this user and source have been announced. `initial`: the user has just signed up."""

    external_user_id: str
    source: str
    initial: bool
    event_id: str | None = None


@dataclass(frozen=True)
class Started:
    """The import that a task began, joined or repeats, and how many files it has."""

    import_id: UUID
    files: int


async def start(unit: Unit, task: BulkTask) -> Started:
    """Release what waits.

    An event_id that was sent before starts nothing. Without one, or with a new one, a task that comes while an import
    of the same user and source runs is part of it: what waits by then joins it, and each event_id is told of its end.
    An initial task without one that finds nothing to release repeats the initial import that is complete, if one is.
    """
    unit.viewer.require(Scope.IMPORTS_WRITE)
    partner = await partner_of(unit)
    user_id = (await linked_users(unit, [task.external_user_id])).get(task.external_user_id)
    if user_id is None:
        raise Forbidden(UNKNOWN_USER, Detail(UNKNOWN_USER, "user_id"))
    await users.lock(unit, user_id)
    if (known := await _told_before(unit, task, user_id)) is not None:
        return known
    bulk = await _running(unit, task, user_id)
    if bulk is None:
        if (known := await _done_before(unit, task, user_id, partner)) is not None:
            return known
        bulk = await unit.add(_new(unit, task, user_id, partner))
    await _remember_event(unit, task, bulk)
    bulk.files_total += await _release(unit, bulk, partner.partner_id)
    bulk.is_initial_import |= task.initial
    bulk.modified_at = unit.now
    await unit.flush()
    await complete(unit, bulk.id)
    return Started(bulk.id, bulk.files_total)


async def _told_before(unit: Unit, task: BulkTask, user_id: UUID) -> Started | None:
    """The import with this event_id, if there is one."""
    if task.event_id is None:
        return None
    row = await unit.row(
        select(BulkImport.id, BulkImport.user_id, BulkImport.source, BulkImport.files_total)
        .join(ImportEvent, col(ImportEvent.bulk_import_id) == col(BulkImport.id))
        .where(
            col(ImportEvent.partner_id) == unit.viewer.partner_id, col(ImportEvent.event_id) == task.event_id
        )
    )
    if row is None:
        return None
    if (row.user_id, row.source) != (user_id, task.source):
        raise Conflict(OTHER_IMPORT, Detail(OTHER_IMPORT, "event_id"))
    return Started(row.id, row.files_total)


async def _done_before(unit: Unit, task: BulkTask, user_id: UUID, partner: KnownPartner) -> Started | None:
    """The initial import that the task repeats, its answer having been lost, if it does."""
    if task.event_id is not None or not task.initial:
        return None
    waiting = select(FitFile.id).where(*_waiting(partner.partner_id, user_id, task.source))
    if await unit.row(waiting.limit(1)) is not None:
        return None
    done = select(BulkImport.id, BulkImport.files_total).where(
        col(BulkImport.partner_id) == partner.id,
        col(BulkImport.user_id) == user_id,
        col(BulkImport.source) == task.source,
        col(BulkImport.is_initial_import),
        col(BulkImport.state) == ImportState.COMPLETE,
    )
    row = await unit.row(done.order_by(col(BulkImport.started_at).desc()).limit(1))
    return None if row is None else Started(row.id, row.files_total)


def _waiting(origin: str, user_id: UUID, source: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(FitFile.origin) == origin,
        col(FitFile.user_id) == user_id,
        col(FitFile.source) == source,
        col(FitFile.state) == FitFileState.WAITING,
    )


async def _running(unit: Unit, task: BulkTask, user_id: UUID) -> BulkImport | None:
    return await unit.entity(
        BulkImport,
        col(BulkImport.partner_id) == unit.viewer.partner_id,
        col(BulkImport.user_id) == user_id,
        col(BulkImport.source) == task.source,
        col(BulkImport.state) == ImportState.RUNNING,
    )


def _new(unit: Unit, task: BulkTask, user_id: UUID, partner: KnownPartner) -> BulkImport:
    return BulkImport(
        partner_id=partner.id,
        organization_id=partner.organization_id,
        user_id=user_id,
        external_user_id=task.external_user_id,
        source=task.source,
        is_initial_import=task.initial,
        started_at=unit.now,
        created_at=unit.now,
        modified_at=unit.now,
    )


async def _remember_event(unit: Unit, task: BulkTask, bulk: BulkImport) -> None:
    """Another user's task may have sent the same event_id in this very moment: it was first."""
    if task.event_id is None:
        return
    event = ImportEvent(
        bulk_import_id=bulk.id, partner_id=bulk.partner_id, event_id=task.event_id, created_at=unit.now
    )
    if not await insert_unless_there(unit, event):
        raise Conflict(OTHER_IMPORT, Detail(OTHER_IMPORT, "event_id"))


async def _release(unit: Unit, bulk: BulkImport, origin: str) -> int:
    """However many wait, two statements: the files are the import's, and each has a job behind the live ones."""
    waiting = (
        update(FitFile)
        .where(*_waiting(origin, bulk.user_id, bulk.source))
        .values(state=FitFileState.QUEUED, bulk_import_id=bulk.id, modified_at=unit.now)
        .returning(col(FitFile.id), col(FitFile.revision))
    )
    released = await unit.rows(waiting)
    jobs = [IngestFit(row.id, row.revision) for row in released]
    await unit.later_all(jobs, organization_id=bulk.organization_id, priority=BULK)
    return len(released)
