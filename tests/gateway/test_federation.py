"""The gateway as a subgraph: its document composes, its entities are found by their keys, and off it is not there."""

import json
import re
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import col

from domain.pai import PaiSummary
from domain.sql import select
from domain.users import User
from gateway import federation
from gateway.global_ids import global_id
from gateway.schema import schema
from gateway.types.nodes import NODES
from tests import tools
from tests.databases import ONE_DATABASE
from tests.gateway import whole as everything_of
from tests.gateway.records import summary
from tests.gateway.test_statements import SIGN_IN
from tests.world import STAMPS

pytestmark = pytest.mark.anyio

COMPOSITION = Path(__file__).parent / "composition"
ENTITIES = (
    "query($of: [_Any!]!) { _entities(representations: $of) { __typename ... on User { uuid firstName } } }"
)


@pytest.fixture
def settings(settings):
    """The whole gateway of these tests is a subgraph."""
    return settings.model_copy(update={"federation": True})


def of(kind, id, key="id"):
    return {"__typename": kind, key: global_id(kind, id) if key == "id" else str(id)}


def composed(tmp_path, *names):
    """These subgraphs of the folder put together by Apollo's own library, the gateway's among them."""
    for path in COMPOSITION.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "node_modules").symlink_to(tools.COMPOSITION.node_modules)
    (tmp_path / "gateway.graphql").write_text(federation.document())
    files = [f"{name}={name}.graphql" for name in ("gateway", *names)]
    return json.loads(tools.run("node", "compose.js", *files, cwd=tmp_path))


@pytest.mark.tools(tools.COMPOSITION)
def test_the_document_composes_with_a_subgraph_that_adds_to_our_types(tmp_path):
    told = composed(tmp_path, "goals")

    assert told["errors"] == []
    user = told["supergraph"].partition("type User ")[2].partition("\n}")[0]
    assert '@join__type(graph: GATEWAY, key: "id")' in user
    assert "goals(first: Int!): GoalConnection! @join__field(graph: GOALS)" in user
    assert "firstName: String @join__field(graph: GATEWAY)" in user


@pytest.mark.tools(tools.COMPOSITION)
def test_what_does_not_fit_is_refused_by_the_same_library(tmp_path):
    """So that the test above can fail."""
    (tmp_path / "rival.graphql").write_text("type Query { users(first: Int): String }")

    told = composed(tmp_path, "rival")

    assert any("Query.users" in error for error in told["errors"])


@ONE_DATABASE
async def test_the_service_tells_the_document(data):
    told = (await data("{ _service { sdl } }", who="anonymous"))["_service"]["sdl"]

    assert told == federation.document()
    assert told.count('@key(fields: "id") @key(fields: "uuid") {') == len(NODES)


@ONE_DATABASE
async def test_where_introspection_is_off_the_service_tells_nothing(opened):
    async with opened(introspection=False) as client:
        answer = await client.post("/graphql", json={"query": "{ _service { sdl } }"})

    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "@key" not in answer.text


@ONE_DATABASE
async def test_off_it_is_not_there(opened):
    async with opened(federation=False) as client:
        answers = [
            await client.post("/graphql", json={"query": query})
            for query in ("{ _service { sdl } }", "{ _entities(representations: []) { __typename } }")
        ]

    assert [answer.json()["errors"][0]["extensions"]["code"] for answer in answers] == [
        "GRAPHQL_VALIDATION_FAILED"
    ] * 2
    assert not re.search(r"\b_(Any|Entity|Service|entities|service)\b|@key", schema.as_str())


async def test_entities_come_in_their_order_by_either_key(data, world):
    wanted = [of("User", world.joe), of("User", world.ann, "uuid"), of("User", world.joe, "uuid")]

    assert (await data(ENTITIES, of=wanted))["_entities"] == [
        {"__typename": "User", "uuid": str(world.joe), "firstName": "Joe"},
        {"__typename": "User", "uuid": str(world.ann), "firstName": "Ann"},
        {"__typename": "User", "uuid": str(world.joe), "firstName": "Joe"},
    ]


async def test_what_one_may_not_see_is_null(data, world):
    wanted = [of("User", world.eve), of("User", uuid4()), of("User", world.ann), of("User", world.joe)]

    seen = (await data(ENTITIES, "joe", of=wanted))["_entities"]

    assert [one and one["firstName"] for one in seen] == [None, None, None, "Joe"]


