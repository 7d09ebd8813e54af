"""PAI summaries: a day's score and where it was earned."""

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
    FloatFilter,
    IdFilter,
    filter_of,
    order_of,
)
from gateway.types.relations import page_of_owner, user_of

if TYPE_CHECKING:
    from gateway.types.users import User

ZONES = ("low", "medium", "high")
NEEDS: Needs = {
    "id": frozenset({"id"}),
    "uuid": frozenset({"id"}),
    "user": frozenset({"user_id"}),
    "intensityZones": frozenset(
        f"{zone}_zone_{figure}" for zone in ZONES for figure in ("pai", "minutes", "lower_limit_bpm")
    ),
}
NEWEST_FIRST = (Order("date", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.enum
class IntensityZoneName(Enum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@strawberry.type(description="What one intensity zone brought on a day.")
class IntensityZone:
    name: IntensityZoneName
    lower_limit_bpm: int
    minutes: float
    pai: float


@strawberry.type(
    description="A local day's PAI: the score of its seven days, and what the day itself earned. "
    "Computed by the open model named in algorithmVersion."
)
class PaiSummary:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    date: dt.date = strawberry.field(description="The user's local day.")
    time_zone: str
    pai_score: float = strawberry.field(description="0 to below 200, over the day and the six before it.")
    daily_pai: float = strawberry.field(description="What this day added, 75 at most.")
    max_heart_rate_bpm: float
    resting_heart_rate_bpm: float
    algorithm_version: str
    created_at: dt.datetime
    modified_at: dt.datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("PaiSummary", root.id))

    @strawberry.field(description="Low, medium and high, in this order.")
    def intensity_zones(root: strawberry.Parent[Any]) -> list[IntensityZone]:
        return [
            IntensityZone(
                name=IntensityZoneName(zone),
                lower_limit_bpm=getattr(root, f"{zone}_zone_lower_limit_bpm"),
                minutes=getattr(root, f"{zone}_zone_minutes"),
                pai=getattr(root, f"{zone}_zone_pai"),
            )
            for zone in ZONES
        ]

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which summaries; all given conditions must hold.")
class PaiSummaryFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    date: DateFilter | None = None
    pai_score: FloatFilter | None = None
    daily_pai: FloatFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["PaiSummaryFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["PaiSummaryFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class PaiSummaryOrderField(Enum):
    DATE = "date"
    PAI_SCORE = "pai_score"
    DAILY_PAI = "daily_pai"
    MODIFIED_AT = "modified_at"


@strawberry.input
class PaiSummaryOrder:
    field: PaiSummaryOrderField
    direction: Direction = Direction.ASC


async def summaries_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: PaiSummaryFilter | None,
    order: list[PaiSummaryOrder] | None,
) -> ConnectedPage:
    wanted = listing(info, NEEDS, paging, filter_of(filter, "PaiSummary"), order_of(order) or NEWEST_FIRST)
    return await page_of_owner(info, pai.summaries_of_users, user_id, wanted, paging)


@strawberry.type
class PaiQuery:
    @strawberry.field(
        description="PAI summaries of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[PaiSummary],
    )
    async def pai_summaries(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: PaiSummaryFilter | None = None,
        order_by: list[PaiSummaryOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "PaiSummary"), order)
        return ConnectedPage(await pai.list_summaries(info.context.unit, wanted), paging)
