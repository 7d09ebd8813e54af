"""Registration, confirmation and password reset, through a real mail server and into the data directory."""

import logging
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from socket import socket
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy import event, text, update
from sqlmodel import col
from structlog.testing import capture_logs

from domain.identity.accounts import Account, AccountStatus
from domain.identity.pruning import PruneTokens
from tests.rest_compat.answers import pai_error
from tests.rest_compat.conftest import account_of
from tests.rest_compat.pai.conftest import CODE, token_in
from tests.world import PASSWORD

pytestmark = pytest.mark.anyio

OPEN = "/api/v2/open/auth"


@pytest.fixture
def registration(world):
    return {
        "organizationId": str(world.organization),
        "clientId": str(world.client_id),
        "username": "Zoe@example.org",
        "password": "a long enough one",
        "email": "zoe@example.org",
        "firstName": "Zoë",
        "locale": "de-AT",
    }


@pytest.fixture
def whose(world):
    return lambda username: {"organizationId": str(world.organization), "username": username}


@pytest.fixture
def sign_in(client, world):
    async def post(username, password, **form):
        form = {"grant_type": "password", "username": username, "password": password} | form
        form |= {"organization_id": str(world.organization), "client_id": str(world.client_id)}
        return await client.post(f"{OPEN}/oauth", data={name: it for name, it in form.items() if it})

    return post


