"""An aggregate as it is read: what of it, by whom, and the few ways in which every surface reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row

from domain.errors import NotFound
from domain.listing.batches import pages_by
from domain.listing.pages import Columns, Listing, Order, Page, chosen, order_by, page_of
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope


@dataclass(frozen=True)
class Aggregate:
    """`missing`: the sentence for those who look for one in vain. `scopes`: reading asks for one of them.

    Columns that the moment or the viewer decides are made for each unit.
    """

    missing: str
    scopes: Scope | tuple[Scope, ...]
    columns: Columns | Callable[[Unit], Columns]
    visible_to: Callable[[Unit], ColumnElement[bool]]

    async def page(self, unit: Unit, listing: Listing) -> Page:
        columns = self._opened(unit)
        return await page_of(unit, columns, self.visible_to(unit), listing)

    async def pages(self, unit: Unit, owner: str, ids: Sequence[UUID], listing: Listing) -> dict[UUID, Page]:
        """A page for each of these owners, in one go; `owner` names the column that says whose a row is."""
        columns, visible = self._opened(unit), self.visible_to(unit)
        return await pages_by(unit, columns, visible, listing, owner=owner, ids=ids)

    async def found(
        self,
        unit: Unit,
        ids: Sequence[UUID],
        fields: frozenset[str] | None = None,
        *,
        key: str = "id",
        order: Sequence[Order] = (),
    ) -> dict[UUID, Row[Any]]:
        """The visible rows by their key, in one statement; of several with one key the last in this order."""
        columns = self._opened(unit)
        wanted = None if fields is None else fields | {key}
        statement = select(*chosen(columns, wanted, ())).where(self.visible_to(unit), columns[key].in_(ids))
        rows = await unit.rows(statement.order_by(*order_by(columns, order)))
        return {row._mapping[key]: row for row in rows}  # noqa: SLF001  Row's public API

    async def got(self, unit: Unit, id: UUID, fields: frozenset[str] | None = None) -> Row[Any]:
        found = await self.found(unit, [id], fields)
        if id not in found:
            raise NotFound(self.missing)
        return found[id]

    def _opened(self, unit: Unit) -> Columns:
        """The columns, to a viewer who may read them."""
        unit.viewer.require(*(self.scopes if isinstance(self.scopes, tuple) else (self.scopes,)))
        return self.columns(unit) if callable(self.columns) else self.columns
