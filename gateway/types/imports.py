"""Bulk imports: the files that a partner's task released, and how far they have come."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain.imports import reading
from domain.listing import Order
from domain.unit import Unit
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.selection import Needs, columns_for
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import DateTimeFilter, EnumFilter, IdFilter, StringFilter, filter_of
from gateway.types.plans import TrainingPlan, plan_of_import
from gateway.types.relations import user_of

if TYPE_CHECKING:
    from gateway.types.users import User

NEEDS: Needs = {
    "id": frozenset({"id"}),
    "uuid": frozenset({"id"}),
    "user": frozenset({"user_id"}),
    "eventIds": frozenset({"id"}),
    "progress": frozenset({"id"}),
    "plan": frozenset({"id"}),
}
NEWEST_FIRST = (Order("created_at", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.enum
class ImportState(Enum):
    RUNNING = strawberry.enum_value("running", description="Some of its files are still to be read.")
    COMPLETE = strawberry.enum_value("complete", description="Every file is read or refused.")


@strawberry.type(description="How many files an import has, and what became of them.")
class ImportProgress:
    total: int
    imported: int
    failed: int
    remaining: int = strawberry.field(description="Still to be read.")


@strawberry.type(description="A file that was refused.")
class ImportFailure:
    summary_id: str = strawberry.field(description="The file's name, as the partner gave it.")
    error: str


@strawberry.type(description="All files of a user and source that a partner sent in bulk.")
class BulkImport:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    external_user_id: str = strawberry.field(description="What the partner calls the user.")
    source: str
    is_initial_import: bool = strawberry.field(description="Whether a training plan follows it.")
    started_at: datetime
    finished_at: datetime | None
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("BulkImport", root.id))

    @strawberry.field
    def state(root: strawberry.Parent[Any]) -> ImportState:
        return ImportState(root.state)

    @strawberry.field(description="Known when it is complete.")
    def failures(root: strawberry.Parent[Any]) -> list[ImportFailure]:
        return [ImportFailure(**failure) for failure in root.failures]

    @strawberry.field(description="What the partner hears of its end under.")
    async def event_ids(root: strawberry.Parent[Any], info: Info) -> list[str]:
        found: list[str] = await info.context.batched(reading.events_of, reading.events_of, root.id)
        return found

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)

    @strawberry.field(
        description="The training plan that it asked for; null until there is one.",
        graphql_type=TrainingPlan | None,
    )
    async def plan(root: strawberry.Parent[Any], info: Info) -> Any:
        return await plan_of_import(info, root.id)

    @strawberry.field(graphql_type=ImportProgress)
    async def progress(root: strawberry.Parent[Any], info: Info) -> Any:
        return await info.context.batched(reading.progress_of, reading.progress_of, root.id)


async def import_of(info: Info, id: UUID | None) -> Any:
    """An import that may be gone, or another partner's, is none."""
    if id is None:
        return None
    wanted = columns_for(info, NEEDS) | {"id"}

    async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, Any]:
        return await reading.imports_by_id(unit, ids, wanted)

    return await info.context.batched((reading.imports_by_id, wanted), batch, id)


@strawberry.input(description="Which imports; all given conditions must hold.")
class BulkImportFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    state: EnumFilter[ImportState] | None = None
    source: StringFilter | None = None
    started_at: DateTimeFilter | None = None
    and_: list["BulkImportFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["BulkImportFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.type
class ImportQuery:
    @strawberry.field(
        description="Bulk imports of everybody you may see, newest first.",
        graphql_type=Connection[BulkImport],
    )
    async def imports(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: BulkImportFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, NEEDS, paging, filter_of(filter, "BulkImport"), NEWEST_FIRST)
        return ConnectedPage(await reading.list_imports(info.context.unit, wanted), paging)
