"""AI Training over GraphQL, from a template to a completed run, as GOFA's REST API would have it."""

import pytest

from tests.rest_compat.gofa.training import Training

pytestmark = pytest.mark.anyio

ERRORS = "userErrors { field code message }"
CREATE = f"""mutation($input: RoutineTemplateInput!) {{ createRoutineTemplate(input: $input) {{
  routineTemplate {{ id status steps {{ stepId block kind title }} }} {ERRORS} }} }}"""
PUBLISH = (
    f"mutation($id: ID!) {{ publishRoutineTemplate(id: $id) {{ routineTemplate {{ status }} {ERRORS} }} }}"
)
CHANGE = f"""mutation($id: ID!, $input: RoutineTemplateInput!) {{ changeRoutineTemplate(id: $id, input: $input) {{
  routineTemplate {{ name goal intensity steps {{ stepId }} }} {ERRORS} }} }}"""
CHOOSE = f"""mutation($ids: [ID!]!) {{ changeRoutineCatalogue(enabledTemplateIds: $ids) {{
  routineCatalogue {{ enabledTemplates {{ name }} }} {ERRORS} }} }}"""
GENERATE = f"""mutation($id: ID!, $input: TrainingPlanInput!) {{ generateTrainingPlan(userId: $id, input: $input) {{
  trainingPlan {{ goal intensity frequency routineInstances(first: 9) {{ nodes {{ id routineTemplateName }} }} }}
  {ERRORS} }} }}"""
ASSIGN = f"""mutation($user: ID!, $id: ID!, $place: Int) {{
  assignRoutineTemplate(userId: $user, routineTemplateId: $id, queueIndex: $place) {{
    routineInstance {{ id queueIndex routineTemplateName }} {ERRORS} }} }}"""
DEFER = f"""mutation($id: ID!) {{ deferRoutineInstance(id: $id) {{
  routineInstance {{ queueIndex deferCount }} {ERRORS} }} }}"""
START = f"""mutation($id: ID!) {{ startRoutineRun(routineInstanceId: $id, startedFrom: "test") {{
  routineRun {{ id status steps {{ stepId status }} routineInstance {{ status }} }} {ERRORS} }} }}"""
SESSION = f"""mutation($input: ExerciseSessionInput!) {{ recordExerciseSession(input: $input) {{
  exerciseSession {{ id status caloriesBurnedKcal routineRun {{ id }} }} {ERRORS} }} }}"""
SYNC = f"""mutation($id: ID!, $input: SyncRoutineRunInput!) {{ syncRoutineRun(id: $id, input: $input) {{
  routineRun {{ status completedExercises completionRate exerciseSessions(first: 9) {{ totalCount }} }}
  {ERRORS} }} }}"""
MOVE = f"""mutation($id: ID!, $input: RoutineRunInput!) {{ changeRoutineRun(id: $id, input: $input) {{
  routineRun {{ status currentStepIndex }} {ERRORS} }} }}"""


@pytest.fixture
async def training(world, records):
    return await Training.made(world)


@pytest.fixture
def one(data):
    """The one thing that a mutation changed."""

    async def carried_out(mutation, who="joe", **variables):
        [payload] = (await data(mutation, who, **variables)).values()
        assert payload.pop("userErrors") == []
        [changed] = payload.values()
        return changed

    return carried_out


