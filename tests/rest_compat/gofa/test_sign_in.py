"""Signing in by password, secret and custom token: how often, for how long, and what ends it."""

from datetime import timedelta
from uuid import UUID

import jwt
import pytest
from sqlmodel import col

from domain import client_settings
from domain.identity import mailed_tokens, signing
from domain.identity.accounts import Account, AccountStatus
from domain.identity.administration import change_account
from domain.identity.mailed_tokens import Purpose
from domain.viewer import SCOPES, SYSTEM, Viewer, ViewerKind
from tests.rest_compat.answers import gofa_error
from tests.rest_compat.conftest import account_of
from tests.rest_compat.gofa.training import SECRET
from tests.world import PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
"""What happens at once asks both databases."""

EXCHANGE, SIGN_IN = "/api/auth/exchange-token", "/api/auth/sign-in-with-custom-token"
CUSTOM, CLIENT = "/api/auth/custom-token", "/api/client/token"
GOOD = {"clientId": "gofa", "email": "joe", "password": PASSWORD}


@pytest.fixture
def trade(ask):
    """An ID token's headers for a custom token."""

    async def trade(custom_token, status=200):
        answer = await ask("POST", SIGN_IN, {"customToken": custom_token}, status=status)
        return {"Authorization": f"Bearer {answer['idToken']}"} if status == 200 else answer

    return trade


@pytest.fixture
def reset(client, world):
    """Give an account a new password, as its mail lets one do."""

    async def reset(account_id, password):
        async with world.store.writing() as unit:
            account = await unit.entity(Account, col(Account.id) == account_id)
            account.email = account.email or "joe@example.org"
            await unit.flush()
            token_id = await mailed_tokens.issue(unit, account_id, Purpose.PASSWORD_RESET, account.email)
        token = mailed_tokens.plain(world.store.secret, token_id)
        answer = await client.put(f"/api/v2/auth/passwordreset/{token}", json={"password": password})
        assert answer.status_code == 204

    return reset


async def test_a_password_and_a_secret_sign_in_and_nothing_near_them_does(ask, world):
    good = {"clientId": "gofa", "email": "JOE", "password": PASSWORD}
    signed = await ask("POST", "/api/auth/custom-token", good)
    assert signed["user"] | {"displayName": "Joe Abo"} == {
        "uid": str(world.joe),
        "email": "joe",
        "displayName": "Joe Abo",
        "photoURL": None,
        "emailVerified": False,
        "disabled": False,
    }
    for wrong in ({"password": "x"}, {"email": "nobody"}, {"clientId": "other"}, {"clientId": "x"}):
        assert await ask("POST", "/api/auth/custom-token", good | wrong, status=401) == {
            "error": "Invalid credentials"
        }
    secret = {"clientId": "gofa", "clientSecret": SECRET}
    token = (await ask("POST", "/api/client/token/", secret))["token"]
    for headers in ({"ClientToken": token}, {"Authorization": f"Bearer {token}"}):
        assert (await ask("GET", "/records", headers=headers)) == {"records": []}
    await ask("GET", "/my-plan", headers={"Authorization": f"Bearer {token}"}, status=401)
    for wrong in ({"clientSecret": "x"}, {"clientId": "other2"}, {"clientSecret": SECRET + " "}):
        await ask("POST", "/api/client/token", secret | wrong, status=401)


async def test_a_custom_token_signs_in_once_however_it_is_spelled(ask, trade):
    custom = (await ask("POST", EXCHANGE))["customToken"]
    await trade(custom)

    for again in (custom, custom + "=", custom + "==", custom[:-1] + chr(ord(custom[-1]) + 1)):
        await trade(again, 401)


async def test_a_new_password_ends_every_session_and_custom_token_from_before(ask, trade, reset, training):
    kept = (await ask("POST", CUSTOM, GOOD))["customToken"]
    first = await trade((await ask("POST", CUSTOM, GOOD))["customToken"])
    renewed = await trade((await ask("POST", EXCHANGE, headers=first))["customToken"])
    await ask("GET", "/my-plan", headers=renewed)

    await reset(training.accounts["joe"], "a new and longer one")

    for headers in (first, renewed, training.user):
        await ask("GET", "/my-plan", headers=headers, status=401)
        await ask("POST", EXCHANGE, headers=headers, status=401)
    await trade(kept, 401)
    await ask("POST", CUSTOM, GOOD, status=401)
    new = await trade((await ask("POST", CUSTOM, GOOD | {"password": "a new and longer one"}))["customToken"])
    await ask("GET", "/my-plan", headers=new)


