"""A database that is busy or away: every surface says 503 in its own payload, and when to come again."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from domain.errors import Unavailable
from domain.identity.api_keys import new_key as api_key
from domain.identity.partners import new_key
from domain.jobs import Ring, ledger
from domain.jobs.tasks import carry_out
from domain.organizations import Organization
from domain.outages import SENTENCE
from domain.pai import FindDaysBegun
from domain.settings import Settings
from domain.sql import select
from gateway.app import Gateway
from tests.databases import ONE_DATABASE
from tests.rest_compat.aiendurance.pinging import FILE, PATH
from tests.world import PASSWORD

pytestmark = pytest.mark.anyio

AI_ENDURANCE = {"error": SENTENCE}
PAI = {"errors": [{"message": SENTENCE, "code": "SERVICE_UNAVAILABLE", "errors": []}]}
RETRY_JOB = f'mutation {{ retryJob(id: "{uuid4()}") {{ userErrors {{ code }} }} }}'


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"database_patience": timedelta(seconds=0.2)})


@asynccontextmanager
async def busy(store):
    """Somebody else writes for a long time; on PostgreSQL, somebody holds every connection."""
    if store.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(store.engine.url.database)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    async with AsyncExitStack() as held:
        for _ in range(20):
            await held.enter_async_context(store.engine.connect())
        yield


def graphql(answer: httpx.Response) -> dict:
    (error,) = answer.json()["errors"]
    return {"message": error["message"], **error["extensions"]}


def grant_of(organization_id, client_id) -> dict[str, str]:
    ids = {"organization_id": str(organization_id), "client_id": str(client_id)}
    return {"grant_type": "password", "username": "admin", "password": PASSWORD, **ids}


def put_off(*answers: httpx.Response) -> None:
    assert [answer.status_code for answer in answers] == [503] * len(answers)
    assert [answer.headers["Retry-After"] for answer in answers] == ["5"] * len(answers)


async def test_what_would_write_is_put_off_while_the_database_is_busy(client, store, world):
    ping = {"json": {"activity_files": [FILE]}, "headers": world.partner_headers}
    grant = grant_of(world.organization, world.client_id)
    async with busy(store):
        pinged = await client.post(PATH, **ping)
        signed_in = await client.post("/api/v2/auth/oauth", data=grant)
        mutated = await client.post("/graphql", json={"query": RETRY_JOB}, headers=world.bearer("admin"))

    put_off(pinged, signed_in, mutated)
    assert pinged.json() == AI_ENDURANCE
    assert signed_in.json() == PAI
    assert graphql(mutated) == {"message": SENTENCE, "code": "SERVICE_UNAVAILABLE"}
    assert (await client.post(PATH, **ping)).json()["accepted"] == 1
    assert (await client.post("/api/v2/auth/oauth", data=grant)).status_code == 200


async def test_everything_is_put_off_while_the_database_is_away(tmp_path, anyio_backend):
    nowhere = Settings(data_dir=tmp_path, database_url="postgresql://127.0.0.1:1/nowhere")
    transport = httpx.ASGITransport(Gateway(nowhere), raise_app_exceptions=False)
    question = {"query": "{ users(first: 1) { totalCount } }"}
    partner = {"Partner-Id": "acme", "Authorization": f"Bearer {new_key()}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        pinged = await client.post(PATH, json={"activity_files": [FILE]}, headers=partner)
        signed_in = await client.post("/api/v2/auth/oauth", data=grant_of(uuid4(), uuid4()))
        listed = await client.get("/api/workout-templates", headers={"X-API-Key": api_key("test")})
        queried = await client.post("/graphql", json=question, headers=partner)
        asked = await client.post("/api/client/token", json={"clientId": "gofa", "clientSecret": "s"})

    put_off(pinged, signed_in, listed, queried, asked)
    assert asked.json() == {"error": SENTENCE}
    assert (pinged.json(), signed_in.json()) == (AI_ENDURANCE, PAI)
    assert listed.json() == {"error": "unavailable", "message": SENTENCE}
    assert graphql(queried) == {"message": SENTENCE, "code": "SERVICE_UNAVAILABLE"}


async def test_a_connection_that_breaks_leaves_nothing_and_the_next_unit_finds_another(store):
    if store.engine.dialect.name == "sqlite":
        pytest.skip("about a database over the network")
    with pytest.raises(Unavailable):
        async with store.writing() as unit:
            await unit.add(Organization(name="lost", created_at=unit.now, modified_at=unit.now))
            await unit.value(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async with store.reading() as unit:
        assert await unit.rows(select(Organization.id)) == []


async def test_a_database_that_was_busy_costs_a_job_no_attempt(store):
    async with store.writing() as unit:
        ring = Ring(await unit.later(FindDaysBegun()), "FindDaysBegun")

    async def meets_a_busy_database(*_) -> None:
        async with busy(store), store.writing():
            pass

    delay = await carry_out(store, ring, meets_a_busy_database)

    assert delay >= ledger.FIRST_RETRY
    async with store.reading() as unit:
        row = await unit.row(text("SELECT state, attempts, last_error FROM jobs"))
    assert tuple(row) == ("waiting", 0, None)


@ONE_DATABASE
async def test_a_units_time_is_that_of_its_beginning_however_long_it_waited(store):
    """On PostgreSQL it does not wait to begin."""

    async def wait() -> tuple:
        async with store.writing() as unit:
            return unit.now, store.clock()

    async with store.writing() as unit:
        await unit.rows(select(Organization.id))
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.1)
        before = store.clock()
    begun, inside = await waiting

    assert before <= begun <= inside
