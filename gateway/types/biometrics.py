"""Biometrics: what was measured of a body on a day."""

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain import biometrics
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


@strawberry.type(
    description="What was measured of a user's body on a day; it holds until it is measured again."
)
class Biometric:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    date: dt.date = strawberry.field(description="The user's local day.")
    max_heart_rate_bpm: int | None
    resting_heart_rate_bpm: int | None
    threshold_heart_rate_bpm: int | None = strawberry.field(description="At the lactate threshold.")
    weight_kg: float | None
    height_cm: float | None
    waist_cm: float | None
    created_at: dt.datetime
    modified_at: dt.datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("Biometric", root.id))

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which biometrics; all given conditions must hold.")
class BiometricFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    date: DateFilter | None = None

    modified_at: DateTimeFilter | None = None
    and_: list["BiometricFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["BiometricFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.enum
class BiometricOrderField(Enum):
    DATE = "date"

    MODIFIED_AT = "modified_at"


@strawberry.input
class BiometricOrder:
    field: BiometricOrderField
    direction: Direction = Direction.ASC


async def biometrics_of_user(
    info: Info,
    user_id: UUID,
    paging: Paging,
    filter: BiometricFilter | None,
    order: list[BiometricOrder] | None,
) -> ConnectedPage:
    wanted = listing(info, NEEDS, paging, filter_of(filter, "Biometric"), order_of(order) or NEWEST_FIRST)
    return await page_of_owner(info, biometrics.biometrics_of_users, user_id, wanted, paging)


@strawberry.type
class BiometricQuery:
    @strawberry.field(
        description="Biometrics of everybody you may see, newest first unless ordered otherwise.",
        graphql_type=Connection[Biometric],
    )
    async def biometrics(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: BiometricFilter | None = None,
        order_by: list[BiometricOrder] | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        order = order_of(order_by) or NEWEST_FIRST
        wanted = listing(info, NEEDS, paging, filter_of(filter, "Biometric"), order)
        return ConnectedPage(await biometrics.list_biometrics(info.context.unit, wanted), paging)
