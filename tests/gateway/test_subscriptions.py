"""Subscriptions as clients open them: as events and parts over HTTP, and over a WebSocket."""

import asyncio
import json
from contextlib import aclosing, asynccontextmanager

import httpx
import pytest
from sqlalchemy import delete, update
from sqlmodel import col
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from domain.announcing import Announcement, announce
from domain.identity.access_tokens import AccessToken
from domain.imports import starting
from domain.imports.starting import BulkTask
from domain.news import Subject, Topic
from domain.pai import PaiSummary
from domain.user_removal import remove_user
from gateway.door import Door
from gateway.explorer import ExplorerConfig
from gateway.global_ids import global_id
from gateway.graphql_http import GraphQLEndpoint
from gateway.http.asking import Asked
from gateway.live import events, streams, watching
from gateway.observing import Observer
from gateway.schema import schema
from gateway.types import subscriptions
from rest_compat.key_gate import KeyGate
from tests.databases import ONE_DATABASE
from tests.domain.test_imports import RUN
from tests.rest_compat.scores import score

pytestmark = pytest.mark.anyio
PROTOCOL = "graphql-transport-ws"
PROGRESS = "subscription($id: ID!) { importProgress(id: $id) { state progress { imported failed } } }"
PAI = "subscription($id: ID!) { paiUpdates(userId: $id) { paiScore user { firstName } } }"
PAI_IDS = "subscription($id: ID!) { paiUpdates(userId: $id) { id } }"
PATIENCE = 30


@pytest.fixture
async def bulk(world):
    """An import of a file that can be read and one that cannot, neither of them read yet."""
    for name, content in (("a", RUN), ("b", RUN[:-1])):
        details = {"source": "watch", "origin": world.partner_id, "content": content, "at_once": False}
        async with world.store.writing() as unit:
            await announce(
                unit,
                Announcement(
                    user_id=world.joe, organization_id=world.organization, summary_id=name, **details
                ),
            )
    async with world.store.writing(await world.partner_viewer()) as unit:
        await starting.start(unit, BulkTask("1234", "watch", initial=False, event_id="e"))
        found = await starting._running(unit, BulkTask("1234", "watch", initial=False), world.joe)  # noqa: SLF001
    return global_id("BulkImport", found.id)


@asynccontextmanager
async def posted(url, query, headers, accept="text/event-stream", **variables):
    body = {"query": query, "variables": variables}
    async with (
        httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client,
        client.stream("POST", url, json=body, headers={"Accept": accept, **headers}) as answer,
    ):
        yield answer


@asynccontextmanager
async def socket(url, **payload):
    async with connect(url.replace("http", "ws"), subprotocols=[PROTOCOL], proxy=None) as opened:
        await opened.send(json.dumps({"type": "connection_init", "payload": payload}))
        yield opened


async def said(opened):
    return json.loads(await asyncio.wait_for(opened.recv(), PATIENCE))


async def subscribe(opened, query, name="1", **variables):
    payload = {"query": query, "variables": variables}
    await opened.send(json.dumps({"id": name, "type": "subscribe", "payload": payload}))


def events_of(text):
    frames = [frame for frame in text.split("\n\n") if frame.startswith("event: next")]
    return [json.loads(frame.partition("data: ")[2]) for frame in frames]


async def test_an_imports_progress_is_streamed_until_it_is_complete(url, world, bulk):
    async with posted(url, PROGRESS, world.bearer("joe"), id=bulk) as answer:
        chunks = answer.aiter_text()
        first = await anext(chunks)
        await world.work()
        rest = "".join([chunk async for chunk in chunks])

    shown = [one["data"]["importProgress"] for one in events_of(first + rest)]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert shown[0] == {"state": "RUNNING", "progress": {"imported": 0, "failed": 0}}
    assert shown[-1] == {"state": "COMPLETE", "progress": {"imported": 1, "failed": 1}}
    assert rest.endswith("event: complete\ndata:\n\n")


