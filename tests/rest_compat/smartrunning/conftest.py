"""A partner with a key, and authors who write templates behind its back."""

from dataclasses import dataclass
from typing import Any

import pytest

from domain.identity import passwords
from domain.identity.api_keys import ApiKey, new_key
from domain.templates import workouts
from domain.viewer import TEMPLATES_READ
from tests.domain.templates.examples import author, workout
from tests.world import CHEAP, LONG_AGO


@dataclass
class Partner:
    """Asks with its key, in the API's own words."""

    client: Any
    world: Any
    key: str
    key_id: Any

    async def get(self, path="/api/workout-templates", headers=None, **params):
        sent = {"X-API-Key": self.key} | (headers or {})
        return await self.client.get(path, params=params or None, headers=sent)

    async def names(self, **params):
        answer = await self.get(**params)
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]


async def partner_of(client, world, *, scopes=TEMPLATES_READ, **fields):
    key = new_key("test")
    _, env, lookup, secret = key.split("_", 3)
    row = ApiKey(
        organization_id=world.organization,
        name="test",
        env=env,
        lookup=lookup,
        secret_hash=await passwords.hashed(secret, cost=CHEAP),
        scopes=sorted(scopes),
        created_at=LONG_AGO,
        **fields,
    )
    async with world.store.writing() as unit:
        await unit.add(row)
    return Partner(client, world, key, row.id)


@pytest.fixture
async def partner(client, world):
    return await partner_of(client, world)


@pytest.fixture
def editing(world):
    return lambda: world.store.writing(author(world.organization))


@pytest.fixture
def publish(editing):
    """Publish a new workout of that name, in a unit of its own; its id."""

    async def published(name, **changed):
        async with editing() as unit:
            new = await workouts.create_workout(unit, workout(name, **changed))
            await workouts.publish_workout(unit, new.id)
        return new.id

    return published
