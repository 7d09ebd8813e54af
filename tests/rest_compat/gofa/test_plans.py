"""Plans, the queue and what administrators make of them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.assessments import AssessmentKind, record_assessment
from domain.identity.accounts import Account, AccountType
from domain.pai import PaiSummary
from domain.routines.queue import RoutineInstance
from domain.routines.runs import RoutineRun
from domain.vo2max import Vo2MaxSummary
from tests.world import LONG_AGO

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
"""The walk and what happens at once ask both databases."""

GENERATE = "/my-plan/generate"
LIKING = {"likes": ["standing"], "goal": "strength"}


async def assess(world, **found):
    """Joe's assessments, as an administrator records them: a level, or the preferences."""
    async with world.store.writing() as unit:
        for name, what in found.items():
            kind = AssessmentKind[name]
            told = {"preferences" if kind is AssessmentKind.PREFERENCES else "level": what}
            await record_assessment(unit, world.joe, kind, **told)


async def score(world, kind, **figures):
    """A day of Joe's, today unless said otherwise."""
    day = {"date": datetime.now(UTC).date(), "algorithm_version": "test", "created_at": LONG_AGO}
    whose = {"organization_id": world.organization, "user_id": world.joe, "modified_at": LONG_AGO}
    async with world.store.writing() as unit:
        await unit.add(kind(**whose, **(day | figures)))


async def test_who_has_no_plan_is_told_so(ask):
    assert await ask("GET", "/my-plan") == {"plan": None}
    assert await ask("GET", "/my-routine-queue") == {"routineInstances": []}
    assert await ask("GET", "/progress-report") == {
        "adherence": 0.0,
        "totalRuns": 0,
        "completedRuns": 0,
        "completionRate": 0.0,
        "series": [],
    }


async def test_a_plan_is_made_of_what_the_client_shows_and_says_what_was_known(ask, world):
    await assess(world, FALL_RISK="INTERMEDIATE", PREFERENCES=LIKING)

    made = await ask("POST", GENERATE, {"goal": "balance", "frequency": 5}, status=201)

    assert [one["routineTemplateName"] for one in made["routineInstances"]] == ["Library on", "Own"]
    assert [(one["queueIndex"], one["status"]) for one in made["routineInstances"]] == [
        (0, "queued"),
        (1, "queued"),
    ]
    plan = made["plan"]
    assert (plan["clientId"], plan["userId"], plan["status"]) == ("gofa", str(world.joe), "active")
    assert (plan["frequency"], plan["intensity"], plan["generationSource"]) == (5, "moderate", "rules")
    assert plan["assessmentSnapshot"] == {
        "latestRiskTier": "moderate",
        "availableInputs": ["fallRisk", "preferences"],
        "missingInputs": ["mskAssessment", "cognitiveAssessment"],
    }
    assert (await ask("GET", "/my-plan"))["plan"] == plan


async def test_an_empty_request_takes_the_users_preferences_and_then_the_defaults(ask, world):
    bare = (await ask("POST", GENERATE, status=201))["plan"]
    await assess(world, PREFERENCES=LIKING, MSK="LOW")
    preferred = (await ask("POST", GENERATE, {"goal": None}, status=201))["plan"]

    def wishes(plan):
        return plan["goal"], plan["intensity"], plan["frequency"], plan["preferredSessionDurationMinutes"]

    assert wishes(bare) == ("balance", "moderate", 3, 20)
    assert bare["assessmentSnapshot"]["latestRiskTier"] is None
    assert preferred["goal"] == "strength"


