"""`POST /api/fit_partner_ping/` as partners send it: who they are, what they must say, and whom they name."""

import asyncio
import json

import pytest
from sqlalchemy import text

from domain.sql import select
from domain.users import User
from domain.viewer import SYSTEM
from tests.rest_compat.aiendurance.pinging import FILE, PATH, Partner, second_partner
from tests.rest_compat.answers import aiendurance_error

pytestmark = pytest.mark.anyio

OK = {"status": "ok", "accepted": 1, "rejected": []}


# --- who


async def test_every_spelling_of_the_headers_and_the_path_works(client, world):
    for authorization in ["Authorization", "HTTP_AUTHORIZATION", "authorization"]:
        for partner in ["Partner-Id", "Partner_Id", "HTTP_PARTNER_ID", "partner-id"]:
            for path in [PATH, PATH.rstrip("/")]:
                headers = {authorization: f"Bearer {world.partner_key}", partner: world.partner_id}

                answer = await client.post(path, json={"activity_files": [FILE]}, headers=headers)

                assert (answer.status_code, answer.json()) == (200, OK)


async def test_two_spellings_that_agree_are_one(acme, world):
    twice = {"HTTP_AUTHORIZATION": f"bearer {world.partner_key}", "HTTP_PARTNER_ID": world.partner_id}
    acme.headers |= twice

    assert (await acme.ping({})).json() == OK


@pytest.mark.parametrize(
    "other", [{"HTTP_AUTHORIZATION": "Bearer x"}, {"HTTP_PARTNER_ID": "x"}, {"Partner_Id": "x"}]
)
async def test_two_spellings_that_differ_are_refused(acme, other):
    acme.headers |= other

    aiendurance_error(await acme.ping({}), 401)
    assert await acme.nothing_is_stored()


