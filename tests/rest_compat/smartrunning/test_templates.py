"""What partners see, how they page and sync, and what it costs to ask again."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import event

from domain.templates import plans, workouts
from domain.viewer import Scope
from tests.domain.templates.examples import plan
from tests.rest_compat.answers import smartrunning_error
from tests.rest_compat.smartrunning.conftest import partner_of

pytestmark = pytest.mark.anyio

LIST, PLANS = "/api/workout-templates", "/api/training-plan-templates"
BEGINNING = "2000-01-01T00:00:00Z"


async def test_documents_are_as_the_contract_has_them(partner, publish, editing):
    easy = await publish("Easy 45", description="Slow", tags=["base"])
    async with editing() as unit:
        made = await plans.create_plan(unit, plan(easy))
        await plans.publish_plan(unit, made.id)

    [document] = (await partner.get()).json()["items"]
    [written] = (await partner.get(PLANS, goalDistance="10K")).json()["items"]

    assert document == (await partner.get(f"{LIST}/{easy}")).json()
    assert written == (await partner.get(f"{PLANS}/{made.id}")).json()
    instants = [document.pop(name) for name in ("createdAt", "updatedAt")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", instant) for instant in instants)
    assert document == {
        "id": str(easy),
        "name": "Easy 45",
        "description": "Slow",
        "category": "easy",
        "sport": "running",
        "tags": ["base"],
        "estimatedDurationSeconds": 600,
        "estimatedDistanceMeters": None,
        "estimatedLoad": None,
        "steps": [
            {"type": "steady", "duration": {"unit": "seconds", "value": 600}, "target": {"metric": "open"}}
        ],
        "version": 2,
    }
    assert (written["goalDistance"], written["goalDistanceMeters"]) == ("10k", 10_000)
    assert (written["durationWeeks"], written["sessionsPerWeek"]) == (2, 1)
    assert written["blocks"][0]["weeks"][0]["days"][1] == {
        "day": 2,
        "type": "workout",
        "workoutTemplateId": str(easy),
        "workoutName": "Easy 45",
    }


async def test_only_public_and_active_templates_are_there(partner, publish, editing):
    shown, hidden, archived = [await publish(name) for name in ("Shown", "Hidden", "Archived")]
    async with editing() as unit:
        private = await workouts.create_workout(unit, {**workouts_input("Private")})
        await workouts.hide_workout(unit, hidden)
        await workouts.archive_workout(unit, archived)

    assert await partner.names() == ["Shown"]
    assert (await partner.get(f"{LIST}/{str(shown).upper()}")).status_code == 200
    for nobodys in (hidden, archived, private.id, uuid4(), shown.hex, "665f1c2e9b1e8a0012ab34cd", "%00"):
        smartrunning_error(await partner.get(f"{LIST}/{nobodys}"), 404)
        smartrunning_error(await partner.get(f"{PLANS}/{shown}"), 404)


def workouts_input(name):
    return {"name": name, "category": "easy", "steps": [{"type": "rest", "duration": {"unit": "open"}}]}


async def test_search_category_and_clamps(partner, publish):
    await publish("50% effort", category="tempo")
    await publish("Ärger_5", description="ÜBER hills", category="hill")
    await publish("Plain")

    for search, found in (
        ("%", ["50% effort"]),
        ("_", ["Ärger_5"]),
        ("über HILLS", ["Ärger_5"]),
        ("ärger", ["Ärger_5"]),
        ("\\", []),
        ("\0", []),
        ("", ["50% effort", "Plain", "Ärger_5"]),
    ):
        assert await partner.names(search=search) == found
    assert await partner.names(category="TEMPO") == ["50% effort"]
    assert await partner.names(category="zumba") == await partner.names(category="\0") == []
    for sent, read in (("0", 1), ("-5", 1), ("1", 1), ("100", 100), ("1000", 100), ("9" * 4000, 100)):
        assert (await partner.get(per_page=sent)).json()["per_page"] == read
    for sent, read, items in (("0", 1, 2), ("-1", 1, 2), ("2", 2, 1), ("3", 3, 0), ("9" * 400, 10**9, 0)):
        body = (await partner.get(page=sent, per_page=2)).json()
        assert (body["page"], len(body["items"]), body["total"], body["pages"]) == (read, items, 3, 2)


async def test_a_walk_by_links_meets_every_template_once(partner, publish):
    names = [f"W{number}" for number in range(5)]
    for name in names:
        await publish(name)

    for since in ({}, {"updatedSince": BEGINNING}):
        met, answer = [], await partner.get(per_page=2, **since)
        while True:
            met += [item["name"] for item in answer.json()["items"]]
            if "next" not in answer.links:
                break
            answer = await partner.get(answer.links["next"]["url"])
        assert met == names


async def test_a_client_that_stops_anywhere_resumes_without_gap_or_repeat(partner, publish, editing):
    ids = [await publish(f"W{number}") for number in range(4)]
    answer = await partner.get(updatedSince=BEGINNING, per_page=2)
    assert [item["name"] for item in answer.json()["items"]] == ["W0", "W1"]
    async with editing() as unit:  # what was read moves to the end, and the rest forward
        await workouts.change_workout(unit, ids[0], {"name": "W0 again"})
        await workouts.archive_workout(unit, ids[3])
    highest = max(item["updatedAt"] for item in answer.json()["items"])

    rest = await partner.get(updatedSince=highest, includeDeleted="true")

    assert [item["name"] for item in rest.json()["items"]] == ["W2", "W0 again"]
    assert [gone["id"] for gone in rest.json()["deleted"]] == [str(ids[3])]
    assert rest.json()["total"] == 3
    assert await partner.names(updatedSince=highest) == ["W2", "W0 again"]
    last = max(one["updatedAt"] for one in rest.json()["items"] + rest.json()["deleted"])
    for instant in (last, last.replace("Z", "+00:00"), last.removesuffix("Z")):
        assert await partner.names(updatedSince=instant) == []
    encoded = await partner.client.get(
        f"{LIST}?updatedSince={last.replace('Z', '+00:00')}", headers={"X-API-Key": partner.key}
    )
    assert encoded.json()["items"] == []


async def test_what_left_view_is_told_only_when_asked_for_and_once(partner, publish, editing):
    gone, back, private = await publish("Gone"), await publish("Back"), uuid4()
    start = (await partner.get(updatedSince=BEGINNING)).json()["items"][-1]["updatedAt"]
    async with editing() as unit:
        private = (await workouts.create_workout(unit, workouts_input("Private"))).id
        await workouts.remove_workout(unit, gone)
        await workouts.hide_workout(unit, back)

    assert "deleted" not in (await partner.get(updatedSince=start)).json()
    assert "deleted" not in (await partner.get(includeDeleted="true")).json()
    told = (await partner.get(updatedSince=start, includeDeleted="true", category="long")).json()["deleted"]
    assert [(one["id"], one["version"]) for one in told] == [(str(gone), 3), (str(back), 3)]
    async with editing() as unit:
        await workouts.change_workout(unit, back, {"name": "Changed in private"})
        await workouts.remove_workout(unit, private)
    assert (await partner.get(updatedSince=told[-1]["updatedAt"], includeDeleted="true")).json()["total"] == 0
    async with editing() as unit:
        await workouts.publish_workout(unit, back)
    later = (await partner.get(updatedSince=start, includeDeleted="true")).json()
    assert [one["id"] for one in later["deleted"]] == [str(gone)]
    assert [one["name"] for one in later["items"]] == ["Changed in private"]


async def test_asking_again_costs_one_narrow_row_beside_the_key(partner, publish, editing, store):
    easy = await publish("Easy")
    statements = []
    event.listen(store.engine.sync_engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    for path in (LIST, f"{LIST}/{easy}"):
        first = await partner.get(path)
        tag = {"If-None-Match": first.headers["etag"]}
        statements.clear()
        again = await partner.get(path, headers=tag)
        reads = [statement for statement in statements if statement.startswith("SELECT")]

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert len(reads) == 2
        assert not [statement for statement in reads if "steps" in statement]
        async with editing() as unit:
            await workouts.change_workout(unit, easy, {"name": f"Easy {len(path)}"})
        changed = await partner.get(path, headers=tag)
        assert (changed.status_code, changed.headers["etag"] != first.headers["etag"]) == (200, True)
        dated = {"If-Modified-Since": changed.headers["last-modified"]}
        assert (await partner.get(path, headers=dated)).status_code == 200, (
            "it may have changed twice in a second"
        )


async def test_head_is_get_without_its_body_and_the_rest_is_refused_in_its_own_words(partner, publish):
    easy, headers = await publish("Easy"), {"X-API-Key": partner.key}
    for path in (LIST, f"{LIST}/{easy}"):
        head, get = await partner.client.head(path, headers=headers), await partner.get(path)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("etag", "content-length", "content-type", "last-modified"):
            assert head.headers[name] == get.headers[name]
        refused = await partner.client.post(path, headers=headers)
        smartrunning_error(refused, 405)
        assert refused.headers["allow"] == "GET, HEAD, OPTIONS"
    for path in (f"{LIST}/", f"{LIST}/a/b", f"{PLANS}/{easy}/x", "/api/docs/x"):
        smartrunning_error(await partner.get(path), 404)
    for params in (
        {"page": ["1", "2"]},
        {"page": "1e3"},
        {"per_page": ""},
        {"updatedSince": "2026-13-01"},
        {"updatedSince": ""},
    ):
        smartrunning_error(await partner.get(**params), 400)
    assert await partner.names(updatedSince="0001-01-01T00:00:00+14:00") == ["Easy"]
    assert await partner.names(updatedSince="9999-12-31T23:59:59-14:00") == []


async def test_a_scope_that_is_lacking_is_403_for_everything_of_the_kind(client, world, publish):
    easy = await publish("Easy")
    for scope, open_, closed in (
        (Scope.WORKOUT_TEMPLATES_READ, LIST, PLANS),
        (Scope.PLAN_TEMPLATES_READ, PLANS, LIST),
    ):
        partner = await partner_of(client, world, scopes=[scope])
        assert (await partner.get(open_)).status_code == 200
        for path in (closed, f"{closed}/{easy}", f"{closed}/x"):
            smartrunning_error(await partner.get(path), 403)


async def test_a_bug_is_a_500_that_tells_nothing(partner, store):
    def failing(*_):
        raise RuntimeError("secret")

    reading, store.reading = store.reading, failing
    answer = await partner.get()
    store.reading = reading

    assert "secret" not in answer.text
    smartrunning_error(answer, 500)
    assert answer.headers["cache-control"] == "no-store"


async def test_the_document_describes_this_api_only_and_swagger_ui_needs_no_network(client):
    document = (await client.get("/api/openapi.json")).json()

    assert set(document["paths"]) == {LIST, f"{LIST}/{{id}}", PLANS, f"{PLANS}/{{id}}"}
    assert document["components"]["securitySchemes"]["ApiKey"]["name"] == "X-API-Key"
    assert {operation["get"]["operationId"] for operation in document["paths"].values()} == {
        "listWorkoutTemplates",
        "getWorkoutTemplate",
        "listTrainingPlanTemplates",
        "getTrainingPlanTemplate",
    }
    page = await client.get("/api/docs")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert loaded
    for address in loaded:
        assert address.startswith("/api/docs/")
        assert len((await client.get(address)).content) > 1000
    assert "default-src 'self'" in page.headers["content-security-policy"]
