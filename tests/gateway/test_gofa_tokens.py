"""GOFA's tokens open GraphQL for what GOFA lets their holders do, and for nothing else."""

import itertools
import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.clients import Client
from domain.identity import client_tokens, signing
from domain.identity.firebase_users import FirebaseUser
from domain.sql import select
from gateway.global_ids import global_id
from tests.databases import ONE_DATABASE
from tests.domain.test_firebase import CLAIMS, FIREBASE, PROJECT, Google
from tests.gateway import whole as everything_of
from tests.gateway.test_every_field import SEEN
from tests.gateway.test_every_mutation import MUTATIONS, document
from tests.gateway.whole import LIBRARY, OURS

pytestmark = [pytest.mark.anyio, ONE_DATABASE]

HOUR = timedelta(hours=1)
TRAINING = ("TrainingPlan", "RoutineInstance", "RoutineRun", "ExerciseSession")
SHELVES = {kind: {OURS, LIBRARY} for kind in ("RoutineTemplate", "Exercise")}
READ = {
    "user": {kind: {"joe"} for kind in TRAINING} | SHELVES,
    "client": {kind: {"ann", "joe"} for kind in (*TRAINING, "User")} | SHELVES,
}
"""Whose rows of which types a token shows; every other type is refused."""
DONE = {
    "user": {
        "generateTrainingPlan", "startRoutineRun", "changeRoutineRun", "syncRoutineRun", "deferRoutineInstance",
        "recordExerciseSession",
    },
    "client": {
        "generateTrainingPlan", "assignRoutineTemplate", "createRoutineTemplate", "changeRoutineTemplate",
        "publishRoutineTemplate", "changeRoutineCatalogue",
    },
}  # fmt: skip


@pytest.fixture
async def whole(world):
    return await everything_of.made(world)


@pytest.fixture
async def tokens(whole, world, store):
    now = datetime.now(UTC) - timedelta(seconds=1)
    [client_id] = whole.ids["Client"][OURS]
    async with store.reading() as unit:
        client = await unit.row(select(Client.id, Client.secret_hash).where(col(Client.id) == client_id))
    return {
        "user": signing.id_token(store.settings, world.joe, now, HOUR),
        "client": client_tokens.signed(store.secret, client, now, HOUR),
    }


@pytest.fixture
def ask(client, tokens):
    async def send(query, who="user", *, status=200, **variables):
        headers = {"Authorization": f"Bearer {tokens.get(who, who)}"}
        answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    return send


def codes(answer):
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


async def test_they_read_what_gofa_shows_and_nothing_else(whole, ask):
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for kind, who in itertools.product(SEEN, READ):
        ids = {global_id(kind, one) for rows in whole.ids[kind].values() for one in rows}
        answer = await ask(query, who, ids=sorted(ids))
        if kind not in READ[who]:
            assert codes(answer) == {"FORBIDDEN"}, (kind, who, answer)
            continue
        mine = set().union(*(whole.ids[kind].get(one, set()) for one in READ[who][kind]))
        assert codes(answer) == set()
        found = {node["id"] for node in answer["data"]["nodes"] if node}
        assert found == {global_id(kind, one) for one in mine}, (kind, who)


async def test_they_change_what_gofa_lets_them_and_nothing_else(whole, ask, store):
    store.clock = lambda: datetime.now(UTC)
    for name, (arguments, _) in MUTATIONS.items():
        for who, done in DONE.items():
            refused = codes(await ask(document(name, arguments, whole), who)) == {"FORBIDDEN"}
            assert refused is (name not in done), (name, who)


async def test_they_are_refused_where_ai_training_is_switched_off(ask, store):
    async with store.writing() as unit:
        await unit.change(update(Client).values(ai_training_enabled=False))

    for who in DONE:
        answer = await ask("{ viewer { kind } }", who, status=403)
        assert codes(answer) == {"FORBIDDEN"}


async def test_what_is_no_good_at_gofas_door_is_none_here(ask, store, world, tokens):
    now = datetime.now(UTC)
    for wrong in (
        signing.id_token(store.settings, world.joe, now - 2 * HOUR, HOUR),
        signing.id_token(store.settings, world.organization, now, HOUR),
        signing.custom_token(store.settings, world.joe, now),
        tokens["user"][:-4] + "AAAA",
        tokens["client"][:-4] + "AAAA",
        jwt.encode(CLAIMS, FIREBASE, algorithm="RS256", headers={"kid": "one"}),
        "a.W10.b",
        "a.eyJpc3MiOjF9.b",
        "a.b.c",
    ):
        assert codes(await ask("{ viewer { kind } }", wrong, status=401)) == {"UNAUTHORIZED"}, wrong


async def test_a_new_client_secret_ends_the_tokens_of_the_old_one(ask, store):
    async with store.writing() as unit:
        await unit.change(update(Client).values(secret_hash="another"))

    assert codes(await ask("{ viewer { kind } }", "client", status=401)) == {"UNAUTHORIZED"}


async def test_a_firebase_user_signs_in_with_keys_that_are_fetched_for_nobody_else(
    whole, client, gateway, records, monkeypatch
):
    google, now = Google(), int(time.time())
    times = {"auth_time": now - 60, "iat": now - 30, "exp": now + 3600}
    token = jwt.encode(CLAIMS | times, FIREBASE, algorithm="RS256", headers={"kid": "one"})
    [joes] = whole.ids["Account"]["joe"]
    store = gateway.store
    store.settings = store.settings.model_copy(update={"firebase_project": PROJECT})
    monkeypatch.setattr(gateway.keys, "_fetch_page", google.fetch)
    async with store.writing() as unit:
        await unit.add(FirebaseUser(uid=CLAIMS["sub"], account_id=joes, created_at=unit.now))

    async def asked(headers):
        query = {"query": "{ viewer { kind account { id } scopes } }"}
        return await client.post("/graphql", json=query, headers=headers)

    for headers in (
        *map(records.headers, ("admin", "joe", "partner", "key")),
        await records.world.pai_headers(client),
    ):
        assert (await asked(headers)).status_code == 200
    before, answer = google.asked, await asked({"Authorization": f"Bearer {token}"})
    google.broken = True
    monkeypatch.setattr(gateway.keys, "_clock", lambda: time.monotonic() + 10 * 86_400)
    without = await asked({"Authorization": f"Bearer {token}"})

    viewer = answer.json()["data"]["viewer"]
    assert (before, google.asked) == (0, 2)
    assert (viewer["kind"], viewer["scopes"]) == ("USER", ["plans:read", "plans:write", "routines:run"])
    assert (without.status_code, codes(without.json())) == (503, {"SERVICE_UNAVAILABLE"})
    assert without.headers["Retry-After"]
