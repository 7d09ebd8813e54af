"""Whose credential opens GraphQL: those of every vendor, each for what is its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import Headers
from starlette.types import Scope

from domain import clients
from domain.identity import credentials
from domain.identity.credentials import Credentials
from domain.identity.published_keys import PublishedKeys
from domain.store import Store
from domain.unit import Unit
from domain.viewer import Viewer
from rest_compat.key_gate import KeyGate
from rest_compat.wire.credentials import bearer, one_value


class Door:
    """An account's bearer token opens it, one of GOFA's, a partner's key and id, or an API key.

    What GOFA's tokens allow is what GOFA lets their holders do, where AI Training is switched on for their client.
    """

    def __init__(self, store: Store, gate: KeyGate, keys: PublishedKeys) -> None:
        self._store = store
        self._gate = gate
        self._keys = keys

    @asynccontextmanager
    async def unit(self, scope: Scope) -> AsyncIterator[Unit]:
        """A reading unit of whoever asks; API keys pass the gate that counts them on every surface alike."""
        sent = credentials_of(Headers(scope=scope))
        if sent.api_key is not None:
            async with self._gate.opened(scope) as unit:
                yield unit
        elif credentials.is_gofas(sent):
            viewer = await credentials.gofa_viewer(self._store, self._keys, sent.bearer)
            async with self._store.reading(viewer) as unit:
                await clients.client_id_of(unit)
                yield unit
        else:
            async with self._store.reading() as unit:
                unit.viewer = await credentials.viewer_in(unit, sent)
                yield unit

    async def viewer(self, scope: Scope) -> Viewer:
        """Whose the credentials are; raises unless they are good."""
        async with self.unit(scope) as unit:
            return unit.viewer


def credentials_of(headers: Headers) -> Credentials:
    return Credentials(
        bearer=bearer(headers, "Authorization", "HTTP_AUTHORIZATION"),
        partner_id=one_value(headers, "Partner-Id", "Partner_Id", "HTTP_PARTNER_ID"),
        api_key=one_value(headers, "X-API-Key"),
    )
