"""What clients author and switch on, and in which words they are refused."""

import pytest

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
"""The walk and what happens at once ask both databases."""

GENERATE = "/my-plan/generate"


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
    guided = {"steps": [{"kind": "guided", "title": "Look", "exerciseId": "flying"}]}
    for steps in (guided, unknown):
        await ask("PATCH", mine, steps, headers=admin)
        await ask("POST", mine + "/publish", headers=admin, status=400)
    await ask("PATCH", mine, {"steps": [{"kind": "ai-move", "exerciseId": "squat"}]}, headers=admin)
    published = (await ask("POST", mine + "/publish", headers=admin))["routineTemplate"]
    assert published["status"] == "published"
    assert (await ask("POST", mine + "/publish", headers=admin))["routineTemplate"] == published
    await ask("PATCH", mine, unknown, headers=admin, status=400)
    await ask("PATCH", mine, {"steps": []}, headers=admin, status=400)


async def test_steps_stand_in_the_order_of_their_list_and_get_ids_that_are_free(ask, training):
    admin, path = training.admin(), "/api/b2b/ai-training/routine-templates"
    words = {"kind": "guided", "title": "a"}

    async def add(*steps, status=201):
        body = {"name": "New", "riskTiers": ["low", "low"], "steps": [words | step for step in steps]}
        return await ask("POST", path, body, headers=admin, status=status)

    made = (await add({"stepId": "step_002"}, {}, {"sequenceIndex": 2}))["routineTemplate"]
    assert [step["stepId"] for step in made["steps"]] == ["step_002", "step_001", "step_003"]
    assert made["riskTiers"] == ["low"]
    refused = await add({"sequenceIndex": 1}, {"sequenceIndex": 0}, status=400)
    assert [detail["field"] for detail in refused["details"]] == [
        "steps.0.sequenceIndex",
        "steps.1.sequenceIndex",
    ]


async def test_refusals_are_in_our_own_words(ask, training):
    admin, path = training.admin(), "/api/b2b/ai-training/routine-templates"
    for sent, words in (
        ({"frequency": 0}, "frequency must be 1 at least"),
        ({"frequency": 15}, "frequency must be 14 at most"),
        ({"goal": " "}, "goal must not be empty"),
        ({"intensity": "brutal"}, "intensity must be one of 'low', 'moderate' or 'high'"),
        ({"equipmentAvailability": ["x"] * 51}, "equipmentAvailability must hold 50 at most"),
    ):
        assert (await ask("POST", GENERATE, sent, status=400))["error"] == words
    for name in ("  ", "evil \u202e name"):
        await ask("POST", path, {"name": name}, headers=admin, status=400)