async def test_scores_arrive_over_a_socket_as_they_are_computed(url, world, bulk):
    async with socket(url, **world.bearer("admin")) as opened:
        assert (await said(opened))["type"] == "connection_ack"
        await subscribe(opened, PAI, id=global_id("User", world.joe))
        await subscribe(opened, "{ viewer { kind } }", "2")
        assert (await said(opened))["payload"]["data"] == {"viewer": {"kind": "ADMINISTRATOR"}}
        assert await said(opened) == {"id": "2", "type": "complete"}
        await world.work()
        update = await said(opened)

    assert (update["id"], update["type"]) == ("1", "next")
    assert update["payload"]["data"]["paiUpdates"]["paiScore"] > 0
    assert update["payload"]["data"]["paiUpdates"]["user"] == {"firstName": "Joe"}


@ONE_DATABASE
async def test_parts_are_streamed_to_who_accepts_them(url, world, bulk):
    await world.work()
    accept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'
    async with posted(url, PROGRESS, world.bearer("admin"), accept, id=bulk) as answer:
        text = (await answer.aread()).decode()

    kind = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'
    [_, part, end] = text.split("\r\n--graphql")
    assert answer.headers["content-type"] == kind
    told = json.loads(part.partition("\r\n\r\n")[2])["payload"]
    assert told["data"]["importProgress"]["state"] == "COMPLETE"
    assert end == "--\r\n"


@ONE_DATABASE
async def test_what_is_not_ones_own_is_not_found_and_what_is_wrong_is_refused_before_it_begins(
    url, world, bulk
):
    async def answer_to(query, headers, **variables):
        async with posted(url, query, headers, **variables) as answer:
            await answer.aread()
        return answer

    hidden = await answer_to(PROGRESS, world.bearer("other-admin"), id=bulk)
    invalid = await answer_to("subscription { nothing }", world.bearer("admin"))
    stranger = await answer_to(PROGRESS, {"Authorization": "Bearer wrong"}, id=bulk)
    anonymous = await answer_to(PROGRESS, {}, id=bulk)

    assert events_of(hidden.text)[0]["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
    assert (invalid.status_code, invalid.json()["errors"][0]["extensions"]) == (
        400,
        {"code": "GRAPHQL_VALIDATION_FAILED"},
    )
    assert stranger.status_code == 401
    assert events_of(anonymous.text)[0]["errors"][0]["extensions"] == {"code": "UNAUTHORIZED"}


@ONE_DATABASE
async def test_a_subscription_is_no_single_answer(client, world, bulk):
    body = {"query": PROGRESS, "variables": {"id": bulk}}
    answer = await client.post("/graphql", json=body, headers=world.bearer("admin"))

    assert answer.status_code == 406
    assert answer.json()["errors"][0]["extensions"] == {"code": "SUBSCRIPTION_IS_STREAMED"}


@ONE_DATABASE
@pytest.mark.parametrize(
    "payload",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": ["Bearer"]},
        {"authorization": "Bearer a", "Authorization": "Bearer b"},
        {"X-API-Key": "sr_test_nonsense"},
    ],
)
async def test_a_socket_with_bad_credentials_is_closed(url, world, payload):
    async with socket(url, **payload) as opened:
        with pytest.raises(ConnectionClosed):
            await said(opened)

    assert opened.close_code == 4403


@ONE_DATABASE
@pytest.mark.parametrize(
    "message", ["[]", "1", '{"type": "subscribe", "id": 1}', '{"type": "subscribe", "id": "1", "payload": 1}']
)
async def test_what_is_no_message_closes_the_socket(url, world, message):
    async with socket(url, **world.bearer("admin")) as opened:
        await said(opened)
        await opened.send(message)
        with pytest.raises(ConnectionClosed):
            await said(opened)

    assert opened.close_code == 4400


@ONE_DATABASE
async def test_a_stream_ends_when_its_credential_does(url, world, bulk, monkeypatch):
    monkeypatch.setattr(watching, "ALLOWED_FOR", 0)
    monkeypatch.setattr(watching, "LOOK", 0.05)
    async with posted(url, PROGRESS, world.bearer("admin"), id=bulk) as answer:
        chunks = answer.aiter_text()
        await anext(chunks)
        async with world.store.writing() as unit:
            await unit.change(delete(AccessToken).where(col(AccessToken.name) == "test"))
        rest = "".join([chunk async for chunk in chunks])

    assert events_of(rest)[-1]["errors"][0]["extensions"] == {"code": "UNAUTHORIZED"}


