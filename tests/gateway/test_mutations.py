"""The pattern every mutation follows, through a schema of its own: a unit each, and errors a client can mend."""

from uuid import UUID

import pytest
import strawberry
from sqlmodel import col

from domain.errors import Conflict, Forbidden, Misfit
from domain.unit import Unit
from domain.users import User, get_user
from domain.viewer import SYSTEM, Scope
from gateway.context import Context
from gateway.mutations import Payload, UserError, mutation

pytestmark = pytest.mark.anyio

Info = strawberry.Info[Context, None]


@strawberry.type
class RenamePayload(Payload):
    @strawberry.field
    async def name_now(self, info: Info) -> str | None:
        if self.outcome is None:
            return None
        return (await get_user(info.context.unit, self.outcome.id)).first_name


@strawberry.type
class Query:
    ok: bool = True


@strawberry.type
class Mutation:
    @mutation(RenamePayload, Scope.USERS_WRITE)
    async def rename(self, unit: Unit, id: UUID, name: str) -> UUID:
        """Call somebody something else."""
        user = await unit.entity(User, col(User.id) == id)
        user.first_name = name
        await unit.flush()
        if name == "taken":
            raise Conflict("That name is taken: choose another")
        if name == "odd":
            raise Misfit("first_name", "must be even")
        if name == "root":
            raise Forbidden("Nobody may be called that")
        return id


schema = strawberry.Schema(Query, Mutation)
FIELDS = "nameNow userErrors { field code message }"


async def execute(store, document, **variables):
    async with store.reading(SYSTEM) as unit:
        return await schema.execute(document, variables, context_value=Context(store, unit))


async def named(world):
    async with world.store.reading(SYSTEM) as unit:
        return (await get_user(unit, world.joe)).first_name


async def test_each_mutation_commits_and_its_payload_shows_what_it_changed(world):
    document = f"""mutation ($id: UUID!) {{ one: rename(id: $id, name: "Al") {{ {FIELDS} }}
        two: rename(id: $id, name: "taken") {{ {FIELDS} }} three: rename(id: $id, name: "Bo") {{ {FIELDS} }} }}"""

    answer = await execute(world.store, document, id=str(world.joe))

    assert answer.errors is None
    assert answer.data["one"] == {"nameNow": "Al", "userErrors": []}
    assert answer.data["two"]["nameNow"] is None
    assert answer.data["three"]["nameNow"] == "Bo"
    assert await named(world) == "Bo"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("taken", UserError(field=None, code="CONFLICT", message="That name is taken: choose another")),
        ("odd", UserError(field="firstName", code="INVALID_FIELD", message="must be even")),
    ],
)
async def test_a_refused_mutation_leaves_nothing_behind_and_says_what_to_mend(world, name, error):
    document = f"mutation ($id: UUID!, $name: String!) {{ rename(id: $id, name: $name) {{ {FIELDS} }} }}"

    answer = await execute(world.store, document, id=str(world.joe), name=name)

    assert answer.data["rename"]["userErrors"] == [
        {"field": error.field, "code": error.code, "message": error.message}
    ]
    assert await named(world) == "Joe"


async def test_who_may_not_do_it_hears_so_as_an_error_of_the_request(world):
    document = f'mutation ($id: UUID!) {{ rename(id: $id, name: "root") {{ {FIELDS} }} }}'

    answer = await execute(world.store, document, id=str(world.joe))

    assert [str(error.original_error) for error in answer.errors] == ["Nobody may be called that"]
    assert await named(world) == "Joe"
