"""VO2 max assessments: what users say of their habits."""

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain import vo2max
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
    filter_of,
    order_of,
)
from gateway.types.relations import page_of_owner, user_of

if TYPE_CHECKING:
    from gateway.types.users import User

NEEDS: Needs = {"id": frozenset({"id"}), "uuid": frozenset({"id"}), "user": frozenset({"user_id"})}
NEWEST_FIRST = (Order("date", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.enum(description="How often one exercises.")
class ActivityFrequency(Enum):
    NEVER = "never"
    LESS_THAN_WEEKLY = "less_than_weekly"
    ONCE_A_WEEK = "once_a_week"
    TWO_THREE_A_WEEK = "two_three_a_week"
    ALMOST_DAILY = "almost_daily"


@strawberry.enum(description="How hard one exercises.")
class ActivityIntensity(Enum):
    EASY = "easy"
    BREATHLESS_SWEATY = "breathless_sweaty"
    NEAR_EXHAUSTION = "near_exhaustion"


@strawberry.enum(description="How many minutes one exercises at a time.")
class ActivityDuration(Enum):
    UNDER_15 = "lt15"
    FROM_15_TO_29 = "m15_29"
    FROM_30_TO_60 = "m30_60"
    OVER_60 = "gt60"


@strawberry.type(description="What a user said of their habits on a day, and the body it was said of.")
class Vo2MaxAssessment:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    date: dt.date = strawberry.field(description="The user's local day.")
    resting_heart_rate_bpm: float
    weight_kg: float | None
    height_cm: float | None
    waist_cm: float | None
    vo2max_summary_id: UUID | None = strawberry.field(description="The REST id of the day's summary.")
    created_at: dt.datetime
    modified_at: dt.datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("Vo2MaxAssessment", root.id))

    @strawberry.field
    def activity_frequency(root: strawberry.Parent[Any]) -> ActivityFrequency:
        return ActivityFrequency(root.activity_frequency)

    @strawberry.field
    def activity_intensity(root: strawberry.Parent[Any]) -> ActivityIntensity:
        return ActivityIntensity(root.activity_intensity)

    @strawberry.field
    def activity_duration(root: strawberry.Parent[Any]) -> ActivityDuration:
        return ActivityDuration(root.activity_duration)

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which VO2 max assessments; all given conditions must hold.")
class Vo2MaxAssessmentFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    date: DateFilter | None = None

    modified_at: DateTimeFilter | None = None
    and_: list["Vo2MaxAssessmentFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["Vo2MaxAssessmentFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class Vo2MaxAssessmentOrderField(Enum):
    DATE = "date"
    CREATED_AT = "created_at"
    MODIFIED_AT = "modified_at"


@strawberry.input
class Vo2MaxAssessmentOrder:
    field: Vo2MaxAssessmentOrderField
    direction: Direction = Direction.ASC


async def vo2max_assessments_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: Vo2MaxAssessmentFilter | None,
    order: list[Vo2MaxAssessmentOrder] | None,
) -> ConnectedPage:
    wanted = listing(
        info, NEEDS, paging, filter_of(filter, "Vo2MaxAssessment"), order_of(order) or NEWEST_FIRST
    )
    return await page_of_owner(info, vo2max.assessments_of_users, user_id, wanted, paging)


@strawberry.type
class AssessmentQuery:
    @strawberry.field(
        description="VO2 max assessments of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[Vo2MaxAssessment],
    )
    async def vo2max_assessments(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Vo2MaxAssessmentFilter | None = None,
        order_by: list[Vo2MaxAssessmentOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "Vo2MaxAssessment"), order)
        return ConnectedPage(await vo2max.list_assessments(info.context.unit, wanted), paging)
