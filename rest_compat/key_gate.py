"""The gate that API keys open: how many requests each may make, and how many strangers may try from one address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.types import Scope

from domain.errors import Unauthorized, Unavailable
from domain.identity import api_keys, credentials
from domain.settings import Settings
from domain.store import Store
from domain.unit import Unit
from domain.viewer import Viewer
from rest_compat.wire.credentials import BadCredentials, one_value
from rest_compat.wire.limits import Limiter, address_of
from rest_compat.wire.rates import Rate

HEADER = "X-API-Key"

log = structlog.get_logger(__name__)


class KeyGate:
    """One for each surface; what it counts is shared by all that have the same limiter."""

    def __init__(self, store: Store, limiter: Limiter) -> None:
        self.store = store
        self.limiter = limiter

    @asynccontextmanager
    async def opened(self, scope: Scope) -> AsyncIterator[Unit]:
        """A reading unit of the key's holder: counted before, so that a slow Redis holds no connection.

        A key proven before costs one narrow row in the unit that serves it.
        """
        key = key_of(scope)
        known = self.store.keys.id_of(key or "")
        if known is not None:
            await self.charge(scope, known)
            async with self._unit_of(key) as unit:
                if unit is not None:
                    yield unit
                    return
        await self.charge(scope, await self.proven(scope, key))
        async with self._unit_of(key) as unit:
            if unit is None:
                raise Unauthorized(credentials.WRONG_KEY)
            yield unit

    @asynccontextmanager
    async def _unit_of(self, key: str | None) -> AsyncIterator[Unit | None]:
        """Read in the unit that serves: whatever ended the key before, even while it was proven, counts."""
        async with self.store.reading() as unit:
            viewer = await api_keys.known_viewer(unit, self.store.keys, key or "")
            if viewer is None:
                yield None
                return
            unit.viewer = viewer
            yield unit

    async def proven(self, scope: Scope, key: str | None) -> UUID | None:
        """The id of a key that was not proven here; so many tries of an address, right ones included."""
        await self.limiter.admit(scope, f"address/{address_of(scope)}", strange_rate(self.store.settings))
        if key is None:
            raise Unauthorized(credentials.WRONG_KEY)
        return (await credentials.api_key_viewer(self.store, key)).key_id

    async def charge(self, scope: Scope, key_id: UUID | None) -> None:
        await self.limiter.admit(scope, f"key/{key_id}", *key_rates(self.store.settings))

    async def note_use(self, viewer: Viewer) -> None:
        """Off the request's path: that it fails, or is written once an hour only, nobody waits for."""
        now = self.store.clock()
        if viewer.key_id is None or not self.store.keys.is_due(viewer.key_id, now):
            return
        try:
            async with self.store.writing() as unit:
                await api_keys.note_use(unit, viewer.key_id)
        except (SQLAlchemyError, Unavailable) as error:
            log.warning("key_use_not_noted", reason=type(error).__name__)
        else:
            self.store.keys.noted(viewer.key_id, now)


def key_of(scope: Scope) -> str | None:
    """None when there is none; one that cannot be read is a wrong one."""
    try:
        return one_value(Headers(scope=scope), HEADER)
    except BadCredentials:
        return ""


def key_rates(settings: Settings) -> tuple[Rate, Rate]:
    return (
        Rate("minute", settings.key_requests_per_minute, 60),
        Rate("day", settings.key_requests_per_day, 86_400),
    )


def strange_rate(settings: Settings) -> Rate:
    return Rate("address", settings.strange_requests_per_minute, 60)
