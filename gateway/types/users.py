"""Users, and what belongs to each of them."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import users
from domain.errors import NotFound
from gateway.context import Context
from gateway.global_ids import global_id, read_global_id
from gateway.selection import columns_for
from gateway.types.activities import Activity, ActivityFilter, ActivityOrder, activities_of_user
from gateway.types.assessments import (
    Vo2MaxAssessment,
    Vo2MaxAssessmentFilter,
    Vo2MaxAssessmentOrder,
    vo2max_assessments_of_user,
)
from gateway.types.biometrics import Biometric, BiometricFilter, BiometricOrder, biometrics_of_user
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import DateTimeFilter, Direction, IdFilter, StringFilter, filter_of, order_of
from gateway.types.heart_rate import (
    HeartRateDay,
    HeartRateDayFilter,
    HeartRateDayOrder,
    heart_rate_days_of_user,
)
from gateway.types.pai import PaiSummary, PaiSummaryFilter, PaiSummaryOrder, summaries_of_user
from gateway.types.pai_calculations import (
    PaiCalculation,
    PaiCalculationFilter,
    PaiCalculationOrder,
    pai_calculations_of_user,
)
from gateway.types.relations import USER_NEEDS
from gateway.types.training import TrainingDay, TrainingDayFilter, TrainingDayOrder, training_days_of_user
from gateway.types.vo2max import (
    Vo2MaxCalculation,
    Vo2MaxCalculationFilter,
    Vo2MaxCalculationOrder,
    Vo2MaxSummary,
    Vo2MaxSummaryFilter,
    Vo2MaxSummaryOrder,
    vo2max_calculations_of_user,
    vo2max_summaries_of_user,
)

Info = strawberry.Info[Context, None]


@strawberry.type(description="A person whose health data this is.")
class User:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    organization_id: UUID
    external_id: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    country: str | None = strawberry.field(description="ISO 3166-1 alpha-2.")
    sex: str | None
    date_of_birth: date | None
    time_zone: str = strawberry.field(
        description="IANA name; decides which local day a heart beat belongs to."
    )
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("User", root.id))

    @strawberry.field(
        description="Activities, newest first unless ordered otherwise.", graphql_type=Connection[Activity]
    )
    async def activities(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: ActivityFilter | None = None,
        order_by: list[ActivityOrder] | None = None,
    ) -> Any:
        return await activities_of_user(info, root.id, Paging(first, after, last, before), filter, order_by)

    @strawberry.field(
        description="PAI summaries by local day, newest first unless ordered otherwise.",
        graphql_type=Connection[PaiSummary],
    )
    async def pai_summaries(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: PaiSummaryFilter | None = None,
        order_by: list[PaiSummaryOrder] | None = None,
    ) -> Any:
        return await summaries_of_user(info, root.id, Paging(first, after, last, before), filter, order_by)

    @strawberry.field(
        description="Biometrics by local day, newest first unless ordered otherwise.",
        graphql_type=Connection[Biometric],
    )
    async def biometrics(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: BiometricFilter | None = None,
        order_by: list[BiometricOrder] | None = None,
    ) -> Any:
        return await biometrics_of_user(info, root.id, Paging(first, after, last, before), filter, order_by)

    @strawberry.field(
        description="Heart-rate days, newest first unless ordered otherwise.",
        graphql_type=Connection[HeartRateDay],
    )
    async def heart_rate_days(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: HeartRateDayFilter | None = None,
        order_by: list[HeartRateDayOrder] | None = None,
    ) -> Any:
        return await heart_rate_days_of_user(
            info, root.id, Paging(first, after, last, before), filter, order_by
        )

    @strawberry.field(
        description="Training days, newest first unless ordered otherwise.",
        graphql_type=Connection[TrainingDay],
    )
    async def training_days(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: TrainingDayFilter | None = None,
        order_by: list[TrainingDayOrder] | None = None,
    ) -> Any:
        return await training_days_of_user(
            info, root.id, Paging(first, after, last, before), filter, order_by
        )

    @strawberry.field(
        description="PAI calculations by local day, newest first unless ordered otherwise.",
        graphql_type=Connection[PaiCalculation],
    )
    async def pai_calculations(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: PaiCalculationFilter | None = None,
        order_by: list[PaiCalculationOrder] | None = None,
    ) -> Any:
        return await pai_calculations_of_user(
            info, root.id, Paging(first, after, last, before), filter, order_by
        )

    @strawberry.field(
        description="VO2 max summaries by local day, newest first unless ordered otherwise.",
        graphql_type=Connection[Vo2MaxSummary],
    )
    async def vo2max_summaries(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Vo2MaxSummaryFilter | None = None,
        order_by: list[Vo2MaxSummaryOrder] | None = None,
    ) -> Any:
        return await vo2max_summaries_of_user(
            info, root.id, Paging(first, after, last, before), filter, order_by
        )

    @strawberry.field(
        description="VO2 max calculations by local day, newest first unless ordered otherwise.",
        graphql_type=Connection[Vo2MaxCalculation],
    )
    async def vo2max_calculations(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Vo2MaxCalculationFilter | None = None,
        order_by: list[Vo2MaxCalculationOrder] | None = None,
    ) -> Any:
        return await vo2max_calculations_of_user(
            info, root.id, Paging(first, after, last, before), filter, order_by
        )

    @strawberry.field(
        description="VO2 max assessments by local day, newest first unless ordered otherwise.",
        graphql_type=Connection[Vo2MaxAssessment],
    )
    async def vo2max_assessments(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Vo2MaxAssessmentFilter | None = None,
        order_by: list[Vo2MaxAssessmentOrder] | None = None,
    ) -> Any:
        return await vo2max_assessments_of_user(
            info, root.id, Paging(first, after, last, before), filter, order_by
        )


@strawberry.input(description="Which users; all given conditions must hold.")
class UserFilter:
    id: IdFilter | None = None
    external_id: StringFilter | None = None
    first_name: StringFilter | None = None
    last_name: StringFilter | None = None
    email: StringFilter | None = None
    country: StringFilter | None = None
    sex: StringFilter | None = None
    time_zone: StringFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["UserFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["UserFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class UserOrderField(Enum):
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    COUNTRY = "country"
    DATE_OF_BIRTH = "date_of_birth"
    CREATED_AT = "created_at"
    MODIFIED_AT = "modified_at"


@strawberry.input
class UserOrder:
    field: UserOrderField
    direction: Direction = Direction.ASC


@strawberry.type
class UserQuery:
    @strawberry.field(
        description="One user, or null if there is none that you may see.", graphql_type=User | None
    )
    async def user(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Global id or UUID.")]
    ) -> Any:
        wanted = columns_for(info, USER_NEEDS) | {"id"}
        try:
            return await users.get_user(info.context.unit, read_global_id("User", id), wanted)
        except NotFound:
            return None

    @strawberry.field(description="The users you may see.", graphql_type=Connection[User])
    async def users(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: UserFilter | None = None,
        order_by: list[UserOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, USER_NEEDS, paging, filter_of(filter, "User"), order_of(order_by))
        return ConnectedPage(await users.list_users(info.context.unit, wanted), paging)
