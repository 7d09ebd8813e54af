"""The partner behind the headers, in the documented spelling or the one on the wire (contracts 3.1)."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from domain.identity import credentials
from domain.unit import Unit
from domain.viewer import Viewer
from rest_compat.serving import store_of
from rest_compat.wire.credentials import bearer, one_value


async def partner(request: Request) -> Viewer:
    async with store_of(request).reading() as unit:
        return await _viewer(request, unit)


async def partner_reading(request: Request) -> AsyncIterator[Unit]:
    """A reading unit whose viewer is the partner."""
    async with store_of(request).reading() as unit:
        unit.viewer = await _viewer(request, unit)
        yield unit


async def _viewer(request: Request, unit: Unit) -> Viewer:
    auth_key = bearer(request.headers, "Authorization", "HTTP_AUTHORIZATION")
    partner_id = one_value(request.headers, "Partner-Id", "Partner_Id", "HTTP_PARTNER_ID")
    return await credentials.partner_viewer(unit, partner_id, auth_key)


PartnerViewer = Annotated[Viewer, Depends(partner)]
PartnerUnit = Annotated[Unit, Depends(partner_reading, scope="function")]
