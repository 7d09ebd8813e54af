"""Who may use which route: an end user by a Firebase ID token, an administrator by a client's or an ID token."""

import re
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlmodel import col

from domain import clients, users
from domain.errors import Forbidden, NotFound
from domain.identity import credentials
from domain.identity.published_keys import PublishedKeys
from domain.sql import select
from domain.store import Store
from domain.users import User
from domain.viewer import Viewer, ViewerKind
from rest_compat.serving import store_of
from rest_compat.wire.credentials import bearer, one_value

CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
ADMIN_HEADERS = ("ClientToken", "AdminToken", "RevokableToken")
"""The recommended header and the two deprecated ones (contracts 4.1)."""


@dataclass(frozen=True)
class Caller:
    """Who asks, for which client; `user_id` is whom the path is about, where it names one."""

    store: Store
    viewer: Viewer
    client_id: str
    user_id: UUID


async def end_user(request: Request) -> Caller:
    store = store_of(request)
    viewer = await credentials.firebase_viewer(store, keys_of(request), bearer(request.headers))
    if viewer.kind is not ViewerKind.USER or viewer.user_id is None:
        raise Forbidden("Access denied: this is for end users")
    return await _entered(store, viewer, viewer.user_id)


async def anybody(request: Request) -> Viewer:
    """Either of GOFA's two families, under any of its headers."""
    token = one_value(request.headers, *ADMIN_HEADERS)
    if token is None:
        token = bearer(request.headers)
    return await credentials.gofa_viewer(store_of(request), keys_of(request), token)


async def anyone(request: Request, viewer: Annotated[Viewer, Depends(anybody)]) -> Caller:
    """AI Move is a module of its own: it asks for a client only."""
    store = store_of(request)
    async with store.reading(viewer) as unit:
        return Caller(store, viewer, (await clients.own_client(unit)).client_id, viewer.user_id or NOBODY)


async def administrator(viewer: Annotated[Viewer, Depends(anybody)]) -> Viewer:
    if viewer.kind is not ViewerKind.ADMINISTRATOR:
        raise Forbidden("Access denied")
    return viewer


async def workspace(request: Request, viewer: Annotated[Viewer, Depends(administrator)]) -> Caller:
    """An administrator in the client that the token is of."""
    return await _entered(store_of(request), viewer, NOBODY)


async def of_user(
    request: Request,
    viewer: Annotated[Viewer, Depends(administrator)],
    client_id: str,
    user_id: str,
) -> Caller:
    """An administrator acting for the client of the path, about one of its users."""
    store = store_of(request)
    async with store.reading(viewer) as unit:
        unit.viewer = await clients.acting_for(unit, client_id)
        name = await clients.client_id_of(unit)
        about = identifier(user_id, "User not found")
        known = select(User.id).where(users.visible_to(unit), col(User.id) == about)
        if await unit.value(known) is None:
            raise NotFound("User not found")
        return Caller(store, unit.viewer, name, about)


async def acting_for(caller: Caller, client_id: str) -> Caller:
    """The same administrator in another client, where that is allowed."""
    async with caller.store.reading(caller.viewer) as unit:
        unit.viewer = await clients.acting_for(unit, client_id)
        name = await clients.client_id_of(unit)
        return Caller(caller.store, unit.viewer, name, NOBODY)


async def _entered(store: Store, viewer: Viewer, user_id: UUID) -> Caller:
    async with store.reading(viewer) as unit:
        return Caller(store, viewer, await clients.client_id_of(unit), user_id)


NOBODY = UUID(int=0)
EndUser = Annotated[Caller, Depends(end_user)]
Anyone = Annotated[Caller, Depends(anyone)]
Admin = Annotated[Caller, Depends(workspace)]
UserAdmin = Annotated[Caller, Depends(of_user)]


def keys_of(request: Request) -> PublishedKeys:
    keys: PublishedKeys = request.app.state.keys
    return keys


def identifier(text: str, not_found: str) -> UUID:
    """Ids are UUIDs with their hyphens; whatever is none names nothing."""
    if not CANONICAL.fullmatch(text):
        raise NotFound(not_found)
    return UUID(text)
