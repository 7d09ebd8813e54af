"""A relation to one other row, answered for all siblings at once."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.listing import Order
from domain.unit import Unit
from gateway.context import Context
from gateway.selection import columns_for
from gateway.types.nodes import NODES, field

Info = strawberry.Info[Context, None]


def one(
    target: str,
    by: str,
    description: str,
    *,
    key: str = "id",
    order: Sequence[Order] = (),
    name: str | None = None,
) -> Any:
    """The row of `module.Type` whose `key` is this row's `by`; null where there is none that the viewer may see.

    `order`: of several with one key it is the last.
    """
    module, _, type_name = target.rpartition(".")

    async def load(root: strawberry.Parent[Any], info: Info) -> Any:
        return await related(info, type_name, getattr(root, by), key=key, order=order)

    lazily = Annotated[type_name, strawberry.lazy(f"gateway.types.{module}")]  # type: ignore[valid-type]
    return field(
        description,
        needs={by},
        resolver=load,
        graphql_type=lazily | None,
        name=name,
        relation=(type_name, by) if key == "id" else None,
    )


async def related(
    info: Info, type_name: str, value: UUID | None, *, key: str = "id", order: Sequence[Order] = ()
) -> Any:
    """All siblings that ask for the same fields of the same kind share one statement."""
    if value is None:
        return None
    kind = NODES[type_name]
    fields = columns_for(info, kind.needs) | {"id"}

    async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, Any]:
        return await kind.aggregate.found(unit, ids, fields, key=key, order=order)

    return await info.context.batched((type_name, key, fields), batch, value)
