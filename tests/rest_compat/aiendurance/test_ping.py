"""`POST /api/fit_partner_ping/` as partners send it: well, badly, and in the name of others."""

import asyncio
import json
from uuid import uuid4

import pytest
from sqlalchemy import event, text

from domain.fit.encoder import encode_activity
from domain.fit_files import FitFileState
from domain.identity.partner_users import PartnerUser
from domain.identity.partners import Partner as PartnerRecord
from domain.secrets import fingerprint
from domain.sql import select
from domain.users import User
from domain.viewer import SYSTEM
from tests.databases import ONE_DATABASE
from tests.domain.fit import real_files
from tests.rest_compat.aiendurance.pinging import FILE, PATH, RIDE, RUN, START, Partner, base64_of
from tests.rest_compat.answers import aiendurance_error
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio

OK = {"status": "ok", "accepted": 1, "rejected": []}


async def second_partner(store, organization, **links):
    """Another partner, and whom it calls what; its headers."""
    partner_id = uuid4()
    async with store.writing() as unit:
        await unit.add(
            PartnerRecord(
                id=partner_id,
                partner_id="other",
                organization_id=organization,
                name="Other",
                auth_key_hash=fingerprint("their-key"),
                created_at=LONG_AGO,
                modified_at=LONG_AGO,
            )
        )
        for external_id, user_id in links.items():
            await unit.add(
                PartnerUser(
                    partner_id=partner_id, external_id=external_id[1:], user_id=user_id, created_at=LONG_AGO
                )
            )
    return {"Authorization": "Bearer their-key", "Partner-Id": "other"}


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


# --- how much


async def test_fifty_files_are_taken_and_one_more_refuses_all(acme, client):
    too_many = await acme.ping(*[{"summary_id": f"{n}.fit"} for n in range(51)])
    aiendurance_error(too_many, 400)
    assert await acme.nothing_is_stored()

    assert await acme.rejected(*[{"summary_id": f"{n}.fit"} for n in range(50)]) == []
    assert len(await acme.files()) == 50

    body = b'{"activity_files": [' + b",".join([b"{}"] * 200_000) + b"]}"
    error = aiendurance_error(await client.post(PATH, content=body, headers=acme.headers), 400)
    assert "details" not in error


async def test_a_body_over_the_limit_is_refused_and_no_more_than_as_much_again_is_received(client, acme):
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 1 << 20
            yield b" " * (1 << 20)

    aiendurance_error(await client.post(PATH, content=endless(), headers=acme.headers), 413)
    assert read <= 65 << 20

    declared = acme.headers | {"Content-Length": str((32 << 20) + 1)}
    aiendurance_error(await client.post(PATH, content=b"{}", headers=declared), 413)
    assert await acme.nothing_is_stored()


# --- the file itself


BROKEN = {
    "nothing": (b"", "not_fit"),
    "no FIT": (b"GIF89a" + bytes(100), "not_fit"),
    "half a header": (RUN[:10], "not_fit"),
    "truncated": (RUN[:-10], "truncated"),
    "a bit flipped": (RUN[:40] + bytes([RUN[40] ^ 1]) + RUN[41:], "bad_crc"),
    "a wrong checksum": (RUN[:-1] + bytes([RUN[-1] ^ 1]), "bad_crc"),
    "too large": (bytes((16 << 20) + 1), "too_large"),
}


@pytest.mark.parametrize(("content", "code"), BROKEN.values(), ids=BROKEN)
async def test_one_broken_file_among_good_ones_is_refused_alone(acme, world, content, code):
    good_one, good_two = {"summary_id": "1"}, {"summary_id": "3", "callback_url": base64_of(RIDE)}

    refused = await acme.rejected(good_one, {"summary_id": "2", "callback_url": base64_of(content)}, good_two)
    await world.work()

    assert refused == [(1, code)]
    assert [(f.summary_id, f.state) for f in await acme.files()] == [
        ("1", FitFileState.INGESTED),
        ("3", FitFileState.INGESTED),
    ]
    assert sorted(a.sport for a in await acme.activities()) == ["cycling", "running"]


@pytest.mark.parametrize(
    "callback_url",
    [
        "data:application/octet-stream;base64," + base64_of(RUN),
        "DATA:;BASE64," + base64_of(RUN),
        "\n".join([base64_of(RUN)[:76], base64_of(RUN)[76:]]) + "\r\n",
        " \t" + base64_of(RUN),
    ],
)
async def test_data_urls_and_folded_base64_are_the_file_itself(acme, world, callback_url):
    assert await acme.rejected({"callback_url": callback_url}) == []
    await world.work()

    assert [a.sport for a in await acme.activities()] == ["running"]


