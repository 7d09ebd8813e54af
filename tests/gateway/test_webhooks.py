"""Webhooks through GraphQL: an administrator subscribes, tests, looks and resends; nobody else gets a word of it."""

import pytest

from domain.events import EventKind
from domain.settings import Settings
from gateway.types import webhooks
from tests.domain.fetching.servers import response
from tests.domain.webhooks.receiving import receiving
from tests.domain.webhooks.subscribing import SQLITE

pytestmark = pytest.mark.anyio

CREATE = """mutation($url: String!, $kinds: [EventKind!]!) { createWebhook(input: {url: $url, kinds: $kinds}) {
  secret webhook { id url kinds active disabledReason } userErrors { field code message } } }"""
CHANGE = """mutation($id: ID!, $input: ChangeWebhookInput!) { changeWebhook(id: $id, input: $input) {
  webhook { url kinds description active disabledReason } userErrors { field code } } }"""
REMOVE = "mutation($id: ID!) { removeWebhook(id: $id) { removed userErrors { code } } }"
ROTATE = """mutation($id: ID!) { rotateWebhookSecret(id: $id) {
  secret webhook { id previousUntil } userErrors { code } } }"""
TEST = """mutation($id: ID!) { sendTestEvent(webhookId: $id) {
  delivery { id uuid state kind webhook { id } } userErrors { code message } } }"""
