"""Activities: what a FIT file recorded."""

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain import activities
from domain.listing import Order
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.limits import DEFAULT_POINTS
from gateway.selection import Needs
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import (
    DateFilter,
    DateTimeFilter,
    Direction,
    FloatFilter,
    IdFilter,
    StringFilter,
    filter_of,
    order_of,
)
from gateway.types.relations import page_of_owner, user_of
from gateway.types.streams import ActivityStreams, MaxPoints, streams_of_activity

if TYPE_CHECKING:
    from gateway.types.users import User

NEEDS: Needs = {
    "id": frozenset({"id"}),
    "uuid": frozenset({"id"}),
    "user": frozenset({"user_id"}),
    "streams": frozenset({"id"}),
}
NEWEST_FIRST = (Order("started_at", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.type(description="One sport from start to end, as a device recorded it.")
class Activity:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    name: str | None
    source: str = strawberry.field(description="Where the file came from, as the partner named it.")
    sport: str = strawberry.field(description="As FIT names it, such as running or cycling.")
    sub_sport: str | None
    started_at: datetime
    local_date: date = strawberry.field(description="The user's local day of the start.")
    time_zone: str
    elapsed_seconds: float | None = strawberry.field(description="From start to end, pauses included.")
    timer_seconds: float | None = strawberry.field(description="While the timer ran.")
    distance_meters: float | None
    calories_kcal: int | None
    average_heart_rate_bpm: int | None
    max_heart_rate_bpm: int | None
    average_power_watts: int | None
    max_power_watts: int | None
    normalized_power_watts: int | None
    ascent_meters: int | None
    descent_meters: int | None
    training_stress_score: float | None = strawberry.field(description="Of power, as the device recorded it.")
    trimp_banister: float | None = strawberry.field(description="Training impulse of the heart rate.")
    trimp_edwards: float | None = strawberry.field(description="Minutes in five heart-rate zones, weighted.")
    heart_rate_stress_score: float | None = strawberry.field(
        description="The training impulse as a percentage of an hour at threshold."
    )
    threshold_heart_rate_bpm: float | None
    threshold_estimated: bool | None = strawberry.field(description="The threshold was not measured.")
    training_load: float | None = strawberry.field(description="What the activity counts in its day.")
    training_load_source: str | None = strawberry.field(
        description="training_stress_score or heart_rate; null without a load."
    )
    training_load_reason: str | None = strawberry.field(description="Why there is no load.")
    record_count: int
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("Activity", root.id))

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)

    @strawberry.field(
        description="What was measured from record to record; null where the device wrote no records.",
        graphql_type=ActivityStreams | None,
    )
    async def streams(
        root: strawberry.Parent[Any], info: Info, max_points: MaxPoints = DEFAULT_POINTS
    ) -> Any:
        return await streams_of_activity(info, root.id, max_points)


@strawberry.input(description="Which activities; all given conditions must hold.")
class ActivityFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    sport: StringFilter | None = None
    source: StringFilter | None = None
    local_date: DateFilter | None = None
    started_at: DateTimeFilter | None = None
    distance_meters: FloatFilter | None = None
    training_load: FloatFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["ActivityFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["ActivityFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class ActivityOrderField(Enum):
    STARTED_AT = "started_at"
    DISTANCE_METERS = "distance_meters"
    ELAPSED_SECONDS = "elapsed_seconds"
    TRAINING_LOAD = "training_load"
    MODIFIED_AT = "modified_at"


@strawberry.input
class ActivityOrder:
    field: ActivityOrderField
    direction: Direction = Direction.ASC


async def activities_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: ActivityFilter | None,
    order: list[ActivityOrder] | None,
) -> ConnectedPage:
    wanted = listing(info, NEEDS, paging, filter_of(filter, "Activity"), order_of(order) or NEWEST_FIRST)
    return await page_of_owner(info, activities.activities_of_users, user_id, wanted, paging)


@strawberry.type
class ActivityQuery:
    @strawberry.field(
        description="Activities of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[Activity],
    )
    async def activities(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: ActivityFilter | None = None,
        order_by: list[ActivityOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "Activity"), order)
        return ConnectedPage(await activities.list_activities(info.context.unit, wanted), paging)
