"""Documents named by their hash: registered by clients on the way, or trusted beforehand and nothing else."""

import json
from hashlib import sha256
from uuid import uuid4

import pytest

from domain.settings import Settings
from gateway.documents.manifests import BadManifest, texts_in
from gateway.documents.persisted import PersistedQueries
from rest_compat.wire.shared import Shared
from tests.gateway.test_subscriptions import said, socket
from tests.services import REDIS, need

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

TEXT = "query Kind { viewer { kind } }"
NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
GRAPHQL = "application/graphql-response+json"


def digest(text):
    return sha256(text.encode()).hexdigest()


def persisted(text, **more):
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}, **more}


def by_get(text):
    return {name: json.dumps(value) for name, value in persisted(text).items()}


def code_of(answer):
    return answer.json()["errors"][0]["extensions"]["code"]


async def test_a_hash_is_asked_for_registered_and_then_enough(client, records):
    unknown = await client.post("/graphql", json=persisted(TEXT))
    registered = await client.post("/graphql", json=persisted(TEXT, query=TEXT))
    known = await client.post("/graphql", json=persisted(TEXT), headers=records.headers("joe"))
    got = await client.get("/graphql", params=by_get(TEXT), headers=records.headers("joe"))

    assert (unknown.status_code, code_of(unknown)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound", "Apollo's clients look for it"
    assert registered.json()["data"] == {"viewer": {"kind": "ANONYMOUS"}}
    assert known.json()["data"] == got.json()["data"] == {"viewer": {"kind": "USER"}}


async def test_a_socket_registers_and_asks_by_hash_as_well(url, world):
    async with socket(url, **world.bearer("joe")) as opened:
        assert (await said(opened))["type"] == "connection_ack"
        told = []
        for name, more in (("1", {}), ("2", {"query": TEXT}), ("3", {}), ("4", {"query": None}), ("5", {})):
            payload = persisted(TEXT, **more) if name != "5" else {"documentId": "nobody's"}
            await opened.send(json.dumps({"id": name, "type": "subscribe", "payload": payload}))
            told.append(await said(opened))
            if told[-1]["type"] == "next":
                assert await said(opened) == {"id": name, "type": "complete"}

    first, *known, last = told
    assert first["payload"][0]["extensions"]["code"] == last["payload"][0]["extensions"]["code"] == NOT_FOUND
    assert [one["payload"]["data"] for one in known] == [{"viewer": {"kind": "USER"}}] * 3


async def test_with_the_new_media_type_an_unknown_hash_is_404(client):
    answer = await client.post("/graphql", json=persisted(TEXT), headers={"Accept": GRAPHQL})

    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


async def test_nobody_can_register_another_text_under_a_hash(client):
    other = "query Kind { viewer { scopes } }"
    forged = await client.post("/graphql", json=persisted(TEXT, query=other))
    after = await client.post("/graphql", json=persisted(TEXT))

    assert (forged.status_code, code_of(forged)) == (400, "BAD_REQUEST")
    assert code_of(after) == "PERSISTED_QUERY_NOT_FOUND"


async def test_only_what_was_valid_and_allowed_is_kept(client):
    lists = "{ users(first: 100) { nodes { paiSummaries(first: 100) { nodes { id } } } } }"
    for text in ("{", "{ nothing }", lists, "query($n: Int!) { users(first: $n) { totalCount } }"):
        await client.post("/graphql", json=persisted(text, query=text))
        assert code_of(await client.post("/graphql", json=persisted(text))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_persisted_query_that_is_none_is_refused(client):
    for given in (
        {},
        {"version": 2, "sha256Hash": "a"},
        {"version": True, "sha256Hash": "a"},
        {"version": 1, "sha256Hash": 5},
        5,
    ):
        answer = await client.post("/graphql", json={"query": TEXT, "extensions": {"persistedQuery": given}})
        assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")


async def test_a_persisted_get_may_be_kept_by_its_viewer_and_asked_for_anew(client, records):
    await client.post("/graphql", json=persisted(TEXT, query=TEXT))
    headers = records.headers("joe")
    first = await client.get("/graphql", params=by_get(TEXT), headers=headers)
    tagged = headers | {"If-None-Match": first.headers["ETag"]}
    again = await client.get("/graphql", params=by_get(TEXT), headers=tagged)
    other = await client.get("/graphql", params=by_get(TEXT), headers=tagged | records.headers("admin"))
    typed = await client.get("/graphql", params=by_get(TEXT), headers=tagged | {"Accept": GRAPHQL})
    plain = await client.get("/graphql", params={"query": TEXT}, headers=headers)
    posted = await client.post("/graphql", json=persisted(TEXT), headers=tagged)

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Accept", "X-API-Key", "Partner-Id"} <= set(first.headers["Vary"].split(", "))
    assert (again.status_code, again.content) == (304, b"")
    assert [other.status_code, typed.status_code, posted.status_code] == [200, 200, 200]
    assert [plain.headers["Cache-Control"], "ETag" in plain.headers] == ["no-store", False]


async def test_an_answer_with_errors_is_not_kept(client):
    text = "{ users(first: 1) { totalCount } }"
    await client.post("/graphql", json=persisted(text, query=text))

    answer = await client.get("/graphql", params=by_get(text))

    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("no-store", False)


@pytest.fixture
def trusting(opened, tmp_path):
    """A client of a gateway with a manifest."""

    def make(manifest, **changes):
        file = tmp_path / "manifest.json"
        file.write_text(json.dumps(manifest))
        return opened(trusted_documents=file, **changes)

    return make


APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": "kind-1", "name": "Kind", "type": "query", "body": TEXT}],
}


async def test_without_registration_clients_are_told_to_send_texts(opened):
    async with opened(persisted_queries=False) as client:
        answers = [await client.post("/graphql", json=given) for given in (persisted(TEXT), {"query": TEXT})]

    assert code_of(answers[0]) == "PERSISTED_QUERY_NOT_SUPPORTED"
    assert answers[1].status_code == 200


@pytest.mark.parametrize("manifest", [APOLLO, {"kind-1": TEXT}], ids=["apollo", "relay"])
async def test_a_trusted_document_is_named_by_its_id_or_its_hash(trusting, manifest):
    named = {"documentId": "kind-1"}
    async with trusting(manifest) as client:
        answers = [
            await client.post("/graphql", json=named),
            await client.get("/graphql", params=named),
            await client.post("/graphql", json=persisted(TEXT)),
            await client.post("/graphql", json={"query": "{ __typename }"}),
        ]
        unknown = await client.post("/graphql", json={"documentId": "kind-2"})

    assert {answer.status_code for answer in answers} == {200}
    assert [list(answer.json()["data"]) for answer in answers] == [["viewer"]] * 3 + [["__typename"]]
    assert answers[1].headers["ETag"]
    assert (unknown.status_code, code_of(unknown)) == (404, "PERSISTED_QUERY_NOT_FOUND")


async def test_where_only_trusted_documents_count_nothing_else_is_read(trusting):
    other = "{ viewer { scopes } }"
    async with trusting(APOLLO, trusted_documents_only=True) as strict:
        served = [
            await strict.post("/graphql", json=given) for given in ({"documentId": "kind-1"}, {"query": TEXT})
        ]
        refused = [
            await strict.post("/graphql", json=given)
            for given in (
                {"query": other},
                {"query": "{"},
                {"query": TEXT + " "},
                persisted(other, query=other),
            )
        ]

    assert {answer.status_code for answer in served} == {200}
    assert [code_of(answer) for answer in refused] == ["NOT_TRUSTED"] * 3 + ["PERSISTED_QUERY_NOT_SUPPORTED"]


def test_a_manifest_of_another_kind_is_refused_when_the_service_starts(database_url):
    for wrong in ([], {"a": 1}, {"format": "other", "operations": []}):
        with pytest.raises(BadManifest):
            texts_in(wrong)


def test_trusting_nothing_at_all_is_a_mistake(database_url):
    with pytest.raises(ValueError, match="GATEWAY_TRUSTED_DOCUMENTS"):
        Settings(trusted_documents_only=True)


async def test_processes_share_what_was_registered_within_bounds(database_url, monkeypatch):
    need("Redis", REDIS)
    monkeypatch.setattr("gateway.documents.persisted.MOST_SHARED", 3)
    prefix, ours, theirs = f"gateway-test-{uuid4().hex[:8]}", Shared(REDIS), Shared(REDIS)
    one, other = PersistedQueries(ours, prefix=prefix), PersistedQueries(theirs, prefix=prefix)
    texts = [f"{{ a{number} }}" for number in range(5)]

    for text in texts:
        await one.keep(digest(text), text)
    found = [await other.text_of(digest(text)) for text in texts]
    await ours.redis.set(f"{prefix}:persisted:{digest('{ b }')}", "{ c }")
    forged = await other.text_of(digest("{ b }"))
    await ours.redis.delete(*await ours.redis.keys(f"{prefix}:*"))
    await ours.close()
    await theirs.close()

    assert [text for text in found if text] == [text for text in texts if text in found]
    assert len([text for text in found if text]) == 3
    assert forged is None, "even Redis cannot give a hash another text"


async def test_what_is_registered_again_is_shared_again(database_url):
    """Thirty days later, or when Redis was emptied; a process has it at hand for as long as it lives."""
    need("Redis", REDIS)
    prefix, ours, theirs = f"gateway-test-{uuid4().hex[:8]}", Shared(REDIS), Shared(REDIS)
    one, other = PersistedQueries(ours, prefix=prefix), PersistedQueries(theirs, prefix=prefix)

    kept = (f"{prefix}:persisted", f"{prefix}:persisted:{digest(TEXT)}")
    await one.keep(digest(TEXT), TEXT)
    await ours.redis.delete(*kept)
    forgotten = await other.text_of(digest(TEXT))
    await one.keep(digest(TEXT), TEXT)
    found = await other.text_of(digest(TEXT))
    await ours.redis.delete(*kept)
    await ours.close()
    await theirs.close()

    assert (forgotten, found) == (None, TEXT)


async def test_of_too_many_here_those_go_that_nobody_asks_for(database_url, monkeypatch):
    monkeypatch.setattr("gateway.documents.persisted.MOST_HERE", 3)
    here = PersistedQueries()
    for number in range(5):
        await here.keep(str(number), "{ a }")
        await here.text_of("0")

    assert [await here.text_of(str(number)) is not None for number in range(5)] == [
        True,
        False,
        False,
        True,
        True,
    ]
