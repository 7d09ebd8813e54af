"""`q` against plain Python, and against whatever is no filter; many times over in `tests.trials.pai_filters`."""

import random

import pytest

from tests.rest_compat.answers import pai_error
from tests.rest_compat.pai.filtering import check
from tests.rest_compat.pai.strange import PATHS, strange_query

pytestmark = pytest.mark.anyio

SEEDS = range(6)
STRANGE = 150


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_filter_finds_what_plain_python_finds(store, seed):
    await check(store, random.Random(seed), filters=15)


async def test_truth_has_an_order_too(client, world):
    headers = await world.pai_headers(client)
    for q, found in (
        ("emailConfirmed<true", 2),
        ("emailConfirmed>false", 0),
        ("emailConfirmed IN [true, false]", 2),
    ):
        path = f"/api/v2/admin/organizations/{world.organization}/accounts"
        assert len((await client.get(path, params={"q": q}, headers=headers)).json()) == found


async def test_whatever_is_sent_as_q_is_answered_or_refused(client, world):
    headers = await world.pai_headers(client)
    base, chance = f"/api/v2/admin/organizations/{world.organization}", random.Random(5)
    statuses = []
    for _ in range(STRANGE):
        answer = await client.get(f"{base}{chance.choice(PATHS)}?{strange_query(chance)}", headers=headers)
        statuses.append(answer.status_code)
        if answer.status_code != 200:
            pai_error(answer, 400)

    assert set(statuses) == {200, 400}
