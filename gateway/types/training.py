"""Training days: load, and the fitness and fatigue it leaves behind."""

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain import training_days
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


@strawberry.type(description="A local day's training load, and the balance of all days up to it.")
class TrainingDay:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    date: dt.date = strawberry.field(description="The user's local day.")
    activity_count: int
    load: float = strawberry.field(description="The training loads of its activities, added up.")
    ctl: float = strawberry.field(description="Chronic training load (fitness): over 42 days.")
    atl: float = strawberry.field(description="Acute training load (fatigue): over 7 days.")
    tsb: float = strawberry.field(
        description="Training stress balance (form) that the day began with: ctl - atl of the eve."
    )
    monotony: float | None = strawberry.field(
        description="Mean over standard deviation of seven days; null when all were alike (Foster)."
    )
    strain: float | None = strawberry.field(description="The week's load times its monotony (Foster).")
    created_at: dt.datetime
    modified_at: dt.datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("TrainingDay", root.id))

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which training days; all given conditions must hold.")
class TrainingDayFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    date: DateFilter | None = None
    load: FloatFilter | None = None
    ctl: FloatFilter | None = None
    tsb: FloatFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["TrainingDayFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["TrainingDayFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class TrainingDayOrderField(Enum):
    DATE = "date"
    LOAD = "load"
    CTL = "ctl"
    TSB = "tsb"
    MODIFIED_AT = "modified_at"


@strawberry.input
class TrainingDayOrder:
    field: TrainingDayOrderField
    direction: Direction = Direction.ASC


async def training_days_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: TrainingDayFilter | None,
    order: list[TrainingDayOrder] | None,
) -> ConnectedPage:
    wanted = listing(info, NEEDS, paging, filter_of(filter, "TrainingDay"), order_of(order) or NEWEST_FIRST)
    return await page_of_owner(info, training_days.days_of_users, user_id, wanted, paging)


@strawberry.type
class TrainingQuery:
    @strawberry.field(
        description="Training days of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[TrainingDay],
    )
    async def training_days(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: TrainingDayFilter | None = None,
        order_by: list[TrainingDayOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "TrainingDay"), order)
        return ConnectedPage(await training_days.list_days(info.context.unit, wanted), paging)
