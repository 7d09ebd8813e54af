"""Templates: what authors may write, when the version grows, and who sees what."""

import re
from uuid import uuid4

import pytest

from domain.errors import Forbidden, Invalid, NotFound, Unauthorized
from domain.listing import Listing
from domain.organizations import PAI_HEALTH
from domain.templates import plans, workouts
from domain.viewer import ANONYMOUS, SCOPES, SYSTEM, Viewer, ViewerKind
from tests.domain.templates.examples import PARTNER, author, effort, plan, workout

pytestmark = pytest.mark.anyio


@pytest.fixture
def writing(world):
    return lambda viewer=None: world.store.writing(viewer or author(world.organization))


@pytest.fixture
async def easy(writing):
    async with writing() as unit:
        return await workouts.create_workout(unit, workout())


def repeat(count, *steps):
    return {"type": "repeat", "count": count, "steps": list(steps)}


REFUSED = {
    "name": [
        workout(""),
        workout(" "),
        workout("x" * 201),
        workout("a\nb"),
        workout("\0"),
        workout("\ud800"),
    ],
    "category": [workout(category="zumba"), workout(category=None)],
    "steps": [workout(steps=[]), workout(steps=[effort()] * 101), workout(steps="run"), workout(steps=None)],
    "steps.0.type": [workout(steps=[effort("sprint")]), workout(steps=[{**effort(), "type": None}])],
    "steps.0.duration": [
        workout(steps=[{"type": "steady", "duration": duration}])
        for duration in (
            {"unit": "seconds"},
            {"unit": "open", "value": 1},
            {"unit": "seconds", "value": 86_401},
        )
    ],
    "steps.0.duration.value": [workout(steps=[effort(seconds=0)]), workout(steps=[effort(seconds=1.5)])],
    "steps.0.target": [
        workout(steps=[effort(**target)])
        for target in (
            {"metric": "open", "low": 1},
            {"metric": "heartRateZone", "low": 2},
            {"metric": "heartRateZone", "low": 0, "high": 9},
            {"metric": "paceZone", "low": 1.5, "high": 2},
        )
    ],
    "steps.0.target.low": [workout(steps=[effort(metric="rpe", low=low, high=9)]) for low in ("5", True, [])],
    "tags": [workout(tags=None), workout(tags=["x"] * 1000)],
    "estimated_load": [workout(estimated_load="much"), workout(estimated_load=-1)],
    "steps.0": [workout(steps=[None]), workout(steps=[effort(metric="rpe", low=5, high=3)])],
    "steps.0.count": [workout(steps=[repeat(1, effort())]), workout(steps=[repeat(101, effort())])],
    "steps.0.steps.0.steps.0.type": [workout(steps=[repeat(2, repeat(2, repeat(2, effort())))])],
    "colour": [workout(colour="red")],
    None: [workout(steps=[repeat(100, repeat(100, effort()))]), workout(steps=[effort(seconds=86_400)] * 8)],
}


LIBRARY = re.compile("^$|Input|Field|String|List|Value|Extra|should|has a form")
"""How pydantic words it, or we where we do not know what is wrong."""


@pytest.mark.parametrize("field", REFUSED)
async def test_what_is_no_workout_is_refused_where_it_is_wrong(field):
    for document in REFUSED[field]:
        with pytest.raises(Invalid) as error:
            workouts.read(workouts.WorkoutContent, document)

        assert field in [detail.field for detail in error.value.details]
        for detail in error.value.details:
            assert not LIBRARY.search(detail.message), detail.message


async def test_sets_of_repeats_ramps_and_open_ends_are_workouts():
    steps = [
        effort("ramp", metric="criticalSpeedPercent", low=110, high=60),
        repeat(3, repeat(4, effort("work", metric="rpe", low=8, high=9)), effort("rest")),
        {"type": "cooldown", "duration": {"unit": "open"}},
    ]

    columns = workouts.read(workouts.WorkoutContent, workout(steps=steps)).columns()

    assert columns["steps"][1] == repeat(
        3,
        repeat(4, effort("work", metric="rpe", low=8, high=9)),
        effort("rest", metric="open"),
    )
    assert columns["estimated_duration_seconds"] is None


async def test_a_template_is_private_at_first_and_its_version_grows_with_real_changes_only(writing, easy):
    assert (easy.version, easy.visibility, easy.estimated_duration_seconds) == (1, "private", 600)
    same = ({}, {"name": "Easy 45"}, {"name": " Easy 45 "}, workout(), {"steps": [effort(metric="open")]})
    real = ({"name": "Easy"}, {"description": "x"}, {"tags": ["a", "a"]}, {"steps": [effort(seconds=60)]})
    for changes, grows in ((same, 0), (real, 1)):
        for given in changes:
            async with writing() as unit:
                before = await workouts.get_workout(unit, easy.id)
                after = await workouts.change_workout(unit, easy.id, given)

            assert after.version - before.version == grows
            assert (after.modified_at > before.modified_at) is bool(grows)
    assert (after.tags, after.estimated_duration_seconds) == (["a"], 60)


