"""The same thing asked for many times at once, on both databases: it happens once."""

import asyncio
import itertools

import pytest

pytestmark = pytest.mark.anyio

GENERATE = "/my-plan/generate"


async def test_fifty_starts_at_once_are_one_run(ask, client, training):
    await training.plan()
    body = {
        "routineInstanceId": (await ask("GET", "/my-routine-queue"))["routineInstances"][0][
            "routineInstanceId"
        ],
        "startedFrom": "tap",
    }
    path = "/api/ai-training/routine-runs"

    answers = await asyncio.gather(
        *(patiently(client, path, json=body, headers=training.user) for _ in range(50))
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.json()["routineRun"]["routineRunId"] for answer in answers}) == 1
    assert len((await ask("GET", "/routine-runs"))["routineRuns"]) == 1


async def test_fifty_syncs_at_once_in_any_order_are_one_summary(started, session_for, client, training):
    run = await started()
    path = f"/api/ai-training/routine-runs/{run['routineRunId']}/sync"
    sessions = [await session_for(run, index) for index in (0, 1, 2)]
    news = [{"aiMoveSessionId": session["sessionId"]} for session in sessions]
    news += [{"sequenceIndex": 3, "guidedComplete": True}, {"sequenceIndex": 0, "skipped": True}]

    answers = await asyncio.gather(
        *(
            patiently(client, path, json=one, headers=training.user)
            for one in itertools.islice(itertools.cycle(news), 50)
        )
    )

    assert {answer.status_code for answer in answers} == {200}
    final = (await client.get(path.removesuffix("/sync"), headers=training.user)).json()["routineRun"]
    assert (final["status"], final["summary"]) == (
        "completed",
        {
            "completedExercises": 4,
            "totalExercises": 4,
            "completionRate": 1.0,
            "totalDurationSeconds": 150,
            "totalCaloriesBurned": 13.5,
        },
    )


async def test_plans_asked_for_at_once_leave_one_active_with_its_own_queue(client, training, ask):
    path = "/api/ai-training/my-plan/generate"
    answers = await asyncio.gather(*(client.post(path, headers=training.user) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {201}
    plan = (await ask("GET", "/my-plan"))["plan"]
    queue = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    assert {one["planId"] for one in queue} == {plan["planId"]}
    assert len(queue) == 2


async def test_a_custom_token_signs_in_once_even_when_it_is_sent_at_once(client, ask, training, world):
    custom = (await ask("POST", "/api/auth/exchange-token"))["customToken"]
    path = "/api/auth/sign-in-with-custom-token"

    answers = await asyncio.gather(*(client.post(path, json={"customToken": custom}) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 9
    [session] = [answer.json() for answer in answers if answer.status_code == 200]
    headers = {"Authorization": f"Bearer {session['idToken']}"}
    assert (await ask("POST", GENERATE, headers=headers, status=201))["plan"]["userId"] == str(world.joe)
    await ask("GET", "/my-plan", headers={"Authorization": f"Bearer {custom}"}, status=401)


async def patiently(client, path, **sent):
    """A busy machine puts some of fifty off: they send the same again."""
    while (answer := await client.post(path, **sent)).status_code == 503:
        assert answer.headers["Retry-After"]
    return answer
