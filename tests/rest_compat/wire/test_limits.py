"""Moving windows, in this process and shared, and what the headers say."""

import asyncio
import time
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from rest_compat.wire.limits import Limiter, LimitHeaders, TooManyRequests, address_of
from rest_compat.wire.rates import Rate
from tests.rest_compat.wire.asgi import client_of
from tests.services import REDIS, need

pytestmark = pytest.mark.anyio

MINUTE, DAY = Rate("minute", 3, 60), Rate("day", 5, 86_400)
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture(params=["memory", "redis", "redis that is away"])
async def limiter(request):
    if request.param == "redis":
        need("Redis", REDIS)
    url = {"memory": "", "redis": REDIS, "redis that is away": NOBODY_LISTENS}[request.param]
    limiter = Limiter(url, prefix=f"gateway-test-{uuid4().hex[:8]}")
    yield limiter
    await limiter.close()


async def test_so_many_are_let_through_and_each_bucket_counts_for_itself(limiter):
    verdicts = [await limiter.take("a", MINUTE) for _ in range(5)]

    assert [verdict.allowed for verdict in verdicts] == [True] * 3 + [False] * 2
    assert [verdict.standings[0].remaining for verdict in verdicts] == [2, 1, 0, 0, 0]
    assert 0 < verdicts[-1].retry_after <= 60
    assert (await limiter.take("b", MINUTE)).allowed


async def test_what_is_refused_does_not_count(limiter):
    for _ in range(10):
        verdict = await limiter.take("a", MINUTE, DAY)

    assert [standing.remaining for standing in verdict.standings] == [0, 2]


async def test_a_used_up_day_does_not_use_up_the_minute(limiter):
    day = Rate("day", 1, 86_400)
    for _ in range(3):
        verdict = await limiter.take("a", MINUTE, day)

    assert [standing.remaining for standing in verdict.standings] == [2, 0]
    assert verdict.standings[0].frees_in <= 60
    assert 86_390 <= verdict.retry_after <= 86_400


async def test_a_flood_at_once_passes_no_more_than_the_limit(limiter):
    verdicts = await asyncio.gather(*(limiter.take("a", MINUTE) for _ in range(30)))

    assert sum(verdict.allowed for verdict in verdicts) == 3


async def test_no_stretch_of_a_windows_length_holds_more_than_the_limit_wherever_it_begins(limiter):
    """Asked again and again: whatever is let through lies a second behind the second request before it."""
    second, passed = Rate("second", 2, 1), []
    while len(passed) < 4:
        asked = time.time()
        if (await limiter.take("a", second)).allowed:
            passed.append((asked, time.time()))
        await asyncio.sleep(0.005)

    assert all(later[1] - earlier[0] >= 1 for earlier, later in zip(passed, passed[2:], strict=False))


async def test_two_processes_share_what_is_counted_in_redis():
    need("Redis", REDIS)
    prefix = f"gateway-test-{uuid4().hex[:8]}"
    one, other = Limiter(REDIS, prefix=prefix), Limiter(REDIS, prefix=prefix)

    allowed = [(await limiter.take("a", MINUTE)).allowed for limiter in (one, other, one, other)]

    assert allowed == [True, True, True, False]
    await one.close()
    await other.close()


async def test_every_answer_says_how_the_limits_stand():
    limiter = Limiter()

    async def limited(request):
        try:
            await limiter.admit(request.scope, "a", MINUTE, DAY)
        except TooManyRequests as error:
            return PlainTextResponse(str(error), 429)
        return PlainTextResponse("yes")

    app = LimitHeaders(Starlette(routes=[Route("/", limited)]))
    async with client_of(app) as client:
        answers = [await client.get("/") for _ in range(4)]
        free = await client.get("/elsewhere")

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=3;w=60, "day";q=5;w=86400'
    assert answers[0].headers["ratelimit"].startswith('"minute";r=2;t=')
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert ["retry-after" in answer.headers for answer in answers] == [False] * 3 + [True]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert "ratelimit" not in free.headers


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
async def test_an_address_is_that_of_a_host_and_of_ipv6_the_network(host, address):
    assert address_of({"client": (host, 1)}) == address
    assert address_of({"client": None}) == "unknown"
