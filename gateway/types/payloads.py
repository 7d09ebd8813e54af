"""What payloads are made of: what was changed, read as it is now, and whether something is gone."""

from typing import Annotated, Any

import strawberry

from gateway.context import Context
from gateway.mutations import Payload
from gateway.types.nodes import field
from gateway.types.relations import related

Info = strawberry.Info[Context, None]


def changed(target: str, description: str, *, name: str | None = None) -> Any:
    """The row of `module.Type` whose id the outcome says; null where nothing was changed."""
    module, _, type_name = target.rpartition(".")

    async def load(root: strawberry.Parent[Any], info: Info) -> Any:
        return await related(info, type_name, root.outcome and root.outcome.id)

    lazily = Annotated[type_name, strawberry.lazy(f"gateway.types.{module}")]  # type: ignore[valid-type]
    return field(description, resolver=load, graphql_type=lazily | None, name=name)


@strawberry.type(description="Whether it is gone.")
class Removal(Payload):
    removed: bool = field("True once it is gone.", resolver=lambda root: root.outcome is not None)
