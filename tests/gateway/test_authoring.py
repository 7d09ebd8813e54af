"""Authoring through GraphQL: templates that partners then see, and the keys that they see them with."""

import pytest

pytestmark = pytest.mark.anyio

STEPS = [{"type": "steady", "duration": {"unit": "seconds", "value": 600}}]
CREATE = """mutation($input: WorkoutTemplateInput!) { createWorkoutTemplate(input: $input) {
  workoutTemplate { id uuid name version visibility steps } userErrors { field code message } } }"""
CREATE_PLAN = """mutation($input: TrainingPlanTemplateInput!) { createTrainingPlanTemplate(input: $input) {
  trainingPlanTemplate { id uuid durationWeeks blocks } userErrors { field message } } }"""
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
    assert (made["version"], made["visibility"], made["steps"][0]["type"]) == (1, "PRIVATE", "steady")
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
    days = [{"day": 2, "type": "workout", "workoutTemplateId": easy["uuid"]}]
    blocks = [{"name": "Base", "phase": "base", "weeks": [{"week": 1, "days": days}]}]

    made = (await one(CREATE_PLAN, input={"name": "P", "goalDistance": "TEN_K", "blocks": blocks}))[
        "trainingPlanTemplate"
    ]

    assert made["blocks"][0]["weeks"][0]["days"][0]["workoutName"] == "Easy"
    of, payload = "TrainingPlanTemplate", "trainingPlanTemplate { visibility status }"
    for kind in ("publish", "hide", "archive", "publish"):
        shown = await one(step(kind, of, payload), id=made["id"])
    assert shown["trainingPlanTemplate"] == {"visibility": "PUBLIC", "status": "ACTIVE"}
    path = f"/api/training-plan-templates/{made['uuid']}"
    assert (await client.get(path, headers=records.headers("key"))).json()["durationWeeks"] == 1
    assert await one(step("remove", of, "removed"), id=made["id"]) == {"removed": True}


async def test_what_can_be_mended_comes_back_and_who_may_not_hears_so(ask, data, records):
    wrong = {"name": "", "steps": [{"type": "sprint", "duration": {"unit": "seconds", "value": 1}}]}
    errors = (await data(CREATE, input=wrong))["createWorkoutTemplate"]["userErrors"]
    assert {error["field"] for error in errors} == {"name", "category", "steps.0.type"}
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
