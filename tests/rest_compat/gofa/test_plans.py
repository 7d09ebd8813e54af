"""Plans, the queue and what administrators make of them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from domain.assessments import Assessment, AssessmentKind
from domain.identity.accounts import Account, AccountType
from domain.routines.runs import RoutineRun
from tests.rest_compat.gofa.training import SECRET
from tests.world import LONG_AGO, PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
"""The walk and what happens at once ask both databases."""

GENERATE = "/my-plan/generate"


async def assess(world, **levels):
    async with world.store.writing() as unit:
        for kind, level in levels.items():
            await unit.add(
                Assessment(
                    organization_id=world.organization,
                    user_id=world.joe,
                    kind=AssessmentKind[kind],
                    level=level,
                    answers={"likes": ["standing"], "goal": "strength"} if kind == "PREFERENCES" else {},
                    assessed_at=LONG_AGO,
                    created_at=LONG_AGO,
                )
            )


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
    await assess(world, FALL_RISK="INTERMEDIATE", PREFERENCES=None)

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
    await assess(world, PREFERENCES=None, MSK="LOW")
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


async def test_progress_counts_the_users_local_days(ask, started, store, training):
    """Joe lives in Vancouver: two o'clock UTC is the evening before."""
    run = await started()
    await ask("PATCH", f"/routine-runs/{run['routineRunId']}", {"status": "in-progress"})
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


async def test_the_library_is_looked_at_switched_on_and_never_changed(ask, training):
    admin = training.admin()
    templates, catalog = "/api/b2b/ai-training/routine-templates", "/api/b2b/ai-training/catalog"
    listed = (await ask("GET", templates, headers=admin))["routineTemplates"]
    assert [(one["name"], one["ownerType"], one["status"]) for one in listed] == [
        ("Draft", "client", "draft"),
        ("Library off", "library", "published"),
        ("Library on", "library", "published"),
        ("Own", "client", "published"),
    ]
    library = f"{templates}/{training.templates['Library on']}"
    assert (await ask("GET", library, headers=admin))["routineTemplate"]["clientId"] == "gofa"
    await ask("PATCH", library, {"name": "Mine"}, headers=admin, status=403)
    await ask("POST", library + "/publish", headers=admin, status=403)
    before = (await ask("GET", catalog, headers=admin))["catalog"]
    both = [str(training.templates[name]) for name in ("Library on", "Library off", "Library on")]
    after = (await ask("PATCH", catalog, {"enabledLibraryTemplateIds": both}, headers=admin))["catalog"]
    assert before["enabledLibraryTemplateIds"] == both[:1]
    assert set(after["enabledLibraryTemplateIds"]) == set(both)
    assert after["updatedAt"] > before["updatedAt"]


async def test_a_template_is_published_once_it_can_be_done(ask, training):
    admin, path = training.admin(), "/api/b2b/ai-training/routine-templates"
    made = await ask("POST", path, {"name": "New"}, headers=admin, status=201)
    mine = f"{path}/{made['routineTemplate']['routineTemplateId']}"
    assert (made["routineTemplate"]["status"], made["routineTemplate"]["ownerType"]) == ("draft", "client")
    await ask("POST", mine + "/publish", headers=admin, status=400)
    unknown = {"steps": [{"kind": "ai-move", "exerciseId": "flying"}]}
    await ask("PATCH", mine, unknown, headers=admin)
    await ask("POST", mine + "/publish", headers=admin, status=400)
    await ask("PATCH", mine, {"steps": [{"kind": "ai-move", "exerciseId": "squat"}]}, headers=admin)
    published = (await ask("POST", mine + "/publish", headers=admin))["routineTemplate"]
    assert published["status"] == "published"
    assert (await ask("POST", mine + "/publish", headers=admin))["routineTemplate"] == published
    await ask("PATCH", mine, unknown, headers=admin, status=400)
    await ask("PATCH", mine, {"steps": []}, headers=admin, status=400)


async def test_a_password_and_a_secret_sign_in_and_nothing_near_them_does(ask, world):
    good = {"clientId": "gofa", "email": "JOE", "password": PASSWORD}
    signed = await ask("POST", "/api/auth/custom-token", good)
    assert signed["user"] | {"displayName": "Joe Abo"} == {
        "uid": str(world.joe),
        "email": "joe",
        "displayName": "Joe Abo",
        "photoURL": None,
        "emailVerified": False,
        "disabled": False,
    }
    for wrong in ({"password": "x"}, {"email": "nobody"}, {"clientId": "other"}, {"clientId": "x"}):
        assert await ask("POST", "/api/auth/custom-token", good | wrong, status=401) == {
            "error": "Invalid credentials"
        }
    secret = {"clientId": "gofa", "clientSecret": SECRET}
    token = (await ask("POST", "/api/client/token/", secret))["token"]
    for headers in ({"ClientToken": token}, {"Authorization": f"Bearer {token}"}):
        assert (await ask("GET", "/records", headers=headers)) == {"records": []}
    await ask("GET", "/my-plan", headers={"Authorization": f"Bearer {token}"}, status=401)
    for wrong in ({"clientSecret": "x"}, {"clientId": "other2"}, {"clientSecret": SECRET + " "}):
        await ask("POST", "/api/client/token", secret | wrong, status=401)
