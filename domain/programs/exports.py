"""Exports of a program: its members' PAI, a part for each member, which goes when the member goes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func
from sqlmodel import col

from domain.errors import Conflict, Misfit, NotFound
from domain.exports import storing
from domain.exports.tables import OPEN, Export, ExportPart
from domain.fields import Fields
from domain.jobs import Job
from domain.listing import Aggregate, Columns, Listing, Page, chosen, page_of
from domain.pai import PaiSummary
from domain.programs.members import JUST_ID
from domain.programs.members import visible_to as visible_members
from domain.programs.programs import get_program, locked, visible_ids
from domain.programs.tables import ProgramMember
from domain.sentences import said
from domain.sql import select
from domain.store import Store
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope, Viewer

PORTION = 20
"""So many members a commit: some years of each fit in memory."""
MOST_OPEN = 5
ROW = (
    "user_id", "first_name", "last_name", "email", "status", "joined_at", "pai_score", "daily_pai", "date",
)  # fmt: skip
"""What a row of an export has, in this order; the last three are a day's."""
COLUMNS: Columns = {**storing.COLUMNS, "program_id": Export.program_id}


class ExportFields(Fields):
    """Of which days; all of them, unless said otherwise."""

    from_date: date | None = None
    to_date: date | None = None


@dataclass(frozen=True)
class ExportMembers(Job):
    """A portion of the members that the export has no part of yet; the last one completes it."""

    priority: ClassVar[int] = 5
    export_id: UUID

    @property
    def purpose(self) -> str:
        return f"Write the export {self.export_id} of a program's members"

    async def given_up(self, unit: Unit) -> None:
        await storing.fail(unit, self.export_id)


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return and_(col(Export.program_id).in_(visible_ids(unit)), storing.is_kept(unit))


EXPORTS = Aggregate("No such export", Scope.PROGRAMS_READ, COLUMNS, visible_to)


async def list_exports(unit: Unit, program_id: UUID, listing: Listing) -> Page:
    await get_program(unit, program_id, JUST_ID)
    theirs = and_(visible_to(unit), col(Export.program_id) == program_id)
    return await page_of(unit, COLUMNS, theirs, listing)


async def get_export(
    unit: Unit, program_id: UUID, id: UUID, fields: frozenset[str] | None = None
) -> Row[Any]:
    await get_program(unit, program_id, JUST_ID)
    mine = (visible_to(unit), col(Export.program_id) == program_id, col(Export.id) == id)
    row = await unit.row(select(*chosen(COLUMNS, fields, ())).where(*mine))
    if row is None:
        raise NotFound("No such export")
    return row


async def request_export(unit: Unit, program_id: UUID, values: Mapping[str, Any]) -> UUID:
    """`values` are those of ExportFields."""
    unit.viewer.require(Scope.PROGRAMS_WRITE)
    first, last = values["from_date"], values["to_date"]
    if first and last and last < first:
        raise Misfit("to_date", said("lies before the first day"))
    program = await locked(unit, program_id)
    under_way = select(func.count()).where(col(Export.program_id) == program_id, col(Export.state).in_(OPEN))
    if await unit.value(under_way) >= MOST_OPEN:
        raise Conflict(said("{most} exports are being built: wait until one of them is done", most=MOST_OPEN))
    export = await storing.begin(
        unit, program.organization_id, program_id=program_id, from_date=first, to_date=last
    )
    await unit.later(ExportMembers(export.id))
    return export.id


async def build(unit: Unit, export_id: UUID) -> None:
    """Who joins while it is built is in it, and who leaves is not: nobody is passed over, and nobody comes twice."""
    export = await storing.to_build(unit, export_id)
    if export is None:
        return
    missing = await _missing(unit, export)
    await _write(unit, export, missing[:PORTION])
    if len(missing) > PORTION:
        await storing.go_on(unit, export, await _percent(unit, export))
        await unit.later(ExportMembers(export_id))
    else:
        await storing.complete(unit, export)


async def rows(store: Store, viewer: Viewer, id: UUID) -> AsyncIterator[list[dict[str, Any]]]:
    """A completed export, a member's rows at a time, of those who are members still when it is read."""
    reading = partial(store.reading, viewer)
    async for member, days in storing.parts(reading, partial(_readable, id), at_once=PORTION):
        yield [dict(zip(ROW, [*member, *day], strict=True)) for day in days]


def _readable(id: UUID, unit: Unit) -> ColumnElement[bool]:
    """Whoever left is judged here too: a part may be written while its member leaves."""
    mine = select(Export.program_id).where(visible_to(unit), col(Export.id) == id)
    members = select(ProgramMember.user_id).where(
        visible_members(unit), col(ProgramMember.program_id).in_(mine)
    )
    return and_(col(ExportPart.export_id) == id, col(ExportPart.user_id).in_(members))


def _unwritten(export: Export) -> tuple[ColumnElement[bool], ...]:
    written = select(ExportPart.user_id).where(col(ExportPart.export_id) == export.id)
    return (
        col(ProgramMember.program_id) == export.program_id,
        col(ProgramMember.left_at).is_(None),
        col(ProgramMember.user_id).not_in(written),
    )


async def _missing(unit: Unit, export: Export) -> Sequence[Row[Any]]:
    columns = (
        ProgramMember.user_id, User.first_name, User.last_name, User.email, ProgramMember.status,
        ProgramMember.joined_at,
    )  # fmt: skip
    of_user = select(*columns).join(User, col(User.id) == col(ProgramMember.user_id))
    waiting = of_user.where(*_unwritten(export)).order_by(col(ProgramMember.joined_at), col(ProgramMember.id))
    return await unit.rows(waiting.limit(PORTION + 1))


async def _write(unit: Unit, export: Export, members: Sequence[Row[Any]]) -> None:
    """A member without any score has a row without one."""
    days: dict[UUID, list[tuple[Any, ...]]] = {member.user_id: [] for member in members}
    for user_id, *day in await _days(unit, export, list(days)):
        days[user_id].append(tuple(day))
    first = await storing.next_number(unit, export)
    parts = []
    for number, member in enumerate(members, first):
        theirs = days[member.user_id] or [(None, None, None)]
        parts.append(
            ExportPart(
                export_id=export.id,
                user_id=member.user_id,
                number=number,
                row_count=len(theirs),
                content=storing.packed([tuple(member), theirs]),
                created_at=unit.now,
            )
        )
    await unit.add_all(parts)


async def _days(unit: Unit, export: Export, user_ids: list[UUID]) -> Sequence[Any]:
    bounds = []
    if export.from_date:
        bounds.append(col(PaiSummary.date) >= export.from_date)
    if export.to_date:
        bounds.append(col(PaiSummary.date) <= export.to_date)
    columns = (PaiSummary.user_id, PaiSummary.pai_score, PaiSummary.daily_pai, PaiSummary.date)
    theirs = select(*columns).where(col(PaiSummary.user_id).in_(user_ids), *bounds)
    return await unit.rows(theirs.order_by(col(PaiSummary.user_id), col(PaiSummary.date)))


async def _percent(unit: Unit, export: Export) -> int:
    done = await unit.value(select(func.count()).where(col(ExportPart.export_id) == export.id))
    left = await unit.value(select(func.count()).select_from(ProgramMember).where(*_unwritten(export)))
    return int(100 * done / (done + left))
