"""PAI calculations: when a day was calculated, why, and what came of it."""

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain import pai
from domain.listing import Order
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.selection import Needs
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import (
    DateFilter,
    DateTimeFilter,
    Direction,
    IdFilter,
    StringFilter,
    filter_of,
    order_of,
)
from gateway.types.relations import page_of_owner, user_of

if TYPE_CHECKING:
    from gateway.types.users import User

NEEDS: Needs = {"id": frozenset({"id"}), "uuid": frozenset({"id"}), "user": frozenset({"user_id"})}
NEWEST_FIRST = (Order("date", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.enum(description="How far a calculation has come.")
class CalculationStatus(Enum):
    PENDING = strawberry.enum_value("Pending", description="Its cause has happened; a worker will do it.")
    COMPLETED = "Completed"
    SKIPPED = strawberry.enum_value("Skipped", description="It cannot be done; reason says why.")
    FAILED = strawberry.enum_value("Failed", description="Several tries ended in errors of ours.")


@strawberry.type(description="One run of the open model over a local day.")
class PaiCalculation:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    date: dt.date = strawberry.field(description="The user's local day.")
    trigger: str = strawberry.field(
        description="What made it necessary, such as HeartrateSummary or Biometric."
    )
    trigger_id: UUID | None = strawberry.field(description="The REST id of that.")
    reason: str | None = strawberry.field(description="Why it was skipped, or failed.")
    algorithm_version: str
    pai_summary_id: UUID | None = strawberry.field(description="The REST id of the summary it led to.")
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    created_at: dt.datetime
    modified_at: dt.datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("PaiCalculation", root.id))

    @strawberry.field
    def status(root: strawberry.Parent[Any]) -> CalculationStatus:
        return CalculationStatus(root.status)

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which PAI calculations; all given conditions must hold.")
class PaiCalculationFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    date: DateFilter | None = None
    status: StringFilter | None = None
    trigger: StringFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["PaiCalculationFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["PaiCalculationFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class PaiCalculationOrderField(Enum):
    DATE = "date"
    CREATED_AT = "created_at"
    COMPLETED_AT = "completed_at"
    MODIFIED_AT = "modified_at"


@strawberry.input
class PaiCalculationOrder:
    field: PaiCalculationOrderField
    direction: Direction = Direction.ASC


async def pai_calculations_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: PaiCalculationFilter | None,
    order: list[PaiCalculationOrder] | None,
) -> ConnectedPage:
    wanted = listing(
        info, NEEDS, paging, filter_of(filter, "PaiCalculation"), order_of(order) or NEWEST_FIRST
    )
    return await page_of_owner(info, pai.calculations_of_users, user_id, wanted, paging)


@strawberry.type
class PaiCalculationQuery:
    @strawberry.field(
        description="PAI calculations of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[PaiCalculation],
    )
    async def pai_calculations(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: PaiCalculationFilter | None = None,
        order_by: list[PaiCalculationOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "PaiCalculation"), order)
        return ConnectedPage(await pai.list_calculations(info.context.unit, wanted), paging)
