"""A routine from the queue to its end: started once, synchronized in any order, and what becomes of it."""

import itertools
from uuid import uuid4

import pytest

from domain.events import Event
from domain.sql import select

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
"""The walk and what happens at once ask both databases."""

NOTHING = {"totalDurationSeconds": 0, "totalCaloriesBurned": 0, "completionRate": 0}


@pytest.fixture
def sync(ask):
    async def sync(run, status=200, **news):
        path = f"/routine-runs/{run['routineRunId']}/sync"
        answer = await ask("POST", path, news, status=status)
        return answer["routineRun"] if status == 200 else answer["error"]

    return sync


@pytest.fixture
def queue(ask):
    async def queue(**params):
        return (await ask("GET", "/my-routine-queue", params=params))["routineInstances"]

    return queue


def statuses(run):
    return [step["status"] for step in run["exerciseSteps"]]


async def test_a_run_begins_as_the_seed_has_it(started):
    run = await started()

    assert (run["status"], run["startedFrom"]) == ("created", "test")
    assert run["summary"] == {"completedExercises": 0, "totalExercises": 4, **NOTHING}
    assert statuses(run) == ["pending"] * 4
    assert [step["sequenceIndex"] for step in run["exerciseSteps"]] == [0, 1, 2, 3]
    assert run["exerciseSteps"][1]["exerciseId"] == "squat"


async def test_the_order_of_syncs_does_not_matter_nor_how_often(started, session_for, sync, ask, training):
    ends = []
    for order in itertools.islice(itertools.permutations(range(4)), 0, 24, 5):
        run = await started()
        first = await session_for(run, 0)
        await session_for(run, 1, status="abandoned", durationSeconds=5)
        news = [
            {"aiMoveSessionId": first["sessionId"]},
            {"sequenceIndex": 1},
            {"sequenceIndex": 2, "skipped": True},
            {"sequenceIndex": 3, "guidedComplete": True},
        ]
        for which in order:
            once = await sync(run, **news[which])
            assert await sync(run, **news[which]) == once
        end = await sync(run)
        assert statuses(end) == ["completed", "in-progress", "skipped", "completed"]
        ends.append(end["summary"])

    assert ends[0]["completedExercises"] == 2
    assert all(end == ends[0] for end in ends)


async def test_every_sensible_and_senseless_sync_has_one_answer(started, session_for, sync, ask, training):
    other = await started()
    run = await started()
    foreign = await session_for(other, 0)
    mine = await session_for(run, 1)
    loose = (await ask("POST", "/api/ai-move/sessions", {"exerciseId": "squat"}, status=201))["session"]
    alone = (await ask("POST", "/api/ai-move/sessions", {"exerciseId": "march-basic"}, status=201))["session"]
    for status, news in (
        (400, {"guidedComplete": True}),
        (400, {"skipped": True}),
        (400, {"sequenceIndex": 3, "guidedComplete": True, "skipped": True}),
        (400, {"sequenceIndex": 1, "aiMoveSessionId": mine["sessionId"], "skipped": True}),
        (400, {"sequenceIndex": 1, "guidedComplete": True}),
        (400, {"sequenceIndex": 9}),
        (400, {"aiMoveSessionId": loose["sessionId"]}),
        (404, {"aiMoveSessionId": str(uuid4())}),
        (409, {"aiMoveSessionId": foreign["sessionId"]}),
        (409, {"aiMoveSessionId": mine["sessionId"], "sequenceIndex": 2}),
        (409, {"aiMoveSessionId": loose["sessionId"], "sequenceIndex": 0}),
        (409, {"aiMoveSessionId": loose["sessionId"], "sequenceIndex": 3}),
    ):
        assert await sync(run, status, **news)
    untouched = await ask("GET", f"/routine-runs/{run['routineRunId']}")
    assert statuses(untouched["routineRun"]) == ["pending"] * 4

    for news, wanted in (
        ({"guidedComplete": False, "skipped": None}, ["pending", "completed", "pending", "pending"]),
        ({"aiMoveSessionId": alone["sessionId"]}, ["completed", "completed", "pending", "pending"]),
        ({"sequenceIndex": 2, "skipped": True}, ["completed", "completed", "skipped", "pending"]),
        ({"aiMoveSessionId": loose["sessionId"], "sequenceIndex": 2}, ["completed"] * 3 + ["pending"]),
        ({"sequenceIndex": 3, "skipped": True}, ["completed"] * 3 + ["skipped"]),
        ({"sequenceIndex": 3, "guidedComplete": True}, ["completed"] * 4),
    ):
        assert statuses(await sync(run, **news)) == wanted


