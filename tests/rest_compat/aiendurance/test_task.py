"""`POST /api/task_partner/`: the gate of a bulk import, and the call at its end."""

import asyncio
import json

import pytest
from sqlalchemy import text

from domain.fit_files import FitFileState
from domain.imports.tables import BulkImport
from domain.jobs import BULK, LIVE
from domain.plans import TrainingPlan
from domain.sql import select
from domain.webhooks.tables import Delivery
from tests.domain.fetching.servers import response
from tests.domain.webhooks.receiving import receiving
from tests.rest_compat.aiendurance.pinging import TASK, TASK_PATH, Partner, second_partner
from tests.rest_compat.answers import aiendurance_error

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"allow_private_callbacks": True})


async def rows(store, *columns):
    async with store.reading() as unit:
        return await unit.rows(select(*columns))


async def execute(store, statement, **values):
    async with store.writing() as unit:
        await unit.change(text(statement).bindparams(**values))


# --- the gate


async def test_a_task_releases_what_waits_of_its_user_and_source_and_nothing_else(acme, world):
    await acme.wait("a", "b")
    await acme.wait("c", source="polar")
    assert await acme.queued() == 2
    await world.work()

    states = {f.summary_id: f.state for f in await acme.files()}
    assert states == {"a": "ingested", "b": "ingested", "c": "waiting"}
    assert {job.priority for job in await acme.jobs()} == {BULK}
    [one] = await acme.imports()
    assert (one["status"], one["files_total"], one["files_imported"]) == ("complete", 2, 2)


async def test_files_that_come_after_the_task_belong_to_the_next(acme, world):
    await acme.wait("a")
    assert await acme.queued(event_id="1") == 1
    await acme.wait("b")
    await world.work()
    assert {f.summary_id: f.state for f in await acme.files()} == {"a": "ingested", "b": "waiting"}

    assert await acme.queued(event_id="2") == 1
    await world.work()
    assert [(one["event_ids"], one["files_total"]) for one in await acme.imports()] == [
        (["2"], 1),
        (["1"], 1),
    ]


async def test_a_repeat_while_it_runs_is_no_second_import_and_loses_nothing(acme, world):
    """What waits by then joins the one that runs, and every event_id is told of its end."""
    await acme.wait("a")
    assert await acme.queued(event_id="1") == 1
    await acme.wait("b")

    assert [await acme.queued(event_id="1"), await acme.queued()] == [1, 2]
    assert await acme.queued(event_id="2", is_initial_import=True) == 2
    await world.work()

    [one] = await acme.imports()
    assert (one["event_ids"], one["files_imported"], one["is_initial_import"]) == (["1", "2"], 2, True)
    assert len(await acme.jobs()) == 2


async def test_an_event_that_was_sent_before_starts_nothing(acme, world):
    await acme.wait("a")
    await acme.queued(event_id="1")
    await world.work()
    await acme.wait("b")

    assert await acme.queued(event_id="1") == 1
    assert len(await acme.imports()) == 1
    for other in ({"source": "polar"}, {"is_initial_import": True, "source": "x"}):
        aiendurance_error(await acme.task(event_id="1", **other), 409)


async def test_tasks_at_once_are_one_import(acme, world):
    await acme.wait(*"abcdef")

    assert await asyncio.gather(*(acme.queued(event_id=f"{n % 2}") for n in range(6))) == [6] * 6
    await world.work()

    [one] = await acme.imports()
    assert (sorted(one["event_ids"]), one["files_imported"]) == (["0", "1"], 6)
    assert len(await acme.jobs()) == 6


async def test_a_file_wanted_now_does_not_wait_any_longer(acme, world):
    await acme.wait("a", callback_url="https://files.example.org/gone.fit")
    await acme.ping({"summary_id": "a"})
    assert await acme.queued() == 0
    await world.work()

    assert [(f.summary_id, f.state) for f in await acme.files()] == [("a", "ingested")]
    assert {job.priority for job in await acme.jobs()} == {LIVE}


async def test_five_hundred_files_are_released_in_a_few_statements(acme, store, world):
    if store.engine.dialect.name == "postgresql":
        pytest.skip("the statements are the same")
    await acme.wait(*(f"{n:03}" for n in range(50)))
    copies = """INSERT INTO fit_files (id, origin, organization_id, user_id, source, summary_id, sha256, state,
        revision, file_types, created_at, modified_at) SELECT lower(hex(randomblob(16))), origin, organization_id,
        user_id, source, n || summary_id, sha256, state, revision, file_types, created_at, modified_at
        FROM fit_files, (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 9) SELECT n FROM s)"""
    await execute(store, copies)
    statements = []
    from sqlalchemy import event  # noqa: PLC0415

    event.listen(
        store.engine.sync_engine, "before_cursor_execute", lambda *a: statements.append(a[2].split()[0])
    )

    assert await acme.queued() == 500

    assert len(statements) < 25
    assert {f.state for f in await acme.files()} == {FitFileState.QUEUED}
    assert len(await acme.jobs()) == 500


# --- what is refused


