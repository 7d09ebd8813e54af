"""A GraphQL client in one call, and records to ask about."""

import pytest

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