async def test_a_template_is_written_published_given_and_done(one, data, client, training, world):
    joe = str(world.joe)
    steps = [
        {"kind": "GUIDED", "block": "WARMUP", "title": "Breathe", "durationSeconds": 30},
        {"kind": "AI_MOVE", "exerciseId": "march-basic", "targetValue": 10},
    ]
    draft = await one(CREATE, "admin", input={"name": "Mine", "goal": "balance", "steps": steps})
    assert (draft["status"], [step["stepId"] for step in draft["steps"]]) == (
        "DRAFT",
        ["step_001", "step_002"],
    )
    changed = await one(CHANGE, "admin", id=draft["id"], input={"intensity": "LOW"})
    assert (changed["name"], changed["intensity"], len(changed["steps"])) == ("Mine", "LOW", 2)
    assert await one(PUBLISH, "admin", id=draft["id"]) == {"status": "PUBLISHED"}
    queued = await one(ASSIGN, "admin", user=joe, id=draft["id"])
    assert (queued["queueIndex"], queued["routineTemplateName"]) == (0, "Mine")

    run = await one(START, id=queued["id"])
    assert (run["status"], run["routineInstance"]) == ("CREATED", {"status": "IN_PROGRESS"})
    assert (await one(START, id=queued["id"]))["id"] == run["id"]
    at_one = await one(MOVE, id=run["id"], input={"currentStepIndex": 1})
    assert at_one == {"status": "CREATED", "currentStepIndex": 1}
    await one(SYNC, id=run["id"], input={"sequenceIndex": 0, "guidedComplete": True})
    session = await one(
        SESSION,
        input={"exerciseId": "march-basic", "repCount": 10, "routineRunId": run["id"], "sequenceIndex": 1},
    )
    assert session["routineRun"] == {"id": run["id"]}
    done = await one(SYNC, id=run["id"], input={"exerciseSessionId": session["id"]})

    assert done == {
        "status": "COMPLETED", "completedExercises": 2, "completionRate": 1.0, "exerciseSessions": {"totalCount": 1}
    }  # fmt: skip
    [record] = (await client.get("/api/ai-training/routine-runs", headers=training.user)).json()[
        "routineRuns"
    ]
    assert (record["status"], record["summary"]["completedExercises"]) == ("completed", 2)
    progress = await data(
        "{ viewer { routineProgress { completedRuns adherence days { totalRuns } } } }", "joe"
    )
    assert progress["viewer"]["routineProgress"] == {
        "completedRuns": 1,
        "adherence": 1,
        "days": [{"totalRuns": 1}],
    }


async def test_a_plan_is_as_was_wished_and_its_queue_is_the_users(one, data, training, world):
    wishes = {"goal": "balance", "intensity": "LOW", "frequency": 2, "allowDuplicates": True}
    plan = await one(GENERATE, id=str(world.joe), input=wishes)
    assert (plan["goal"], plan["intensity"], plan["frequency"]) == ("balance", "LOW", 2)
    first = plan["routineInstances"]["nodes"][0]["id"]
    behind = await one(DEFER, id=first)
    assert behind["deferCount"] == 1
    assert behind["queueIndex"] > 0

    for wrong, field in (
        ({"frequency": 99}, "frequency"),
        ({"preferredSessionMinutes": 1}, "preferredSessionMinutes"),
    ):
        refused = (await data(GENERATE, "joe", id=str(world.joe), input=wrong))["generateTrainingPlan"]
        [error] = refused["userErrors"]
        assert (error["field"], error["code"]) == (field, "INVALID_FIELD")
    nobodys = (await data(GENERATE, "joe", id=str(world.ann), input={}))["generateTrainingPlan"]
    assert nobodys["userErrors"][0]["code"] == "NOT_FOUND"


async def test_the_catalogue_is_chosen_whole_and_where_the_module_is_off_nothing_is_done(
    one, data, ask, training
):
    library = str(training.templates["Library off"])
    chosen = await one(CHOOSE, "admin", ids=[library])
    assert chosen == {"enabledTemplates": [{"name": "Library off"}]}
    own = (await data(CHOOSE, "admin", ids=[str(training.templates["Own"])]))["changeRoutineCatalogue"]
    assert own["routineCatalogue"] is None
    assert own["userErrors"][0]["field"] == "enabledTemplateIds"

    await training.change_client("gofa", ai_training_enabled=False)

    answer = await ask(CHOOSE, "admin", ids=[library])
    assert answer["errors"][0]["message"] == "AI Training module is not enabled"