@ONE_DATABASE
async def test_who_may_not_read_at_all_is_told_so_for_each(ask, world):
    answer = await ask(ENTITIES, "anonymous", of=[of("User", world.joe), of("User", world.ann)])

    assert answer["data"] == {"_entities": [None, None]}
    assert [error["path"] for error in answer["errors"]] == [["_entities", 0], ["_entities", 1]]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"UNAUTHORIZED"}


async def test_every_kind_of_node_is_an_entity_with_all_its_fields(data, world):
    whole = await everything_of.made(world)
    kinds = {kind: next(iter(owners.get("joe") or owners["ours"])) for kind, owners in whole.ids.items()}
    assert kinds.keys() == NODES.keys()

    for kind, one in kinds.items():
        for key in federation.KEYS:
            query = f"query($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {kind} {{ id uuid }} }} }}"
            [found] = (await data(query, of=[of(kind, one, key)]))["_entities"]
            assert found == {"id": global_id(kind, one), "uuid": str(one)}, (kind, key)


async def test_fifty_entities_of_each_of_two_types_are_two_statements(data, world, records, statements):
    ids = [uuid4() for _ in range(50)]
    async with world.store.writing() as unit:
        await unit.add_all([User(id=one, organization_id=world.organization, **STAMPS) for one in ids])
        await unit.add_all([summary(one, world.organization, 0) for one in ids])
        mine = select(col(PaiSummary.id)).where(col(PaiSummary.user_id).in_(ids))
        scores = [row.id for row in await unit.rows(mine)]
    wanted = [of("User", one) for one in ids] + [of("PaiSummary", one) for one in scores]
    statements.clear()

    found = await data(
        """query($of: [_Any!]!) { _entities(representations: $of) {
             ... on User { id timeZone } ... on PaiSummary { id date paiScore } } }""",
        of=wanted,
    )

    assert [one["id"] for one in found["_entities"]] == [one["id"] for one in wanted]
    assert len(scores) == 50
    assert len(statements) - SIGN_IN == 2


@ONE_DATABASE
async def test_a_representation_that_stands_for_nothing_is_told_what_it_lacks(ask, world):
    joe = of("User", world.joe)
    wanted = [joe, {"__typename": "User"}, {"__typename": "Shoe", "id": joe["id"]}, [joe], "User",
              {"__typename": ["User"], "id": joe["id"]}, joe | {"id": 7}, joe | {"__typename": "Activity"},
              joe | {"uuid": str(world.ann)}, joe | {"uuid": str(world.joe)}]  # fmt: skip

    answer = await ask(ENTITIES, of=wanted)

    assert [one and one["firstName"] for one in answer["data"]["_entities"]] == ["Joe"] + [None] * 8 + ["Joe"]
    assert [error["path"][1] for error in answer["errors"]] == list(range(1, 9))
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_REQUEST"}
    assert answer["errors"][0]["message"] == "A representation of User has its id or its uuid"


@ONE_DATABASE
async def test_entities_are_paid_for_as_many_as_there_are(client, records, world):
    async def cost(count, below):
        query = f"query($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on User {{ {below} }} }} }}"
        body = {"query": query, "variables": {"of": [of("User", world.joe)] * count}}
        answer = (await client.post("/graphql", json=body, headers=records.headers("admin"))).json()
        return (
            answer["errors"][0]["extensions"]["code"]
            if "data" not in answer
            else answer["extensions"]["cost"]
        )

    small, large = await cost(1, "id firstName"), await cost(50, "id firstName")

    assert large["requested"] - small["requested"] == 49 * (3 * 40 + 2)
    assert large["actual"] == large["requested"]
    assert await cost(101, "activities(first: 100) { nodes { id } }") == "TOO_MANY_NODES"
    assert await cost(700, "id") == "TOO_MANY_VARIABLE_VALUES"


@ONE_DATABASE
async def test_entities_written_out_in_the_document_count_alike(ask, world):
    joe = of("User", world.joe)
    written = f'{{ __typename: "User", id: "{joe["id"]}" }}'

    answer = await ask(f"{{ _entities(representations: [{written}]) {{ ... on User {{ firstName }} }} }}")
    refused = await ask(
        f"{{ _entities(representations: [{', '.join([written] * 101)}]) {{ ... on User {{"
        " activities(first: 100) { nodes { id } } } } }"
    )

    assert answer == {"data": {"_entities": [{"firstName": "Joe"}]}}
    assert refused["errors"][0]["extensions"]["code"] == "TOO_MANY_NODES"
