"""Heart-rate days: what a local day's samples come to."""

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain import heart_rate
from domain.listing import Order
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.selection import Needs
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import (
    DateFilter,
    DateTimeFilter,
    Direction,
    FloatFilter,
    IdFilter,
    filter_of,
    order_of,
)
from gateway.types.relations import page_of_owner, user_of

if TYPE_CHECKING:
    from gateway.types.users import User

NEEDS: Needs = {"id": frozenset({"id"}), "uuid": frozenset({"id"}), "user": frozenset({"user_id"})}
NEWEST_FIRST = (Order("date", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.type(description="A local day of heart rate, from all devices together.")
class HeartRateDay:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    date: dt.date = strawberry.field(description="The user's local day.")
    time_zone: str
    sample_count: int
    min_bpm: int
    max_bpm: int
    average_bpm: float
    created_at: dt.datetime
    modified_at: dt.datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("HeartRateDay", root.id))

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which heart-rate days; all given conditions must hold.")
class HeartRateDayFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    date: DateFilter | None = None
    average_bpm: FloatFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["HeartRateDayFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["HeartRateDayFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class HeartRateDayOrderField(Enum):
    DATE = "date"
    AVERAGE_BPM = "average_bpm"
    MAX_BPM = "max_bpm"
    MODIFIED_AT = "modified_at"


@strawberry.input
class HeartRateDayOrder:
    field: HeartRateDayOrderField
    direction: Direction = Direction.ASC


async def heart_rate_days_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: HeartRateDayFilter | None,
    order: list[HeartRateDayOrder] | None,
) -> ConnectedPage:
    wanted = listing(info, NEEDS, paging, filter_of(filter, "HeartRateDay"), order_of(order) or NEWEST_FIRST)
    return await page_of_owner(info, heart_rate.days_of_users, user_id, wanted, paging)


@strawberry.type
class HeartRateQuery:
    @strawberry.field(
        description="Heart-rate days of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[HeartRateDay],
    )
    async def heart_rate_days(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: HeartRateDayFilter | None = None,
        order_by: list[HeartRateDayOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "HeartRateDay"), order)
        return ConnectedPage(await heart_rate.list_days(info.context.unit, wanted), paging)
