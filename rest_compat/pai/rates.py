"""PAI: "Rate-limiting on the API is controlled at the organization level"; whoever is of none counts by address."""

from uuid import UUID

from fastapi import Request

from rest_compat.serving import limiter_of, store_of
from rest_compat.wire.limits import address_of
from rest_compat.wire.rates import Rate

MINUTE = 60


async def admit_organization(request: Request, organization_id: UUID) -> None:
    """Charged to the organization of the account that asks, never to the one whose path it asks for."""
    rate = Rate("organization", store_of(request).settings.organization_requests_per_minute, MINUTE)
    await limiter_of(request).admit(request.scope, f"pai/organization/{organization_id}", rate)


async def admit_refused(request: Request) -> None:
    """Who sends no token or a bad one; apart from signing in, which is what an expired token is to be answered by."""
    rate = Rate("refused", store_of(request).settings.strange_requests_per_minute, MINUTE)
    await limiter_of(request).admit(request.scope, f"pai/refused/{address_of(request.scope)}", rate)
