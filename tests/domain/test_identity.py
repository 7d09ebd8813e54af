"""Identity: what opens a door, and everything that must not."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.errors import Unauthorized
from domain.identity import accounts, credentials, passwords, tokens
from domain.identity.access_tokens import AccessToken, new_token
from domain.identity.accounts import Account
from domain.identity.credentials import Credentials
from domain.identity.partners import Partner
from domain.identity.tokens import RefreshToken
from domain.secrets import derived, fingerprint
from domain.sql import select
from domain.viewer import ANONYMOUS, Scope, ViewerKind
from tests.world import CHEAP, PASSWORD

pytestmark = pytest.mark.anyio

START = datetime(2024, 6, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(world) -> Clock:
    world.store.clock = Clock()
    return world.store.clock


async def signed_in(world, username="joe", password=PASSWORD, **other):
    details = {"organization_id": world.organization, "client_id": world.client_id, "user_agent": "test"}
    details["address"] = "127.0.0.1"
    return await credentials.sign_in(world.store, username=username, password=password, **details | other)


async def refreshed(world, token, username="joe", **other):
    details = {"organization_id": world.organization, "client_id": world.client_id, "user_agent": None}
    details["address"] = "127.0.0.1"
    return await credentials.refresh(world.store, username=username, refresh_token=token, **details | other)


async def seen(world, *, api_key=None, **sent):
    if api_key is not None:
        return await credentials.api_key_viewer(world.store, api_key)
    async with world.store.reading() as unit:
        return await credentials.viewer_in(unit, Credentials(**sent))


async def refused(attempt) -> str:
    with pytest.raises(Unauthorized) as error:
        await attempt
    return error.value.message


async def change(world, kind, **values) -> None:
    async with world.store.writing() as unit:
        await unit.change(update(kind).values(**values))


async def test_a_password_opens_an_account_whatever_the_case_of_its_name(world):
    viewer = await seen(world, bearer=(await signed_in(world, "JOE")).access_token)

    assert (viewer.kind, viewer.user_id) == (ViewerKind.USER, world.joe)
    assert viewer.organization_id == world.organization


async def test_every_wrong_sign_in_is_refused_in_the_same_words(world):
    for wrong in (
        {"password": "wrong"},
        {"password": ""},
        {"password": PASSWORD + " "},
        {"password": "\0"},
        {"username": "nobody"},
        {"username": ""},
        {"username": "joe\0"},
        {"username": "\ud800"},
        {"username": "other-admin"},
        {"client_id": uuid4()},
        {"organization_id": uuid4()},
    ):
        assert await refused(signed_in(world, **wrong)) == credentials.WRONG_SIGN_IN, wrong


async def test_a_client_of_another_organization_opens_nothing(world):
    await refused(signed_in(world, "other-admin", organization_id=world.other_organization))


async def test_a_disabled_account_cannot_sign_in(world):
    await change(world, Account, account_status="Disabled")

    await refused(signed_in(world))


async def test_an_unknown_user_costs_what_a_wrong_password_does(world, costs_paid):
    for username in ("nobody", "joe"):
        await refused(signed_in(world, username, password="wrong"))

    assert costs_paid == [passwords.COST] * 2


async def test_passwords_are_dear_outside_of_tests(usual_cost):
    assert usual_cost == 12


@pytest.mark.parametrize("password", ["x" * 100, "a\0b", "å" * 100, "\ud800", ""])
async def test_a_password_counts_whole_however_long_or_strange(password):
    stored = await passwords.hashed(password, cost=CHEAP)

    assert await passwords.matches(password, stored)
    for other in (password + "y", password[:-1] + "z", password[:72] + "!" * 30):
        assert not await passwords.matches(other, stored)
    assert not await passwords.matches(password, None)


def claims(world, **other) -> dict:
    now = int(world.store.clock().timestamp())
    account = {"iss": "http://gateway.test", "aud": "pai-health", "sub": str(world.joe_account), "jti": "1"}
    account |= {"fam": str(uuid4()), "org": str(uuid4())}
    return account | {"iat": now, "exp": now + 60} | other


def key(world) -> bytes:
    return derived(world.store.secret, "account access token")


@pytest.fixture
async def signed(world, clock):
    """Signs claims with the gateway's own key: what an attacker who must not exist could do at most."""
    async with world.store.reading() as unit:
        world.joe_account = await unit.value(select(Account.id).where(col(Account.username) == "joe"))
    return lambda **other: jwt.encode(
        {name: value for name, value in claims(world, **other).items() if value != "gone"},
        key(world),
        "HS256",
    )