async def test_who_registers_can_sign_in_once_the_mail_is_confirmed(client, registration, mails, sign_in):
    answer = await client.post(f"{OPEN}/registration", json=registration)

    assert answer.status_code == 201
    account = answer.json()
    assert account["href"] == answer.headers["location"]
    assert (account["username"], account["accountStatus"]) == ("zoe@example.org", "Pending")
    assert "password" not in answer.text
    assert (await sign_in("zoe@example.org", registration["password"])).status_code == 401
    [mail] = await mails()
    assert (mail["To"], mail["Content-Language"]) == ("zoe@example.org", "de")
    confirmed = await client.put(f"{OPEN}/confirmation/{token_in(mail)}")
    assert (confirmed.status_code, confirmed.content) == (204, b"")
    pai_error(await client.put(f"{OPEN}/confirmation/{token_in(mail)}"), 404)

    pair = (await sign_in("ZOE@example.org", registration["password"])).json()
    own = await client.get(account["href"], headers={"Authorization": f"Bearer {pair['access_token']}"})
    assert own.json()["emailConfirmed"] is True
    assert own.json()["id"] == account["id"]
    assert own.json()["userId"] == account["userId"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_client_registers_for_its_own_organization_only(client, registration, world):
    for name in ("organizationId", "clientId"):
        for somebody_elses in (str(world.other_organization), str(world.other_client_id), str(uuid4())):
            answer = await client.post(f"{OPEN}/registration", json=registration | {name: somebody_elses})
            pai_error(answer, 403)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_registers_before_birth(client, registration):
    unborn = registration | {"dateOfBirth": "2999-01-01"}
    error = pai_error(await client.post(f"{OPEN}/registration", json=unborn), 400)

    assert [nested["field"] for nested in error["errors"]] == ["dateOfBirth"]


async def test_a_username_taken_shows_in_a_mail_and_not_in_the_answer(client, registration, mails, store):
    first = await client.post(f"{OPEN}/registration", json=registration)
    await mails()
    again = registration | {"email": "other@example.org", "password": "another password"}

    second = await client.post(f"{OPEN}/registration", json=again)

    assert second.status_code == first.status_code == 201
    assert second.json().keys() == first.json().keys()
    assert second.headers.keys() == first.headers.keys()
    changing = {"id", "userId", "createdOn", "modifiedOn", "email"}
    for name in first.json().keys() - changing:
        assert second.json()[name] == first.json()[name]
    [mail] = await mails()
    assert mail["To"] == "other@example.org"
    assert not CODE.search(mail.get_content())
    async with store.reading() as unit:
        assert await unit.value(text("SELECT count(*) FROM accounts WHERE username LIKE 'zoe%'")) == 1
        assert await unit.value(text("SELECT count(*) FROM mails")) == 0


async def test_a_forgotten_password_is_set_anew_and_ends_every_session(client, world, mails, sign_in, whose):
    await account_of(world, world.organization, "kim", email="kim@example.org")
    old = (await sign_in("kim", PASSWORD)).json()
    own = f"/api/v2/user/organizations/{world.organization}/account"
    bearer = {"Authorization": f"Bearer {old['access_token']}"}
    assert (await client.get(own, headers=bearer)).status_code == 200
    for _ in range(2):
        assert (await client.post(f"{OPEN}/passwordreset", json=whose("KIM"))).status_code == 202
    earlier, later = sorted(await mails(), key=lambda mail: mail["Date"].datetime)
    tokens = {token_in(earlier), token_in(later)}
    assert len(tokens) == 2

    answers = [
        await client.put(f"/api/v2/auth/passwordreset/{token}", json={"password": "brand new one"})
        for token in tokens
    ]

    assert sorted(answer.status_code for answer in answers) == [204, 404], "only the newest is valid"
    assert (await sign_in("kim", PASSWORD)).status_code == 401
    assert (await sign_in("kim", "brand new one")).status_code == 200
    pai_error(await client.get(own, headers=bearer), 401)
    used = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"]}
    assert (await sign_in("kim", "", **used)).status_code == 401


async def test_asking_tells_nobody_who_has_an_account(client, world, whose, mails, store):
    await account_of(world, world.organization, "kim", email="kim@example.org", email_confirmed=True)
    gone = {"email": "gone@example.org", "account_status": AccountStatus.DISABLED}
    await account_of(world, world.organization, "gone", **gone)
    for path in ("passwordreset", "confirmation"):
        answers = {
            name: await client.post(f"{OPEN}/{path}", json=whose(name))
            for name in ("kim", "gone", "joe", "nobody", "nobody\x7f"[:6])
        }

        assert {answer.status_code for answer in answers.values()} == {202}
        assert len({answer.text for answer in answers.values()}) == 1
        assert len({tuple(sorted(answer.headers.keys())) for answer in answers.values()}) == 1
    async with store.reading() as unit:
        jobs = await unit.rows(text("SELECT kind, arguments FROM jobs WHERE kind = 'MailToken'"))
    assert len(jobs) == 10
    assert not [job for job in jobs if "kim" in str(job.arguments)]
    assert [mail["To"] for mail in await mails()] == ["kim@example.org"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_asking_does_the_same_work_for_nobody_as_for_somebody(client, world, whose, store):
    await account_of(world, world.organization, "kim", email="kim@example.org")

    async def statements(username):
        done = []
        with counting(store, done):
            await client.post(f"{OPEN}/passwordreset", json=whose(username))
        return done

    known = await statements("kim")

    assert known
    assert await statements("nobody") == known


@contextmanager
def counting(store, done):
    """Every statement the database is sent, in order."""

    def hear(_connection, _cursor, statement, *_):
        done.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", hear)
    yield
    event.remove(store.engine.sync_engine, "before_cursor_execute", hear)


async def test_a_token_is_for_its_purpose_its_time_and_its_address(client, world, mails, whose, store):
    await account_of(world, world.organization, "kim", email="kim@example.org")
    await client.post(f"{OPEN}/passwordreset", json=whose("kim"))
    await client.post(f"{OPEN}/confirmation", json=whose("kim"))
    sent = {mail["Subject"]: token_in(mail) for mail in await mails()}
    reset, confirmation = sent["Set a new password"], sent["Confirm your e-mail address"]
    new = {"password": "brand new one"}

    pai_error(await client.put(f"{OPEN}/confirmation/{reset}"), 404)
    pai_error(await client.put(f"{OPEN}/passwordreset/{confirmation}", json=new), 404)
    for nonsense in ("x", "a" * 43, "a" * 5000, "%00", "%FF"):
        pai_error(await client.put(f"{OPEN}/confirmation/{nonsense}"), 404)
    async with store.writing() as unit:
        await unit.change(text("UPDATE accounts SET email = 'new@example.org' WHERE username = 'kim'"))
    pai_error(await client.put(f"{OPEN}/confirmation/{confirmation}"), 404)
    async with store.writing() as unit:
        await unit.change(text("UPDATE mailed_tokens SET expires_at = created_at, used_at = NULL"))
    pai_error(await client.put(f"{OPEN}/passwordreset/{reset}", json=new), 404)


async def test_neither_the_database_nor_the_log_holds_a_token(client, world, mails, whose, store):
    await account_of(world, world.organization, "kim", email="kim@example.org")
    await client.post(f"{OPEN}/confirmation", json=whose("kim"))
    [mail] = await mails()
    with capture_logs() as logged:
        await client.put(f"{OPEN}/confirmation/{token_in(mail)}")

    assert [line["path"] for line in logged if line["event"] == "request"] == [f"{OPEN}/confirmation/-"]
    async with store.reading() as unit:
        for table in ("jobs", "mailed_tokens", "mails"):
            assert token_in(mail) not in str(await unit.rows(text(f"SELECT * FROM {table}")))


class Inbox:
    """A mail server's side of the conversation."""

    def __init__(self):
        self.received = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  aiosmtpd's name
        self.received.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_mail_arrives_at_a_real_server(client, world, whose, store, gateway):
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    inbox = Inbox()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        store.settings = store.settings.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}")})
        await account_of(world, world.organization, "kim", email="kim@example.org", locale="FR-ca")
        await client.post(f"{OPEN}/passwordreset", json=whose("kim"))
        await world.work()
    finally:
        server.stop()

    [(recipients, mail)] = inbox.received
    assert recipients == ["kim@example.org"]
    assert mail["Content-Language"] == "fr"
    answer = await client.put(f"{OPEN}/passwordreset/{token_in(mail)}", json={"password": "brand new one"})
    assert answer.status_code == 204


async def test_the_global_api_tells_where_an_account_is(client, world):
    form = {"grant_type": "password", "username": "joe", "password": PASSWORD}
    form |= {"organization_id": str(world.organization), "client_id": str(world.client_id)}

    everywhere = (await client.post("/api/v2/auth/oauth", data=form)).json()
    here = (await client.post(f"{OPEN}/oauth", data=form)).json()

    assert (everywhere["region"], everywhere["api_url"]) == ("na1", "http://gateway.test")
    assert here.keys() == everywhere.keys() - {"region", "api_url"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_guessing_is_slowed_down_for_accounts_that_exist_and_others_alike(
    client, world, store, sign_in, whose
):
    few = {"sign_ins_per_quarter_hour": 2, "mails_per_hour": 1, "strange_requests_per_minute": 1000}
    store.settings = store.settings.model_copy(update=few)
    for name in ("joe", "nobody"):
        for status in (401, 401, 429):
            pai_error(await sign_in(name, "a wrong one"), status)
        answers = [await client.post(f"{OPEN}/passwordreset", json=whose(name)) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [202, 429]
        assert int(answers[1].headers["retry-after"]) > 0
    pai_error(await sign_in("JOE", PASSWORD), 429)
    assert (await sign_in("admin", PASSWORD)).status_code == 200, "nobody else is locked out"


async def test_nobody_locks_an_owner_out_by_guessing(gateway, world, store):
    """One address has a bound of its own, many together a higher one, which known places do not meet."""
    few = {
        "sign_ins_per_quarter_hour": 3,
        "strange_sign_ins_per_hour": 6,
        "strange_requests_per_minute": 1000,
    }
    store.settings = store.settings.model_copy(update=few)
    form = {"organization_id": str(world.organization), "client_id": str(world.client_id), "username": "joe"}

    async def tried(address, **by):
        transport = ASGITransport(app=gateway, client=(address, 1))
        async with AsyncClient(transport=transport, base_url="http://gateway.test") as caller:
            return await caller.post(f"{OPEN}/oauth", data=form | {"grant_type": next(iter(by))} | by)

    pair = (await tried("203.0.113.1", password=PASSWORD)).json()
    guesses = [await tried("198.51.100.1", password="a wrong one") for _ in range(4)]
    assert [answer.status_code for answer in guesses] == [401, 401, 401, 429]
    assert (await tried("203.0.113.2", password=PASSWORD)).status_code == 200, (
        "one stranger is in nobody's way"
    )

    for address, status in (("198.51.100.2", 401), ("198.51.100.3", 429), ("198.51.100.4", 429)):
        pai_error(await tried(address, password="a wrong one"), status)
    at_home = [await tried("203.0.113.1", password=PASSWORD) for _ in range(2)]
    assert [answer.status_code for answer in at_home] == [200, 200], (
        "where the owner was, nobody guesses for them"
    )
    refused = await tried("203.0.113.3", password=PASSWORD)
    pai_error(refused, 429)
    assert int(refused.headers["retry-after"]) > 1000
    assert (await tried("203.0.113.3", refresh_token=pair["refresh_token"])).status_code == 200
    assert (await tried("203.0.113.3", password=PASSWORD)).status_code == 200, "a token has proven who it is"


async def test_a_new_password_by_mail_opens_the_door_where_it_was_set(client, world, store, whose, mails):
    few = {"strange_sign_ins_per_hour": 1}
    store.settings = store.settings.model_copy(update=few)
    async with store.writing() as unit:
        joe = col(Account.username) == "joe"
        await unit.change(update(Account).where(joe).values(email="joe@example.org"))
    form = {"organization_id": str(world.organization), "client_id": str(world.client_id), "username": "joe"}
    form |= {"grant_type": "password"}
    await client.post(f"{OPEN}/oauth", data=form | {"password": "a wrong one"})
    pai_error(await client.post(f"{OPEN}/oauth", data=form | {"password": PASSWORD}), 429)

    await client.post(f"{OPEN}/passwordreset", json=whose("joe"))
    [mail] = await mails()
    await client.put(f"{OPEN}/passwordreset/{token_in(mail)}", json={"password": "a new long one"})
    answer = await client.post(f"{OPEN}/oauth", data=form | {"password": "a new long one"})
    assert answer.status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_inbox_is_flooded_by_registering_others_with_it(client, registration, store):
    store.settings = store.settings.model_copy(update={"mails_per_hour": 2})

    answers = [
        await client.post(f"{OPEN}/registration", json=registration | {"username": f"u{n}"}) for n in range(3)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    pai_error(answers[-1], 429)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_inbox_is_flooded_by_changing_ones_address_to_and_fro(client, world, store, mails, sign_in):
    store.settings = store.settings.model_copy(update={"mails_per_hour": 2})
    await account_of(world, world.organization, "kim", email="kim@example.org")
    headers = {"Authorization": f"Bearer {(await sign_in('kim', PASSWORD)).json()['access_token']}"}
    own = f"/api/v2/user/organizations/{world.organization}/account"
    for name in ("a", "victim", "b", "victim", "c"):
        changed = await client.patch(own, json={"email": f"{name}@example.org"}, headers=headers)
        assert changed.status_code == 200
        await world.work()

    assert len(await mails()) == 2


async def test_tokens_that_expired_are_forgotten_and_no_others(client, world, whose, store, sign_in):
    await account_of(world, world.organization, "kim", email="kim@example.org")
    kept = (await sign_in("kim", PASSWORD)).json()["refresh_token"]
    await client.post(f"{OPEN}/confirmation", json=whose("kim"))
    await client.post(f"{OPEN}/passwordreset", json=whose("kim"))
    await world.work()
    now = store.clock()
    for days, left in ((0.04, (1, 2)), (2, (1, 1)), (4, (1, 0)), (29, (1, 0)), (31, (0, 0))):
        store.clock = lambda days=days: now + timedelta(days=days)
        async with store.writing() as unit:
            await unit.later(PruneTokens())
        await world.work()

        async with store.reading() as unit:
            counts = [
                await unit.value(text(f"SELECT count(*) FROM {table}"))
                for table in ("refresh_tokens", "mailed_tokens")
            ]
        assert tuple(counts) == left, days
    store.clock = lambda: now
    assert (await sign_in("kim", "", grant_type="refresh_token", refresh_token=kept)).status_code == 401


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_address_that_tries_tokens_is_slowed_down(client, store):
    store.settings = store.settings.model_copy(update={"strange_requests_per_minute": 3})

    answers = [await client.put(f"{OPEN}/confirmation/{n}") for n in range(4)]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    pai_error(answers[-1], 429)
