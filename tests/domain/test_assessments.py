"""Assessments: what may be recorded of whom, and what it then means for a plan."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain import assessments
from domain.assessments import Assessment, AssessmentKind
from domain.errors import Forbidden, Invalid, NotFound
from domain.listing import Listing
from domain.viewer import SCOPES, Scope, Viewer, ViewerKind

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

FALL, MSK, COGNITIVE = AssessmentKind.FALL_RISK, AssessmentKind.MSK, AssessmentKind.COGNITIVE
PREFERENCES = AssessmentKind.PREFERENCES


@pytest.fixture
def joe(world):
    return Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], world.organization, user_id=world.joe)


@pytest.fixture
def record(world):
    async def record(kind, level=None, viewer=None, user_id=None, **more):
        who = {} if viewer is None else {"viewer": viewer}
        async with world.store.writing(**who) as unit:
            return await assessments.record_assessment(unit, user_id or world.joe, kind, level=level, **more)

    return record


@pytest.fixture
def snapshot(world):
    async def snapshot():
        async with world.store.reading() as unit:
            return await assessments.snapshot_of(unit, world.joe)

    return snapshot


async def test_levels_are_taken_as_the_assessment_words_them_whatever_their_case(record, snapshot):
    for level, tier in (("low", "low"), ("Intermediate", "moderate"), (" HIGH ", "high"), ("LOW", "low")):
        await record(FALL, level)
        assert (await snapshot()).risk_tier == tier
    await record(MSK, "very high")
    known = await snapshot()

    assert (known.risk_tier, known.available) == ("high", (FALL, MSK))
    assert known.missing == (PREFERENCES, COGNITIVE)


@pytest.mark.parametrize(
    ("kind", "level", "more", "field"),
    [
        (FALL, None, {}, "level"),
        (FALL, "MODERATE", {}, "level"),
        (COGNITIVE, "INTERMEDIATE", {}, "level"),
        (PREFERENCES, "LOW", {}, "level"),
        (FALL, "LOW", {"preferences": {"goal": "strength"}}, "preferences"),
        (PREFERENCES, None, {"preferences": {"intensity": "extreme"}}, "intensity"),
        (PREFERENCES, None, {"preferences": {"frequency": "3"}}, "frequency"),
        (PREFERENCES, None, {"preferences": {"frequency": 15}}, "frequency"),
        (PREFERENCES, None, {"preferences": {"minutes": 4}}, "minutes"),
        (PREFERENCES, None, {"preferences": {"likes": "standing"}}, "likes"),
        (PREFERENCES, None, {"preferences": {"colour": "red"}}, "colour"),
        (FALL, "LOW", {"assessed_at": datetime.now(UTC) + timedelta(days=1)}, "assessed_at"),
    ],
)
async def test_what_is_no_assessment_is_refused_in_words(record, kind, level, more, field):
    with pytest.raises(Invalid) as refused:
        await record(kind, level, **more)

    assert [detail.field for detail in refused.value.details] == [field]


async def test_a_year_later_a_risk_that_was_found_still_counts_and_that_none_was_does_not(record, snapshot):
    last_year = datetime.now(UTC) - timedelta(days=366)
    for level, tier in (("LOW", None), ("INTERMEDIATE", "moderate"), ("HIGH", "high")):
        last_year += timedelta(minutes=1)
        await record(FALL, level, assessed_at=last_year)
        known = await snapshot()
        assert (known.risk_tier, known.available) == (tier, ())


async def test_a_level_that_nobody_knows_counts_as_the_worst(world, snapshot):
    now = datetime.now(UTC)
    whose = {"organization_id": world.organization, "user_id": world.joe}
    async with world.store.writing() as unit:
        await unit.add(Assessment(kind=FALL, level="dreadful", assessed_at=now, created_at=now, **whose))

    assert (await snapshot()).risk_tier == "high"


async def test_people_record_and_see_their_own_and_administrators_their_organizations(record, joe, world):
    administrator = ViewerKind.ADMINISTRATOR
    admin, stranger = (
        Viewer(administrator, SCOPES[administrator], organization)
        for organization in (world.organization, world.other_organization)
    )
    reader = Viewer(
        joe.kind, joe.scopes - {Scope.ASSESSMENTS_WRITE}, joe.organization_id, user_id=joe.user_id
    )
    await record(PREFERENCES, viewer=joe, preferences={"goal": "strength"})
    await record(FALL, "HIGH", viewer=admin)
    for viewer, user_id, error in (
        (joe, world.ann, NotFound),
        (stranger, world.joe, NotFound),
        (admin, uuid4(), NotFound),
        (reader, world.joe, Forbidden),
    ):
        with pytest.raises(error):
            await record(FALL, "LOW", viewer=viewer, user_id=user_id)

    async def seen(viewer):
        async with world.store.reading(viewer) as unit:
            return {row.kind for row in (await assessments.list_assessments(unit, Listing())).rows}

    assert await seen(joe) == await seen(admin) == {PREFERENCES, FALL}
    assert await seen(stranger) == set()
