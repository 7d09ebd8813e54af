"""What is remembered of bulk imports, and the jobs that end them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.columns import identifier, instant, reference
from domain.jobs import Job


class ImportState(StrEnum):
    """`complete`: every file of it is read or refused."""

    RUNNING = "running"
    COMPLETE = "complete"


IS_RUNNING = text(f"state = '{ImportState.RUNNING}'")


class BulkImport(SQLModel, table=True):
    """The files of one user and source that a partner's task released; one at a time runs for each.

    `external_user_id`: what the partner calls the user. `files_total`: those released until it is complete, then
    those it ended with; a file that was deleted or announced anew meanwhile is none of its files any more.
    `failures`: the refused ones at its end, each a summary_id and an error.
    """

    __tablename__ = "bulk_imports"
    __table_args__ = (
        Index(
            "uq_bulk_imports_running",
            "partner_id",
            "user_id",
            "source",
            unique=True,
            sqlite_where=IS_RUNNING,
            postgresql_where=IS_RUNNING,
        ),
    )

    id: UUID = identifier()
    partner_id: UUID = reference("partners.id")
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    external_user_id: str
    source: str
    is_initial_import: bool
    state: str = ImportState.RUNNING
    files_total: int = 0
    files_imported: int = 0
    files_failed: int = 0
    failures: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    started_at: datetime = instant()
    finished_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


class ImportEvent(SQLModel, table=True):
    """An event_id under which a partner wants to hear of an import's end. `delivery_id`: the call that tells it."""

    __tablename__ = "bulk_import_events"
    __table_args__ = (UniqueConstraint("partner_id", "event_id"),)

    id: UUID = identifier()
    bulk_import_id: UUID = reference("bulk_imports.id")
    partner_id: UUID = reference("partners.id")
    event_id: str
    delivery_id: UUID | None = None
    created_at: datetime = instant()


@dataclass(frozen=True)
class CompleteImport(Job):
    """Perhaps no file of it is on its way any more."""

    bulk_import_id: UUID

    @property
    def purpose(self) -> str:
        return f"Complete the import {self.bulk_import_id} and tell the partner"


@dataclass(frozen=True)
class PlanAfterImport(Job):
    """A user's first files are read: a training plan is due. Apart from the import's end, which it must not hold up."""

    bulk_import_id: UUID

    @property
    def purpose(self) -> str:
        return f"Request a training plan after the first import {self.bulk_import_id}"


@dataclass(frozen=True)
class ExpireWaiting(Job):
    """Periodic: give up files that wait for a task which never came."""

    @property
    def purpose(self) -> str:
        return "Give up files that wait for a task which never came"
