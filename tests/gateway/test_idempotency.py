"""Idempotency keys: whatever a client sends again within a day is done once, and answered as the first time."""

import asyncio
import signal
import sys
from datetime import timedelta

import pytest

from domain.idempotency import IdempotencyKey, PruneIdempotencyKeys
from domain.sql import select
from domain.store import utc_now
from tests.databases import ONE_DATABASE
from tests.workers.crew_process import environment_of

pytestmark = pytest.mark.anyio

ERRORS = "userErrors { field code message }"
GROUP = f"""mutation($name: String!, $key: String) {{ createGroup(input: {{name: $name}}, idempotencyKey: $key) {{
  group {{ id name }} {ERRORS} }} }}"""
RENAME = f"""mutation($id: ID!, $name: String!) {{ changeGroup(id: $id, input: {{name: $name}}) {{ {ERRORS} }} }}"""
GROUPS = "{ groups(first: 50) { totalCount } }"
API_KEY = """mutation($key: String) { createApiKey(input: {name: "a", scopes: [PLANS]}, idempotencyKey: $key) {
  key apiKey { id } } }"""
WEBHOOK = """mutation { createWebhook(input: {url: "https://a.example.org/", kinds: [ACTIVITY_CREATED]}) {
  webhook { id } } }"""
TEST = f"""mutation($id: ID!, $key: String) {{ sendTestEvent(webhookId: $id, idempotencyKey: $key) {{
  delivery {{ id }} {ERRORS} }} }}"""
ACCOUNT = f"""mutation($name: String!, $key: String) {{
  createAccount(input: {{username: $name, password: "not so long"}}, idempotencyKey: $key) {{
    account {{ id username }} {ERRORS} }} }}"""
REMOVE_ACCOUNT = "mutation($id: ID!) { removeAccount(id: $id) { removed } }"


@pytest.fixture
def group(data):
    async def made(name="Runners", key=None, who="admin"):
        return (await data(GROUP, who, name=name, key=key))["createGroup"]

    return made


async def test_a_repeat_changes_nothing_and_answers_with_the_same_thing_as_it_is_now(data, group):
    first = await group(key="k1")
    await data(RENAME, id=first["group"]["id"], name="Walkers")

    again = await group(key="k1")

    assert again["userErrors"] == first["userErrors"] == []
    assert again["group"] == {"id": first["group"]["id"], "name": "Walkers"}
    assert (await data(GROUPS))["groups"]["totalCount"] == 1
    assert (await group())["group"]["id"] != (await group())["group"]["id"]


async def test_a_key_is_for_one_input_of_one_mutation_of_one_viewer(data, group):
    first = await group(key="k1")

    other = await group("Walkers", key="k1")
    account = (await data(ACCOUNT, name="ann", key="k1"))["createAccount"]
    theirs = await group(key="k1", who="other-admin")

    for refused in (other, account):
        [error] = refused["userErrors"]
        assert (error["field"], error["code"]) == ("idempotencyKey", "INVALID_FIELD")
        assert refused.get("group") is refused.get("account") is None
    assert theirs["group"]["id"] != first["group"]["id"]
    for wrong in ("", "k" * 256, "a\nb"):
        [error] = (await group(key=wrong))["userErrors"]
        assert error["field"] == "idempotencyKey"
    assert (await data(GROUPS))["groups"]["totalCount"] == 1


async def test_what_was_refused_may_be_sent_again_with_its_key(data):
    made = (await data(ACCOUNT, name="ann"))["createAccount"]["account"]
    taken = (await data(ACCOUNT, name="ann", key="k1"))["createAccount"]
    assert (taken["account"], taken["userErrors"][0]["code"]) == (None, "CONFLICT")
    await data(REMOVE_ACCOUNT, id=made["id"])

    freed = (await data(ACCOUNT, name="ann", key="k1"))["createAccount"]
    again = (await data(ACCOUNT, name="ann", key="k1"))["createAccount"]

    assert freed["userErrors"] == again["userErrors"] == []
    assert freed["account"] == again["account"] != None  # noqa: E711
    assert freed["account"]["id"] != made["id"]


async def test_a_secret_is_told_to_whoever_repeats_and_lies_nowhere_in_the_clear(data, store):
    key = "a key that no cipher writes by chance"
    first = (await data(API_KEY, key=key))["createApiKey"]
    again = (await data(API_KEY, key=key))["createApiKey"]

    assert again == first
    async with store.reading() as unit:
        [row] = await unit.rows(select(*IdempotencyKey.__table__.c))
    assert first["key"].encode() not in row.answer
    assert key not in str(row)


async def test_repeats_at_the_same_moment_are_one(data, group):
    answers = await asyncio.gather(*(group(key="k1") for _ in range(6)))

    assert len({answer["group"]["id"] for answer in answers}) == 1
    assert (await data(GROUPS))["groups"]["totalCount"] == 1


async def test_a_key_is_forgotten_after_a_day(data, group, world, store):
    first = await group(key="k1")
    store.clock = lambda: utc_now() + timedelta(hours=23)
    await pruned(world)
    assert (await group(key="k1"))["group"] == first["group"]

    store.clock = lambda: utc_now() + timedelta(hours=25)
    await pruned(world)

    assert (await group(key="k1"))["group"]["id"] != first["group"]["id"]


async def pruned(world):
    async with world.store.writing() as unit:
        await unit.later(PruneIdempotencyKeys())
    await world.work()


ASK_AND_DIE = """
import asyncio, os, signal, sys
from domain.identity import credentials
from domain.identity.credentials import Credentials
from domain.settings import Settings
from domain.store import Store
from gateway.context import Context
from gateway.schema import schema
from tests.gateway.test_idempotency import TEST

async def die(_):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    store = Store(Settings(), bell=die)
    async with store.reading() as unit:
        unit.viewer = await credentials.viewer_in(unit, Credentials(bearer=sys.argv[1]))
        given = {"id": sys.argv[2], "key": "k1"}
        await schema.execute(TEST, given, context_value=Context(store, unit))

asyncio.run(main())
"""


@ONE_DATABASE
async def test_a_process_that_dies_between_its_commit_and_its_answer_did_it_once(data, world, settings):
    webhook = (await data(WEBHOOK))["createWebhook"]["webhook"]["id"]
    command = [sys.executable, "-c", ASK_AND_DIE, world.tokens["admin"], webhook]
    dying = await asyncio.create_subprocess_exec(*command, env=environment_of(settings))
    assert await asyncio.wait_for(dying.wait(), 120) == -signal.SIGKILL
    [kept] = (await data(DELIVERIES))["webhookDeliveries"]["nodes"]

    again = (await data(TEST, id=webhook, key="k1"))["sendTestEvent"]

    assert again == {"delivery": kept, "userErrors": []}
    assert (await data(DELIVERIES))["webhookDeliveries"]["nodes"] == [kept]


DELIVERIES = "{ webhookDeliveries(first: 9) { nodes { id } } }"
