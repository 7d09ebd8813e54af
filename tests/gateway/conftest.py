"""A GraphQL client in one call, and records to ask about."""

from contextlib import asynccontextmanager

import httpx
import pytest

from domain.settings import Settings
from gateway.app import Gateway
from tests.gateway import records as written


@pytest.fixture
async def records(world):
    return await written.made(world)


@pytest.fixture
def ask(client, records):
    """Send a query as somebody; the whole answer in JSON, but for what it cost."""

    async def send(query, who="admin", **variables):
        body = {"query": query, "variables": variables}
        answer = (await client.post("/graphql", json=body, headers=records.headers(who))).json()
        return {name: part for name, part in answer.items() if name != "extensions"}

    return send


@pytest.fixture
def data(ask):
    """Send a query that has to work; its data."""

    async def send(query, who="admin", **variables):
        answer = await ask(query, who, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    return send


@pytest.fixture
def opened(settings):
    """A client of a gateway with other settings over the same database."""

    @asynccontextmanager
    async def make(**changes):
        gateway = Gateway(Settings(**{**settings.model_dump(), **changes}))
        transport = httpx.ASGITransport(gateway, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
            yield client
        await gateway.limiter.close()
        await gateway.store.close()

    return make