@ONE_DATABASE
async def test_nobody_opens_more_subscriptions_than_allowed_and_closed_ones_do_not_count(
    url, world, bulk, monkeypatch
):
    monkeypatch.setattr(streams, "MOST_AT_ONCE", 1)
    async with socket(url, **world.bearer("admin")) as opened:
        await said(opened)
        await subscribe(opened, PROGRESS, "a", id=bulk)
        assert (await said(opened))["type"] == "next"
        await subscribe(opened, PROGRESS, "b", id=bulk)
        refused = await said(opened)
        await opened.send(json.dumps({"id": "a", "type": "complete"}))
        answer = refused
        async with asyncio.timeout(PATIENCE):
            while answer["type"] == "error":
                await subscribe(opened, PROGRESS, "c", id=bulk)
                answer = await said(opened)

    assert refused["payload"][0]["extensions"] == {"code": "TOO_MANY_SUBSCRIPTIONS"}
    assert answer["type"] == "next"


@ONE_DATABASE
async def test_a_get_changes_nothing_whatever_it_accepts(client, world):
    text = 'mutation { createGroup(input: {name: "by get"}) { group { id } } }'
    for accept in ("text/event-stream", "multipart/mixed;subscriptionSpec=1.0", "application/json"):
        headers = world.bearer("admin") | {"Accept": accept}
        answer = await client.get("/graphql", params={"query": text}, headers=headers)
        assert answer.status_code == 405

    body = {"query": "{ groups(first: 5) { totalCount } }"}
    groups = (await client.post("/graphql", json=body, headers=world.bearer("admin"))).json()
    assert groups["data"]["groups"]["totalCount"] == 0


