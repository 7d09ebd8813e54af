"""All that is kept of a person as one JSON document, built by a job and kept for a while."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import numpy as np
import orjson
from sqlalchemy import ColumnElement, Table, and_
from sqlmodel import col

from domain.errors import Conflict, NotFound
from domain.exports import storing
from domain.exports.tables import OPEN, Export, ExportPart
from domain.jobs import BULK, Job
from domain.listing import Aggregate, Columns
from domain.packing import unpack, unpack_times
from domain.personal_data.belongings import belonging_to, is_personal, person_of
from domain.sql import select
from domain.store import Store
from domain.tables import METADATA
from domain.unit import Unit
from domain.users import User
from domain.users import visible_to as visible_users
from domain.viewer import Scope, Viewer
from domain.visibility import of_users

COPIES = frozenset({"exports", "export_parts"})
"""What was made of the other tables, and is made of them again."""
SECRETS = frozenset({"password_hash", "token_hash", "secret", "claim"})
"""Columns that tell nothing of a person, and open doors."""
PORTION, FILES = 1000, 1
"""So many rows are read at once, and of raw files, which are large, so many."""
BUDGET = 4 * 1024 * 1024
"""About so many bytes are written by a job; the next goes on where it ended."""
COLUMNS: Columns = {**storing.COLUMNS, "user_id": Export.user_id}
TABLES = tuple(table for table in METADATA.sorted_tables if is_personal(table) and table.name not in COPIES)


@dataclass(frozen=True)
class ExportPerson(Job):
    """Go on with an export: with this table, behind the row with this key."""

    priority: ClassVar[int] = BULK
    export_id: UUID
    table: int = 0
    after: str | None = None

    @property
    def purpose(self) -> str:
        return f"Write the export {self.export_id} of one person's data"

    async def given_up(self, unit: Unit) -> None:
        await storing.fail(unit, self.export_id)


def visible_to(unit: Unit) -> ColumnElement[bool]:
    theirs = of_users(unit, organization=Export.organization_id, user=Export.user_id)
    return and_(theirs, col(Export.user_id).is_not(None), storing.is_kept(unit))


EXPORTS = Aggregate("No such export", Scope.PERSONAL_DATA_EXPORT, COLUMNS, visible_to)
get_export = EXPORTS.got


async def request_export(unit: Unit, user_id: UUID) -> UUID:
    """One's own, or as an administrator anybody's in the organization; one at a time."""
    unit.viewer.require(Scope.PERSONAL_DATA_EXPORT)
    user = await unit.entity(User, visible_users(unit), col(User.id) == user_id)
    if user is None:
        raise NotFound("No such user")
    if await unit.entity(Export, col(Export.user_id) == user_id, col(Export.state).in_(OPEN)):
        raise Conflict("An export of this person's data is being built: wait until it is done")
    export = await storing.begin(unit, user.organization_id, user_id=user_id)
    await unit.later(ExportPerson(export.id), organization_id=user.organization_id)
    return export.id


async def build(unit: Unit, job: ExportPerson) -> None:
    """Some of it; what changes while an export is built is in it as it was when its turn came."""
    export = await storing.to_build(unit, job.export_id)
    if export is None or export.user_id is None:
        return
    index, after, written = job.table, job.after, 0
    while index < len(TABLES) and written < BUDGET:
        size, after = await _write(unit, export, TABLES[index], after)
        written += size
        index += after is None
    if index < len(TABLES):
        await storing.go_on(unit, export, int(100 * index / len(TABLES)))
        await unit.later(ExportPerson(export.id, index, after))
    else:
        await storing.complete(unit, export)


async def document(store: Store, viewer: Viewer, id: UUID) -> AsyncIterator[bytes]:
    """A completed export as JSON: rows by table."""
    async with store.reading(viewer) as unit:
        row = await get_export(unit, id)
        storing.check_done(row.state, row.percent)
    yield (
        orjson.dumps({"userId": row.user_id, "exportedOn": row.completed_at}, default=str)[:-1]
        + b',"tables":{'
    )
    current, between = None, b""
    async for table, rows in storing.parts(partial(store.reading, viewer), partial(_readable, id)):
        if table != current:
            yield between + orjson.dumps(table) + b":["
        yield (b"," if table == current else b"") + orjson.dumps(rows)[1:-1]
        current, between = table, b"],"
    yield b"]}}" if current else b"}}"


def _readable(id: UUID, unit: Unit) -> ColumnElement[bool]:
    mine = select(Export.id).where(visible_to(unit), col(Export.id) == id)
    return col(ExportPart.export_id).in_(mine)


async def _write(unit: Unit, export: Export, table: Table, after: str | None) -> tuple[int, str | None]:
    """A part; how large it is, and behind which key the table goes on, if it does."""
    assert export.user_id is not None, "only a person's export is written here"  # noqa: S101
    rows = await _rows(unit, export.user_id, table, after)
    if not rows:
        return 0, None
    content = await asyncio.to_thread(_content, table, rows)
    await unit.add(
        ExportPart(
            export_id=export.id,
            user_id=export.user_id,
            number=await storing.next_number(unit, export),
            row_count=len(rows),
            content=content,
            created_at=unit.now,
        )
    )
    whole = len(rows) < _portion(table)
    return len(content), None if whole else str(rows[-1][_key(table).name])


async def _rows(unit: Unit, user_id: UUID, table: Table, after: str | None) -> Sequence[Any]:
    key, person = _key(table), await person_of(unit, user_id)
    columns = [column for column in table.c if column.name not in SECRETS]
    theirs = select(*columns).where(belonging_to(person, table)).order_by(key)
    if after is not None:
        theirs = theirs.where(key > (UUID(after) if key.name == "id" else after))
    found = await unit.rows(theirs.limit(_portion(table)))
    return [row._mapping for row in found]  # noqa: SLF001  Row's public API


def _key(table: Table) -> Any:
    return next(iter(table.primary_key.columns))


def _portion(table: Table) -> int:
    return FILES if table.name == "raw_files" else PORTION


def _content(table: Table, rows: Sequence[Mapping[str, Any]]) -> bytes:
    return storing.packed([table.name, [_told(table.name, row) for row in rows]])


def _told(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Series of measurements as numbers, other bytes in base64."""
    told = dict(row)
    for name, value in row.items():
        if isinstance(value, bytes):
            told[name] = READ[table](name, row) if table in READ else base64.b64encode(value).decode()
    return told


def _series(name: str, row: Mapping[str, Any]) -> list[Any]:
    is_time = name == "times" or row.get("metric") == "time"
    values = unpack_times(row[name]) if is_time else unpack(row[name])
    if np.issubdtype(values.dtype, np.floating):
        return [None if np.isnan(value) else float(value) for value in values]
    listed: list[Any] = values.tolist()
    return listed


READ: Mapping[str, Callable[[str, Mapping[str, Any]], list[Any]]] = {
    "heart_rate_recordings": _series,
    "activity_streams": _series,
}