async def test_a_token_as_the_gateway_signs_it_is_accepted(world, signed):
    assert (await seen(world, bearer=signed())).user_id == world.joe


SECONDS = int(START.timestamp())
FORGED = [
    {"aud": "other"},
    {"aud": ["pai-health"]},
    {"aud": ["pai-health", "other"]},
    {"iss": "http://other"},
    {"sub": ""},
    {"sub": "nobody"},
    {"sub": str(uuid4())},
    {"exp": SECONDS},
    {"exp": SECONDS - 1},
    {"exp": "soon"},
    {"exp": None},
    {"exp": [SECONDS + 60]},
    {"iat": SECONDS + 100},
    {"iat": "now"},
    {"nbf": SECONDS + 100},
    {"nbf": "later"},
    *({name: "gone"} for name in ("iss", "aud", "sub", "fam", "org", "iat", "exp", "jti")),
    {"fam": "x"},
    {"fam": None},
    {"org": "x"},
]


async def test_a_token_with_other_claims_is_refused(world, signed):
    for forged in FORGED:
        assert await refused(seen(world, bearer=signed(**forged))) == credentials.WRONG_TOKEN, forged


def unsigned(header: dict, payload: dict, signature: str = "") -> str:
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, payload)
    )
    return ".".join((*parts, signature))


async def test_a_token_signed_otherwise_is_refused(world, signed):
    good = signed()
    payload = claims(world)
    deep = base64.urlsafe_b64encode(b"[" * 2500).decode().rstrip("=")
    attacks = [
        unsigned({"alg": "none"}, payload),
        unsigned({"alg": "None", "typ": "JWT"}, payload),
        unsigned({"alg": "HS256"}, payload),
        jwt.encode(payload, world.store.secret, "HS256"),
        jwt.encode(payload, b"k" * 32, "HS256"),
        unsigned({"alg": "HS512"}, payload, "AAAA"),
        good[:-2],
        good + "A",
        good.rpartition(".")[0] + ".",
        "a.b.c",
        "..",
        "é.é.é",
        "\ud800",
        f"{deep}.e30.e30",
        good + "x" * 1_000_000,
        "x" * 1_000_000,
        "",
    ]

    for token in attacks:
        assert await refused(seen(world, bearer=token)) == credentials.WRONG_TOKEN


async def test_a_token_ends_by_the_clock_and_with_its_account(world, clock):
    pair = await signed_in(world)

    clock.now += timedelta(minutes=59)
    assert (await seen(world, bearer=pair.access_token)).user_id == world.joe
    clock.now += timedelta(minutes=1)
    await refused(seen(world, bearer=pair.access_token))

    fresh = (await signed_in(world)).access_token
    await change(world, Account, account_status="Disabled")
    await refused(seen(world, bearer=fresh))
    await refused(seen(world, bearer=world.tokens["joe"]))


async def test_a_refresh_token_is_good_for_one_new_pair(world):
    first = await signed_in(world)

    second = await refreshed(world, first.refresh_token)
    third = await refreshed(world, second.refresh_token)

    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert (await seen(world, bearer=third.access_token)).user_id == world.joe


