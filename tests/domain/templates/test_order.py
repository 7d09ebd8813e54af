"""The order of changes: unique, strictly increasing, and the order of commits, whoever writes."""

import asyncio
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.templates import workouts
from domain.templates.order import Kind, latest_instant, next_instant
from tests.domain.templates.examples import author, workout
from tests.domain.templates.interleaving import Poller, interleave

pytestmark = pytest.mark.anyio


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(seed=st.integers(0, 10**9))
async def test_no_interleaving_of_edits_and_polls_misses_or_repeats_a_change(world, seed):
    chance = Random(seed)
    pollers = [Poller(world.store, chance) for _ in range(2)]

    await interleave(world.store, world.organization, pollers, chance)


async def test_a_later_commit_never_carries_an_earlier_instant(world):
    """The first writer has its instant and dawdles: the second gets none before the first is readable."""
    first_has_one, seen = asyncio.Event(), []

    async def dawdler():
        async with world.store.writing(author(world.organization)) as unit:
            await workouts.create_workout(unit, workout("first"))
            first_has_one.set()
            await asyncio.sleep(0.1)
        seen.append("first")

    async def hurrier():
        await first_has_one.wait()
        async with world.store.writing(author(world.organization)) as unit:
            new = await workouts.create_workout(unit, workout("second"))
        seen.append("second")
        return new.modified_at

    _, second = await asyncio.gather(dawdler(), hurrier())

    assert seen == ["first", "second"]
    async with world.store.reading() as unit:
        assert await latest_instant(unit, Kind.WORKOUT) == second


async def test_the_same_instant_and_a_clock_that_goes_back_still_go_forward(world):
    now = world.store.clock()
    given_out = []
    for at in (now, now, now - timedelta(days=1), now + timedelta(seconds=1)):
        world.store.clock = lambda at=at: at
        async with world.store.writing() as unit:
            given_out += [await next_instant(unit, Kind.PLAN), await next_instant(unit, Kind.PLAN)]

    assert given_out == sorted(set(given_out))
    assert given_out[0] == now
    assert given_out[-2] == now + timedelta(seconds=1)


async def test_what_is_rolled_back_leaves_no_instant_behind(world):
    with pytest.raises(RuntimeError, match="no"):
        async with world.store.writing() as unit:
            await next_instant(unit, Kind.PLAN)
            raise RuntimeError("no")

    async with world.store.reading() as unit:
        assert (await latest_instant(unit, Kind.PLAN)).year == 1970
