"""The schema as a subgraph of Apollo Federation 2: what a router asks it for, and the document it is composed from."""

import re
from functools import cache
from typing import Any, NewType

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types import get_object_definition
from strawberry.types.scalar import ScalarDefinition
from strawberry.types.union import StrawberryUnion

from domain.errors import Forbidden, Invalid
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.schema import Mutation, Query, Schema, schema
from gateway.types.nodes import NODES, Found, Node, field, found_node
from gateway.types.scalars import SCALARS
from gateway.types.subscriptions import Subscription

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])'
KEYS = ("id", "uuid")
"""What a node is known by in other subgraphs: each alone is a key."""
SHARED = ("PageInfo",)
"""What Relay words alike for everybody."""
HEAD = re.compile(r"^type (\w+)(?: implements [^{]+)?(?= \{$)", re.MULTILINE)

Info = strawberry.Info[Context, None]
Representation = NewType("Representation", object)
REPRESENTATION: ScalarDefinition = strawberry.scalar(
    name="_Any", description="A row as another subgraph knows it: its `__typename`, and a key of it."
)


@strawberry.type(name="_Service", description="What a router composes this subgraph from.")
class Service:
    sdl: str = strawberry.field(description="The schema as a document, with the directives of Federation.")


class AnyNode(StrawberryUnion):
    def get_type_resolver(self, type_map: Any) -> Any:
        """Rows are of no class of ours: what was found says what it is one of."""
        del type_map
        return Node.resolve_type


@cache
def document() -> str:
    """`schema.graphql`, and which of its types other subgraphs may refer to or have too."""
    key = "".join(f' @key(fields: "{key}")' for key in KEYS)
    marks = dict.fromkeys(NODES, key) | dict.fromkeys(SHARED, " @shareable")
    return f"{LINK}\n\n{HEAD.sub(lambda head: head[0] + marks.get(head[1], ''), schema.as_str())}"


@cache
def subgraph() -> Schema:
    kinds = tuple(StrawberryAnnotation(NODES[name].type) for name in sorted(NODES))
    entity = AnyNode("_Entity", kinds, description="Whatever has a key.")

    @strawberry.type(name="Query", description=get_object_definition(Query, strict=True).description)
    class FederatedQuery(Query):
        service = field("This subgraph.", resolver=_service, graphql_type=Service, name="_service")
        entities = field(
            "Whatever these stand for, in their order; null for each that you may not see.",
            resolver=_entities,
            graphql_type=list[entity | None],  # type: ignore[valid-type]
            name="_entities",
        )

    scalars = {**SCALARS, Representation: REPRESENTATION}
    return Schema(FederatedQuery, Mutation, Subscription, config=StrawberryConfig(scalar_map=scalars))


def _service(info: Info) -> Service:
    if not info.context.store.settings.introspection:
        raise Forbidden("Introspection is off: compose from `gateway schema --federation`")
    return Service(sdl=document())


def _entities(info: Info, representations: list[Representation]) -> Any:
    return [_entity(info, one) for one in representations]


async def _entity(info: Info, representation: Any) -> Found | None:
    given = representation if isinstance(representation, dict) else {}
    name, keys = given.get("__typename"), [given[key] for key in KEYS if key in given]
    if not isinstance(name, str) or name not in NODES:
        raise Invalid("A representation names a type that has a key as its __typename")
    if not keys or not all(isinstance(key, str) for key in keys):
        raise Invalid(f"A representation of {name} has its {' or its '.join(KEYS)}")
    ids = {read_global_id(name, key) for key in keys}
    if len(ids) > 1:
        raise Invalid(f"A representation of {name} has the {' and the '.join(KEYS)} of one and the same")
    row = await found_node(info, NODES[name], ids.pop())
    return None if row is None else Found(name, row)
