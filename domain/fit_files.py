"""FIT files as they are announced: by a partner's ping, or by hand; each is ingested once and remembered for good."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Index, UniqueConstraint, and_, delete, text
from sqlmodel import Field, SQLModel, col

from domain import activities, heart_rate, recalculation, users
from domain.columns import identifier, instant, reference
from domain.errors import NotFound
from domain.identity.partners import Partner
from domain.imports.tables import BulkImport, CompleteImport, ImportState
from domain.jobs import Job
from domain.listing import Aggregate, Columns
from domain.news import Subject, Topic
from domain.raw_files import RawFile
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind
from domain.visibility import of_users

BY_HAND = "import"
INTERNAL_ERROR = "internal_error"
FORGOTTEN_AT_ONCE = 10_000
GIVEN_UP = (
    "We could not read this file although we tried several times; we have been told and will look into it"
)


class FitFileState(StrEnum):
    """`waiting` for the partner's bulk task, `queued` for a worker, then `ingested` or `failed`."""

    WAITING = "waiting"
    QUEUED = "queued"
    INGESTED = "ingested"
    FAILED = "failed"


IS_WAITING = text(f"state = '{FitFileState.WAITING}'")


class FitFile(SQLModel, table=True):
    """`origin` is the partner's id, or a word of ours. `revision` grows whenever the file is announced anew.

    `callback_url`: where to fetch it, until that is done; meanwhile `sha256` is what an earlier one gave.
    `bulk_import_id`: the import that released it; a file that is announced anew belongs to none.
    """

    __tablename__ = "fit_files"
    __table_args__ = (
        UniqueConstraint("origin", "user_id", "source", "summary_id"),
        Index(None, "bulk_import_id", "state"),
        Index("ix_fit_files_waiting", "modified_at", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
    )

    id: UUID = identifier()
    origin: str
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    source: str
    summary_id: str
    activity_name: str | None = None
    announced_start_at: datetime | None = instant(default=None, nullable=True)
    callback_url: str | None = None
    sha256: str | None = reference("raw_files.sha256", default=None, cascade=False)
    bulk_import_id: UUID | None = None
    state: str = FitFileState.QUEUED
    revision: int = 1
    problem_code: str | None = None
    problem_message: str | None = None
    file_types: list[str] = Field(default_factory=list, sa_type=JSON)
    record_count: int | None = None
    heart_rate_count: int | None = None
    heart_rate_sum: int | None = None
    session_count: int | None = None
    reader: str | None = None
    created_at: datetime = instant()
    modified_at: datetime = instant()
    ingested_at: datetime | None = instant(default=None, nullable=True)


@dataclass(frozen=True)
class IngestFit(Job):
    fit_file_id: UUID
    revision: int

    @property
    def purpose(self) -> str:
        return f"Read the FIT file {self.fit_file_id} and store what is in it"

    async def given_up(self, unit: Unit) -> None:
        """No file stays queued for good; its content is kept, since the job can be retried."""
        await refuse(unit, self, INTERNAL_ERROR, GIVEN_UP)


COLUMNS: Columns = {
    name: getattr(FitFile, name)
    for name in FitFile.model_fields
    if name not in {"callback_url", "origin", "revision"}
}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """As of any user's data; of partners only the one that announced it, though others know the user too."""
    theirs = of_users(unit, organization=FitFile.organization_id, user=FitFile.user_id)
    if unit.viewer.kind is ViewerKind.PARTNER:
        own = select(Partner.partner_id).where(col(Partner.id) == unit.viewer.partner_id).scalar_subquery()
        return and_(theirs, col(FitFile.origin) == own)
    return theirs


FIT_FILES = Aggregate("No such FIT file", Scope.IMPORTS_READ, COLUMNS, visible_to)


async def remove(unit: Unit, id: UUID) -> None:
    """Forget a file and all that came of it; the days it counted on are scored anew."""
    unit.viewer.require(Scope.IMPORTS_DELETE)
    which = (visible_to(unit), col(FitFile.id) == id)
    await users.lock_owner(unit, select(FitFile.user_id).where(*which))
    file = await unit.entity(FitFile, *which)
    if file is None:
        raise NotFound("No such FIT file")
    trained = await activities.replace(unit, id, (), ())
    days = await heart_rate.withdraw(unit, file.user_id, f"fit:{id}")
    await recalculation.request_pai(unit, file.user_id, days)
    await recalculation.request_loads(unit, file.user_id, trained)
    if file.bulk_import_id is not None:  # it may have been the last
        await unit.later(CompleteImport(file.bulk_import_id), organization_id=file.organization_id)
    await unit.change(delete(FitFile).where(col(FitFile.id) == id))
    await forget_unused(unit, col(RawFile.sha256) == file.sha256)


async def current(unit: Unit, job: IngestFit) -> FitFile | None:
    """The file a job is about, to change it; None when it was announced anew since, or is gone."""
    return await unit.entity(
        FitFile, col(FitFile.id) == job.fit_file_id, col(FitFile.revision) == job.revision
    )


async def refuse(unit: Unit, job: IngestFit, code: str, message: str, *, forget: bool = False) -> None:
    """Say why a file was not taken; what an earlier one gave stays. `forget`: what was announced now does not."""
    file = await current(unit, job)
    if file is None:
        return
    told = {"problem_code": code, "problem_message": message, "modified_at": unit.now}
    file.sqlmodel_update({"state": FitFileState.FAILED, **told})
    announced = file.sha256 if forget and file.callback_url is None else None
    if announced is not None:
        file.sha256 = None
    if forget:
        file.callback_url = None
    await unit.flush()
    await end(unit, file)
    if announced is not None:
        await forget_unused(unit, col(RawFile.sha256) == announced)


async def end(unit: Unit, file: FitFile) -> None:
    """The last thing to do when a file is read or refused: whoever ends the last one of an import completes it.

    The import's row is locked, and only to look: of two files that end at once the second to come sees both.
    """
    if file.bulk_import_id is None:
        return
    unit.tell(Topic(Subject.IMPORT, file.bulk_import_id))
    await unit.flush()
    running = select(BulkImport.id).where(
        col(BulkImport.id) == file.bulk_import_id, col(BulkImport.state) == ImportState.RUNNING
    )
    if not await unit.value(running.with_for_update(key_share=True)):
        return
    if not await on_its_way(unit, file.bulk_import_id):
        await unit.later(CompleteImport(file.bulk_import_id), organization_id=file.organization_id)


async def on_its_way(unit: Unit, bulk_import_id: UUID) -> bool:
    """Whether any file of the import is still to be read."""
    queued = select(FitFile.id).where(
        col(FitFile.bulk_import_id) == bulk_import_id, col(FitFile.state) == FitFileState.QUEUED
    )
    return await unit.row(queued.limit(1)) is not None


async def forget_unused(unit: Unit, *which: ColumnElement[bool]) -> None:
    """Raw content that no file refers to: it was broken, or something else has taken its place.

    Locked first, and judged again once no file can come to refer to it. What another unit holds is about to be used:
    nobody waits for it, and what is unused after all is forgotten when everything is looked through, as is the rest
    of very many.
    """
    used = select(FitFile.id).where(col(FitFile.sha256) == col(RawFile.sha256)).exists()
    unused = select(RawFile.sha256).where(~used, *which).limit(FORGOTTEN_AT_ONCE)
    held = [row.sha256 for row in await unit.rows(unused.with_for_update(skip_locked=True))]
    if held:
        await unit.change(delete(RawFile).where(~used, col(RawFile.sha256).in_(held)))
