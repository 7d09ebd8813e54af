"""Who may use which PAI API: an account's access token, in the organization that the path names."""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import Request

from domain.errors import Forbidden, NotFound, Unauthorized
from domain.identity import credentials
from domain.unit import Unit
from domain.viewer import SCOPES, Viewer, ViewerKind
from rest_compat.pai.rates import admit_organization, admit_refused
from rest_compat.refusals import NO_SUCH_RESOURCE
from rest_compat.serving import store_of
from rest_compat.wire.credentials import BadCredentials, bearer

CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
ORGANIZATION = "organizationId"


@dataclass(frozen=True)
class Door(ABC):
    """One API over an organization: where it is, and as whom an account passes. The first prefix is the seed's."""

    name: str
    prefixes: tuple[str, ...]

    @abstractmethod
    def admit(self, viewer: Viewer) -> Viewer:
        """The viewer as this API takes it; Forbidden where it takes none such."""

    def base(self, request: Request) -> str:
        """The path of this API in the spelling that the request uses."""
        spellings = (prefix.format_map(request.path_params) for prefix in self.prefixes)
        return next(path for path in spellings if f"{request.scope['path']}/".startswith(f"{path}/"))

    @asynccontextmanager
    async def reading(self, request: Request) -> AsyncIterator[Unit]:
        await admit(request)
        async with store_of(request).reading() as unit:
            unit.viewer = await self._viewer(unit, request)
            yield unit

    @asynccontextmanager
    async def writing(self, request: Request) -> AsyncIterator[Unit]:
        """The account is looked up again: it may have lost its rights while its request was read."""
        await admit(request)
        async with store_of(request).writing() as unit:
            unit.viewer = await self._viewer(unit, request)
            yield unit

    async def _viewer(self, unit: Unit, request: Request) -> Viewer:
        viewer = await credentials.bearer_viewer(unit, request.state.bearer)
        if identifier(request.path_params[ORGANIZATION]) != viewer.organization_id:
            raise Forbidden("The account belongs to another organization than the one in the path")
        return self.admit(viewer)


class AdminDoor(Door):
    def admit(self, viewer: Viewer) -> Viewer:
        if viewer.kind is not ViewerKind.ADMINISTRATOR:
            raise Forbidden("The Admin API is for administrators of the organization")
        return viewer


class UserDoor(Door):
    def admit(self, viewer: Viewer) -> Viewer:
        """Whoever comes in sees what is their own: an administrator, too, is one user among others here."""
        return replace(viewer, kind=ViewerKind.USER, scopes=SCOPES[ViewerKind.USER])


async def admit(request: Request) -> None:
    """Read the token and count the request, once for all units of it and before any is open."""
    if hasattr(request.state, "bearer"):
        return
    try:
        sent = credentials.bearer_of(store_of(request), bearer(request.headers))
    except (Unauthorized, BadCredentials):
        await admit_refused(request)
        raise
    await admit_organization(request, sent.organization_id)
    request.state.bearer = sent


def identifier(text: str) -> UUID:
    """Ids in paths are UUIDs with their hyphens; whatever is none names nothing (contracts 1.1: never a 422)."""
    if not CANONICAL.fullmatch(text):
        raise NotFound(NO_SUCH_RESOURCE)
    return UUID(text)
