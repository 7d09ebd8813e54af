"""What an operator sets of a client, and what its secret then opens."""

from uuid import uuid4

import pytest

from domain import client_settings
from domain.errors import Conflict, Invalid, NotFound
from domain.identity import client_tokens, firebase_sign_in
from domain.viewer import Scope

pytestmark = pytest.mark.anyio


async def done(store, operation, *arguments, **values):
    async with store.writing() as unit:
        return await operation(unit, *arguments, **values)


async def test_a_clients_secret_opens_its_administration_as_far_as_it_is_set(store, world):
    secret = await done(store, client_settings.register, world.organization, "clinic", None)
    token = await firebase_sign_in.client_token(store, "clinic", secret)

    async def scopes():
        async with store.reading() as unit:
            viewer = await client_tokens.viewer_of(unit, token)
        assert viewer.organization_id == world.organization
        return viewer.scopes

    assert Scope.CLIENTS_ANY not in await scopes()
    await done(store, client_settings.change, "clinic", cross_client=True, ai_training_enabled=None)
    assert Scope.CLIENTS_ANY in await scopes()
    [client] = await done(store, client_settings.list_clients)
    assert (client.client_id, client.ai_training_enabled, client.cross_client) == ("clinic", True, True)


async def test_a_client_is_one_organization_under_one_name(store, world):
    await done(store, client_settings.register, world.organization, "clinic", "Clinic")
    for organization, name, error in (
        (world.organization, "again", Conflict),
        (world.other_organization, "clinic", Conflict),
        (uuid4(), "nobody", NotFound),
        (world.other_organization, "a/b", Invalid),
        (world.other_organization, "", Invalid),
    ):
        with pytest.raises(error):
            await done(store, client_settings.register, organization, name, None)
    with pytest.raises(NotFound):
        await done(store, client_settings.change, "nobody", cross_client=True)
