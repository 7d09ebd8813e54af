"""VO2 max summaries and calculations."""

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
    FloatFilter,
    IdFilter,
    StringFilter,
    filter_of,
    order_of,
)
from gateway.types.pai_calculations import CalculationStatus
from gateway.types.relations import page_of_owner, user_of

if TYPE_CHECKING:
    from gateway.types.users import User

NEEDS: Needs = {"id": frozenset({"id"}), "uuid": frozenset({"id"}), "user": frozenset({"user_id"})}
NEWEST_FIRST = (Order("date", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.enum(description="What a VO2 max was estimated from.")
class Vo2MaxSource(Enum):
    PAI = "PAI"
    ASSESSMENT = "Assessment"


@strawberry.enum(description="Calibrated: heart rate was recorded on at least four of the last seven days.")
class CalibrationStatus(Enum):
    CALIBRATED = "Calibrated"
    UNCALIBRATED = "Uncalibrated"


@strawberry.type(
    description="A local day's estimate of VO2 max (Nes et al. 2011), and the age it is typical of."
)
class Vo2MaxSummary:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    date: dt.date = strawberry.field(description="The user's local day.")
    vo2max: float = strawberry.field(description="In mL/kg/min.")
    fitness_age: int = strawberry.field(description="In years, 20 to 90 (Loe et al. 2013).")
    algorithm_version: str
    created_at: dt.datetime
    modified_at: dt.datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("Vo2MaxSummary", root.id))

    @strawberry.field
    def source(root: strawberry.Parent[Any]) -> Vo2MaxSource:
        return Vo2MaxSource(root.source)

    @strawberry.field
    def calibration_status(root: strawberry.Parent[Any]) -> CalibrationStatus:
        return CalibrationStatus(root.calibration_status)

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which VO2 max summaries; all given conditions must hold.")
class Vo2MaxSummaryFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    date: DateFilter | None = None
    vo2max: FloatFilter | None = None
    source: StringFilter | None = None
    calibration_status: StringFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["Vo2MaxSummaryFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["Vo2MaxSummaryFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class Vo2MaxSummaryOrderField(Enum):
    DATE = "date"
    VO2MAX = "vo2max"
    MODIFIED_AT = "modified_at"


@strawberry.input
class Vo2MaxSummaryOrder:
    field: Vo2MaxSummaryOrderField
    direction: Direction = Direction.ASC


async def vo2max_summaries_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: Vo2MaxSummaryFilter | None,
    order: list[Vo2MaxSummaryOrder] | None,
) -> ConnectedPage:
    wanted = listing(info, NEEDS, paging, filter_of(filter, "Vo2MaxSummary"), order_of(order) or NEWEST_FIRST)
    return await page_of_owner(info, vo2max.summaries_of_users, user_id, wanted, paging)


@strawberry.type(description="How a local day's VO2 max came about, or why it has none.")
class Vo2MaxCalculation:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    date: dt.date = strawberry.field(description="The user's local day.")
    trigger: str = strawberry.field(description="What made it necessary, such as PaiSummary or Assessment.")
    trigger_id: UUID = strawberry.field(description="The REST id of that.")
    reason: str | None = strawberry.field(description="Why it was skipped, or failed.")
    algorithm_version: str
    vo2max_summary_id: UUID | None = strawberry.field(description="The REST id of the summary it led to.")
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    created_at: dt.datetime
    modified_at: dt.datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("Vo2MaxCalculation", root.id))

    @strawberry.field
    def status(root: strawberry.Parent[Any]) -> CalculationStatus:
        return CalculationStatus(root.status)

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which VO2 max calculations; all given conditions must hold.")
class Vo2MaxCalculationFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    date: DateFilter | None = None
    status: StringFilter | None = None
    trigger: StringFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["Vo2MaxCalculationFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["Vo2MaxCalculationFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class Vo2MaxCalculationOrderField(Enum):
    DATE = "date"
    COMPLETED_AT = "completed_at"
    MODIFIED_AT = "modified_at"


@strawberry.input
class Vo2MaxCalculationOrder:
    field: Vo2MaxCalculationOrderField
    direction: Direction = Direction.ASC


async def vo2max_calculations_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: Vo2MaxCalculationFilter | None,
    order: list[Vo2MaxCalculationOrder] | None,
) -> ConnectedPage:
    wanted = listing(
        info, NEEDS, paging, filter_of(filter, "Vo2MaxCalculation"), order_of(order) or NEWEST_FIRST
    )
    return await page_of_owner(info, vo2max.calculations_of_users, user_id, wanted, paging)


@strawberry.type
class Vo2MaxQuery:
    @strawberry.field(
        description="VO2 max summaries of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[Vo2MaxSummary],
    )
    async def vo2max_summaries(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Vo2MaxSummaryFilter | None = None,
        order_by: list[Vo2MaxSummaryOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "Vo2MaxSummary"), order)
        return ConnectedPage(await vo2max.list_summaries(info.context.unit, wanted), paging)

    @strawberry.field(
        description="VO2 max calculations of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[Vo2MaxCalculation],
    )
    async def vo2max_calculations(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Vo2MaxCalculationFilter | None = None,
        order_by: list[Vo2MaxCalculationOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "Vo2MaxCalculation"), order)
        return ConnectedPage(await vo2max.list_calculations(info.context.unit, wanted), paging)
