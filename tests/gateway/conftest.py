"""A GraphQL client in one call, records to ask about, and commands as an operator runs them."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from sqlalchemy import event
from typer.testing import CliRunner

from domain.organizations import PAI_HEALTH, Organization
from domain.settings import Settings
from domain.store import Store
from gateway.app import Gateway
from gateway.cli import app
from tests import databases
from tests.gateway import records as written
from tests.loggers import loggers_as_they_were


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
def statements(store):
    """Every statement that reads or writes rows, as the driver gets it."""
    seen = []

    def hear(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT")):
            seen.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", hear)
    yield seen
    event.remove(store.engine.sync_engine, "before_cursor_execute", hear)


@pytest.fixture
async def url(gateway):
    """A real server in this event loop: streams and sockets need a network."""
    server = uvicorn.Server(uvicorn.Config(gateway, port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/graphql"
    server.should_exit = server.force_exit = True
    await serving


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


@pytest.fixture
def run(sqlite_template, tmp_path, monkeypatch):
    """A command on a database with one organization; what it prints, standard error included."""
    url = databases.copied(sqlite_template, tmp_path / "gateway.db")
    settings = {"GATEWAY_DATA_DIR": str(tmp_path), "GATEWAY_DATABASE_URL": url, "COLUMNS": "200"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    asyncio.run(organization(Store(Settings())))

    def command(*words, code=0):
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == code, result.output
        return result.output

    with loggers_as_they_were():
        yield command


async def organization(store):
    async with store.writing() as unit:
        await unit.add(Organization(id=PAI_HEALTH, name="First", created_at=unit.now, modified_at=unit.now))
    await store.close()
