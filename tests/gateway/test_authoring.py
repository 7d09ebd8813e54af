"""Authoring through GraphQL: templates that partners then see, and the keys that they see them with."""

import pytest

pytestmark = pytest.mark.anyio

STEPS = [{"type": "STEADY", "durationSeconds": 600}]
EFFORT = "__typename type durationSeconds distanceMeters targetMetric targetLow targetHigh note"
CREATE = f"""mutation($input: WorkoutTemplateInput!) {{ createWorkoutTemplate(input: $input) {{
  workoutTemplate {{ id uuid name version visibility estimatedDurationSeconds steps {{ ...Effort
    ... on WorkoutRepeat {{ __typename count steps {{ ...Effort
      ... on WorkoutSet {{ __typename count steps {{ ...Effort }} }} }} }} }} }}
  userErrors {{ field code message }} }} }} fragment Effort on WorkoutEffort {{ {EFFORT} }}"""
CREATE_PLAN = """mutation($input: TrainingPlanTemplateInput!) { createTrainingPlanTemplate(input: $input) {
  trainingPlanTemplate { id uuid durationWeeks
    blocks { name phase weeks { week focus isRecovery days { day type workoutName workoutTemplate { id } } } } }
  userErrors { field message } } }"""
CHANGE = """mutation($id: ID!, $input: WorkoutTemplateInput!) { changeWorkoutTemplate(id: $id, input: $input) {
  workoutTemplate { name description version } userErrors { field code } } }"""
CREATE_KEY = """mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  key apiKey { id scopes lastUsedAt } userErrors { field message } } }"""


def workout(name="Easy", **changed):
    return {"name": name, "category": "EASY", "steps": STEPS} | changed


def step(kind, of, payload):
    return f"mutation($id: ID!) {{ {kind}{of}(id: $id) {{ {payload} userErrors {{ field code }} }} }}"


@pytest.fixture
def one(data):
    """Carry a mutation out; its only payload, which must have no errors."""

    async def carried_out(mutation, **variables):
        [payload] = (await data(mutation, **variables)).values()
        assert payload.pop("userErrors") == []
        return payload

    return carried_out


async def test_a_workout_is_written_published_changed_and_removed(client, one, records):
    made = (await one(CREATE, input=workout()))["workoutTemplate"]
    assert (made["version"], made["visibility"], made["steps"][0]["type"]) == (1, "PRIVATE", "STEADY")
    versions, payload = [], "workoutTemplate { version visibility status }"
    for kind in ("publish", "hide", "publish", "archive", "publish"):
        shown = await one(step(kind, "WorkoutTemplate", payload), id=made["id"])
        versions.append(shown["workoutTemplate"]["version"])
    assert versions == [2, 3, 4, 5, 6]

    changed = await one(CHANGE, id=made["uuid"], input={"description": "Slow"})
    same = await one(CHANGE, id=made["id"], input={"description": "Slow"})
    cleared = await one(CHANGE, id=made["id"], input={"description": None})

    assert [each["workoutTemplate"]["version"] for each in (changed, same, cleared)] == [7, 7, 8]
    assert cleared["workoutTemplate"]["description"] is None
    path = f"/api/workout-templates/{made['uuid']}"
    key = records.headers("key")
    assert (await client.get(path, headers=key)).json()["version"] == 8
    assert await one(step("remove", "WorkoutTemplate", "removed"), id=made["id"]) == {"removed": True}
    assert (await client.get(path, headers=key)).status_code == 404


