"""PAI: "Rate-limiting on the API is controlled at the organization level"; whoever is of none counts by address."""

from uuid import uuid4

import pytest

from rest_compat import pai
from rest_compat.wire.limits import Limiter
from tests.rest_compat.answers import pai_error
from tests.rest_compat.wire.asgi import client_of
from tests.services import REDIS, need

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

MOST = 3


@pytest.fixture
def tight(store):
    few = {"organization_requests_per_minute": MOST, "strange_requests_per_minute": 5}
    store.settings = store.settings.model_copy(update=few)


@pytest.fixture
def groups(client, world):
    """Ask for the groups of an organization, or add one."""

    async def ask(headers, organization=world.organization, method="GET", sent=None):
        path = f"/api/v2/admin/organizations/{organization}/groups"
        return await client.request(method, path, headers=headers, json=sent)

    return ask


async def test_an_organizations_flood_is_refused_and_touches_no_other(tight, groups, client, world):
    admin, other = await world.pai_headers(client), await world.pai_headers(client, "other-admin")

    answers = [await groups(admin) for _ in range(MOST + 2)]

    assert [answer.status_code for answer in answers] == [200] * MOST + [429] * 2
    pai_error(answers[-1], 429)
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert "retry-after" not in answers[0].headers
    assert answers[0].headers["ratelimit-policy"] == '"organization";q=3;w=60'
    theirs = await groups(other, world.other_organization)
    assert (theirs.status_code, theirs.headers["x-ratelimit-remaining"]) == (200, "2")


async def test_all_accounts_of_an_organization_share_its_limit_in_every_api(tight, groups, client, world):
    joe = await world.pai_headers(client, "joe")
    own = f"/api/v2/user/organizations/{world.organization}/account"
    for _ in range(MOST):
        assert (await client.get(own, headers=joe)).status_code == 200

    pai_error(await groups(await world.pai_headers(client)), 429)


async def test_whoever_asks_for_anothers_paths_pays_for_it_alone(tight, groups, client, world):
    stranger = await world.pai_headers(client, "other-admin")
    for status in [403] * MOST + [429]:
        pai_error(await groups(stranger), status)

    assert (await groups(await world.pai_headers(client))).headers["x-ratelimit-remaining"] == "2"


async def test_a_request_that_opens_two_units_counts_once(tight, groups, client, world):
    admin = await world.pai_headers(client)

    added = await groups(admin, method="POST", sent={"name": "Team A"})

    assert (added.status_code, added.headers["x-ratelimit-remaining"]) == (201, "2")
    removed = await client.delete(added.headers["location"], headers=admin)
    assert (removed.status_code, removed.headers["x-ratelimit-remaining"]) == (204, "1")


async def test_bad_tokens_count_by_address_and_keep_nobody_from_signing_in(tight, groups, client, world):
    answers = [await groups({"Authorization": f"Bearer {n}"} if n % 2 else {}) for n in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    pai_error(answers[-1], 429)
    assert "retry-after" in answers[-1].headers
    assert (await groups(await world.pai_headers(client))).status_code == 200


async def test_a_browser_may_read_how_much_is_left(groups, client, world):
    answer = await groups(await world.pai_headers(client) | {"Origin": "https://app.example.org"})

    exposed = answer.headers["access-control-expose-headers"]
    assert {"RateLimit", "RateLimit-Policy", "Retry-After", "X-RateLimit-Remaining"} <= set(
        exposed.split(", ")
    )


async def test_processes_count_together_in_redis(tight, store, client, world):
    need("Redis", REDIS)
    prefix = f"test-{uuid4().hex}"
    limiters = [Limiter(REDIS, prefix=prefix) for _ in range(2)]
    headers = await world.pai_headers(client)
    path = f"/api/v2/admin/organizations/{world.organization}/groups"
    try:
        async with (
            client_of(pai.app(store, limiters[0])) as one,
            client_of(pai.app(store, limiters[1])) as two,
        ):
            answers = [await process.get(path, headers=headers) for process in (one, two, one, two)]
    finally:
        for limiter in limiters:
            await limiter.close()

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