async def test_publishing_hiding_and_archiving_are_changes_and_doing_so_twice_is_not(writing, easy):
    versions = []
    for change in ("publish", "publish", "hide", "hide", "publish", "archive", "archive", "publish"):
        async with writing() as unit:
            template = await getattr(workouts, f"{change}_workout")(unit, easy.id)
        versions.append(template.version)

    assert versions == [2, 2, 3, 3, 4, 5, 5, 6]
    assert template.in_view


async def test_only_authors_see_what_is_not_public_and_active(world, writing, easy):
    readers = {
        "author": author(world.organization),
        "other author": author(world.other_organization),
        "user": Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], world.organization),
        "partner": PARTNER,
        "system": SYSTEM,
    }

    async def seen_by():
        seen = set()
        for name, reader in readers.items():
            async with world.store.reading(reader) as unit:
                if (await workouts.list_workouts(unit, Listing())).total:
                    assert (await workouts.get_workout(unit, easy.id)).name == easy.name
                    seen.add(name)
                else:
                    with pytest.raises(NotFound):
                        await workouts.get_workout(unit, easy.id)
        return seen

    assert await seen_by() == {"author", "system"}
    async with writing() as unit:
        await workouts.publish_workout(unit, easy.id)
    assert await seen_by() == readers.keys()
    async with writing() as unit:
        await workouts.archive_workout(unit, easy.id)
    assert await seen_by() == {"author", "system"}


async def test_only_authors_of_the_organization_write(world, writing, easy):
    async with writing() as unit:
        await workouts.publish_workout(unit, easy.id)
    for viewer, error in (
        (author(world.other_organization), NotFound),
        (PARTNER, Forbidden),
        (Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], world.organization), Forbidden),
        (ANONYMOUS, Unauthorized),
    ):
        for change in (
            lambda unit: workouts.change_workout(unit, easy.id, {"name": "mine"}),
            lambda unit: workouts.archive_workout(unit, easy.id),
            lambda unit: workouts.remove_workout(unit, easy.id),
        ):
            with pytest.raises(error):
                async with writing(viewer) as unit:
                    await change(unit)
    for stranger in (None, uuid4()):
        with pytest.raises(Invalid):
            async with writing(SYSTEM) as unit:
                await workouts.create_workout(unit, workout(), organization_id=stranger)


async def test_a_plan_counts_its_weeks_and_names_its_workouts(writing, easy):
    async with writing() as unit:
        made = await plans.create_plan(unit, plan(easy.id))

    assert (made.duration_weeks, made.sessions_per_week, made.level) == (2, 1, "intermediate")
    assert made.blocks[0]["weeks"][0]["days"][1]["workoutName"] == "Easy 45"


async def test_a_plan_keeps_a_workout_that_is_gone_and_takes_no_unknown_one(world, writing, easy):
    async with writing() as unit:
        made = await plans.create_plan(unit, plan(easy.id))
    async with writing() as unit:
        await workouts.remove_workout(unit, easy.id)
    async with writing() as unit:
        kept = await plans.change_plan(unit, made.id, plan(easy.id))

    assert kept.version == 1
    with pytest.raises(Invalid) as error:
        async with writing() as unit:
            await plans.change_plan(unit, made.id, plan(uuid4()))
    assert error.value.details[0].field == "blocks.0.weeks.0.days.1.workoutTemplateId"
    async with writing(author(world.other_organization)) as unit:
        theirs = await workouts.create_workout(unit, workout("Theirs"))
    with pytest.raises(Invalid):
        async with writing() as unit:
            await plans.create_plan(unit, plan(theirs.id, "Mine"))


@pytest.mark.parametrize(
    ("field", "blocks"),
    [
        (None, [{"name": "B", "phase": "base", "weeks": [{"week": 2, "days": []}]}]),
        ("blocks.0.phase", [{"name": "B", "phase": "party", "weeks": [{"week": 1, "days": []}]}]),
        ("blocks.0.weeks", [{"name": "B", "phase": "base", "weeks": []}]),
        (
            "blocks.0.weeks.0",
            [
                {
                    "name": "B",
                    "phase": "base",
                    "weeks": [{"week": 1, "days": [{"day": 1, "type": "rest"}] * 2}],
                }
            ],
        ),
        (
            "blocks.0.weeks.0.days.0",
            [{"name": "B", "phase": "base", "weeks": [{"week": 1, "days": [{"day": 1, "type": "workout"}]}]}],
        ),
    ],
)
async def test_what_is_no_plan_is_refused_where_it_is_wrong(field, blocks):
    with pytest.raises(Invalid) as error:
        plans.read(plans.PlanContent, plan(PAI_HEALTH, blocks=blocks))

    assert field in [detail.field for detail in error.value.details]
