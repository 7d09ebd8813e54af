"""Plans, routines, queues and runs over GraphQL: who sees which, and at what cost."""

import pytest
from sqlalchemy import event

from domain.routines import runs
from domain.routines.queue import RoutineInstance
from domain.sql import select
from domain.viewer import Scope, Viewer, ViewerKind
from tests.rest_compat.gofa.training import Training

pytestmark = pytest.mark.anyio

PLANS = """{ trainingPlans(first: 5) { totalCount nodes { status goal generationSource
  picks { routineTemplateName reasons routineTemplate { name } } assessments { riskTier available missing }
  user { firstName }
  routineInstances(first: 5) { nodes { routineTemplateName status queueIndex user { firstName } } } } } }"""
RUNS = """{ routineRuns(first: 5, filter: {status: {eq: CREATED}}) { nodes { status totalExercises completionRate
  steps { stepId status } user { firstName } } } }"""
TEMPLATES = "{ routineTemplates(first: 9) { nodes { name status inLibrary riskTiers steps { stepId } } } }"
QUEUE = """query($user: ID!) { routineInstances(first: 9, filter: {user: {eq: $user}, status: {eq: QUEUED}}) {
  totalCount edges { cursor node { id uuid } } } }"""


@pytest.fixture
async def training(world, records):
    training = await Training.made(world)
    await training.plan()
    joe = Viewer(ViewerKind.USER, frozenset(Scope), world.organization, user_id=world.joe)
    async with world.store.writing(joe) as unit:
        first = await unit.value(select(RoutineInstance.id).order_by(RoutineInstance.queue_index).limit(1))
        await runs.start_run(unit, first, "test")
    return training


async def test_a_plan_shows_its_queue_whose_it_is_and_why(training, data):
    for who in ("admin", "joe"):
        [plan] = (await data(PLANS, who))["trainingPlans"]["nodes"]
        assert (plan["status"], plan["goal"], plan["generationSource"]) == ("ACTIVE", "balance", "REQUEST")
        assert plan["user"] == {"firstName": "Joe"}
        assert [pick["routineTemplateName"] for pick in plan["picks"]] == ["Library on", "Own"]
        assert all(pick["reasons"] for pick in plan["picks"])
        assert [pick["routineTemplate"] for pick in plan["picks"]] == [
            {"name": "Library on"},
            {"name": "Own"},
        ]
        assert plan["assessments"]["riskTier"] is None
        assert plan["assessments"]["available"] == []
        assert plan["assessments"]["missing"] == ["FALL_RISK", "PREFERENCES", "MSK", "COGNITIVE"]
        assert [(one["status"], one["queueIndex"]) for one in plan["routineInstances"]["nodes"]] == [
            ("IN_PROGRESS", 0),
            ("QUEUED", 1),
        ]
    assert (await data(PLANS, "other-admin"))["trainingPlans"] == {"totalCount": 0, "nodes": []}


async def test_many_plans_cost_no_more_statements_than_one(training, data, world, store):
    async def cost():
        seen = []

        def hear(_connection, _cursor, statement, *_):
            seen.append(statement)

        event.listen(store.engine.sync_engine, "before_cursor_execute", hear)
        await data(PLANS, "admin")
        event.remove(store.engine.sync_engine, "before_cursor_execute", hear)
        return len([one for one in seen if one.startswith("SELECT")])

    one = await cost()
    for user in (world.ann, world.joe, world.ann):
        await training.plan(user)

    assert await cost() == one


async def test_runs_and_the_queue_are_filtered_and_everybodys_own(training, data, world):
    [run] = (await data(RUNS, "joe"))["routineRuns"]["nodes"]
    assert (run["status"], run["totalExercises"], run["completionRate"]) == ("CREATED", 4, 0)
    assert [step["status"] for step in run["steps"]] == ["PENDING"] * 4
    assert (await data(RUNS, "other-admin"))["routineRuns"]["nodes"] == []
    queued = (await data(QUEUE, "admin", user=str(world.joe)))["routineInstances"]
    assert queued["totalCount"] == 1
    assert (await data(QUEUE, "admin", user=str(world.ann)))["routineInstances"]["totalCount"] == 0


async def test_users_see_what_they_may_be_given_and_administrators_all_they_may_choose_from(training, data):
    async def seen(who):
        nodes = (await data(TEMPLATES, who))["routineTemplates"]["nodes"]
        return {(one["name"], one["status"], one["inLibrary"]) for one in nodes}

    given = {("Library on", "PUBLISHED", True), ("Own", "PUBLISHED", False)}
    assert await seen("joe") == given
    assert await seen("admin") == given | {("Draft", "DRAFT", False), ("Library off", "PUBLISHED", True)}


async def test_partners_and_keys_have_no_business_with_plans(training, ask):
    for who in ("partner", "key", "anonymous"):
        for query in (PLANS, RUNS, TEMPLATES):
            assert (await ask(query, who))["errors"][0]["extensions"]["code"] in {"FORBIDDEN", "UNAUTHORIZED"}
