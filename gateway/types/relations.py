"""Relations between types, each answered for all siblings at once."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry

from domain import users
from domain.listing import Listing, Page
from domain.unit import Unit
from gateway.context import Context
from gateway.selection import Needs, columns_for
from gateway.types.connections import ConnectedPage, Paging

USER_NEEDS: Needs = {
    "id": frozenset({"id"}),
    "uuid": frozenset({"id"}),
    "organizationId": frozenset({"organization_id"}),
    **dict.fromkeys(
        (
            "activities", "biometrics", "heartRateDays", "paiCalculations", "paiSummaries", "trainingDays",
            "vo2maxAssessments", "vo2maxCalculations", "vo2maxSummaries",
        ),
        frozenset({"id"}),
    ),
}  # fmt: skip
PagesOf = Callable[[Unit, list[UUID], Listing], Awaitable[dict[UUID, Page]]]


async def page_of_owner(
    info: strawberry.Info[Context, None], pages_of: PagesOf, owner: UUID, wanted: Listing, paging: Paging
) -> ConnectedPage:
    """One owner's page out of a batch over all owners that ask for the same listing."""

    async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, Page]:
        return await pages_of(unit, ids, wanted)

    page: Page = await info.context.batched((pages_of, wanted), batch, owner)
    return ConnectedPage(page, paging)


async def user_of(info: strawberry.Info[Context, None], user_id: UUID) -> Any:
    wanted = columns_for(info, USER_NEEDS) | {"id"}

    async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, Any]:
        return await users.users_by_id(unit, ids, wanted)

    return await info.context.batched((users.users_by_id, wanted), batch, user_id)
