"""What a partner reads back of its files and imports, and what OpenAPI says of it all."""

import pytest

import rest_compat.aiendurance
from tests.domain.fit.made_files import records, with_session
from tests.rest_compat.aiendurance.pinging import (
    FILE,
    PATH,
    TASK,
    TASK_PATH,
    Partner,
    base64_of,
    second_partner,
)
from tests.rest_compat.aiendurance.test_pinged_files import BROKEN
from tests.rest_compat.answers import aiendurance_error

pytestmark = pytest.mark.anyio
NO_TIME = {"start_time_in_seconds": "0"}


async def test_a_partner_reads_the_state_of_its_files_and_what_is_wrong_with_one(acme, world):
    undated = base64_of(with_session(records((5000, 120)), start=5000, elapsed_s=1).to_bytes())
    await acme.ping({"summary_id": "good"}, {"summary_id": "odd", "callback_url": undated, **NO_TIME})
    await acme.wait("waits", source="polar")
    await world.work()

    shown = (await acme.get(PATH)).json()
    files = {file["summary_id"]: file for file in shown["activity_files"]}
    assert (shown["count"], shown["offset"], shown["limit"]) == (3, 0, 20)
    assert {name: file["state"] for name, file in files.items()} == {
        "good": "ingested",
        "odd": "ingested",
        "waits": "waiting",
    }
    assert files["odd"]["error"] == "undated"
    assert files["odd"]["message"].startswith("The records in this file carry no time, or one before 1980")
    assert files["waits"] | {"announced_at": 0, "modified_at": 0} == {
        "user_id": "1234",
        "source": "polar",
        "summary_id": "waits",
        "activity_name": "Lunch run",
        "state": "waiting",
        "error": None,
        "message": None,
        "import_id": None,
        "announced_at": 0,
        "modified_at": 0,
    }


async def test_files_are_found_by_user_source_state_and_name_page_by_page(acme):
    await acme.wait("a", "b", "c")
    await acme.wait("d", source="polar")

    async def found(**params):
        answer = await acme.get(PATH, **params)
        assert answer.status_code == 200, answer.text
        return {file["summary_id"] for file in answer.json()["activity_files"]}

    assert await found(user_id="1234", source="garmin", state="waiting") == {"a", "b", "c"}
    assert await found(summary_id="d") == {"d"}
    for nothing in ({"user_id": "9999"}, {"user_id": "' OR 1=1"}, {"state": "failed"}, {"source": "%"}):
        assert await found(**nothing) == set()
    pages = [await found(limit=3, offset=offset) for offset in (0, 3)]
    assert [len(page) for page in pages] == [3, 1]
    assert set.union(*pages) == {"a", "b", "c", "d"}
    assert 'rel="next"' in (await acme.get(PATH, limit=3)).headers["link"]


async def test_nothing_new_is_a_304_and_anything_new_is_not(acme, client):
    await acme.wait("a")
    await acme.queued(event_id="e")
    for path in (PATH, TASK_PATH, f"{TASK_PATH}e"):
        first = await acme.get(path)
        again = acme.headers | {"If-None-Match": first.headers["etag"]}
        answer = await client.get(path, headers=again)
        assert (answer.status_code, answer.content) == (304, b"")
        assert "Partner-Id" in answer.headers["vary"]
    await acme.wait("b")
    assert (await acme.get(PATH)).headers["etag"] != first.headers["etag"]


async def test_an_import_shows_how_far_it_is(acme, world):
    await acme.wait("a")
    broken = {"summary_id": "b", "priority": 0, "callback_url": "https://files.invalid/a.fit"}
    assert await acme.rejected(broken) == []
    await acme.queued(event_id="e/1")

    [running] = await acme.imports()
    assert running | {"id": 0, "started_at": 0} == {
        "id": 0,
        "event_ids": ["e/1"],
        "user_id": "1234",
        "source": "garmin",
        "status": "running",
        "is_initial_import": False,
        "files_total": 2,
        "files_imported": 0,
        "files_failed": 0,
        "started_at": 0,
        "finished_at": None,
    }
    one = (await acme.get(f"{TASK_PATH}{running['id']}/")).json()
    assert one == running | {"failed": []}
    assert [len((await acme.get(status=s)).json()["imports"]) for s in ("running", "complete")] == [1, 0]
    files = (await acme.get(PATH)).json()["activity_files"]
    assert {file["import_id"] for file in files} == {running["id"]}


async def test_only_the_partners_own_is_shown(acme, client, store, world):
    other = Partner(client, store, await second_partner(store, world.organization, _1234=world.joe))
    await acme.wait("a")
    await acme.queued(event_id="e")

    assert (await other.get(PATH)).json()["activity_files"] == []
    assert (await other.get(PATH, user_id="1234")).json()["count"] == 0
    assert await other.imports() == []
    for path in (f"{TASK_PATH}e", f"{TASK_PATH}{(await acme.imports())[0]['id']}"):
        aiendurance_error(await other.get(path), 404)


async def test_a_query_that_makes_no_sense_is_refused_by_name(acme):
    for path, params, field in [
        (PATH, {"limit": "0"}, "limit"),
        (PATH, {"limit": "9" * 50}, "limit"),
        (PATH, {"offset": "1.5"}, "offset"),
        (PATH, {"offset": "\u0661"}, "offset"),
        (PATH, {"state": "WAITING"}, "state"),
        (PATH, {"user_id": "12\x0034"}, "user_id"),
        (PATH, {"source": ["a", "b"]}, "source"),
        (PATH, {"q": "1=1"}, "q"),
        (TASK_PATH, {"source": "a\nb"}, "source"),
        (TASK_PATH, {"status": ""}, "status"),
    ]:
        error = aiendurance_error(await acme.get(path, **params), 400)
        assert [detail["field"] for detail in error["details"]] == [field]
    for nobodys in ("nonsense", "%00", "x" * 2000):
        aiendurance_error(await acme.get(TASK_PATH + nobodys), 404)


async def test_openapi_describes_bodies_answers_and_headers_as_they_are(acme, client):
    document = rest_compat.aiendurance.app(store=None).openapi()
    schemas = document["components"]["schemas"]

    def described(path, method, answer=True):
        operation = document["paths"][path][method]
        part = operation["responses"]["200"] if answer else operation["requestBody"]
        schema = part["content"]["application/json"]["schema"]
        return schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema

    ping, task = described(PATH, "post", answer=False), described(TASK_PATH, "post", answer=False)
    file = ping["properties"]["activity_files"]["items"]
    assert (set(file["required"]), set(file["properties"])) == (set(FILE), set(FILE))
    assert (set(task["required"]), set(task["properties"])) == (set(TASK), {*TASK, "event_id"})
    rejected = await acme.ping({"callback_url": base64_of(BROKEN["no FIT"][0])})
    answers = [(PATH, "post", rejected), (TASK_PATH, "post", await acme.task(event_id="e"))]
    answers += [(path, "get", await acme.get(path)) for path in (PATH, TASK_PATH)]
    answers.append((f"{TASK_PATH}{{id}}/", "get", await acme.get(f"{TASK_PATH}e/")))
    for path, method, answer in answers:
        assert set(described(path, method)["properties"]) == set(answer.json())
        assert document["paths"][path][method]["security"] == [{"authKey": [], "partnerId": []}]
    assert document["components"]["securitySchemes"].keys() == {"authKey", "partnerId"}
    assert (await client.get("/api/fit_partner_ping/openapi.json")).json() == document
