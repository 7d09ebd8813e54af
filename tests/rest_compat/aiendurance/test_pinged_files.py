"""The files of a ping: how many and how large, broken, repeated and overwritten."""

import asyncio

import pytest
from sqlalchemy import event

from domain.fit.encoder import encode_activity
from domain.fit_files import FitFileState
from tests.databases import ONE_DATABASE
from tests.domain.fit import real_files
from tests.rest_compat.aiendurance.pinging import PATH, RIDE, RUN, START, base64_of
from tests.rest_compat.answers import aiendurance_error

pytestmark = pytest.mark.anyio

OK = {"status": "ok", "accepted": 1, "rejected": []}


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


@ONE_DATABASE
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


@ONE_DATABASE
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
