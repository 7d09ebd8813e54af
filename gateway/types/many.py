"""`Many`: one declaration of a type gives its inputs, its root field, and relations batched by owner."""

from collections.abc import Sequence
from inspect import Parameter, Signature
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.listing import Listing, Order, Page
from domain.listing.filters import Filter, every
from domain.unit import Unit
from gateway.context import RESOLVER, Context
from gateway.types.connections import PAGING, ConnectedPage, Connection, Paging, listing
from gateway.types.filters import filter_of, order_of
from gateway.types.inputs import filter_input, order_input
from gateway.types.nodes import NODES, field

Info = strawberry.Info[Context, None]
WHICH = strawberry.argument(description="Which of them; all if not given.")
HOW = strawberry.argument(description="In what order; the first one counts most.")


class Many:
    """The rows of a type of nodes, as connections.

    `filters` and `orders` name fields of the type; `order` is how they stand unless asked otherwise.
    """

    def __init__(
        self, kind: type, *, order: Sequence[Order], filters: Sequence[str], orders: Sequence[str]
    ) -> None:
        self.node = NODES[kind.__name__]
        self.order = tuple(order)
        self.filter_input: Any = filter_input(kind, filters)
        self.order_input: Any = order_input(kind, orders)

    def root(self, description: str) -> Any:
        """All that the viewer may see."""

        async def resolve(root: Any, info: Info, **given: Any) -> ConnectedPage:
            del root
            paging, wanted = self._asked(info, given, None)
            return ConnectedPage(await self.node.aggregate.page(info.context.unit, wanted), paging)

        return self._field(resolve, description, needs=())

    def of(self, owner: str, description: str, *, by: str = "id", only: Filter | None = None) -> Any:
        """Those whose column `owner` is this row's `by`. `only`: what else they all have in common."""

        async def resolve(root: Any, info: Info, **given: Any) -> ConnectedPage:
            paging, wanted = self._asked(info, given, only)

            async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, Page]:
                return await self.node.aggregate.pages(unit, owner, ids, wanted)

            key = (self.node.name, owner, wanted)
            return ConnectedPage(await info.context.batched(key, batch, getattr(root, by)), paging)

        return self._field(resolve, description, needs={by})

    def _asked(self, info: Info, given: dict[str, Any], only: Filter | None) -> tuple[Paging, Listing]:
        paging = Paging(*map(given.get, ("first", "after", "last", "before")))
        conditions = every(only, filter_of(given.get("filter")))
        order = order_of(given.get("order_by")) or self.order
        return paging, listing(info, self.node.needs, paging, conditions, order)

    def _field(self, resolve: Any, description: str, needs: Any) -> Any:
        """Strawberry reads a field's arguments off its resolver's signature."""
        row_type, order_input = self.node.type, self.order_input
        which = Annotated[self.filter_input | None, WHICH]  # type: ignore[name-defined]
        how = Annotated[list[order_input] | None, HOW]  # type: ignore[valid-type]
        resolve.__signature__ = Signature(
            [
                *RESOLVER,
                *PAGING,
                Parameter("filter", Parameter.KEYWORD_ONLY, default=None, annotation=which),
                Parameter("order_by", Parameter.KEYWORD_ONLY, default=None, annotation=how),
            ]
        )
        graphql_type = Connection[row_type] | None  # type: ignore[valid-type]
        return field(description, needs=needs, resolver=resolve, graphql_type=graphql_type)


def newest_first(*columns: str) -> tuple[Order, ...]:
    return tuple(Order(column, descending=True) for column in columns)