async def test_duplicates_fill_the_week_only_where_they_are_asked_for(ask):
    body = {"frequency": 5, "allowDuplicateRoutineTemplates": True}

    made = (await ask("POST", GENERATE, body, status=201))["routineInstances"]

    assert [one["routineTemplateName"] for one in made] == [
        "Library on",
        "Own",
        "Library on",
        "Own",
        "Library on",
    ]
    seen = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    assert [one["queueIndex"] for one in seen] == [0, 1]
    everything = await ask("GET", "/my-routine-queue", params={"allowDuplicateRoutineTemplates": "true"})
    assert len(everything["routineInstances"]) == 5
    start = {"routineInstanceId": made[4]["routineInstanceId"], "startedFrom": "x"}
    await ask("POST", "/routine-runs", start, status=201)
    begun = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    assert [(one["queueIndex"], one["status"]) for one in begun] == [(1, "queued"), (4, "in-progress")]


async def test_a_client_that_shows_nothing_makes_no_plan_and_the_former_one_stays(ask, training):
    former = (await ask("POST", GENERATE, status=201))["plan"]
    admin = training.admin()
    await ask("PATCH", "/api/b2b/ai-training/catalog", {"enabledLibraryTemplateIds": []}, headers=admin)
    only = {"equipmentAvailability": [], "goal": "balance"}
    own = f"/api/b2b/ai-training/routine-templates/{training.templates['Own']}"
    await ask("PATCH", own, {"equipment": ["Rowing machine"]}, headers=admin)

    refused = await ask("POST", GENERATE, only, status=409)

    assert refused == {"error": "No routine templates available"}
    assert (await ask("GET", "/my-plan"))["plan"] == former
    await ask("POST", GENERATE, {"equipmentAvailability": ["rowing MACHINE"]}, status=201)


async def test_a_new_plan_archives_the_former_one_but_not_what_is_begun(started, ask):
    run = await started()

    made = await ask("POST", GENERATE, status=201)

    queue = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    assert queue[0]["routineInstanceId"] == run["routineInstanceId"]
    assert {one["planId"] for one in queue[1:]} <= {made["plan"]["planId"]}
    await ask("PATCH", f"/routine-runs/{run['routineRunId']}", {"status": "abandoned"})
    left = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    assert run["routineInstanceId"] not in {one["routineInstanceId"] for one in left}


async def test_deferring_goes_to_the_end_as_often_as_the_deployment_allows(ask, training, store):
    await training.plan()
    queue = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    path = f"/routine-instances/{queue[0]['routineInstanceId']}/defer"
    limit = store.settings.routine_defer_limit

    deferred = [(await ask("POST", path))["routineInstance"] for _ in range(limit)]

    assert [one["deferCount"] for one in deferred] == list(range(1, limit + 1))
    assert deferred[0]["queueIndex"] == 2
    assert (await ask("POST", path, status=409)) == {"error": "Defer limit reached"}
    assert (await ask("GET", "/my-routine-queue"))["routineInstances"][-1] == deferred[-1]


async def test_a_wish_that_is_not_fulfilled_is_told_and_the_plan_says_what_it_is(ask, world, training):
    own = f"/api/b2b/ai-training/routine-templates/{training.templates['Own']}"
    await ask("PATCH", own, {"intensity": "low", "goal": " Mobility"}, headers=training.admin())

    unknown = (await ask("POST", GENERATE, {"intensity": " HIGH", "frequency": 5}, status=201))["plan"]
    await assess(world, FALL_RISK="high")
    frail = await ask("POST", GENERATE, {"intensity": "high", "goal": "Skydiving"}, status=201)

    assert unknown["intensity"] == "moderate"
    assert unknown["generationNotes"] == [
        "The intensity is moderate instead of high: no risk assessment is on record",
        "5 sessions a week were asked for; the routines that suit are 2",
    ]
    assert (frail["plan"]["intensity"], frail["plan"]["goal"]) == ("low", "skydiving")
    assert [one["routineTemplateName"] for one in frail["routineInstances"]] == ["Own"]
    assert frail["plan"]["generationNotes"][:2] == [
        "The intensity is low instead of high: the assessed risk is high",
        "No routine that is safe and possible here serves the goal skydiving; others stand in",
    ]
    for wrong in ({"goal": "  "}, {"intensity": "brutal"}):
        await ask("POST", GENERATE, wrong, status=400)
    plain = (await ask("POST", GENERATE, {"goal": " BALANCE "}, status=201))["plan"]
    assert (plain["goal"], plain["intensity"]) == ("balance", "low")