async def test_a_wrong_or_missing_field_is_named_and_nothing_is_started(acme, client):
    for field, value in [
        *((field, None) for field in TASK),
        ("bulk_fit_transfer_complete", False),
        ("bulk_fit_transfer_complete", "true"),
        ("bulk_fit_transfer_complete", 1),
        ("is_initial_import", "false"),
        ("is_initial_import", 0),
        ("source", ""),
        ("source", ["garmin"]),
        ("source", "gar\x7fmin"),
        ("user_id", 1234),
        ("user_id", "12\x0034"),
        ("event_id", 1),
        ("event_id", ""),
        ("event_id", "a\nb"),
        ("event_id", "x" * 256),
    ]:
        error = aiendurance_error(await acme.task(**{field: value}), 400)
        assert [(detail["index"], detail["field"]) for detail in error["details"]] == [(None, field)]
    for field in TASK:
        lacking = {name: value for name, value in TASK.items() if name != field}
        error = aiendurance_error(await client.post(TASK_PATH, json=lacking, headers=acme.headers), 400)
        assert error["details"] == [{"index": None, "field": field, "message": "required"}]
    for body in (b"", b"null", b"[]", b'{"source": "a", "source": "b"}', b"\xff", b'{"user_id": "\\ud800"}'):
        aiendurance_error(await client.post(TASK_PATH, content=body, headers=acme.headers), 400)
    aiendurance_error(await client.post(TASK_PATH, content=b" " * 70_000, headers=acme.headers), 413)
    assert await acme.imports() == []


async def test_every_spelling_of_headers_and_path_starts_it(client, world, acme):
    spelled = {"HTTP_AUTHORIZATION": f"Bearer {world.partner_key}", "HTTP_PARTNER_ID": world.partner_id}
    for path in (TASK_PATH, TASK_PATH.rstrip("/")):
        for headers in (spelled, world.partner_headers):
            answer = await client.post(path, json=TASK, headers=headers)
            assert answer.json() == {"status": "ok", "queued": 0}
            assert (await client.get(path, headers=headers)).status_code == 200


async def test_an_unknown_user_is_refused_unless_the_partner_may_create_it(acme, store):
    error = aiendurance_error(await acme.task(user_id="9999"), 403)
    assert [detail["field"] for detail in error["details"]] == ["user_id"]

    await execute(store, "UPDATE partners SET creates_users = true")
    assert await acme.queued(user_id="9999") == 0


async def test_another_partners_users_files_imports_and_events_are_out_of_reach(acme, client, store, world):
    other = Partner(client, store, await second_partner(store, world.organization, _1234=world.joe))
    await acme.wait("a")

    assert await other.queued(event_id="1") == 0, "their files are not released by us"
    assert await acme.queued(event_id="1") == 1, "the same event_id is each partner's own"
    await world.work()

    [mine] = await acme.imports()
    [theirs] = await other.imports()
    assert (mine["files_total"], theirs["files_total"]) == (1, 0)
    aiendurance_error(await other.get(f"{TASK_PATH}{mine['id']}/"), 404)
    assert (await other.get(f"{TASK_PATH}1/")).json()["id"] == theirs["id"]
    aiendurance_error(await other.task(user_id=str(world.ann)), 403)


# --- its end


async def listening(store, url):
    await execute(store, "UPDATE partners SET event_url = :url", url=url)


async def test_the_partner_hears_of_the_end_to_the_letter_and_signed(acme, store, world):
    async with receiving() as receiver:
        await listening(store, receiver.url)
        await acme.wait("good")
        broken = {"summary_id": "bad", "priority": 0, "callback_url": receiver.url}
        assert await acme.rejected(broken) == []
        assert await acme.queued(event_id="e-1", is_initial_import=True) == 2
        await world.work()

    [one] = [m for m in receiver.messages if m.body]
    [shown] = await acme.imports()
    assert one.json == {
        "event_id": "e-1",
        "user_id": "1234",
        "source": "garmin",
        "status": "complete",
        "is_initial_import": True,
        "files_total": 2,
        "files_imported": 1,
        "files_failed": 1,
        "failed": [{"summary_id": "bad", "error": "not_fit"}],
        "finished_at": shown["finished_at"],
    }
    [plan] = await rows(
        store, TrainingPlan.user_id, TrainingPlan.generation_source, TrainingPlan.bulk_import_id
    )
    assert (plan.user_id, plan.generation_source, str(plan.bulk_import_id)) == (
        world.joe,
        "import",
        shown["id"],
    )


async def test_an_import_of_nothing_completes_at_once_and_tells(acme, store, world):
    async with receiving(response(status="503 Busy"), response()) as receiver:
        await listening(store, receiver.url)
        assert await acme.queued(event_id="e-2") == 0
        assert [one["status"] for one in await acme.imports()] == ["complete"]
        await world.work()

        [delivery] = await rows(store, Delivery.state, Delivery.attempts, Delivery.body)
        assert (delivery.state, delivery.attempts) == ("waiting", 1), "it is tried again"
        assert json.loads(delivery.body)["files_total"] == 0
    assert await rows(store, TrainingPlan.id) == []


async def test_no_event_no_url_or_a_partner_switched_off_is_told_nothing(acme, store, world):
    await acme.queued(event_id="no url")
    await listening(store, "https://partner.example/hook")
    await acme.queued()
    await acme.wait("a")
    await acme.queued(event_id="off")
    await execute(store, "UPDATE partners SET active = false")
    await world.work()

    assert await rows(store, Delivery.id) == []
    assert {row.state for row in await rows(store, BulkImport.state)} == {"complete"}


async def test_an_event_url_inside_is_never_called(acme, store, world, settings):
    store.settings = settings.model_copy(update={"allow_private_callbacks": False})
    async with receiving() as receiver:
        await listening(store, receiver.url)
        await acme.queued(event_id="e")
        await world.work()

    assert receiver.messages == []
    [delivery] = await rows(store, Delivery.last_error)
    assert delivery.last_error == "forbidden_url"
