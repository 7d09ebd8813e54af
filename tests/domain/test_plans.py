"""A user's training plan: the latest request is the active one, however many ask."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from domain import plans
from domain.errors import Forbidden, NotFound
from domain.listing import Listing, Order
from domain.plans import Asked
from domain.viewer import SCOPES, SYSTEM, Scope, Viewer, ViewerKind

pytestmark = pytest.mark.anyio
LATEST_FIRST = Listing(order=(Order("created_at", descending=True),))


async def request(store, user_id, viewer=SYSTEM, bulk_import_id=None, **wishes):
    async with store.writing(viewer) as unit:
        return await plans.request_plan(unit, user_id, Asked(**wishes), bulk_import_id=bulk_import_id)


async def listed(store, viewer=SYSTEM):
    async with store.reading(viewer) as unit:
        return (await plans.PLANS.page(unit, LATEST_FIRST)).rows


async def test_a_plan_has_the_defaults_and_says_who_asked(store, world):
    bulk_import_id = uuid4()

    plan_id = await request(store, world.joe, bulk_import_id=bulk_import_id)

    [plan] = await listed(store)
    assert (plan.id, plan.user_id, plan.organization_id) == (plan_id, world.joe, world.organization)
    assert (plan.status, plan.goal, plan.intensity) == ("active", "balance", "moderate")
    assert (plan.frequency, plan.preferred_session_minutes) == (3, 20)
    assert (plan.generation_source, plan.bulk_import_id) == ("import", bulk_import_id)


async def test_requests_at_once_leave_one_plan_active_and_touch_nobody_elses(store, world):
    others = await request(store, world.ann, goal="strength")

    await asyncio.gather(*(request(store, world.joe) for _ in range(6)))

    found = await listed(store)
    active = {plan.user_id: plan for plan in found if plan.status == "active"}
    assert len(found) == 7
    assert [plan.status for plan in found].count("active") == 2
    assert (active[world.ann].id, active[world.ann].goal) == (others, "strength")
    assert active[world.ann].generation_source == "request"


async def test_a_plan_is_seen_by_its_user_and_its_organization_only(store, world):
    await request(store, world.joe)
    joe = Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], world.organization, user_id=world.joe)
    admin = Viewer(ViewerKind.ADMINISTRATOR, SCOPES[ViewerKind.ADMINISTRATOR], world.organization)

    assert [len(await listed(store, viewer)) for viewer in (joe, admin)] == [1, 1]
    assert await listed(store, replace(joe, user_id=world.ann)) == []
    assert await listed(store, replace(admin, organization_id=world.other_organization)) == []


async def test_only_who_may_write_plans_gets_one_and_only_for_users_it_sees(store, world):
    joe = Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], world.organization, user_id=world.joe)
    reader = replace(joe, scopes=joe.scopes - {Scope.PLANS_WRITE})

    with pytest.raises(Forbidden):
        await request(store, world.joe, reader)
    for nobody in (world.ann, uuid4()):
        with pytest.raises(NotFound):
            await request(store, nobody, joe)
    assert await listed(store) == []
