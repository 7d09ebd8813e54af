"""What a GraphQL operation carries: who asks, one reading unit for all its resolvers, and a batch for each relation."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from inspect import Parameter
from typing import Any
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from domain.store import Store
from domain.unit import Unit
from domain.viewer import Viewer
from gateway.documents.library import Library
from gateway.live.watching import Watch
from gateway.purse import Purse

Batch = Callable[[Unit, list[UUID]], Awaitable[dict[UUID, Any]]]


@dataclass
class Context:
    store: Store
    unit: Unit
    loaders: dict[Hashable, DataLoader[UUID, Any]] = field(default_factory=dict)
    selected: dict[Hashable, frozenset[str]] = field(default_factory=dict)
    """What `selection.names_under` has found so far."""
    worked: int = 0
    """Points of work that an answer does not show, such as hashing a password."""
    purse: Purse | None = None
    library: Library | None = None
    watch: Watch | None = None
    """What judges and pays for an operation; a schema's part that is executed alone has neither."""

    @property
    def viewer(self) -> Viewer:
        return self.unit.viewer

    async def renew(self) -> None:
        """Read on from a new snapshot: a mutation has committed, and its payload shows what it changed."""
        await self.unit.renew()
        self.loaders.clear()

    async def batched(self, key: Hashable, batch: Batch, id: UUID) -> Any:
        """Load one of many: all siblings that ask with the same key are answered by a single call of `batch`."""

        async def load(ids: Sequence[UUID]) -> list[Any]:
            found = await batch(self.unit, list(ids))
            return [found.get(one) for one in ids]

        if key not in self.loaders:
            self.loaders[key] = DataLoader(load)
        return await self.loaders[key].load(id)


RESOLVER = [
    Parameter("root", Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Parent[Any]),  # type: ignore[misc]
    Parameter("info", Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info[Context, None]),
]
"""What every resolver is given; those that are made here say it in a signature of their own."""