async def test_whoever_was_disabled_signs_in_anew(ask, trade, training, world):
    headers = await trade((await ask("POST", CUSTOM, GOOD))["customToken"])
    other = UUID(await account_of(world, world.organization, "joe-too", user_id=world.joe))

    admin = Viewer(
        ViewerKind.ADMINISTRATOR,
        SCOPES[ViewerKind.ADMINISTRATOR],
        world.organization,
        training.accounts["admin"],
    )

    async def now(status, account_id):
        async with world.store.writing(admin) as unit:
            await change_account(unit, account_id, {"account_status": status})

    for account_id in (training.accounts["joe"], other):
        await now(AccountStatus.DISABLED, account_id)
        await ask("GET", "/my-plan", headers=headers, status=401)
        await now(AccountStatus.ACTIVE, account_id)
        await ask("GET", "/my-plan", headers=headers, status=401)
        headers = await trade((await ask("POST", CUSTOM, GOOD))["customToken"])
        await ask("GET", "/my-plan", headers=headers)


async def test_an_exchange_carries_a_session_on_and_does_not_begin_one(ask, trade, training, world, store):
    def signed_in(headers):
        token = headers["Authorization"].removeprefix("Bearer ")
        return jwt.decode(token, options={"verify_signature": False})["auth_time"]

    headers = training.user
    began = signed_in(headers)
    for _ in range(3):
        headers = await trade((await ask("POST", EXCHANGE, headers=headers))["customToken"])
    assert signed_in(headers) == began

    long_ago = store.clock() - store.settings.refresh_token_life - timedelta(seconds=1)
    old = signing.id_token(store.settings, world.joe, store.clock(), timedelta(hours=1), signed_in=long_ago)
    old = {"Authorization": f"Bearer {old}"}
    await ask("GET", "/my-plan", headers=old)
    await ask("POST", EXCHANGE, headers=old, status=401)


async def test_passwords_are_guessed_slowly_whichever_vendors_door_is_tried(client, ask, store, world):
    few = {"sign_ins_per_quarter_hour": 3, "strange_requests_per_minute": 1000}
    store.settings = store.settings.model_copy(update=few)
    form = {"grant_type": "password", "username": "joe", "password": "wrong"}
    form |= {"organization_id": str(world.organization), "client_id": str(world.client_id)}

    assert (await client.post("/api/v2/auth/oauth", data=form)).status_code == 401
    for email, status in (("JOE ", 401), ("joe", 401), ("joe", 429)):
        answer = await client.post(CUSTOM, json=GOOD | {"email": email, "password": "wrong"})
        body = gofa_error(answer, status)
    assert (body["code"], body["retryAfterSeconds"] > 0) == ("api_rate_limited", True)
    assert int(answer.headers["retry-after"]) == body["retryAfterSeconds"]
    await ask("POST", CUSTOM, GOOD, status=429)
    assert (await client.post("/api/v2/auth/oauth", data=form)).status_code == 429
    for unknown in ({"email": "nobody"}, {"clientId": "nobodys"}):
        for status in (401, 401, 401, 429):
            gofa_error(await client.post(CUSTOM, json=GOOD | unknown), status)


async def test_an_address_that_tries_secrets_is_slowed_down(client, store, training):
    store.settings = store.settings.model_copy(update={"strange_requests_per_minute": 2})
    wrong = {"clientId": "gofa", "clientSecret": "wrong"}

    for status in (401, 401, 429):
        gofa_error(await client.post(CLIENT, json=wrong), status)


async def test_a_new_secret_ends_the_old_one_and_its_tokens(ask, training, world):
    async def done(operation):
        async with world.store.writing(SYSTEM) as unit:
            return await operation(unit, "gofa")

    async def token(secret, status=200):
        return (await ask("POST", CLIENT, {"clientId": "gofa", "clientSecret": secret}, status=status)).get(
            "token"
        )

    old = {"ClientToken": await token(SECRET)}
    await ask("GET", "/records", headers=old)
    secret = await done(client_settings.rotate)
    await ask("GET", "/records", headers=old, status=401)
    await token(SECRET, 401)
    new = {"ClientToken": await token(secret)}
    await ask("GET", "/records", headers=new)
    await done(client_settings.revoke)
    await ask("GET", "/records", headers=new, status=401)
    await token(secret, 401)


async def test_whoever_administers_a_cross_client_client_acts_for_every_client(ask, training, world, started):
    run = await started()
    own, elsewhere = training.admin("other-admin"), {"clientId": "gofa"}
    await ask("GET", "/records", headers=own, params=elsewhere, status=403)

    await training.change_client("other", cross_client=True)

    secret = {"clientId": "other", "clientSecret": SECRET}
    client = {"ClientToken": (await ask("POST", CLIENT, secret))["token"]}
    for headers in (own, client):
        [record] = (await ask("GET", "/records", headers=headers, params=elsewhere))["records"]
        assert record["routineRunId"] == run["routineRunId"]
    eve = await training.sign_up(world.eve, world.other_organization)
    await ask("GET", "/records", headers=eve, params=elsewhere, status=403)
