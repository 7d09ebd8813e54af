"""Nodes: types with a global id, each found again by it wherever it may be seen."""

from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass
from functools import cache
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry
from graphql import GraphQLAbstractType, GraphQLResolveInfo
from strawberry.types import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from domain.errors import Invalid
from domain.listing import Aggregate
from gateway.context import Context
from gateway.global_ids import global_id, read_any_id
from gateway.limits import MAX_PAGE
from gateway.selection import Needs, columns_for

Kind = TypeVar("Kind", bound=type)
Info = strawberry.Info[Context, None]
GLOBAL_ID = "Global id: opaque, and the same wherever this is met; `node(id)` finds it again."
REST_ID = "The id that the REST APIs use."
Id = Annotated[strawberry.ID, strawberry.argument(description="Its global id, or its UUID.")]


@dataclass(frozen=True)
class NodeKind:
    """A type of nodes, and the aggregate that its rows are read from."""

    type: type
    aggregate: Aggregate

    @property
    def name(self) -> str:
        return self.type.__name__

    @property
    def needs(self) -> Needs:
        return needs_of(self.type)


@dataclass(frozen=True, slots=True)
class Found:
    """A row that knows what it is one of: where an interface is asked for, a row alone does not say it.

    `node_type` is named so that no field of a row is hidden by it.
    """

    node_type: str
    row: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


NODES: dict[str, NodeKind] = {}
"""Every type with a global id, by its name."""


@strawberry.interface(description="Anything that has a global id.")
class Node:
    id: strawberry.ID = strawberry.field(description=GLOBAL_ID)

    @classmethod
    def is_type_of(cls, obj: Any, info: GraphQLResolveInfo[Any]) -> bool:
        """Rows are of no class of ours; what a field promises is what its aggregate reads."""
        del obj, info
        return True

    @classmethod
    def resolve_type(cls, obj: Found, info: GraphQLResolveInfo[Any], of: GraphQLAbstractType) -> str:
        del info, of
        return obj.node_type


def node(aggregate: Aggregate, description: str) -> Callable[[Kind], Kind]:
    """Make a class a type of nodes: with its global id, the id that REST knows it by, and a place in NODES."""

    def declare(kind: Kind) -> Kind:
        name = kind.__name__

        def id(root: strawberry.Parent[Any]) -> strawberry.ID:
            return strawberry.ID(global_id(name, root.id))

        kind.__annotations__ = {"id": strawberry.ID, "uuid": UUID, **kind.__annotations__}
        kind.id = field(GLOBAL_ID, needs={"id"}, resolver=id)  # type: ignore[attr-defined]
        kind.uuid = field(REST_ID, needs={"id"}, resolver=lambda root: root.id)  # type: ignore[attr-defined]
        made: Kind = strawberry.type(kind, description=description)
        NODES[name] = NodeKind(made, aggregate)
        return made

    return declare


def field(
    description: str,
    *,
    needs: Iterable[str] | None = None,
    resolver: Any = None,
    graphql_type: Any = None,
    name: str | None = None,
    deprecated: str | None = None,
    default: Any = MISSING,
    relation: tuple[str, str] | None = None,
    rows: int | None = None,
) -> Any:
    """A field of a row or an input.

    `needs`: the columns it is made of, where it is not simply the one of its name. `relation`: the type of nodes that
    it leads to, and the column that says to which. `rows`: how many a list without pages has to be paid for, where it
    can be a long one.
    """
    metadata: dict[str, Any] = {} if needs is None else {"needs": frozenset(needs)}
    if relation is not None:
        metadata["relation"] = relation
    if rows is not None:
        metadata["rows"] = rows
    return strawberry.field(
        resolver=resolver,
        default=default,
        description=description,
        graphql_type=graphql_type,
        name=name,
        deprecation_reason=deprecated,
        metadata=metadata,
    )


@cache
def needs_of(kind: type) -> Needs:
    """As a type's fields declare it."""
    fields = get_object_definition(kind, strict=True).fields
    return {
        one.graphql_name or to_camel_case(one.python_name): one.metadata["needs"]
        for one in fields
        if "needs" in one.metadata
    }


async def found_node(info: Info, kind: NodeKind, id: UUID) -> Any:
    """One of this kind, loaded together with all siblings that ask for the same fields."""
    fields = columns_for(info, kind.needs) | {"id"}

    async def batch(unit: Any, ids: list[UUID]) -> dict[UUID, Any]:
        return await kind.aggregate.found(unit, ids, fields)

    return await info.context.batched((kind.name, "id", fields), batch, id)


@strawberry.type
class NodeQuery:
    @strawberry.field(
        description="Whatever has this global id; null if there is nothing that you may see.",
        graphql_type=Node | None,
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
    ) -> Any:
        return await _node(info, id)

    @strawberry.field(
        description="Whatever has these global ids, in their order; null for each that you may not see.",
        graphql_type=list[Node | None] | None,
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description=f"Global ids, {MAX_PAGE} at most.")
        ],
    ) -> Any:
        if len(ids) > MAX_PAGE:
            raise Invalid(f"ids takes at most {MAX_PAGE} global ids")
        return [_node(info, id) for id in ids]


async def _node(info: Info, id: str) -> Found | None:
    name, uuid = read_any_id(id)
    if name not in NODES:
        raise Invalid(f"{id[:80]!r} is no global id of this API")
    row = await found_node(info, NODES[name], uuid)
    return None if row is None else Found(name, row)
