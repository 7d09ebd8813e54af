"""Who may use which PAI API: an account's access token, in the organization that the path names."""

import re
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from domain import identity
from domain.errors import Forbidden, NotFound
from domain.unit import Unit
from domain.viewer import ViewerKind
from rest_compat.pai.errors import NO_SUCH_RESOURCE
from rest_compat.serving import store_of
from rest_compat.wire.credentials import bearer

CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


async def administrator(request: Request, organization_id: str) -> AsyncIterator[Unit]:
    """A reading unit of the Admin API: its viewer administers the organization of the path."""
    async with store_of(request).reading() as unit:
        unit.viewer = await identity.account_viewer(unit, bearer(request.headers))
        if identifier(organization_id) != unit.viewer.organization_id:
            raise Forbidden("The account belongs to another organization than the one in the path")
        if unit.viewer.kind is not ViewerKind.ADMINISTRATOR:
            raise Forbidden("The Admin API is for administrators of the organization")
        yield unit


AdminUnit = Annotated[Unit, Depends(administrator, scope="function")]


def identifier(text: str) -> UUID:
    """Ids in paths are UUIDs with their hyphens; whatever is none names nothing (contracts 1.1: never a 422)."""
    if not CANONICAL.fullmatch(text):
        raise NotFound(NO_SUCH_RESOURCE)
    return UUID(text)
