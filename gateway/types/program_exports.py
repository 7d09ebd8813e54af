"""Exports of a program's members: how far they have come, and their rows once they are completed."""

import datetime as dt
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain.exports.tables import ExportState as DomainState
from domain.programs import export_rows, exports
from domain.programs.export_rows import START, RowPage, place_of
from domain.unit import Unit
from gateway.context import Context
from gateway.types.connections import After, ConnectedPage, Connection, First, Paging
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.program_members import USER_ID, ProgramMemberStatus
from gateway.types.relations import one

Info = strawberry.Info[Context, None]


@strawberry.enum(description="How far an export has come.")
class ExportState(Enum):
    PENDING = strawberry.enum_value("Pending", description="A worker will begin it.")
    RUNNING = strawberry.enum_value("Running", description="A worker is at it.")
    COMPLETED = strawberry.enum_value("Completed", description="It can be read, until it expires.")
    FAILED = strawberry.enum_value("Failed", description="It came to nothing; problem says why.")


@strawberry.type(description="A day of a member's; who has no score at all has one row, without a day.")
class ProgramExportRow:
    user_id: UUID = field(USER_ID)
    first_name: str | None = field("Given name.")
    last_name: str | None = field("Family name.")
    email: str | None = field("Where to write to the person.")
    status: ProgramMemberStatus = field("What the member was when this was written.")
    joined_at: dt.datetime = field("When the user accepted.")
    date: dt.date | None = field("The user's local day.")
    pai_score: float | None = field("That day's PAI score, 0 to below 200.")
    daily_pai: float | None = field("What the day added to it.")


async def rows(
    root: strawberry.Parent[Any], info: Info, first: First = None, after: After = None
) -> ConnectedPage | None:
    paging = Paging(first, after)
    place = START if after is None else place_of(after)
    if root.state != DomainState.COMPLETED:
        return None

    async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, RowPage]:
        return await export_rows.pages_of(unit, ids, paging.size, place)

    return ConnectedPage(await info.context.batched((export_rows.pages_of, paging), batch, root.id), paging)


@node(exports.EXPORTS, "The PAI of a program's members, written by a worker and kept for a while.")
class ProgramExport(Node):
    program = one("programs.Program", "program_id", "Whose members it is of.")
    from_date: dt.date | None = field("The first local day in it; null for all days.")
    to_date: dt.date | None = field("The last local day in it; null for all days.")
    state: ExportState = field("How far it has come.")
    percent: int = field("How much of it is done, 0 to 100.")
    row_count: int = field("How many rows are written.")
    problem: str | None = field("Why it failed.")
    rows: Connection[ProgramExportRow] | None = field(
        "Its rows, forward only, of those who are members still; null until it is completed.",
        needs={"id", "state"},
        resolver=rows,
        graphql_type=Connection[ProgramExportRow] | None,
    )
    completed_at: dt.datetime | None = field("When it was done.")
    expires_at: dt.datetime = field("When it is forgotten.")
    created_at: dt.datetime = field("When it was asked for.")
    modified_at: dt.datetime = field("When it last changed.")


PROGRAM_EXPORTS = Many(
    ProgramExport,
    order=newest_first("created_at"),
    filters=("program", "state", "created_at", "completed_at", "expires_at"),
    orders=("created_at", "completed_at", "expires_at"),
)


@strawberry.type
class ProgramExportQuery:
    program_exports = PROGRAM_EXPORTS.root("Exports of the programs you run or administer, newest first.")