async def test_a_refresh_token_used_twice_ends_its_family_for_good_and_no_other(world):
    first, other = await signed_in(world), await signed_in(world)
    second = await refreshed(world, first.refresh_token)

    assert await refused(refreshed(world, first.refresh_token)) == credentials.WRONG_REFRESH
    assert await refused(refreshed(world, second.refresh_token)) == credentials.WRONG_REFRESH
    assert await refused(refreshed(world, second.refresh_token)) == credentials.WRONG_REFRESH

    async with world.store.reading() as unit:
        rows = await unit.rows(select(RefreshToken.revoked_at, RefreshToken.family_id))
    assert sorted(row.revoked_at is not None for row in rows) == [False, True, True]
    await refreshed(world, other.refresh_token)


async def test_a_refresh_token_used_at_once_by_two_gives_at_most_one_pair_and_ends_the_family(world):
    first = await signed_in(world)

    pairs = await asyncio.gather(
        *(refreshed(world, first.refresh_token) for _ in range(4)), return_exceptions=True
    )

    (won,) = [pair for pair in pairs if isinstance(pair, tokens.TokenPair)]
    await refused(refreshed(world, won.refresh_token))


async def test_a_refresh_token_is_the_accounts_own_and_ends(world, clock):
    pair = await signed_in(world)

    await refused(refreshed(world, pair.refresh_token, "admin"))
    await refused(refreshed(world, pair.refresh_token, client_id=uuid4()))
    await refused(refreshed(world, pair.access_token))
    for strange in ("", "nonsense", "\0", "\ud800", "x" * 1_000_000):
        await refused(refreshed(world, strange))
    clock.now += timedelta(days=30)
    await refused(refreshed(world, pair.refresh_token))


async def test_a_refresh_token_of_a_disabled_account_opens_nothing(world):
    pair = await signed_in(world)
    await change(world, Account, account_status="Disabled")

    await refused(refreshed(world, pair.refresh_token))


async def test_a_partner_needs_its_id_and_its_key(world):
    viewer = await seen(world, partner_id=world.partner_id, bearer=world.partner_key)
    assert (viewer.kind, viewer.organization_id) == (ViewerKind.PARTNER, world.organization)

    for partner_id, auth_key in (
        (world.partner_id, "wrong"),
        (world.partner_id, None),
        (world.partner_id, ""),
        ("other", world.partner_key),
        ("", world.partner_key),
        ("acme\0", world.partner_key),
        ("ACME", world.partner_key),
        ("\ud800", world.partner_key),
        (world.partner_id, "\ud800"),
    ):
        assert await refused(seen(world, partner_id=partner_id, bearer=auth_key)) == credentials.WRONG_PARTNER


async def test_a_partner_that_is_switched_off_is_refused(world):
    await change(world, Partner, active=False)

    await refused(seen(world, partner_id=world.partner_id, bearer=world.partner_key))


async def test_a_gateway_token_opens_until_it_ends_or_is_revoked(world, clock):
    assert (await seen(world, bearer=world.tokens["joe"])).user_id == world.joe

    await change(world, AccessToken, expires_at=clock.now + timedelta(seconds=1))
    assert (await seen(world, bearer=world.tokens["joe"])).user_id == world.joe
    await change(world, AccessToken, expires_at=clock.now)
    await refused(seen(world, bearer=world.tokens["joe"]))
    await change(world, AccessToken, expires_at=None, revoked_at=clock.now)
    await refused(seen(world, bearer=world.tokens["joe"]))
    for strange in (new_token(), "fgw_", "fgw_\0", "fgw_" + "x" * 1_000_000):
        assert await refused(seen(world, bearer=strange)) == credentials.WRONG_TOKEN


async def test_the_fingerprint_of_a_stolen_database_opens_nothing(world):
    for bearer in (fingerprint(world.tokens["joe"]), fingerprint(world.partner_key)):
        await refused(seen(world, bearer=bearer))
        await refused(seen(world, partner_id=world.partner_id, bearer=bearer))


async def test_who_sends_nothing_is_anonymous_and_may_do_nothing(world):
    viewer = await seen(world)

    assert viewer == ANONYMOUS
    for scope in Scope:
        with pytest.raises(Unauthorized):
            viewer.require(scope)


async def test_an_account_that_is_gone_is_nobody(world):
    async with world.store.reading() as unit:
        assert await accounts.viewer_of(unit, uuid4()) is None
