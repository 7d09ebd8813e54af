"""Budgets that fill up over time, in this process and shared."""

import asyncio
from uuid import uuid4

import pytest

from rest_compat.wire.budgets import Allowance, Budgets
from rest_compat.wire.shared import Shared
from tests.services import REDIS, need

pytestmark = pytest.mark.anyio

SLOW, FAST = Allowance(100, 100_000), Allowance(1000, 1)
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture(params=["memory", "redis", "redis that is away"])
async def budgets(request):
    if request.param == "redis":
        need("Redis", REDIS)
    url = {"memory": "", "redis": REDIS, "redis that is away": NOBODY_LISTENS}[request.param]
    shared = Shared(url) if url else None
    yield Budgets(shared, prefix=f"gateway-test-{uuid4().hex[:8]}")
    if shared:
        await shared.close()


async def test_what_is_there_can_be_spent_and_no_more(budgets):
    balances = [await budgets.spend("a", SLOW, amount) for amount in (60, 41, 40, 1)]

    assert [balance.enough for balance in balances] == [True, False, True, False]
    assert [balance.remaining for balance in balances] == [40, 40, 0, 0]
    assert (await budgets.spend("b", SLOW, 100)).enough


async def test_it_says_how_long_to_wait(budgets):
    await budgets.spend("a", SLOW, 90)
    refused = await budgets.spend("a", SLOW, 30)

    assert 19_990 <= refused.retry_after <= 20_000
    assert 89_990 <= refused.full_in <= 90_000


async def test_what_was_not_used_comes_back_and_never_more_than_there_was(budgets):
    await budgets.spend("a", SLOW, 90)

    assert (await budgets.give_back("a", SLOW, 50)).remaining == 60
    assert (await budgets.give_back("a", SLOW, 500)).remaining == 100


async def test_it_fills_up_over_time(budgets):
    await budgets.spend("a", FAST, 1000)
    before = await budgets.spend("a", FAST, 900)
    await asyncio.sleep(1.1)

    assert not before.enough
    assert (await budgets.spend("a", FAST, 900)).enough


async def test_who_only_measures_spends_what_is_not_there(budgets):
    await budgets.spend("a", SLOW, 90)
    balance = await budgets.spend("a", SLOW, 30, anyway=True)

    assert (balance.enough, balance.remaining) == (False, 0)


async def test_two_processes_share_what_is_kept_in_redis():
    need("Redis", REDIS)
    prefix, ours, theirs = f"gateway-test-{uuid4().hex[:8]}", Shared(REDIS), Shared(REDIS)
    one, other = Budgets(ours, prefix=prefix), Budgets(theirs, prefix=prefix)

    enough = [(await budgets.spend("a", SLOW, 40)).enough for budgets in (one, other, one)]

    assert enough == [True, True, False]
    await ours.close()
    await theirs.close()


async def test_many_at_once_spend_no_more_than_there_is(budgets):
    balances = await asyncio.gather(*(budgets.spend("a", SLOW, 10) for _ in range(30)))

    assert sum(balance.enough for balance in balances) == 10


async def test_strangers_do_not_pile_up(monkeypatch):
    monkeypatch.setattr("rest_compat.wire.budgets.MOST_BUCKETS", 10)
    budgets = Budgets()
    for number in range(50):
        await budgets.spend(f"{number}", SLOW, 100)

    assert len(budgets._levels) == 10  # noqa: SLF001  the bound itself
    assert not (await budgets.spend("49", SLOW, 1)).enough
