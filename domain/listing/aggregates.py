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
    """`missing`: the sentence for those who look for one in vain. `scope`: what reading asks for."""

    missing: str
    scope: Scope
    columns: Columns
    visible_to: Callable[[Unit], ColumnElement[bool]]

    async def page(self, unit: Unit, listing: Listing) -> Page:
        unit.viewer.require(self.scope)
        return await page_of(unit, self.columns, self.visible_to(unit), listing)

    async def pages(self, unit: Unit, owner: str, ids: Sequence[UUID], listing: Listing) -> dict[UUID, Page]:
        """A page for each of these owners, in one go; `owner` names the column that says whose a row is."""
        unit.viewer.require(self.scope)
        visible = self.visible_to(unit)
        return await pages_by(unit, self.columns, visible, listing, owner=owner, ids=ids)

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
        unit.viewer.require(self.scope)
        wanted = None if fields is None else fields | {key}
        statement = select(*chosen(self.columns, wanted, ())).where(
            self.visible_to(unit), self.columns[key].in_(ids)
        )
        rows = await unit.rows(statement.order_by(*order_by(self.columns, order)))
        return {row._mapping[key]: row for row in rows}  # noqa: SLF001  Row's public API

    async def got(self, unit: Unit, id: UUID, fields: frozenset[str] | None = None) -> Row[Any]:
        found = await self.found(unit, [id], fields)
        if id not in found:
            raise NotFound(self.missing)
        return found[id]
