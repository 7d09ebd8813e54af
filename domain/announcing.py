"""Files that somebody has for users: remembered and queued, however many in a few statements, each of them once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import tuple_
from sqlmodel import col

from domain import users
from domain.fit_files import FitFile, FitFileState, IngestFit, forget_unused
from domain.imports.tables import CompleteImport
from domain.jobs import Job
from domain.raw_files import RawFile, keep
from domain.sql import select
from domain.unit import Unit

Identity = tuple[str, UUID, str, str]


@dataclass(frozen=True)
class Announcement:
    """A file somebody has for a user: its content, the hash of content that is kept already, or where to fetch it.

    `overwrite` replaces what is known of it.
    """

    user_id: UUID
    organization_id: UUID
    origin: str
    source: str
    summary_id: str
    activity_name: str | None = None
    started_at: datetime | None = None
    url: str | None = None
    content: bytes | None = None
    sha256: str | None = None
    overwrite: bool = False
    at_once: bool = True

    @property
    def identity(self) -> Identity:
        return self.origin, self.user_id, self.source, self.summary_id

    @property
    def state(self) -> FitFileState:
        return FitFileState.QUEUED if self.at_once else FitFileState.WAITING


async def announce(unit: Unit, announced: Announcement) -> UUID:
    """One file, with its content if it is here; its id. The user is locked, after the content (ADR 0025)."""
    if announced.content is not None:
        announced = replace(announced, sha256=await keep(unit, announced.content), content=None)
    await users.lock(unit, announced.user_id)
    return (await announce_all(unit, [announced]))[announced.identity]


async def announce_all(unit: Unit, announced: Sequence[Announcement]) -> dict[Identity, UUID]:
    """Remember the files and queue them, in the order they come; their ids.

    A repeat changes nothing, unless it may overwrite, or nothing was ever read of the file and its last try failed, or
    it waits for a bulk import and is wanted now. The caller keeps others from announcing the same files meanwhile: it
    holds their user, or the partner's link to the user.
    """
    known = await _known(unit, announced)
    new: list[FitFile] = []
    touched: dict[UUID, FitFile] = {}
    left: dict[UUID, UUID] = {}
    in_vain: set[str] = set()
    for one in announced:
        file = known.get(one.identity)
        if file is None:
            file = known[one.identity] = _new(unit, one)
            new.append(file)
        elif _is_wanted(file, one):
            if file.bulk_import_id is not None:
                left[file.bulk_import_id] = file.organization_id
            file.sqlmodel_update(_anew(unit, file, one))
        else:
            in_vain |= {one.sha256} if one.sha256 else set()
            continue
        touched[file.id] = file
    await unit.add_all(new)
    await _ask_for(unit, touched.values(), left)
    if in_vain:
        await forget_unused(unit, col(RawFile.sha256).in_(in_vain))
    return {identity: file.id for identity, file in known.items()}


async def _known(unit: Unit, announced: Sequence[Announcement]) -> dict[Identity, FitFile]:
    """Those that were announced before, locked."""
    columns = (col(FitFile.origin), col(FitFile.user_id), col(FitFile.source), col(FitFile.summary_id))
    there = select(FitFile.id).where(tuple_(*columns).in_({one.identity for one in announced}))
    rows = await unit.rows(there.order_by(col(FitFile.id)).with_for_update(key_share=True))
    files = await unit.entities(FitFile, col(FitFile.id).in_([row.id for row in rows])) if rows else ()
    return {(file.origin, file.user_id, file.source, file.summary_id): file for file in files}


def _is_wanted(file: FitFile, announced: Announcement) -> bool:
    hastened = file.state == FitFileState.WAITING and announced.at_once
    unread = file.ingested_at is None and (file.state == FitFileState.FAILED or hastened)
    return announced.overwrite or unread


def _new(unit: Unit, announced: Announcement) -> FitFile:
    return FitFile(
        id=uuid4(),
        origin=announced.origin,
        organization_id=announced.organization_id,
        user_id=announced.user_id,
        source=announced.source,
        summary_id=announced.summary_id,
        state=announced.state,
        created_at=unit.now,
        modified_at=unit.now,
        **_substance(announced),
    )


def _anew(unit: Unit, file: FitFile, announced: Announcement) -> dict[str, Any]:
    return {
        **_substance(announced),
        "state": announced.state,
        "revision": file.revision + 1,
        "bulk_import_id": None,
        "problem_code": None,
        "problem_message": None,
        "modified_at": unit.now,
    }


def _substance(announced: Announcement) -> dict[str, Any]:
    """Until a new file is fetched, the content stays that an earlier one gave."""
    told = {
        "activity_name": announced.activity_name,
        "announced_start_at": announced.started_at,
        "callback_url": announced.url,
    }
    return told | ({"sha256": announced.sha256} if announced.sha256 else {})


async def _ask_for(unit: Unit, touched: Iterable[FitFile], left: Mapping[UUID, UUID]) -> None:
    """Jobs that read what is queued, and that look whether an import which a file left has an end now.

    A ping may take files out of several imports: it locks none itself.
    """
    jobs: dict[UUID, list[Job]] = defaultdict(list)
    for file in touched:
        if file.state == FitFileState.QUEUED:
            jobs[file.organization_id].append(IngestFit(file.id, file.revision))
    for bulk_import_id, organization_id in left.items():
        jobs[organization_id].append(CompleteImport(bulk_import_id))
    for organization_id, wanted in jobs.items():
        await unit.later_all(wanted, organization_id=organization_id)
