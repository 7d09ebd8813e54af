"""Files and imports in the partner's words: what it sent, and what became of it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row

from domain.fit_files import FitFileState
from domain.imports.reading import Progress


class SentFile(BaseModel):
    """`error` and `message`: why it failed, or what is worth knowing of one that was read."""

    user_id: str
    source: str
    summary_id: str
    activity_name: str | None
    state: FitFileState
    error: str | None
    message: str | None
    import_id: UUID | None
    announced_at: datetime
    modified_at: datetime

    @staticmethod
    def of(row: Row[Any]) -> "SentFile":
        return SentFile(
            user_id=row.external_user_id,
            source=row.source,
            summary_id=row.summary_id,
            activity_name=row.activity_name,
            state=row.state,
            error=row.problem_code,
            message=row.problem_message,
            import_id=row.bulk_import_id,
            announced_at=row.created_at,
            modified_at=row.modified_at,
        )


class FailedFile(BaseModel):
    summary_id: str
    error: str


class Import(BaseModel):
    """`files_total` are those it still has: a file that is announced anew leaves it."""

    id: UUID
    event_ids: list[str]
    user_id: str
    source: str
    status: Literal["running", "complete"]
    is_initial_import: bool
    files_total: int
    files_imported: int
    files_failed: int
    started_at: datetime
    finished_at: datetime | None

    @staticmethod
    def of(row: Row[Any], event_ids: list[str], progress: Progress) -> "Import":
        return Import(**_of_import(row, event_ids, progress))


class OneImport(Import):
    """`failed`: known when it is complete."""

    failed: list[FailedFile]

    @staticmethod
    def of(row: Row[Any], event_ids: list[str], progress: Progress) -> "OneImport":
        return OneImport(**_of_import(row, event_ids, progress), failed=row.failures)


class FilesAnswer(BaseModel):
    activity_files: list[SentFile]
    count: int
    offset: int
    limit: int


class ImportsAnswer(BaseModel):
    imports: list[Import]
    count: int
    offset: int
    limit: int


def _of_import(row: Row[Any], event_ids: list[str], progress: Progress) -> dict[str, Any]:
    return {
        "id": row.id,
        "event_ids": event_ids,
        "user_id": row.external_user_id,
        "source": row.source,
        "status": row.state,
        "is_initial_import": row.is_initial_import,
        "files_total": progress.total,
        "files_imported": progress.imported,
        "files_failed": progress.failed,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }
