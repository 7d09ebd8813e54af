"""Keys: proven once and judged at every request, counted, rotated and revoked."""

import asyncio
import os
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from domain.errors import Invalid, Unavailable
from domain.identity import api_keys, key_issuing, passwords, verified_keys
from domain.identity.api_keys import ApiKey, new_key
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.viewer import SYSTEM, Scope
from rest_compat import smartrunning
from tests.processes import Forked
from tests.rest_compat.answers import smartrunning_error
from tests.rest_compat.smartrunning.conftest import partner_of
from tests.rest_compat.wire.asgi import client_of

pytestmark = pytest.mark.anyio

PATH = "/api/workout-templates"


async def revoke(world, key_id):
    async with world.store.writing(SYSTEM) as unit:
        await key_issuing.revoke(unit, key_id)


async def test_every_key_that_opens_nothing_is_refused_alike(client, world):
    past = datetime.now(UTC) - timedelta(days=1)
    good = await partner_of(client, world)
    ended = [await partner_of(client, world, **{name: past}) for name in ("revoked_at", "expires_at")]
    wrong = {
        "unknown": new_key("test"),
        "malformed": "sr_test_x",
        "empty": "",
        "not ASCII": "sr_test_\u00fc",
        "another secret": good.key[:-4] + "AAAA",
        "wrong environment": good.key.replace("sr_test", "sr_live"),
        "revoked": ended[0].key,
        "expired": ended[1].key,
        "very long": "sr_test_" + "a" * 9000,
    }
    answers = {
        name: await client.get(PATH, headers={b"X-API-Key": key.encode("latin-1")})
        for name, key in wrong.items()
    }
    answers["none"] = await client.get(PATH)
    answers["two"] = await client.get(PATH, headers=[("X-API-Key", good.key), ("X-API-Key", new_key("test"))])

    for answer in answers.values():
        smartrunning_error(answer, 401)
    assert len({answer.content for answer in answers.values()}) == 1
    varying = {"ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id"}
    heads = [{(k, v) for k, v in answer.headers.items() if k not in varying} for answer in answers.values()]
    assert all(head == heads[0] for head in heads)


async def test_a_wrong_key_costs_the_same_whatever_is_wrong_with_it(client, world, costs_paid):
    """One bcrypt at full cost; what is remembered costs none."""
    revoked = await partner_of(client, world)
    await revoked.get()
    await revoke(world, revoked.key_id)
    costs_paid.clear()
    for key in (new_key("test"), "x", revoked.key):
        smartrunning_error(await client.get(PATH, headers={"X-API-Key": key}), 401)

    assert costs_paid == [passwords.COST] * 3


async def test_a_key_is_proven_once_and_its_end_counts_at_once(partner, world, store, monkeypatch):
    await partner.get()
    checked = []
    monkeypatch.setattr(verified_keys.passwords, "compare", lambda *given: checked.append(given) or False)
    assert (await partner.get()).status_code == 200
    assert checked == []

    await revoke(world, partner.key_id)

    smartrunning_error(await partner.get(), 401)
    assert [stored for _, stored in checked] == [None]


async def test_a_key_that_ends_while_its_secret_is_checked_opens_nothing(partner, world, monkeypatch):
    checking, ended = threading.Event(), threading.Event()
    compare = verified_keys.passwords.compare

    def slow(*given):
        checking.set()
        ended.wait(5)
        return compare(*given)

    monkeypatch.setattr(verified_keys.passwords, "compare", slow)
    asked = asyncio.create_task(partner.get())
    await asyncio.to_thread(checking.wait, 5)
    await revoke(world, partner.key_id)
    ended.set()

    smartrunning_error(await asked, 401)


async def test_a_request_is_counted_before_it_holds_a_connection(partner, gateway, store, monkeypatch):
    await partner.get()
    held = []

    async def slow(scope, bucket, *rates):
        del scope, bucket, rates
        held.append(store.engine.pool.checkedout())

    monkeypatch.setattr(gateway.limiter, "admit", slow)
    await partner.get()

    assert held == [0]


async def test_a_new_secret_on_the_row_ends_what_was_remembered(partner, world):
    await partner.get()
    other = await partner_of(partner.client, world)
    async with world.store.writing() as unit:
        mine = await unit.entity(ApiKey, col(ApiKey.id) == partner.key_id)
        theirs = await unit.entity(ApiKey, col(ApiKey.id) == other.key_id)
        mine.secret_hash = theirs.secret_hash

    smartrunning_error(await partner.get(), 401)


def revoke_elsewhere(settings: Settings, key_id: UUID) -> None:
    async def revoked() -> None:
        store = Store(settings)
        async with store.writing(SYSTEM) as unit:
            await key_issuing.revoke(unit, key_id)
        await store.close()

    asyncio.run(revoked())


async def test_what_another_process_revokes_is_refused_at_the_next_request(partner, settings):
    """One process serves, another revokes; on PostgreSQL it would only take longer."""
    if settings.database_url.startswith("postgresql"):
        pytest.skip("starting a process is the same on every database")
    assert (await partner.get()).status_code == 200
    other = Forked(revoke_elsewhere, settings, partner.key_id, environment=os.environ)
    assert await asyncio.to_thread(other.wait, 60) == 0

    smartrunning_error(await partner.get(), 401)


async def test_a_rotated_key_overlaps_with_its_successor(partner, world, store):
    successor = await key_issuing.minted("test")
    async with store.writing(SYSTEM) as unit:
        new = await key_issuing.rotate(unit, partner.key_id, successor, overlap=timedelta(hours=1))
    later = await partner.client.get(PATH, headers={"X-API-Key": successor.text})

    assert (later.status_code, (await partner.get()).status_code) == (200, 200)
    assert set(new.scopes) == {Scope.WORKOUT_TEMPLATES_READ, Scope.PLAN_TEMPLATES_READ}
    now = store.clock()
    store.clock = lambda: now + timedelta(hours=1)
    smartrunning_error(await partner.get(), 401)
    assert (await partner.client.get(PATH, headers={"X-API-Key": successor.text})).status_code == 200


async def test_a_key_has_one_successor_and_keeps_no_shortened_end(partner, store):
    minted = await key_issuing.minted("test")
    async with store.writing(SYSTEM) as unit:
        new = await key_issuing.rotate(unit, partner.key_id, minted, overlap=timedelta(hours=1))
    async with store.writing(SYSTEM) as unit:
        with pytest.raises(Invalid, match="successor"):
            await key_issuing.rotate(unit, partner.key_id, minted, overlap=timedelta(hours=1))

    assert new.expires_at is None


async def test_an_end_without_a_zone_is_in_utc_and_each_scope_is_held_once(client, world):
    query = """mutation { createApiKey(input: {name: "n", scopes: [PLANS, WORKOUTS, PLANS],
        expiresAt: "2150-01-01T00:00:00"}) { apiKey { expiresAt scopes } userErrors { message } } }"""
    answer = await client.post("/graphql", json={"query": query}, headers=world.bearer("admin"))

    made = answer.json()["data"]["createApiKey"]["apiKey"]
    assert datetime.fromisoformat(made["expiresAt"]) == datetime(2150, 1, 1, tzinfo=UTC)
    assert sorted(made["scopes"]) == ["PLANS", "WORKOUTS"]


async def test_use_is_noted_after_the_answer_and_once_an_hour(partner, store):
    async def noted():
        async with store.reading() as unit:
            return await unit.value(select(ApiKey.last_used_at).where(col(ApiKey.id) == partner.key_id))

    now = store.clock()
    seen = []
    for minutes in (0, 30, 61):
        store.clock = lambda minutes=minutes: now + timedelta(minutes=minutes)
        await partner.get()
        seen.append(await noted())

    assert seen == [now, now, now + timedelta(minutes=61)]


async def test_use_that_could_not_be_noted_is_noted_later_and_fails_no_request(partner, store, monkeypatch):
    async def busy(unit, key_id):
        del unit, key_id
        raise Unavailable("The database is busy")

    now = store.clock()
    with monkeypatch.context() as patched:
        patched.setattr(api_keys, "note_use", busy)
        assert (await partner.get()).status_code == 200
    store.clock = lambda: now + timedelta(minutes=2)
    await partner.get()

    async with store.reading() as unit:
        last = await unit.value(select(ApiKey.last_used_at).where(col(ApiKey.id) == partner.key_id))
    assert last == now + timedelta(minutes=2)


@pytest.fixture
def strict(store):
    """The vendor's app with limits that a test can reach."""
    tight = {"key_requests_per_minute": 3, "strange_requests_per_minute": 2}
    store.settings = store.settings.model_copy(update=tight)
    return smartrunning.app(store)


async def test_each_key_has_its_limit_and_its_refusals_do_not_count(strict, world):
    async with client_of(strict) as client:
        one, two = await partner_of(client, world), await partner_of(client, world)
        answers = [await one.get() for _ in range(5)]

        assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
        smartrunning_error(answers[-1], 429)
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert (await two.get()).status_code == 200


async def test_a_flood_of_strangers_is_refused_by_address_and_known_keys_pass(strict, world):
    async with client_of(strict) as client:
        known = await partner_of(client, world)
        assert (await known.get()).status_code == 200
        answers = [await client.get(PATH, headers={"X-API-Key": "x"}) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [401, 429, 429]
        assert "retry-after" in answers[-1].headers
        assert (await known.get()).status_code == 200
        smartrunning_error(await (await partner_of(client, world)).get(), 429)


async def test_graphql_counts_and_judges_keys_alike(partner, gateway):
    query = {"query": "{ workoutTemplates(first: 1) { totalCount } }"}

    async def ask(key):
        return await partner.client.post("/graphql", json=query, headers={"X-API-Key": key})

    rest, graphql = await partner.get(), await ask(partner.key)
    assert graphql.json()["data"] == {"workoutTemplates": {"totalCount": 0}}
    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in (rest, graphql)]
    assert left == [59, 58]
    await revoke(partner.world, partner.key_id)
    refused = await ask(partner.key)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHORIZED")