async def test_activity_and_fitness_count_while_they_are_fresh_and_are_told(ask, world, training):
    await assess(world, FALL_RISK="LOW")
    own = f"/api/b2b/ai-training/routine-templates/{training.templates['Own']}"
    await ask("PATCH", own, {"intensity": "low"}, headers=training.admin())
    old = {"date": (datetime.now(UTC) - timedelta(days=100)).date()}
    fitness = {"fitness_age": 40, "source": "PAI", "calibration_status": "Calibrated"}
    await score(world, Vo2MaxSummary, **old, vo2max=10, **fitness)
    await score(world, PaiSummary, **old, pai_score=1, time_zone="UTC")
    before = await ask("POST", GENERATE, status=201)

    await score(world, Vo2MaxSummary, vo2max=26.4, **fitness)
    await score(world, PaiSummary, pai_score=12, time_zone="UTC")
    after = await ask("POST", GENERATE, {"intensity": "high"}, status=201)

    assert [one["routineTemplateName"] for one in before["routineInstances"]] == ["Library on", "Own"]
    assert "PAI" not in str(before["plan"]["generationReasons"])
    assert [one["routineTemplateName"] for one in after["routineInstances"]] == ["Own", "Library on"]
    assert "PAI score of 12" in after["plan"]["generationReasons"][0]["reasons"][-1]
    assert "VO2 max of 26" in after["plan"]["generationNotes"][0]
    assert after["plan"]["intensity"] == "moderate"


async def test_equipment_is_there_however_it_is_spelled(ask, training):
    own = f"/api/b2b/ai-training/routine-templates/{training.templates['Own']}"
    await ask("PATCH", own, {"equipment": ["Resistance band"]}, headers=training.admin())

    for label, count in ((" RESISTANCE_BAND ", 2), ("resistance-band", 2), ("chair", 1)):
        made = await ask("POST", GENERATE, {"equipmentAvailability": [label]}, status=201)
        assert len(made["routineInstances"]) == count


async def test_an_old_plan_hides_nothing_that_was_not_done(ask, started, store, session_for):
    run = await started()
    for index in (0, 1, 2):
        await session_for(run, index)
    await ask("POST", f"/routine-runs/{run['routineRunId']}/sync")
    await ask("PATCH", f"/routine-runs/{run['routineRunId']}", {"status": "completed"})
    async with store.writing() as unit:
        await unit.change(update(RoutineInstance).values(created_at=LONG_AGO))

    assert (await ask("GET", "/progress-report"))["adherence"] == 0.5


async def test_progress_counts_the_users_local_days(ask, started, store, training, session_for):
    """Joe lives in Vancouver: two o'clock UTC is the evening before."""
    run = await started()
    await session_for(run, 0)
    await ask("POST", f"/routine-runs/{run['routineRunId']}/sync")
    await ask("PATCH", f"/routine-runs/{run['routineRunId']}", {"status": "completed"})
    async with store.writing() as unit:
        evening = (datetime.now(UTC) - timedelta(days=2)).replace(hour=2)
        await unit.change(update(RoutineRun).values(created_at=evening))

    report = await ask("GET", "/progress-report")

    local = evening - timedelta(hours=8)
    assert report["series"] == [
        {"label": f"{local:%b} {local.day}", "completedRuns": 1, "totalRuns": 1, "completionRate": 1.0}
    ]
    assert (report["totalRuns"], report["completionRate"], report["adherence"]) == (1, 1.0, 0.5)


