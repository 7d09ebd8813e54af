"""The token endpoint: both grants, rotation, and every way to be refused."""

import asyncio
from uuid import uuid4

import jwt
import pytest
from sqlalchemy import text

from domain.identity import passwords
from tests.rest_compat.answers import pai_error
from tests.rest_compat.pai.test_accounts import counting
from tests.world import PASSWORD

pytestmark = pytest.mark.anyio

PATH = "/api/v2/auth/oauth"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def form(world):
    return {
        "organization_id": str(world.organization),
        "client_id": str(world.client_id),
        "grant_type": "password",
        "username": "admin",
        "password": PASSWORD,
    }


@pytest.fixture
def sign_in(client, form):
    async def post(**changed):
        sent = {name: value for name, value in (form | changed).items() if value is not None}
        return await client.post(PATH, data=sent)

    return post


@pytest.fixture
def refresh(sign_in):
    return lambda token, **changed: sign_in(
        **({"grant_type": "refresh_token", "password": None, "refresh_token": token} | changed)
    )


async def works(client, world, access_token):
    path = f"/api/v2/admin/organizations/{world.organization}/users"
    answer = await client.get(path, headers={"Authorization": f"Bearer {access_token}"})
    return answer.status_code == 200


async def test_the_password_grant_gives_a_pair_that_nobody_may_store(sign_in):
    answer = await sign_in()

    assert answer.status_code == 200
    assert list(answer.json()) == [
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
        "region",
        "api_url",
    ]
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 3600)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_packed_form_is_not_unpacked(client, form):
    answer = await client.post(PATH, data=form, headers={"Content-Encoding": "gzip"})

    pai_error(answer, 415)


async def test_the_access_token_opens_the_admin_api_and_graphql(client, world, sign_in):
    token = (await sign_in()).json()["access_token"]

    assert await works(client, world, token)
    query = {"query": "{ viewer { kind } users(first: 5) { totalCount } }"}
    seen = await client.post("/graphql", json=query, headers={"Authorization": f"Bearer {token}"})
    assert seen.json()["data"]["users"]["totalCount"] == 2


async def test_the_access_token_says_whose_it_is(world, sign_in):
    token = (await sign_in(username="joe")).json()["access_token"]

    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["iss"] == "http://gateway.test"
    assert (claims["org"], claims["userId"]) == (str(world.organization), str(world.joe))
    assert claims["roles"] == ["user"]
    assert claims["exp"] - claims["iat"] == 3600


async def test_usernames_know_no_case_and_scope_is_ignored(sign_in):
    assert (await sign_in(username="ADMIN", scope="everything")).status_code == 200


async def test_the_refresh_grant_rotates(client, world, sign_in, refresh):
    first = (await sign_in()).json()
    second = (await refresh(first["refresh_token"])).json()
    third = await refresh(second["refresh_token"])

    assert third.status_code == 200
    assert third.headers["cache-control"] == "no-store"
    tokens = {pair["refresh_token"] for pair in (first, second, third.json())}
    assert len(tokens) == 3
    assert await works(client, world, third.json()["access_token"])


async def test_a_refresh_token_that_comes_back_ends_its_whole_family_and_no_other(sign_in, refresh):
    first, other = (await sign_in()).json(), (await sign_in()).json()
    second = (await refresh(first["refresh_token"])).json()

    pai_error(await refresh(first["refresh_token"]), 401)
    pai_error(await refresh(second["refresh_token"]), 401)
    assert (await refresh(other["refresh_token"])).status_code == 200


