"""What a viewer may spend: paid before work, given back after it, shared by processes, and told on every answer."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import structlog

from gateway.documents.prices import HASHING
from tests.services import REDIS, need

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

GRAPHQL = "application/graphql-response+json"
HUNDRED = {"query": "{ users(first: 100) { nodes { firstName } } }"}
COST = 80 + 40 + 100 * (5 + 1)


@pytest.fixture
def budgeted(opened):
    """A client of a gateway with a budget that a test can spend, and that does not fill up meanwhile."""

    def make(budget, **changes):
        return opened(cost_budget=budget, **{"cost_window": timedelta(hours=10), **changes})

    return make


def cost_of(answer):
    return answer.json()["extensions"]["cost"]


async def test_an_answer_tells_what_was_asked_what_was_done_and_what_is_left(budgeted, records):
    async with budgeted(10_000) as client:
        answer = await client.post("/graphql", json=HUNDRED, headers=records.headers("admin"))

    actual = 80 + 40 + 5 + len(answer.json()["data"]["users"]["nodes"])
    assert cost_of(answer) == {
        "requested": COST,
        "actual": actual,
        "budget": {"limit": 10_000, "remaining": 10_000 - actual, "restoredPerSecond": 0.3},
    }


async def test_a_budget_that_is_spent_is_429_with_a_code_and_a_time_to_come_again(budgeted, records):
    async with budgeted(2000) as client:
        for accept in ("application/json", GRAPHQL):
            headers = records.headers("admin") | {"Accept": accept}
            served = await client.post(
                "/graphql", json={"query": "{ rateLimit { remaining } }"}, headers=headers
            )
            while served.status_code == 200:
                served = await client.post(
                    "/graphql", json={"query": "{ viewer { user { id } } }"}, headers=headers
                )
            [error] = served.json()["errors"]
            assert (served.status_code, error["extensions"]["code"]) == (429, "THROTTLED")
            assert int(served.headers["Retry-After"]) == error["extensions"]["retryAfter"] > 1
            assert "data" not in served.json()
            assert cost_of(served)["requested"] == 35 + 35 + 1
            assert cost_of(served)["budget"]["remaining"] < 71
        other = await client.post(
            "/graphql", json={"query": "{ viewer { user { id } } }"}, headers=records.headers("joe")
        )

    assert other.status_code == 200
    assert cost_of(other)["budget"]["remaining"] > 1000


async def test_what_is_refused_or_does_not_run_costs_nothing(budgeted, records):
    wrong = (
        "{",
        "{ nothing }",
        "{ users(first: 100) { nodes { paiSummaries(first: 100) { nodes { id } } } } }",
        "query($n: Int!) { users(first: $n) { totalCount } }",
    )
    async with budgeted(10_000) as client:
        for query in wrong:
            await client.post("/graphql", json={"query": query}, headers=records.headers("joe"))
        answer = await client.post(
            "/graphql", json={"query": "{ __typename }"}, headers=records.headers("joe")
        )

    assert cost_of(answer)["budget"]["remaining"] == 9_999


THREE = """{
  users(first: 100) { nodes { firstName } }
  activities(first: 100) { nodes { name } }
  apiKeys(first: 100) { nodes { name } }
}"""


async def test_what_is_forbidden_leaves_the_rest_of_a_page_and_is_given_back(budgeted, records):
    async with budgeted(10_000) as client:
        answer = await client.post("/graphql", json={"query": THREE}, headers=records.headers("joe"))

    data, [error] = answer.json()["data"], answer.json()["errors"]
    rows = len(data["users"]["nodes"]) + len(data["activities"]["nodes"])
    assert (answer.status_code, data["apiKeys"]) == (200, None)
    assert (error["path"], error["extensions"]["code"]) == (["apiKeys"], "FORBIDDEN")
    assert cost_of(answer)["requested"] == 3 * COST
    assert cost_of(answer)["actual"] == 3 * 120 + 2 * 5 + rows
    assert rows > 2


async def test_what_a_viewer_may_not_follow_is_null_beside_what_they_may(budgeted, records):
    query = "{ users(first: 1) { nodes { firstName memberships(first: 100) { totalCount } } } }"
    async with budgeted(10_000) as client:
        answer = await client.post("/graphql", json={"query": query}, headers=records.headers("partner"))

    [error] = answer.json()["errors"]
    assert answer.json()["data"] == {"users": {"nodes": [{"firstName": "Joe", "memberships": None}]}}
    assert error["path"] == ["users", "nodes", 0, "memberships"]
    assert cost_of(answer)["actual"] == 120 + 5 + 1 + 120


async def test_a_mutation_that_is_refused_leaves_what_others_did_and_commits_nothing(
    budgeted, records, world
):
    query = """mutation {
      mine: changeProfile(userId: "%s", input: {firstName: "Josef"}) { user { firstName } }
      removeWebhook(id: "%s") { removed: userErrors { code } }
    }"""
    async with budgeted(10_000) as client:
        answer = await client.post(
            "/graphql", json={"query": query % (world.joe, uuid4())}, headers=records.headers("joe")
        )

    [error] = answer.json()["errors"]
    assert answer.json()["data"] == {"mine": {"user": {"firstName": "Josef"}}, "removeWebhook": None}
    assert (error["path"], error["extensions"]["code"]) == (["removeWebhook"], "FORBIDDEN")
    assert cost_of(answer)["requested"] - cost_of(answer)["actual"] > 1000


async def test_hashing_a_password_is_paid_for_where_it_is_done(budgeted, records):
    accounts = {
        "admin": 'one: createAccount(input: {username: "one", password: "long enough"}) { userErrors { code } }',
        "none": 'two: createAccount(input: {username: "two"}) { userErrors { code } }',
        "short": 'three: createAccount(input: {username: "three", password: "short"}) { userErrors { code } }',
    }
    spent = {}
    async with budgeted(1_000_000) as client:
        for name, who in (("admin", "admin"), ("none", "admin"), ("short", "admin"), ("admin", "joe")):
            query = {"query": f"mutation {{ {accounts[name]} }}"}
            answer = await client.post("/graphql", json=query, headers=records.headers(who))
            assert cost_of(answer)["requested"] > HASHING
            spent[name if who == "admin" else who] = cost_of(answer)["actual"]
        third = " ".join(
            f'a{n}: createApiKey(input: {{name: "{n}", scopes: []}}) {{ key }}' for n in range(3)
        )
        many = await client.post(
            "/graphql", json={"query": f"mutation {{ {third} }}"}, headers=records.headers("admin")
        )

    assert HASHING < spent.pop("admin") < HASHING + 2000
    assert max(spent.values()) < 2000
    assert spent["joe"] < 1000
    assert many.json()["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"


async def test_a_stranger_has_a_tenth_of_what_any_credential_has(budgeted, records):
    query = {"query": "{ rateLimit { limit } }"}
    async with budgeted(10_000) as client:
        limits = {
            who: (await client.post("/graphql", json=query, headers=records.headers(who))).json()["data"]
            for who in ("anonymous", "joe", "admin", "partner", "key")
        }

    assert limits.pop("anonymous") == {"rateLimit": {"limit": 1000}}
    assert list(limits.values()) == [{"rateLimit": {"limit": 10_000}}] * 4


async def test_the_field_tells_before_the_answer_does(budgeted, records):
    query = "{ rateLimit { limit remaining cost resetAt } users(first: 100) { nodes { id } } }"
    async with budgeted(10_000, cost_window=timedelta(seconds=1000)) as client:
        answer = await client.post("/graphql", json={"query": query}, headers=records.headers("admin"))

    told = answer.json()["data"]["rateLimit"]
    reset_at = datetime.fromisoformat(told.pop("resetAt"))
    cost = 35 + 4 + COST
    assert told == {"limit": 10_000, "remaining": 10_000 - cost, "cost": cost}
    assert timedelta(seconds=cost / 10 - 60) < reset_at - datetime.now(UTC) < timedelta(seconds=cost / 10 + 1)
    assert cost_of(answer)["actual"] < cost


async def test_where_budgets_are_only_measured_everybody_is_served_and_it_is_logged(budgeted, records):
    async with budgeted(1000, cost_mode="measure") as client:
        with structlog.testing.capture_logs() as logged:
            answers = [
                await client.post(
                    "/graphql",
                    json={"query": "{ a: rateLimit { limit } users(first: 100) { nodes { firstName } } }"},
                    headers=records.headers("admin"),
                )
                for _ in range(9)
            ]

    over = [entry for entry in logged if entry["event"] == "over_budget"]
    assert {answer.status_code for answer in answers} == {200}
    assert [entry["enforced"] for entry in over] == [False] * len(over)
    assert over


async def test_processes_spend_one_budget_together(budgeted, records):
    need("Redis", REDIS)
    shared = {"redis_url": REDIS, "queue_prefix": f"gateway-test-{uuid4().hex[:8]}"}
    left = []
    for _ in range(2):
        async with budgeted(10_000, **shared) as client:
            answer = await client.post("/graphql", json=HUNDRED, headers=records.headers("admin"))
            left.append(cost_of(answer)["budget"]["remaining"])

    assert 10_000 > left[0] > left[1]