@ONE_DATABASE
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_subscription_is_not_begun_by_get(url, world, bulk, method):
    """Of a HEAD nobody would ever see an event, nor its end."""
    params = {"query": PROGRESS, "variables": json.dumps({"id": bulk})}
    headers = world.bearer("admin") | {"Accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        answer = await client.request(method, url, params=params, headers=headers)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@ONE_DATABASE
async def test_who_takes_one_answer_too_gets_one_unless_it_is_a_subscription(client, url, world, bulk):
    headers = world.bearer("admin") | {"Accept": "application/json, text/event-stream;q=0.1"}
    answer = await client.post("/graphql", json={"query": "{ viewer { kind } }"}, headers=headers)

    assert answer.headers["content-type"] == "application/json"
    async with posted(url, PROGRESS, world.bearer("admin"), headers["Accept"], id=bulk) as streamed:
        assert streamed.headers["content-type"].startswith("text/event-stream")


@ONE_DATABASE
async def test_a_browser_of_any_origin_opens_a_socket(url, world):
    origin = "https://app.example"
    address = url.replace("http", "ws")
    async with connect(address, subprotocols=[PROTOCOL], proxy=None, origin=origin) as opened:
        await opened.send(json.dumps({"type": "connection_init", "payload": world.bearer("admin")}))

        assert (await said(opened))["type"] == "connection_ack"


@ONE_DATABASE
async def test_more_changes_than_fit_a_look_are_all_told(url, world, monkeypatch):
    monkeypatch.setattr(subscriptions, "MOST_AT_ONCE", 2)
    async with socket(url, **world.bearer("admin")) as opened:
        await said(opened)
        await subscribe(opened, PAI_IDS, id=global_id("User", world.joe))
        await subscribe(opened, "{ viewer { kind } }", "2")
        await said(opened)
        await said(opened)
        await score(world.store, world.organization, world.joe, [1.0] * 5)
        async with world.store.writing() as unit:
            await unit.change(update(PaiSummary).values(modified_at=unit.now))
            unit.tell(Topic(Subject.PAI, world.joe))
        told = [await said(opened) for _ in range(5)]

    assert {message["type"] for message in told} == {"next"}
    assert len({message["payload"]["data"]["paiUpdates"]["id"] for message in told}) == 5


@ONE_DATABASE
async def test_each_event_is_paid_for(url, world, bulk, store):
    await world.work()
    async with posted(url, PROGRESS, world.bearer("admin"), id=bulk) as answer:
        [event] = events_of((await answer.aread()).decode())
    store.settings = store.settings.model_copy(update={"cost_budget": 1})
    async with posted(url, PROGRESS, world.bearer("joe"), id=bulk) as refused:
        await refused.aread()

    assert event["extensions"]["cost"]["actual"] > 0
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (429, "THROTTLED")
    assert int(refused.headers["Retry-After"]) > 0


@ONE_DATABASE
async def test_a_stream_begins_before_anything_happens_and_ends_with_its_client(
    url, world, gateway, monkeypatch
):
    monkeypatch.setattr(events, "ALIVE_EVERY", 2 * PATIENCE)
    topic = Topic(Subject.PAI, world.joe)
    async with posted(url, PAI, world.bearer("admin"), id=global_id("User", world.joe)) as answer:
        begun = await anext(answer.aiter_bytes())
        heard = topic in gateway.crew.news._ears  # noqa: SLF001
    async with asyncio.timeout(PATIENCE):
        while topic in gateway.crew.news._ears:  # noqa: SLF001
            await asyncio.sleep(0.05)

    assert (answer.status_code, begun, heard) == (200, b":\n\n", True)


@ONE_DATABASE
async def test_a_stream_without_events_tells_that_it_lives(url, world, monkeypatch):
    monkeypatch.setattr(events, "ALIVE_EVERY", 0.1)
    async with posted(url, PAI, world.bearer("admin"), id=global_id("User", world.joe)) as answer:
        chunks = answer.aiter_bytes()
        assert [await anext(chunks) for _ in range(3)] == [b":\n\n"] * 3


@ONE_DATABASE
async def test_a_part_is_whole_when_it_arrives(url, world, bulk):
    """Apollo's clients read a part once they have seen the boundary behind it."""
    accept, text = "multipart/mixed;subscriptionSpec=1.0", ""
    async with posted(url, PROGRESS, world.bearer("admin"), accept, id=bulk) as answer:
        chunks = answer.aiter_text()
        while "RUNNING" not in text:
            text += await anext(chunks)

    assert text.endswith("}\r\n--graphql")


@ONE_DATABASE
async def test_watching_somebody_ends_when_they_are_removed(url, world, monkeypatch):
    monkeypatch.setattr(watching, "LOOK", 0.1)
    async with posted(url, PAI, world.bearer("admin"), id=global_id("User", world.ann)) as answer:
        chunks = answer.aiter_text()
        await anext(chunks)
        async with world.store.writing() as unit:
            await remove_user(unit, world.ann)
        [last] = events_of("".join([chunk async for chunk in chunks]))

    assert last["errors"][0]["extensions"]["code"] == "NOT_FOUND"


@ONE_DATABASE
async def test_a_client_that_leaves_before_its_stream_begins_leaves_nothing_behind(url, world, gateway):
    topic, ears = Topic(Subject.PAI, world.joe), gateway.crew.news._ears  # noqa: SLF001
    opening = asyncio.create_task(leave_open(url, world))
    async with asyncio.timeout(PATIENCE):
        while topic not in ears:
            await asyncio.sleep(0.01)
    opening.cancel()
    async with asyncio.timeout(PATIENCE):
        while topic in ears:
            await asyncio.sleep(0.05)

    assert opening.cancelled()


async def leave_open(url, world):
    async with posted(url, PAI, world.bearer("admin"), id=global_id("User", world.joe)):
        await asyncio.sleep(PATIENCE)


@ONE_DATABASE
async def test_a_client_that_does_not_read_holds_no_connection_of_the_database(world, gateway, bulk):
    """An event is told, and nobody takes it: what the pool lent is back."""
    scope = {
        "type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "client": ("127.0.0.1", 1),
        "headers": [(b"authorization", world.bearer("admin")["Authorization"].encode())],
    }  # fmt: skip
    asked = Asked(query=PROGRESS, variables={"id": bulk})
    gate = KeyGate(gateway.store, gateway.limiter)
    door, observer = Door(gateway.store, gate, gateway.keys), Observer(gateway.metrics)
    endpoint = GraphQLEndpoint(
        gateway.store, door, gate, gateway.crew.news, observer, schema=schema, explorer=ExplorerConfig()
    )
    async with aclosing(endpoint.outcomes(scope, asked)) as outcomes:
        told = [await anext(outcomes), await anext(outcomes)]
        lent = gateway.store.engine.pool.checkedout()

    assert (told[0], told[1].executed, lent) == (None, True, 0)