async def test_a_plan_is_written_published_and_removed(client, one, records):
    easy = (await one(CREATE, input=workout()))["workoutTemplate"]
    days = [{"day": 2, "type": "WORKOUT", "workoutTemplateId": easy["id"]}, {"day": 3, "type": "REST"}]
    blocks = [{"name": "Base", "phase": "BASE", "weeks": [{"week": 1, "days": days}]}]

    made = (await one(CREATE_PLAN, input={"name": "P", "goalDistance": "TEN_K", "blocks": blocks}))[
        "trainingPlanTemplate"
    ]

    [block] = made["blocks"]
    assert (block["name"], block["phase"]) == ("Base", "BASE")
    assert block["weeks"] == [
        {
            "week": 1,
            "focus": None,
            "isRecovery": False,
            "days": [
                {"day": 2, "type": "WORKOUT", "workoutName": "Easy", "workoutTemplate": {"id": easy["id"]}},
                {"day": 3, "type": "REST", "workoutName": None, "workoutTemplate": None},
            ],
        }
    ]
    of, payload = "TrainingPlanTemplate", "trainingPlanTemplate { visibility status }"
    for kind in ("publish", "hide", "archive", "publish"):
        shown = await one(step(kind, of, payload), id=made["id"])
    assert shown["trainingPlanTemplate"] == {"visibility": "PUBLIC", "status": "ACTIVE"}
    path = f"/api/training-plan-templates/{made['uuid']}"
    assert (await client.get(path, headers=records.headers("key"))).json()["durationWeeks"] == 1
    assert await one(step("remove", of, "removed"), id=made["id"]) == {"removed": True}


async def test_steps_repeat_as_deep_as_workouts_do_and_come_back_as_they_were_written(client, one, records):
    hard = {
        "type": "WORK",
        "durationSeconds": 60,
        "targetMetric": "HEART_RATE_ZONE",
        "targetLow": 4,
        "targetHigh": 5,
    }
    easy = {"type": "RECOVERY", "distanceMeters": 200, "note": "Walk"}
    series = {"type": "REPEAT", "count": 3, "steps": [hard, easy]}
    steps = [
        {"type": "WARMUP"},
        {"type": "REPEAT", "count": 2, "steps": [series, {"type": "REST", "durationSeconds": 90}]},
    ]
    made = (await one(CREATE, input=workout(steps=steps)))["workoutTemplate"]

    nothing = dict.fromkeys(("durationSeconds", "distanceMeters", "targetLow", "targetHigh", "note"))
    shown = nothing | {"__typename": "WorkoutEffort", "targetMetric": "OPEN"}
    assert made["steps"] == [
        shown | {"type": "WARMUP"},
        {
            "__typename": "WorkoutRepeat",
            "count": 2,
            "steps": [
                {"__typename": "WorkoutSet", "count": 3, "steps": [shown | hard, shown | easy]},
                shown | {"type": "REST", "durationSeconds": 90},
            ],
        },
    ]
    await one(step("publish", "WorkoutTemplate", "workoutTemplate { id }"), id=made["id"])
    rest = (await client.get(f"/api/workout-templates/{made['uuid']}", headers=records.headers("key"))).json()
    assert rest["steps"][0] == {"type": "warmup", "duration": {"unit": "open"}, "target": {"metric": "open"}}
    assert rest["steps"][1]["steps"][0]["steps"][0]["target"] == {
        "metric": "heartRateZone",
        "low": 4,
        "high": 5,
    }


async def test_a_step_that_does_not_fit_is_named_as_the_input_names_it(data):
    for wrong, field in (
        ({"type": "WORK", "durationSeconds": 1, "distanceMeters": 1}, "steps.1.distanceMeters"),
        ({"type": "WORK", "distanceMeters": -1}, "steps.1.distanceMeters"),
        ({"type": "WORK", "durationSeconds": 90_000}, "steps.1.durationSeconds"),
        ({"type": "WORK", "targetMetric": "RPE", "targetLow": 0, "targetHigh": 5}, "steps.1.targetMetric"),
        ({"type": "WORK", "count": 2}, "steps.1.count"),
        ({"type": "REPEAT", "count": 1, "steps": [{"type": "WORK"}]}, "steps.1.count"),
        ({"type": "REPEAT", "count": 2}, "steps.1.steps"),
        (
            {"type": "REPEAT", "count": 2, "steps": [{"type": "WORK", "distanceMeters": 0}]},
            "steps.1.steps.0.distanceMeters",
        ),
    ):
        payload = (await data(CREATE, input=workout(steps=[*STEPS, wrong])))["createWorkoutTemplate"]
        assert payload["workoutTemplate"] is None
        assert [error["field"] for error in payload["userErrors"]] == [field]


