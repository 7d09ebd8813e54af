"""A client of AI Training: it asks as somebody and gives back the JSON it wanted."""

import pytest

from tests.rest_compat.gofa.training import Training

AI = "/api/ai-training"


@pytest.fixture
async def training(world):
    return await Training.made(world)


@pytest.fixture
def ask(client, training):
    """Joe asks unless told otherwise; the answer has to have the status wanted."""

    async def send(method, path, json=None, *, headers=None, status=200, **more):
        path = path if path.startswith("/api") else AI + path
        answer = await client.request(method, path, json=json, headers=headers or training.user, **more)
        assert answer.status_code == status, (method, path, json, answer.text)
        return answer.json()

    return send


@pytest.fixture
def started(ask, training):
    """A new plan for Joe, and a run of its first routine."""

    async def start():
        await training.plan()
        everything = {"allowDuplicateRoutineTemplates": "true"}
        queue = (await ask("GET", "/my-routine-queue", params=everything))["routineInstances"]
        first = next(one for one in queue if one["status"] == "queued")
        body = {"routineInstanceId": first["routineInstanceId"], "startedFrom": "test"}
        return (await ask("POST", "/routine-runs", body, status=201))["routineRun"]

    return start


@pytest.fixture
def session_for(ask):
    """A session of AI Move for a step of a run."""

    async def record(run, index, **measured):
        step = run["exerciseSteps"][index]
        body = {
            "exerciseId": step["exerciseId"],
            "repCount": 10,
            "durationSeconds": 30,
            "caloriesBurned": 4.5,
            "context": {"routineRunId": run["routineRunId"], "sequenceIndex": index},
            **measured,
        }
        return (await ask("POST", "/api/ai-move/sessions", body, status=201))["session"]

    return record
