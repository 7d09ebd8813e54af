"""FIT files as they were announced, and how far each has come."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain import fit_files
from domain.listing import Order
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.selection import Needs
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import DateTimeFilter, EnumFilter, IdFilter, StringFilter, filter_of
from gateway.types.imports import BulkImport, import_of

NEEDS: Needs = {
    "id": frozenset({"id"}),
    "uuid": frozenset({"id"}),
    "import": frozenset({"bulk_import_id"}),
}
NEWEST_FIRST = (Order("created_at", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.enum(description="How far a file has come.")
class FitFileState(Enum):
    WAITING = strawberry.enum_value("waiting", description="Part of a bulk import that has not been started.")
    QUEUED = strawberry.enum_value("queued", description="A worker will fetch and read it.")
    INGESTED = strawberry.enum_value(
        "ingested", description="Read and stored; its scores follow in a moment."
    )
    FAILED = strawberry.enum_value("failed", description="Refused; see problemCode and problemMessage.")


@strawberry.type(description="A FIT file that was announced for a user.")
class FitFile:
    uuid: UUID = strawberry.field(resolver=lambda root: root.id)
    source: str
    summary_id: str = strawberry.field(description="The file's name, as the partner gave it.")
    activity_name: str | None
    sha256: str | None = strawberry.field(description="Of the stored content.")
    problem_code: str | None
    problem_message: str | None
    file_types: list[str]
    record_count: int | None
    heart_rate_count: int | None
    session_count: int | None
    created_at: datetime
    modified_at: datetime
    ingested_at: datetime | None

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("FitFile", root.id))

    @strawberry.field
    def state(root: strawberry.Parent[Any]) -> FitFileState:
        return FitFileState(root.state)

    @strawberry.field(
        name="import",
        description="The bulk import that released it, if one did.",
        graphql_type=BulkImport | None,
    )
    async def bulk_import(root: strawberry.Parent[Any], info: Info) -> Any:
        return await import_of(info, root.bulk_import_id)


@strawberry.input(description="Which files; all given conditions must hold.")
class FitFileFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    bulk_import: IdFilter | None = strawberry.field(name="import", default=None)
    state: EnumFilter[FitFileState] | None = None
    source: StringFilter | None = None
    summary_id: StringFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["FitFileFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["FitFileFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.type
class FitFileQuery:
    @strawberry.field(
        description="FIT files of everybody you may see, newest first.", graphql_type=Connection[FitFile]
    )
    async def fit_files(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: FitFileFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, NEEDS, paging, filter_of(filter, "FitFile"), NEWEST_FIRST)
        return ConnectedPage(await fit_files.list_files(info.context.unit, wanted), paging)
