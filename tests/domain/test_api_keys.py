"""What an API key opens, and that no credential opens the door of another."""

from dataclasses import dataclass

import pytest

from domain.identity import api_keys, credentials, passwords
from domain.identity.api_keys import ApiKey, new_key
from domain.viewer import TEMPLATES_READ, ViewerKind
from tests.domain.test_identity import change, refused, seen, signed_in
from tests.world import CHEAP

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Key:
    text: str
    lookup: str


@pytest.fixture
async def api_key(world) -> Key:
    text = new_key("test")
    _, _, lookup, secret = text.split("_", 3)
    async with world.store.writing() as unit:
        await unit.add(
            ApiKey(
                organization_id=world.organization,
                name="app",
                env="test",
                lookup=lookup,
                secret_hash=await passwords.hashed(secret, cost=CHEAP),
                scopes=["workout_templates:read", "plan_templates:read"],
                created_at=unit.now,
            )
        )
    return Key(text, lookup)


async def test_an_api_key_opens_what_its_scopes_say(world, api_key):
    viewer = await seen(world, api_key=api_key.text)

    assert (viewer.kind, viewer.scopes) == (ViewerKind.API_KEY, TEMPLATES_READ)


async def test_wrong_api_keys_are_all_alike(world, api_key):
    secret = api_key.text.split("_", 3)[3]
    wrong = [
        new_key("test"),
        f"sr_test_{api_key.lookup}_{'x' * 43}",
        f"sr_live_{api_key.lookup}_{secret}",
        f"sr_test_{api_key.lookup}",
        api_key.text + " ",
        api_key.text + "\n",
        api_key.text.upper(),
        "",
        "\0",
        "\ud800",
        "x" * 1_000_000,
    ]
    for text in wrong:
        assert await refused(seen(world, api_key=text)) == credentials.WRONG_KEY


@pytest.mark.parametrize("ended", ["revoked_at", "expires_at"])
async def test_an_api_key_that_ended_is_like_one_that_never_was(world, api_key, clock, ended):
    await change(world, ApiKey, **{ended: clock.now})

    assert await refused(seen(world, api_key=api_key.text)) == credentials.WRONG_KEY
    async with world.store.reading() as unit:
        assert (await api_keys.candidate(unit, api_key.text)).secret_hash is None


async def test_no_credential_of_one_family_opens_another(world, api_key):
    pair = await signed_in(world)
    families = {
        "account": pair.access_token,
        "refresh": pair.refresh_token,
        "gateway": world.tokens["joe"],
        "partner": world.partner_key,
        "api key": api_key.text,
    }
    doors = {
        "account": lambda text: {"bearer": text},
        "gateway": lambda text: {"bearer": text},
        "partner": lambda text: {"partner_id": world.partner_id, "bearer": text},
        "api key": lambda text: {"api_key": text},
    }
    own = {("account", "account"), ("account", "gateway"), ("gateway", "gateway"), ("gateway", "account"),
           ("partner", "partner"), ("api key", "api key")}  # fmt: skip

    for family, text in families.items():
        for door, sent in doors.items():
            if (family, door) in own:
                assert (await seen(world, **sent(text))).kind is not ViewerKind.ANONYMOUS
            else:
                await refused(seen(world, **sent(text)))
        if family != "account":
            async with world.store.reading() as unit:
                await refused(credentials.account_viewer(unit, text))