async def test_what_is_neither_a_url_nor_base64_is_refused(acme):
    for callback_url in [
        "data:text/plain," + base64_of(RUN),
        "data:;base64",
        base64_of(RUN).replace("A", "*", 1),
        base64_of(RUN)[:-1],
        "ftp://files.example.org/a.fit",
        "file:///etc/passwd",
        "not base64, not a URL",
        "\u00fc" * 40,
        "\0",
    ]:
        assert await acme.rejected({"callback_url": callback_url}) == [(0, "not_fit")]
        assert await acme.nothing_is_stored()


async def test_a_url_that_may_never_be_fetched_is_refused_at_once(acme):
    for callback_url in [
        "http://files.example.org/a.fit",
        "https://127.0.0.1/a.fit",
        "https://10.0.0.1/a.fit",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a.fit",
        "https://[::ffff:127.0.0.1]/a.fit",
        "https://localhost/a.fit",
        "https://gateway.internal/a.fit",
        "https://user:password@files.example.org/a.fit",
        "https://files.example.org:22/a.fit",
        "HTTPS://127.0.0.1/a.fit",
    ]:
        assert await acme.rejected({"callback_url": callback_url}) == [(0, "forbidden_url")]
        assert await acme.nothing_is_stored()


async def test_a_real_recording_becomes_an_activity(acme, world):
    content = real_files.content("garmin__Activity.fit")

    assert await acme.rejected({"callback_url": base64_of(content)}) == []
    await world.work()

    [file] = await acme.files()
    assert (file.state, file.problem_code) == (FitFileState.INGESTED, None)
    assert len(await acme.activities()) == 1


# --- priority, repeats, overwriting


async def test_priority_0_waits_and_queues_nothing(acme, world):
    assert (await acme.ping({"priority": 0})).json() == OK
    await world.work()

    assert [f.state for f in await acme.files()] == [FitFileState.WAITING]
    assert await acme.jobs() == []
    assert await acme.activities() == []


async def test_a_repeat_changes_nothing(acme, world):
    await acme.ping({})
    await world.work()
    assert (await acme.ping({"callback_url": base64_of(RIDE), "activity_name": "Other"})).json() == OK
    await world.work()

    assert [(f.record_count, f.revision) for f in await acme.files()] == [(60, 1)]
    assert [(a.name, a.sport) for a in await acme.activities()] == [("Lunch run", "running")]


async def test_a_repeat_within_one_ping_is_one_file(acme, world):
    assert (await acme.ping({}, {"callback_url": base64_of(RIDE)})).json()["accepted"] == 2
    await world.work()

    assert [a.sport for a in await acme.activities()] == ["running"]


@ONE_DATABASE
async def test_fifty_files_are_taken_in_a_few_statements_and_changed_in_as_few(acme, store):
    """The statements are the same on either."""
    files = [
        {"summary_id": f"{n}", "callback_url": base64_of(encode_activity(START, {"heart_rate": [99 + n]}))}
        for n in range(50)
    ]
    statements = []
    event.listen(
        store.engine.sync_engine, "before_cursor_execute", lambda *a: statements.append(a[2].split()[0])
    )

    for changed, state in (
        ({}, "queued"),
        ({}, "queued"),
        ({"overwrite_mode": True, "priority": 0}, "waiting"),
    ):
        statements.clear()
        assert await acme.rejected(*[file | changed for file in files]) == []
        assert len(statements) < 15
        assert {file.state for file in await acme.files()} == {state}
    assert len(await acme.jobs()) == len(await acme.files()) == 50


async def test_the_same_ping_many_times_at_once_is_one_file(acme, world):
    answers = await asyncio.gather(*(acme.ping({}, {"summary_id": "b.fit"}) for _ in range(8)))
    await world.work()

    assert [answer.status_code for answer in answers] == [200] * 8
    assert [(f.summary_id, f.state) for f in await acme.files()] == [
        ("b.fit", FitFileState.INGESTED),
        ("lunch.fit", FitFileState.INGESTED),
    ]
    assert len(await acme.jobs()) == 2


async def test_overwriting_replaces_what_the_file_gave(acme, world):
    await acme.ping({})
    await world.work()
    overwriting = {"callback_url": base64_of(RIDE), "activity_name": "Ride", "overwrite_mode": True}
    assert (await acme.ping(overwriting)).json() == OK
    await world.work()

    assert [(f.record_count, f.revision) for f in await acme.files()] == [(90, 2)]
    assert [(a.name, a.sport) for a in await acme.activities()] == [("Ride", "cycling")]


async def test_another_source_or_summary_is_another_file(acme, world):
    await acme.ping({}, {"source": "polar"}, {"summary_id": "b.fit"}, {"summary_id": "LUNCH.fit"})
    await world.work()

    assert len(await acme.files()) == 4


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
