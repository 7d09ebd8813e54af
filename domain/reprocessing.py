"""Files that were read before, read again by the reader of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from domain.fit_files import INTERNAL_ERROR, FitFile, FitFileState
from domain.jobs import BULK, Job, ledger
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope


@dataclass(frozen=True)
class ReadAgain(Job):
    """A stored file, behind everything that is live; one that was announced anew since is left to that."""

    fit_file_id: UUID
    revision: int

    priority: ClassVar[int] = BULK

    @property
    def purpose(self) -> str:
        return f"Read the stored FIT file {self.fit_file_id} again"


def was_read() -> ColumnElement[bool]:
    """Files whose stored content is what was last read, or would have been but for us.

    One that waits or is queued has its reading before it, and a refused one tells whoever sent it why.
    """
    state, problem = col(FitFile.state), col(FitFile.problem_code)
    ours = and_(state == FitFileState.FAILED, problem == INTERNAL_ERROR)
    return and_(
        col(FitFile.sha256).is_not(None),
        col(FitFile.callback_url).is_(None),
        or_(state == FitFileState.INGESTED, ours),
    )


async def request(unit: Unit, user_ids: Sequence[UUID] | None) -> int | None:
    """Ask for every file of these users, or of all, that was read; how many jobs that is.

    None while an earlier request for any of them is under way: that one is carried on.
    """
    unit.viewer.require(Scope.MAINTENANCE)
    stored = select(FitFile.id, FitFile.revision, FitFile.organization_id).where(was_read())
    if user_ids is not None:
        stored = stored.where(col(FitFile.user_id).in_(user_ids))
    files = await unit.rows(
        stored.order_by(col(FitFile.organization_id), col(FitFile.user_id), col(FitFile.created_at))
    )
    under_way = {arguments["fit_file_id"] for arguments in await ledger.open_arguments(unit, ReadAgain)}
    if any(str(file.id) in under_way for file in files):
        return None
    for organization_id, theirs in groupby(files, lambda file: file.organization_id):
        await unit.later_all(
            [ReadAgain(file.id, file.revision) for file in theirs], organization_id=organization_id
        )
    return len(files)
