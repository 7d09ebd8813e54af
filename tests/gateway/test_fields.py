"""Every field by itself, and the columns that it needs."""

import pytest
from strawberry.utils.str_converters import to_snake_case

from gateway.types.nodes import NODES
from tests.databases import ONE_DATABASE
from tests.gateway.test_queries import NAME
from tests.gateway.walking import TYPES, asked, node_of

pytestmark = pytest.mark.anyio


async def test_a_summary_tells_its_zones_in_order(data):
    found = await data(
        '{ paiSummaries(first: 1, filter: {date: {eq: "2024-06-03"}}) '
        "{ nodes { intensityZones { name minutes pai lowerLimitBpm } } } }"
    )

    assert found["paiSummaries"]["nodes"][0]["intensityZones"] == [
        {"name": "LOW", "minutes": 2.0, "pai": 0.0, "lowerLimitBpm": 0},
        {"name": "MEDIUM", "minutes": 0.0, "pai": 2.5, "lowerLimitBpm": 0},
        {"name": "HIGH", "minutes": 0.0, "pai": 0.0, "lowerLimitBpm": 160},
    ]


@ONE_DATABASE
async def test_every_field_is_answered_when_it_alone_is_asked_for(data):
    """A field whose columns nobody selects would fail here, whatever NEEDS says."""
    for root in NAME:
        of_node = node_of(TYPES["Query"].fields[root]).name
        for name in TYPES[of_node].fields:
            asked_alone = asked(of_node, name, 1)
            for under in (f"nodes {{ {asked_alone} }}", f"edges {{ node {{ {asked_alone} }} }}"):
                assert await data(f"{{ {root}(first: 1) {{ {under} }} }}")


async def test_what_a_field_needs_are_columns_that_exist(store):
    async with store.reading() as unit:
        columns = {
            name: made(unit) if callable(made := kind.aggregate.columns) else made
            for name, kind in NODES.items()
        }
    missing = {
        f"{kind.name}.{name}": wanted - columns[kind.name].keys()
        for kind in NODES.values()
        for name, wanted in (fields_of(kind) | kind.needs).items()
        if wanted - columns[kind.name].keys()
    }

    assert missing == {}


def fields_of(kind):
    """A field is the column of its name, unless its type says otherwise."""
    return {
        name: frozenset({to_snake_case(name)}) for name in TYPES[kind.name].fields if name not in kind.needs
    }