async def test_a_wrong_unknown_or_switched_off_partner_is_refused_alike(acme, store, world):
    good = dict(acme.headers)
    wrong = [
        {"Partner-Id": "nobody"},
        {"Partner-Id": world.partner_id.upper()},
        {"Partner-Id": "%"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {world.partner_key}x"},
    ]
    errors = []
    for changed in wrong:
        acme.headers = good | changed
        errors.append(aiendurance_error(await acme.ping({}), 401))
    acme.headers = good
    async with store.writing() as unit:
        await unit.change(text("UPDATE partners SET active = false"))
    errors.append(aiendurance_error(await acme.ping({}), 401))

    assert all(error == errors[0] for error in errors)
    assert await acme.nothing_is_stored()


async def test_the_key_is_asked_for_before_the_body_is_read(client):
    async def unread():
        raise AssertionError("nobody should read this")
        yield b""

    asks_first = {"Expect": "100-continue"}
    aiendurance_error(await client.post(PATH, content=unread(), headers=asks_first), 401)


# --- what is required


async def test_every_field_must_be_there(acme, client):
    for field in FILE:
        lacking = {name: value for name, value in FILE.items() if name != field}
        body = {"activity_files": [FILE, lacking]}

        error = aiendurance_error(await client.post(PATH, json=body, headers=acme.headers), 400)

        assert error["details"] == [{"index": 1, "field": field, "message": "required"}]
        assert await acme.nothing_is_stored()


@pytest.mark.parametrize("field", [field for field in FILE if field != "activity_name"])
async def test_only_the_name_may_be_null(acme, field):
    error = aiendurance_error(await acme.ping({}, {field: None}), 400)

    assert [(detail["index"], detail["field"]) for detail in error["details"]] == [(1, field)]
    assert await acme.nothing_is_stored()
    assert await acme.rejected({"activity_name": None}) == []


async def test_a_wrong_value_is_named_and_nothing_is_stored(acme):
    for field, value in [
        ("file_type", "GPX"),
        ("file_type", 1),
        ("activity_name", 7),
        ("activity_name", "x" * 256),
        ("activity_name", "a\0b"),
        ("priority", "1"),
        ("priority", 2),
        ("priority", -1),
        ("priority", 1.0),
        ("priority", True),
        ("user_id", 1234),
        ("user_id", ""),
        ("user_id", "12\x0034"),
        ("user_id", "12\n34"),
        ("source", ["garmin"]),
        ("source", "gar\x7fmin"),
        ("overwrite_mode", "false"),
        ("overwrite_mode", 0),
        ("start_time_in_seconds", "noon"),
        ("start_time_in_seconds", "-5"),
        ("start_time_in_seconds", "1e9"),
        ("start_time_in_seconds", ""),
        ("start_time_in_seconds", 5.5),
        ("start_time_in_seconds", True),
        ("start_time_in_seconds", "99999999999"),
        ("start_time_in_seconds", "\u0661"),
        ("callback_url", {"url": "https://files.example.org/a.fit"}),
        ("summary_id", "x" * 256),
        ("summary_id", "../\0"),
    ]:
        error = aiendurance_error(await acme.ping({}, {}, {field: value}), 400)

        [detail] = error["details"]
        assert (detail["index"], detail["field"]) == (2, field)
        assert detail["message"].startswith("must "), "neither a pattern nor a library's words"
        assert await acme.nothing_is_stored()


async def test_what_the_seed_does_not_forbid_is_taken(acme):
    for fields in [
        {"file_type": "fit"},
        {"activity_name": ""},
        {"activity_name": "Løp 🏃 'quoted' <b>"},
        {"start_time_in_seconds": 1717243200},
        {"start_time_in_seconds": "0"},
        {"summary_id": "../../etc/passwd"},
        {"source": "x" * 255},
        {"unknown": "field"},
    ]:
        assert await acme.rejected(fields) == []


async def test_a_body_that_is_no_ping_is_refused_in_the_vendors_shape(client, acme):
    for body in [
        b"",
        b"{",
        b"\xff",
        b"null",
        b'"text"',
        b"[]",
        json.dumps([FILE]).encode(),
        b"{}",
        b'{"activity_files": {}}',
        b'{"activity_files": null}',
        b'{"activity_files": ["lunch.fit"]}',
        b'{"activity_files": [[]]}',
        b'{"activity_files": [], "activity_files": []}',
        b'{"activity_files": [NaN]}',
        b"[" * 100_000,
        b'{"activity_files": ' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"a": ' * 500 + b"1" + b"}" * 500,
    ]:
        error = aiendurance_error(await client.post(PATH, content=body, headers=acme.headers), 400)

        assert "PingBody" not in str(error)
        assert "ActivityFile" not in str(error)
        assert await acme.nothing_is_stored()


async def test_an_empty_list_is_a_ping_of_nothing(acme):
    assert (await acme.ping()).json() == {"status": "ok", "accepted": 0, "rejected": []}


# --- whose


async def test_an_unknown_user_is_refused_alone(acme):
    assert await acme.rejected({"user_id": "9999"}, {}, {"user_id": "123"}) == [
        (0, "unknown_user"),
        (2, "unknown_user"),
    ]
    assert len(await acme.files()) == 1


async def test_a_partner_that_may_creates_the_user_once(acme, store, world):
    async with store.writing() as unit:
        await unit.change(text("UPDATE partners SET creates_users = true"))

    assert await acme.rejected({"user_id": "new"}, {"user_id": "new", "summary_id": "b"}) == []

    async with store.reading(SYSTEM) as unit:
        users = select(User.id, User.organization_id).where(User.external_id == "new")
        [(user_id, organization_id)] = await unit.rows(users)
    assert organization_id == world.organization
    assert {(f.user_id, f.organization_id) for f in await acme.files()} == {(user_id, world.organization)}


async def test_a_user_named_for_the_first_time_by_many_pings_at_once_is_one_user(acme, store):
    async with store.writing() as unit:
        await unit.change(text("UPDATE partners SET creates_users = true"))

    pings = (acme.ping({"user_id": "new", "summary_id": f"{n}.fit"}) for n in range(8))
    answers = await asyncio.gather(*pings)

    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({f.user_id for f in await acme.files()}) == 1


async def test_a_partner_never_reaches_another_partners_user(acme, client, store, world):
    headers = await second_partner(store, world.organization)
    other = Partner(client, store, headers)

    assert await other.rejected({}, {"user_id": str(world.joe)}) == [(0, "unknown_user"), (1, "unknown_user")]
    assert await acme.nothing_is_stored()


async def test_the_same_name_means_each_partners_own_user(acme, client, store, world):
    headers = await second_partner(store, world.other_organization, _1234=world.eve)
    other = Partner(client, store, headers)
    await acme.ping({})
    assert await other.rejected({}) == []
    await world.work()

    assert sorted((f.user_id, f.organization_id) for f in await acme.files()) == sorted(
        [(world.joe, world.organization), (world.eve, world.other_organization)]
    )
    assert sorted(a.user_id for a in await acme.activities()) == sorted([world.joe, world.eve])


# --- methods and paths


async def test_another_method_answers_405_with_all_that_are_allowed(client, acme):
    for method in ("PUT", "PATCH", "DELETE"):
        for path in (PATH, PATH.rstrip("/")):
            answer = await client.request(method, path, headers=acme.headers)
            aiendurance_error(answer, 405)
            assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_an_unknown_path_below_the_prefix_answers_in_the_vendors_shape(client, acme):
    for path in (PATH + "x", PATH + "/", "/api/task_partner/x/y"):
        for method in ("GET", "POST"):
            aiendurance_error(await client.request(method, path, headers=acme.headers), 404)


async def test_what_breaks_inside_is_a_500_that_tells_nothing(acme, store):
    async with store.writing() as unit:
        await unit.change(text("ALTER TABLE fit_files RENAME TO gone"))
    try:
        aiendurance_error(await acme.ping({}), 500)
    finally:
        async with store.writing() as unit:
            await unit.change(text("ALTER TABLE gone RENAME TO fit_files"))

    assert await acme.nothing_is_stored()