RESEND = (
    "mutation($id: ID!) { resendDelivery(id: $id) { delivery { state attemptCount } userErrors { code } } }"
)
WEBHOOKS = "{ webhooks(first: 9) { totalCount nodes { id url } } }"
DELIVERIES = """query($filter: WebhookDeliveryFilter) { webhookDeliveries(first: 9, filter: $filter) { totalCount
  nodes { id state kind body attemptCount lastStatus lastError webhook { url }
    attempts(first: 10) { totalCount nodes { number status error durationMs } } } } }"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allow_private_callbacks": True})


async def created(data, url, *kinds):
    answer = (await data(CREATE, url=url, kinds=kinds or ["IMPORT_COMPLETED"]))["createWebhook"]
    assert answer["userErrors"] == []
    return answer["webhook"], answer["secret"]


async def test_an_administrator_subscribes_tests_and_sees_every_attempt(data, world):
    async with receiving(response(status="500 Oh no"), response()) as receiver:
        webhook, secret = await created(data, receiver.url, "IMPORT_COMPLETED", "ACTIVITY_CREATED")
        sent = (await data(TEST, id=webhook["id"]))["sendTestEvent"]["delivery"]
        await world.work()
        resent = (await data(RESEND, id=sent["id"]))["resendDelivery"]["delivery"]
        await world.work()

    assert webhook["kinds"] == ["ACTIVITY_CREATED", "IMPORT_COMPLETED"]
    assert sent == sent | {"state": "WAITING", "kind": "webhook.test", "webhook": {"id": webhook["id"]}}
    assert resent == {"state": "WAITING", "attemptCount": 1}
    assert {message.id for message in receiver.messages} == {sent["uuid"]}
    [delivery] = (await data(DELIVERIES))["webhookDeliveries"]["nodes"]
    assert receiver.messages[0].verified(secret)
    assert delivery["body"] == receiver.messages[0].body.decode()
    assert (delivery["state"], delivery["attemptCount"], delivery["lastStatus"]) == ("DELIVERED", 2, 200)
    attempts = delivery["attempts"]
    assert attempts["totalCount"] == 2
    assert [(a["number"], a["status"], a["error"]) for a in attempts["nodes"]] == [
        (1, 500, "bad_status"),
        (2, 200, None),
    ]


@SQLITE
async def test_a_webhook_is_changed_rotated_and_removed(data):
    webhook, secret = await created(data, "https://hooks.example.org/")
    webhook_id = webhook["id"]

    changes = {"kinds": ["ACTIVITY_CREATED"], "description": "ours", "active": False}
    changed = (await data(CHANGE, id=webhook_id, input=changes))["changeWebhook"]["webhook"]
    assert changed == {
        "url": "https://hooks.example.org/",
        "kinds": ["ACTIVITY_CREATED"],
        "description": "ours",
        "active": False,
        "disabledReason": "Switched off by an administrator",
    }
    changes = {"active": True, "description": None}
    again = (await data(CHANGE, id=webhook_id, input=changes))["changeWebhook"]["webhook"]
    assert again == changed | {"active": True, "disabledReason": None, "description": None}

    rotated = (await data(ROTATE, id=webhook_id))["rotateWebhookSecret"]
    assert rotated["secret"] != secret
    assert rotated["webhook"]["previousUntil"]
    assert (await data(REMOVE, id=webhook_id))["removeWebhook"] == {"removed": True, "userErrors": []}
    assert (await data(WEBHOOKS))["webhooks"] == {"totalCount": 0, "nodes": []}


@SQLITE
async def test_what_can_be_mended_comes_back_as_user_errors(data):
    webhook, _ = await created(data, "https://hooks.example.org/")
    webhook_id = webhook["id"]
    await data(CHANGE, id=webhook_id, input={"active": False})

    refused = (await data(CREATE, url="https://169.254.169.254/", kinds=["ACTIVITY_CREATED"]))[
        "createWebhook"
    ]
    assert (refused["secret"], refused["webhook"]) == (None, None)
    assert [(e["field"], e["code"]) for e in refused["userErrors"]] == [("url", "FORBIDDEN_URL")]
    nothing = (await data(CHANGE, id=webhook_id, input={"kinds": []}))["changeWebhook"]
    assert nothing["userErrors"] == [{"field": "kinds", "code": "INVALID_FIELD"}]
    for field in ("url", "kinds", "active"):
        none = (await data(CHANGE, id=webhook_id, input={field: None}))["changeWebhook"]
        assert none["userErrors"] == [{"field": field, "code": "INVALID_FIELD"}]
    off = (await data(TEST, id=webhook_id))["sendTestEvent"]
    assert (off["delivery"], off["userErrors"][0]["code"]) == (None, "CONFLICT")
    for document in (REMOVE, ROTATE, RESEND, TEST):
        [payload] = (await data(document, id="00000000-0000-0000-0000-000000000000")).values()
        assert payload["userErrors"][0]["code"] == "NOT_FOUND"


async def test_nobody_but_the_organizations_administrators_sees_or_does_anything(ask, data, world):
    webhook, _ = await created(data, "https://hooks.example.org/")
    await data(TEST, id=webhook["id"])
    asked = {
        "mutation": lambda who: ask(CREATE, who, url="https://a.example.org/", kinds=["ACTIVITY_CREATED"]),
        "webhooks": lambda who: ask(WEBHOOKS, who),
        "deliveries": lambda who: ask(DELIVERIES, who),
    }
    for who, code in {
        "joe": "FORBIDDEN",
        "partner": "FORBIDDEN",
        "key": "FORBIDDEN",
        "anonymous": "UNAUTHORIZED",
    }.items():
        for name, send in asked.items():
            answer = await send(who)
            assert answer["errors"][0]["extensions"]["code"] == code, (who, name)

    assert (await data(WEBHOOKS, "other-admin"))["webhooks"]["nodes"] == []
    assert (await data(DELIVERIES, "other-admin"))["webhookDeliveries"]["nodes"] == []
    gone = (await data(REMOVE, "other-admin", id=webhook["id"]))["removeWebhook"]
    assert gone == {"removed": False, "userErrors": [{"code": "NOT_FOUND"}]}
    where = {"webhook": {"eq": webhook["id"]}, "state": {"eq": "WAITING"}}
    assert (await data(DELIVERIES, filter=where))["webhookDeliveries"]["totalCount"] == 1


@SQLITE
async def test_a_get_changes_nothing(client, data, records):
    webhook, _ = await created(data, "https://hooks.example.org/")
    query = f'mutation {{ removeWebhook(id: "{webhook["id"]}") {{ removed }} }}'

    answer = await client.get("/graphql", params={"query": query}, headers=records.headers("admin"))

    assert answer.status_code in (400, 405)
    assert (await data(WEBHOOKS))["webhooks"]["totalCount"] == 1


def test_every_kind_of_event_can_be_subscribed_to():
    assert {kind.name for kind in webhooks.EventKind} == {kind.name for kind in EventKind}