async def test_a_better_session_takes_the_place_of_an_earlier_one_and_is_never_added(
    started, session_for, sync
):
    run = await started()
    await session_for(run, 0, status="in-progress", durationSeconds=3, caloriesBurned=1)
    await session_for(run, 0, durationSeconds=50, caloriesBurned=8)
    await session_for(run, 0, status="abandoned", durationSeconds=1)

    summary = (await sync(run, sequenceIndex=0))["summary"]

    assert (summary["totalDurationSeconds"], summary["totalCaloriesBurned"]) == (50, 8)


async def test_patch_follows_the_table_of_moves(started, ask, session_for, sync):
    for moves in (
        [
            ("completed", 409),
            ("in-progress", 200),
            ("in-progress", 200),
            ("completed", 200),
            ("completed", 200),
        ],
        [("created", 200), ("abandoned", 200), ("in-progress", 409), ("abandoned", 200)],
        [("in-progress", 200), ("created", 409), ("completed", 200), ("abandoned", 409)],
    ):
        run = await started()
        path = f"/routine-runs/{run['routineRunId']}"
        for wanted, status in moves:
            if (wanted, status) == ("completed", 200):
                await session_for(run, 0)
                await sync(run)
            answer = await ask("PATCH", path, {"status": wanted}, status=status)
            assert status == 200 or wanted in answer["error"]
        await ask("PATCH", path, {"currentStepIndex": 1}, status=409)


async def test_a_run_in_which_nothing_was_done_is_not_completed_by_hand(started, ask, sync):
    run = await started()
    path = f"/routine-runs/{run['routineRunId']}"
    await ask("PATCH", path, {"status": "in-progress"})
    await sync(run, sequenceIndex=0, skipped=True)

    refused = await ask("PATCH", path, {"status": "completed"}, status=409)

    assert refused == {"error": "No step of the routine run is completed; sync what was done, or abandon it"}
    assert (await ask("GET", "/progress-report"))["completedRuns"] == 0
    await sync(run, sequenceIndex=3, guidedComplete=True)
    await ask("PATCH", path, {"status": "completed"})


async def test_a_session_sent_twice_under_one_key_is_one(started, ask, sync, training, world):
    run = await started()
    body = {
        "exerciseId": "march-basic",
        "repCount": 9,
        "durationSeconds": 20,
        "context": {"routineRunId": run["routineRunId"], "sequenceIndex": 0},
    }
    path, key = "/api/ai-move/sessions", {"Idempotency-Key": "tap-1"}
    mine, ann = training.user | key, await training.sign_up(world.ann, world.organization) | key

    first = await ask("POST", path, body, headers=mine, status=201)
    again = await ask("POST", path, body, headers=mine)
    other = await ask("POST", path, {"exerciseId": "squat"}, headers=ann, status=201)

    assert first == again
    assert other["session"]["sessionId"] != first["session"]["sessionId"]
    await ask("POST", path, body | {"repCount": 8}, headers=mine, status=409)
    for wrong in ("", "x" * 201):
        await ask("POST", path, body, headers=training.user | {"Idempotency-Key": wrong}, status=400)
    assert (await sync(run))["exerciseSteps"][0]["aiMoveSessionId"] == first["session"]["sessionId"]


async def test_a_session_without_a_run_names_what_is_the_users_own_and_serves_no_later_run(
    started, ask, sync, training, world
):
    run, path = await started(), "/api/ai-move/sessions"
    ids = {"planId": run["planId"], "routineInstanceId": run["routineInstanceId"]}
    ann = await training.sign_up(world.ann, world.organization)
    for context in (ids, {"planId": ids["planId"]}, {"planId": str(uuid4())}):
        await ask("POST", path, {"exerciseId": "march-basic", "context": context}, headers=ann, status=404)
    strange = {**ids, "planId": str(uuid4())}
    await ask("POST", path, {"exerciseId": "march-basic", "context": strange}, status=400)
    body = {"exerciseId": "march-basic", "context": {"routineInstanceId": ids["routineInstanceId"]}}
    early = (await ask("POST", path, body, status=201))["session"]
    assert early["context"]["planId"] == run["planId"]

    queue = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    body = {"routineInstanceId": queue[1]["routineInstanceId"], "startedFrom": "test"}
    other = (await ask("POST", "/routine-runs", body, status=201))["routineRun"]
    loose = (await ask("POST", path, {"exerciseId": "march-basic"}, status=201))["session"]
    await ask("PATCH", f"/routine-runs/{run['routineRunId']}", {"status": "abandoned"})
    body["routineInstanceId"] = run["routineInstanceId"]
    later = (await ask("POST", "/routine-runs", body, status=201))["routineRun"]

    assert "another routine" in await sync(other, 409, aiMoveSessionId=early["sessionId"])
    for old in (early, loose):
        assert "before this routine run" in await sync(later, 409, aiMoveSessionId=old["sessionId"])


