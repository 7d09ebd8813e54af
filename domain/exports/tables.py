"""What is remembered of exports, of a program's members or of one person's data, and how far they have come."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from domain.columns import identifier, instant, reference
from domain.jobs import Job
from domain.moves import Moves


class ExportState(StrEnum):
    PENDING = "Pending"
    RUNNING = "Running"
    COMPLETED = "Completed"
    FAILED = "Failed"


EXPORT_MOVES: Moves = {
    ExportState.PENDING: (ExportState.RUNNING, ExportState.FAILED),
    ExportState.RUNNING: (ExportState.COMPLETED, ExportState.FAILED),
    ExportState.COMPLETED: (),
    ExportState.FAILED: (ExportState.RUNNING,),
}
"""A failed one runs again when somebody gives its job another try."""
OPEN = (ExportState.PENDING, ExportState.RUNNING)


class Export(SQLModel, table=True):
    """Of a program (`program_id`), or of all that is known of one person (`user_id`).

    `problem`: why it failed. `expires_at`: from then on it is gone.
    """

    __tablename__ = "exports"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    program_id: UUID | None = reference("programs.id", default=None)
    user_id: UUID | None = reference("users.id", default=None)
    from_date: date | None = None
    to_date: date | None = None
    state: str = ExportState.PENDING
    percent: int = 0
    problem: str | None = None
    completed_at: datetime | None = instant(default=None, nullable=True)
    expires_at: datetime = instant(index=True)
    created_at: datetime = instant()
    modified_at: datetime = instant()


class ExportPart(SQLModel, table=True):
    """A piece of an export, deflated; it is one user's alone, and goes with them."""

    __tablename__ = "export_parts"
    __table_args__ = (UniqueConstraint("export_id", "number"),)

    id: UUID = identifier()
    export_id: UUID = reference("exports.id")
    user_id: UUID = reference("users.id")
    number: int
    row_count: int
    content: bytes
    created_at: datetime = instant()


@dataclass(frozen=True)
class PruneExports(Job):
    """Periodic: forget exports whose time is up."""

    @property
    def purpose(self) -> str:
        return "Forget exports whose time is up"