async def test_an_administrator_gives_a_routine_a_place_in_the_queue(ask, training, world):
    admin, user = training.admin(), f"/api/client/gofa/users/{world.joe}/ai-training"
    own, library = (str(training.templates[name]) for name in ("Own", "Library on"))

    async def assign(template, status=201, **more):
        body = {"routineTemplateId": template, **more}
        return await ask("POST", user + "/assign-routine-template", body, headers=admin, status=status)

    first = (await assign(own))["routineInstance"]
    assert (first["queueIndex"], first["status"]) == (0, "queued")
    plan = (await ask("GET", user + "/plan", headers=admin))["plan"]
    assert (plan["generationSource"], plan["assignedBy"]) == ("admin", str(training.accounts["admin"]))
    assert (await assign(library, queueIndex=0))["routineInstance"]["queueIndex"] == 0
    await assign(own, 409)
    assert (await assign(own, allowDuplicateRoutineTemplates=True, queueIndex=99))["routineInstance"][
        "queueIndex"
    ] == 2
    for hidden in ("Draft", "Library off", "Theirs"):
        await assign(str(training.templates[hidden]), 404)
    names = [
        one["routineTemplateName"] for one in (await ask("GET", "/my-routine-queue"))["routineInstances"]
    ]
    assert names == ["Library on", "Own"]


async def test_records_are_of_ones_own_client_unless_one_may_cross(ask, started, training, world, store):
    run = await started()
    eve = await training.sign_up(world.eve, world.other_organization)
    records = "/records"
    admin, other = training.admin(), training.admin("other-admin")

    [mine] = (await ask("GET", records, headers=admin))["records"]
    assert (mine["routineRunId"], mine["userId"]) == (run["routineRunId"], str(world.joe))
    assert (await ask("GET", records, headers=other))["records"] == []
    assert (await ask("GET", records, headers=admin, params={"clientId": "gofa", "limit": 9999}))["records"]
    await ask("GET", records, headers=admin, params={"clientId": "other"}, status=403)
    await ask("GET", records, headers=eve, status=403)

    async with store.writing() as unit:
        account = Account(
            username="root", password_hash="-", organization_id=world.other_organization,
            account_type=AccountType.SYSTEM, created_at=LONG_AGO, modified_at=LONG_AGO,
        )  # fmt: skip
        await unit.add(account)
    root = {"ClientToken": training.id_token(account.id)}
    assert len((await ask("GET", records, headers=root, params={"clientId": "gofa"}))["records"]) == 1
    await ask("GET", records, headers=root, params={"clientId": "nobody"}, status=404)
    plan = f"/api/client/gofa/users/{world.joe}/ai-training/plan"
    assert (await ask("GET", plan, headers=root))["plan"]["clientId"] == "gofa"


async def test_many_of_one_routine_hide_no_other(ask, training, world, store):
    plan_id = await training.plan()
    async with store.writing() as unit:
        last = await unit.entity(RoutineInstance, col(RoutineInstance.queue_index) == 1)
        last.queue_index = 1000
        one = {"organization_id": world.organization, "user_id": world.joe, "plan_id": plan_id}
        one |= {
            "routine_template_id": training.templates["Library on"],
            "routine_template_name": "Library on",
        }
        many = [
            RoutineInstance(**one, queue_index=n, created_at=LONG_AGO, modified_at=LONG_AGO)
            for n in range(2, 205)
        ]
        await unit.add_all(many)

    shown = (await ask("GET", "/my-routine-queue"))["routineInstances"]

    assert [instance["queueIndex"] for instance in shown] == [0, 1000]


async def test_a_run_has_the_name_of_the_steps_it_copies(ask, training, started):
    await training.plan()
    queue = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    [own] = [one for one in queue if one["routineTemplateName"] == "Own"]
    template = f"/api/b2b/ai-training/routine-templates/{training.templates['Own']}"
    await ask("PATCH", template, {"name": "Renamed", "nameZh": "乙"}, headers=training.admin())

    start = {"routineInstanceId": own["routineInstanceId"], "startedFrom": "test"}
    run = (await ask("POST", "/routine-runs", start, status=201))["routineRun"]

    assert (run["routineTemplateName"], run["routineTemplateNameZh"]) == ("Renamed", "乙")
