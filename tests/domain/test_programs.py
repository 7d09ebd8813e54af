"""What several programs at once show to whom: the pages that a graph is made of."""

from dataclasses import replace

import pytest

from domain.errors import Forbidden, NotFound
from domain.identity import accounts
from domain.identity.accounts import Account
from domain.listing import Listing
from domain.programs import invitations, members, programs
from domain.sql import select
from domain.viewer import SYSTEM, Scope
from tests.rest_compat.conftest import account_of
from tests.rest_compat.programs import as_user, program_of
from tests.rest_compat.scores import score

pytestmark = pytest.mark.anyio
ALL = Listing()


@pytest.fixture
async def made(world):
    """A program of each of two administrators, and one in the other organization."""
    whose = {
        "coach": (world.organization, world.joe),
        "rival": (world.organization, world.ann),
        "other": (world.other_organization, world.eve),
    }
    for name, (organization, user) in whose.items():
        await account_of(world, organization, name)
        await score(world.store, organization, user, [50.0])
    return {
        name: await program_of(world, organization, name, user)
        for name, (organization, user) in whose.items()
    }


async def viewer_of(world, username):
    async with world.store.reading(SYSTEM) as unit:
        page = await unit.rows(select(Account.id, Account.username))
        return await accounts.viewer_of(unit, next(row.id for row in page if row.username == username))


async def test_each_viewer_sees_their_programs_and_their_members(world, made):
    ids = [one.id for one in made.values()]
    expected = {"coach": {"coach"}, "rival": {"rival"}, "admin": {"coach", "rival"}}
    users = {"coach": world.joe, "rival": world.ann, "other": world.eve}
    for username, names in expected.items():
        async with world.store.reading(await viewer_of(world, username)) as unit:
            listed = await programs.list_programs(unit, ALL)
            found = await programs.PROGRAMS.found(unit, ids, frozenset({"member_count"}))
            administrators = await programs.administrators_of(unit, ids)
            seen = {made[name].id for name in names}
            people = {one: await members.list_members(unit, one, ALL) for one in seen}
            sent = {one: await invitations.list_invitations(unit, one, ALL) for one in seen}
            days = {
                name: await members.list_summaries(unit, made[name].id, users[name], ALL) for name in names
            }
            for name in made.keys() - names:
                with pytest.raises(NotFound):
                    await members.list_members(unit, made[name].id, ALL)

        assert {row.id for row in listed.rows} == found.keys() == seen
        assert {row.member_count for row in found.values()} == {1}
        for name, one in made.items():
            assert administrators[one.id] == ([name] if name in names else [])
        for name in names:
            assert [row.user_id for row in people[made[name].id].rows] == [users[name]]
            assert len(sent[made[name].id].rows) == 2
            assert len(days[name].rows) == 1


async def test_who_administers_no_program_may_not_ask(world, made):
    async with world.store.reading(as_user(world.organization, world.joe)) as unit:
        program = made["coach"].id
        for ask in (programs.list_programs(unit, ALL), members.list_members(unit, program, ALL)):
            with pytest.raises(Forbidden):
                await ask
    reader = replace(as_user(world.organization, world.joe), scopes=frozenset({Scope.PROGRAMS_READ}))
    async with world.store.reading(reader) as unit:
        with pytest.raises(NotFound):
            await members.list_members(unit, made["coach"].id, ALL)
