"""The administrator in the Admin API, and Joe in the User API."""

import pytest

from tests.rest_compat.pai.calling import Caller


@pytest.fixture
async def admin(client, world):
    return Caller(client, await world.pai_headers(client), world, "admin")


@pytest.fixture
async def joe(client, world):
    return Caller(client, await world.pai_headers(client, "joe"), world, "user")