async def test_a_day_names_a_workout_that_its_author_sees(data, records):
    for wrong, field in (
        ({"day": 8, "type": "REST"}, "blocks.0.weeks.0.days.0.day"),
        ({"day": 1, "type": "WORKOUT"}, "blocks.0.weeks.0.days.0"),
        (
            {"day": 1, "type": "WORKOUT", "workoutTemplateId": str(records.world.joe)},
            "blocks.0.weeks.0.days.0.workoutTemplateId",
        ),
        ({"day": 1, "type": "WORKOUT", "workoutTemplateId": "nonsense"}, None),
    ):
        blocks = [{"name": "Base", "phase": "BASE", "weeks": [{"week": 1, "days": [wrong]}]}]
        given = {"name": "P", "goalDistance": "TEN_K", "blocks": blocks}
        payload = (await data(CREATE_PLAN, input=given))["createTrainingPlanTemplate"]
        assert payload["trainingPlanTemplate"] is None
        assert [error["field"] for error in payload["userErrors"]] == [field]


async def test_what_can_be_mended_comes_back_and_who_may_not_hears_so(ask, data, records):
    wrong = {"name": "", "steps": [{"type": "STEADY", "durationSeconds": 0}]}
    errors = (await data(CREATE, input=wrong))["createWorkoutTemplate"]["userErrors"]
    assert {error["field"] for error in errors} == {"name", "category", "steps.0.durationSeconds"}
    for nobodys in ("nonsense", "V29ya291dFRlbXBsYXRl", str(records.world.joe)):
        payload = (await data(CHANGE, id=nobodys, input={"name": "x"}))["changeWorkoutTemplate"]
        assert payload["workoutTemplate"] is None
        assert [error["code"] for error in payload["userErrors"]] in (["BAD_REQUEST"], ["NOT_FOUND"])
    for who in ("joe", "key", "partner", "anonymous"):
        for mutation, given in ((CREATE, workout()), (CREATE_KEY, {"name": "x", "scopes": ["PLANS"]})):
            answer = await ask(mutation, who, input=given)
            assert answer["errors"][0]["extensions"]["code"] in ("FORBIDDEN", "UNAUTHORIZED")


async def test_a_key_is_shown_once_works_rotates_and_ends(client, one, data, ask):
    made = await one(CREATE_KEY, input={"name": "Acme", "scopes": ["WORKOUTS"]})
    assert made["apiKey"]["scopes"] == ["WORKOUTS"]

    async def status(key, path="/api/workout-templates"):
        return (await client.get(path, headers={"X-API-Key": key})).status_code

    assert await status(made["key"]) == 200
    assert await status(made["key"], "/api/training-plan-templates") == 403
    rotate = "mutation($id: ID!) { rotateApiKey(id: $id, overlapHours: 0) { key apiKey { id } userErrors { code } } }"
    new = await one(rotate, id=made["apiKey"]["id"])
    assert (await status(made["key"]), await status(new["key"])) == (401, 200)
    revoked = await one(step("revoke", "ApiKey", "apiKey { revokedAt }"), id=new["apiKey"]["id"])
    assert revoked["apiKey"]["revokedAt"]
    assert await status(new["key"]) == 401
    listed = (await data("{ apiKeys(first: 9) { totalCount nodes { name lookup lastUsedAt } } }"))["apiKeys"]
    assert [node["name"] for node in listed["nodes"]] == ["Acme", "Acme", "test"]
    assert (await data("{ apiKeys(first: 9) { totalCount } }", "other-admin"))["apiKeys"]["totalCount"] == 0
    assert (await ask("{ apiKeys(first: 9) { totalCount } }", "joe"))["errors"]


async def test_a_key_that_nobody_should_have_is_refused(data):
    for wrong, field in (
        ({"name": " ", "scopes": ["PLANS"]}, "name"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["PLANS"], "expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
    ):
        payload = (await data(CREATE_KEY, input=wrong))["createApiKey"]
        assert (payload["key"], payload["apiKey"]) == (None, None)
        assert [error["field"] for error in payload["userErrors"]] == [field]