async def test_an_abandoned_routine_is_queued_again_where_it_stood_and_its_run_is_over(
    started, ask, queue, sync
):
    run = await started()
    before = await queue()

    await ask("PATCH", f"/routine-runs/{run['routineRunId']}", {"status": "abandoned"})

    assert [one["queueIndex"] for one in await queue()] == [one["queueIndex"] for one in before]
    assert (await queue())[0]["status"] == "queued"
    assert "abandoned" in await sync(run, 409, sequenceIndex=0)
    again = {"routineInstanceId": run["routineInstanceId"], "startedFrom": "again"}
    assert (await ask("POST", "/routine-runs", again, status=201))["routineRun"]["routineRunId"] != run[
        "routineRunId"
    ]


async def test_the_last_routine_completes_the_plan_and_subscribers_may_hear_of_each(
    started, ask, queue, sync, store
):
    run = await started()
    for instance in (await queue())[1:]:
        body = {"routineInstanceId": instance["routineInstanceId"], "startedFrom": "test"}
        other = (await ask("POST", "/routine-runs", body, status=201))["routineRun"]
        for index in range(4):
            await sync(other, sequenceIndex=index, skipped=True)
    assert (await ask("GET", "/my-plan"))["plan"]["status"] == "active"
    for index in range(4):
        await sync(run, sequenceIndex=index, skipped=True)

    assert (await ask("GET", "/my-plan"))["plan"]["status"] == "completed"
    assert await queue() == []
    again = {"routineInstanceId": run["routineInstanceId"], "startedFrom": "again"}
    await ask("POST", "/routine-runs", again, status=409)
    async with store.reading() as unit:
        events = await unit.rows(select(Event.kind, Event.user_id))
    assert {row.kind for row in events} == {"routine_run.completed"}
    assert len(events) == 2


async def test_a_run_keeps_the_steps_it_began_with(started, ask, training):
    run = await started()
    admin = training.admin()
    mine = str(training.templates["Own"])
    steps = [{"kind": "guided", "title": "Only this"}]
    await ask("PATCH", f"/api/b2b/ai-training/routine-templates/{mine}", {"steps": steps}, headers=admin)

    assert (await ask("GET", f"/routine-runs/{run['routineRunId']}"))["routineRun"] == run


async def test_somebody_elses_run_session_and_routine_are_not_there(
    started, session_for, ask, training, world
):
    run = await started()
    session = await session_for(run, 0)
    ann = await training.sign_up(world.ann, world.organization)
    path = f"/routine-runs/{run['routineRunId']}"

    await ask("GET", path, headers=ann, status=404)
    await ask("PATCH", path, {"status": "abandoned"}, headers=ann, status=404)
    await ask("POST", path + "/sync", {}, headers=ann, status=404)
    await ask("POST", f"/routine-instances/{run['routineInstanceId']}/defer", headers=ann, status=404)
    start = {"routineInstanceId": run["routineInstanceId"], "startedFrom": "x"}
    await ask("POST", "/routine-runs", start, headers=ann, status=404)
    assert (await ask("GET", "/routine-runs", headers=ann))["routineRuns"] == []
    await training.plan(world.ann)
    [hers, *_] = (await ask("GET", "/my-routine-queue", headers=ann))["routineInstances"]
    start = {"routineInstanceId": hers["routineInstanceId"], "startedFrom": "x"}
    own = (await ask("POST", "/routine-runs", start, headers=ann, status=201))["routineRun"]
    news = {"aiMoveSessionId": session["sessionId"]}
    await ask("POST", f"/routine-runs/{own['routineRunId']}/sync", news, headers=ann, status=404)
