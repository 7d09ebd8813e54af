"""What the path, the caller or the first writing has settled: a body may repeat it, and contradict it never."""

from uuid import uuid4

import pytest

from tests.databases import ONE_DATABASE
from tests.rest_compat.answers import pai_error
from tests.rest_compat.pai.documents import AT_NOON, HABITS
from tests.world import PASSWORD

pytestmark = pytest.mark.anyio

SETTLED = {"id", "organizationId", "userId", "accountId", "groupId", "date"}
NOON = AT_NOON | {"timestamp": "2024-05-01T19:00:00Z"}
DAY = {"date": "2024-05-01", "measurements": [NOON]}
HOOK = {"url": "https://partner.example.org/hook", "events": ["PaiSummary.Created"]}
ACCOUNT = {"username": "kim", "password": PASSWORD, "email": "kim@example.org"}


def other_than(name):
    return "2024-05-02" if name == "date" else str(uuid4())


async def replaceable(admin, joe, world):
    """One of each resource that PUT replaces: who replaces it, and its path."""
    [group] = [await admin("POST", "/groups", {"name": "Team"}, 201)]
    [account] = [await admin("POST", "/accounts", ACCOUNT, 201)]
    [webhook] = [await admin("POST", "/webhooks", HOOK, 201)]
    day = await joe("POST", "/heartrate/summaries", DAY, 201)
    return [
        (admin, f"/groups/{group.json()['id']}"),
        (admin, f"/accounts/{account.json()['id']}"),
        (admin, f"/webhooks/{webhook.json()['id']}"),
        (admin, f"/users/{world.joe}"),
        (admin, f"/users/{world.joe}/profile"),
        (joe, "/profile"),
        (joe, f"/heartrate/summaries/{day.json()['id']}"),
    ]


@ONE_DATABASE
async def test_a_put_may_repeat_what_is_settled_and_contradict_none_of_it(admin, joe, world):
    for caller, path in await replaceable(admin, joe, world):
        there = (await caller("GET", path, status=200)).json()
        loud = {name: value.upper() if name == "id" else value for name, value in there.items()}
        unsettled = {"createdOn": "2001-01-01T00:00:00Z", "modifiedOn": "2001-01-01T00:00:00Z"}
        there = (await caller("PUT", path, loud | unsettled, 200)).json()

        settled = (SETTLED if "accounts" not in path else SETTLED - {"userId"}) & there.keys()
        assert {"id", "organizationId"} <= settled
        for name in settled:
            for wrong in (other_than(name), 7, [there[name]]) + ((None,) if there[name] else ()):
                for headers in ({}, {"X_No_Return_Resource": ""}):
                    answer = await caller("PUT", path, there | {name: wrong}, **headers)
                    [told] = pai_error(answer, 400)["errors"]
                    assert told["field"] == name, path
                    assert told["message"] == f"must be {there[name] or 'null'} here, or left out"
        assert (await caller("GET", path, status=200)).json() == there


async def test_a_post_contradicts_neither_the_path_nor_the_caller(admin, joe, world):
    group = (await admin("POST", "/groups", {"name": "Team"}, 201)).json()
    members = f"/groups/{group['id']}/members"
    whose, anybodys = {"userId": str(world.joe)}, {"userId": str(world.ann)}
    await admin("PATCH", f"/users/{world.joe}/profile", {"sex": "Male", "heightCm": 180, "weightKg": 78}, 200)
    for caller, path, sent, wrong in (
        (joe, "/heartrate/summaries", DAY, anybodys),
        (joe, "/biometrics", {"date": "2024-05-01", "weight": 70}, anybodys),
        (joe, "/pai/calculations", {"date": "2024-05-01"}, anybodys),
        (joe, "/vo2max/assessments", HABITS, anybodys),
        (admin, members, whose, {"groupId": str(uuid4())}),
        (admin, "/groups", {"name": "Other"}, {}),
        (admin, "/accounts", ACCOUNT, {}),
        (admin, "/webhooks", HOOK, {}),
    ):
        for stray in ({"organizationId": str(world.other_organization)}, wrong):
            for name in stray:
                [told] = pai_error(await caller("POST", path, sent | stray), 400)["errors"]
                assert told["field"] == name, path
        right = {"organizationId": str(world.organization)} | (whose if caller is joe else {})
        answer = await caller("POST", path, sent | right | {"id": str(uuid4())})
        assert answer.status_code in (201, 202), (
            "an id is a copy's: nothing was left behind by what was refused"
        )


async def test_a_contradiction_is_told_in_the_clients_language(joe, world):
    sent = DAY | {"userId": str(world.ann)}
    [told] = pai_error(await joe("POST", "/heartrate/summaries", sent, Accept_Language="de"), 400)["errors"]

    assert told["message"] == f"muss hier {world.joe} sein, oder fehlen"