async def test_of_many_uses_at_once_one_at_most_succeeds(sign_in, refresh):
    token = (await sign_in()).json()["refresh_token"]

    answers = await asyncio.gather(*(refresh(token) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    pai_error(await refresh(winner["refresh_token"]), 401)


async def test_a_refresh_token_nobody_has_is_refused(refresh):
    for token in ["x", "a" * 4096, "\u00fc", "%00", " "]:
        pai_error(await refresh(token), 401)


async def test_a_refresh_token_belongs_to_its_account(sign_in, refresh, world):
    token = (await sign_in()).json()["refresh_token"]

    pai_error(await refresh(token, username="joe"), 401)
    pai_error(await refresh(token, client_id=str(uuid4())), 401)
    theirs = {"organization_id": str(world.other_organization), "client_id": str(world.other_client_id)}
    pai_error(await refresh(token, username="other-admin", **theirs), 401)
    assert (await refresh(token)).status_code == 200, "none of these used it up"


async def test_an_expired_refresh_token_is_refused(sign_in, refresh, store):
    token = (await sign_in()).json()["refresh_token"]
    async with store.writing() as unit:
        await unit.change(text("UPDATE refresh_tokens SET expires_at = '2024-01-01 00:00:00+00:00'"))

    pai_error(await refresh(token), 401)


async def test_whatever_is_wrong_the_answer_is_the_same(sign_in, world):
    wrong = [
        {"password": "wrong"},
        {"password": PASSWORD.upper()},
        {"password": "\0"},
        {"username": "nobody"},
        {"client_id": str(uuid4())},
        {"client_id": str(world.other_client_id)},
        {"organization_id": str(world.other_organization)},
        {"organization_id": str(world.other_organization), "client_id": str(world.other_client_id)},
        {"organization_id": str(uuid4())},
    ]

    errors = [pai_error(await sign_in(**changed), 401) for changed in wrong]

    assert all(error == errors[0] for error in errors)


async def test_a_disabled_account_cannot_sign_in_or_refresh(sign_in, refresh, store):
    token = (await sign_in()).json()["refresh_token"]
    async with store.writing() as unit:
        await unit.change(text("UPDATE accounts SET account_status = 'Disabled'"))

    pai_error(await sign_in(), 401)
    pai_error(await refresh(token), 401)


async def test_an_unknown_account_costs_what_a_wrong_password_does(sign_in, costs_paid):
    pai_error(await sign_in(username="nobody"), 401)
    pai_error(await sign_in(password="wrong"), 401)

    assert costs_paid == [passwords.COST] * 2


async def test_a_made_up_refresh_token_costs_the_same_for_nobody_as_for_somebody(refresh, store):
    """And nobody's guess waits for, or holds, the lock that writers take."""
    seen = []
    for username in ("admin", "nobody"):
        with counting(store, done := []):
            pai_error(await refresh("made up", username=username), 401)
        seen.append(done)

    assert seen[0] == seen[1]
    assert not [sql for sql in seen[0] if sql.startswith(("UPDATE", "BEGIN IMMEDIATE"))]


async def test_a_missing_field_is_named(sign_in):
    for missing in ["organization_id", "client_id", "grant_type", "username", "password"]:
        for value in (None, ""):
            error = pai_error(await sign_in(**{missing: value}), 400)

            [nested] = error["errors"]
            assert (nested["field"], nested["code"]) == (missing, "INVALID_FIELD")
            assert "value error" not in nested["message"].lower()


async def test_a_refresh_without_its_token_or_username_names_them(refresh):
    for changed, field in (({}, "refresh_token"), ({"username": None, "refresh_token": "x"}, "username")):
        error = pai_error(await refresh(None, **changed), 400)
        assert [nested["field"] for nested in error["errors"]] == [field]


async def test_all_that_is_missing_is_named_at_once(client):
    error = pai_error(await client.post(PATH, data={"grant_type": "password"}), 400)

    named = [nested["field"] for nested in error["errors"]]
    assert named == ["organization_id", "client_id", "username", "password"]


async def test_a_bad_field_is_named(sign_in):
    for field, value in [
        ("organization_id", "acme"),
        ("client_id", "app-1"),
        ("grant_type", "client_credentials"),
        ("username", "ad\0min"),
        ("username", "admin\r\n"),
        ("username", "x" * 4097),
    ]:
        error = pai_error(await sign_in(**{field: value}), 400)

        assert [nested["field"] for nested in error["errors"]] == [field]
        assert value[:40] not in str(error)


async def test_a_field_sent_twice_is_refused(client, form):
    for field in ["username", "grant_type", "scope"]:
        pairs = [*form.items(), (field, "admin"), (field, "admin")]
        content = "&".join(f"{name}={value}" for name, value in pairs)

        pai_error(await client.post(PATH, content=content, headers={"Content-Type": FORM}), 400)


async def test_what_is_no_form_is_refused(client):
    for content in [b"\xff\xfe", b"&".join(b"f%d=1" % n for n in range(30)), b""]:
        pai_error(await client.post(PATH, content=content, headers={"Content-Type": FORM}), 400)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_overlong_form_is_refused_without_reading_it_all(client):
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 1024
            yield b"a" * 1024

    answer = await client.post(PATH, content=endless(), headers={"Content-Type": FORM})
    pai_error(answer, 413)
    assert read <= 32 * 1024

    declared = {"Content-Type": FORM, "Content-Length": str(10**9)}
    pai_error(await client.post(PATH, content=b"a=b", headers=declared), 413)


async def test_another_content_type_is_unsupported(client):
    for content_type in ["application/json", "multipart/form-data", "text/plain", "", None, "x"]:
        headers = {} if content_type is None else {"Content-Type": content_type}

        pai_error(await client.post(PATH, content=b"{}", headers=headers), 415)


async def test_parameters_and_case_of_the_content_type_do_not_matter(client, form):
    for content_type in [f"{FORM}; charset=utf-8", FORM.upper(), f" {FORM} ;x=y"]:
        content = "&".join(f"{name}={value}" for name, value in form.items())

        answer = await client.post(PATH, content=content, headers={"Content-Type": content_type})

        assert answer.status_code == 200


async def test_errors_may_not_be_stored_either(sign_in, client):
    for answer in (await sign_in(password="wrong"), await sign_in(username=None), await client.post(PATH)):
        assert answer.headers["cache-control"] == "no-store"
