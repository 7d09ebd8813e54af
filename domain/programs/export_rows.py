"""The rows of completed exports a page at a time, for many exports at once: for whoever wants no whole file."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_
from sqlmodel import col

from domain.errors import Invalid
from domain.exports import storing
from domain.exports.tables import Export, ExportPart, ExportState
from domain.listing.cursors import Cursor
from domain.programs.exports import visible_to
from domain.programs.members import visible_to as visible_members
from domain.programs.tables import ProgramMember
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope


@dataclass(frozen=True, order=True)
class Place:
    """Of a row: its part's number, and which row of that it is, from 0."""

    part: int
    row: int


START = Place(0, -1)


@dataclass(frozen=True)
class ExportRow:
    """A day of a member's; without any score a member has one row, and no day."""

    place: Place
    user_id: UUID
    first_name: str | None
    last_name: str | None
    email: str | None
    status: str
    joined_at: datetime
    pai_score: float | None
    daily_pai: float | None
    date: date | None


@dataclass(frozen=True)
class RowPage:
    """`more`: whether rows follow. `total`: of the whole export."""

    rows: Sequence[ExportRow] = ()
    total: int = 0
    more: bool = False

    def cursor_of(self, row: ExportRow) -> str:
        return Cursor((row.place.part, row.place.row)).text()


def place_of(cursor: str) -> Place:
    match Cursor.read(cursor).values:
        case (int(part), int(row)):
            return Place(part, row)
    raise Invalid("after is no cursor of this list; pass one that it gave")


async def pages_of(unit: Unit, ids: Sequence[UUID], first: int, after: Place = START) -> dict[UUID, RowPage]:
    """The first rows behind that place of each of these exports, of those who are members still."""
    unit.viewer.require(Scope.PROGRAMS_READ)
    order = (col(ExportPart.export_id), col(ExportPart.number))
    known = await unit.rows(_readable(unit, ids, ExportPart.row_count).order_by(*order))
    parts: dict[UUID, list[Any]] = {one: [] for one in ids}
    for part in known:
        parts[part.export_id].append(part)
    wanted = {one: _wanted(parts[one], first, after) for one in ids}
    contents = await _contents(unit, wanted)
    return await asyncio.to_thread(_paged, parts, contents, first, after)


def _readable(unit: Unit, ids: Sequence[UUID], column: Any) -> Select[Any]:
    """Whoever left is judged here too: a part may be written while its member leaves."""
    member = select(ProgramMember.id).where(
        visible_members(unit),
        col(ProgramMember.program_id) == col(Export.program_id),
        col(ProgramMember.user_id) == col(ExportPart.user_id),
    )
    found: Select[Any] = (
        select(ExportPart.export_id, ExportPart.number, column)
        .join(Export, col(Export.id) == col(ExportPart.export_id))
        .where(visible_to(unit), col(Export.id).in_(ids), member.exists())
        .where(col(Export.state) == ExportState.COMPLETED)
    )
    return found


def _wanted(parts: Sequence[Any], first: int, after: Place) -> list[int]:
    """The numbers of the parts that hold the page, and the row behind it."""
    numbers, rows = [], 0
    for part in parts:
        if part.number < after.part or rows > first:
            continue
        numbers.append(part.number)
        rows += part.row_count - (after.row + 1 if part.number == after.part else 0)
    return numbers


async def _contents(unit: Unit, wanted: Mapping[UUID, Sequence[int]]) -> Mapping[tuple[UUID, int], bytes]:
    those = [
        and_(col(ExportPart.export_id) == export_id, col(ExportPart.number).in_(numbers))
        for export_id, numbers in wanted.items()
        if numbers
    ]
    if not those:
        return {}
    rows = await unit.rows(_readable(unit, list(wanted), ExportPart.content).where(or_(*those)))
    return {(row.export_id, row.number): row.content for row in rows}


def _paged(
    parts: Mapping[UUID, Sequence[Any]], contents: Mapping[tuple[UUID, int], bytes], first: int, after: Place
) -> dict[UUID, RowPage]:
    pages = {}
    for one, some in parts.items():
        rows = [
            row
            for part in some
            if (one, part.number) in contents
            for row in _rows(part.number, contents[one, part.number])
            if row.place > after
        ]
        total = sum(part.row_count for part in some)
        pages[one] = RowPage(rows[:first], total, more=len(rows) > first)
    return pages


def _rows(number: int, content: bytes) -> list[ExportRow]:
    (user_id, first_name, last_name, email, status, joined_at), days = storing.unpacked(content)
    member = (UUID(user_id), first_name, last_name, email, status, datetime.fromisoformat(joined_at))
    return [
        ExportRow(Place(number, index), *member, score, daily, day and date.fromisoformat(day))
        for index, (score, daily, day) in enumerate(days)
    ]
