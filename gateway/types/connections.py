"""Relay connections over the domain's pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import Parameter
from typing import Annotated, Any, Generic, Protocol, TypeVar

import strawberry

from domain.errors import Invalid
from domain.listing import Listing, Order
from domain.listing.cursors import Cursor
from domain.listing.filters import Filter
from gateway.limits import MAX_PAGE
from gateway.selection import Needs, columns_for, selects

Node = TypeVar("Node")
First = Annotated[int | None, strawberry.argument(description="How many from the start, 1 to 100.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="Start behind this cursor; goes with `first`.")]
Before = Annotated[str | None, strawberry.argument(description="End before this cursor; goes with `last`.")]


PAGING = [
    Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
    for name, annotation in (("first", First), ("after", After), ("last", Last), ("before", Before))
]
"""The four arguments of every connection."""


@strawberry.type(description="Where a page stands among all its rows.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether rows stand before this page.")
    start_cursor: str | None = strawberry.field(
        description="The first row's cursor: pass it as `before` for the page before this one."
    )
    end_cursor: str | None = strawberry.field(
        description="The last row's cursor: pass it as `after` for the page after this one."
    )


@strawberry.type(description="A row and its place in the order.")
class Edge(Generic[Node]):
    node: Node = strawberry.field(description="The row itself.")
    cursor: str = strawberry.field(description="Its place in the order, to page on from.")


@strawberry.type(description="A page of rows. Pass `first` or `last`, 100 at most.")
class Connection(Generic[Node]):
    edges: list[Edge[Node]] = strawberry.field(description="The rows with their cursors.")
    nodes: list[Node] = strawberry.field(description="The rows without their cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands, and how to go on.")
    total_count: int = strawberry.field(description="How many rows there are in all, whatever the page.")


@dataclass(frozen=True)
class Paging:
    """The four paging arguments, checked: exactly one of first and last."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        if (self.first is None) == (self.last is None):
            raise Invalid(f"Pass either first or last, from 1 to {MAX_PAGE}")
        if not 1 <= self.size <= MAX_PAGE:
            raise Invalid(f"{'first' if self.first is not None else 'last'} must be from 1 to {MAX_PAGE}")
        if (self.after is not None and self.first is None) or (self.before is not None and self.last is None):
            raise Invalid("after goes with first, and before with last")

    @property
    def size(self) -> int:
        return self.first if self.first is not None else self.last or 0

    @property
    def cursor(self) -> Cursor | None:
        text = self.after if self.first is not None else self.before
        return None if text is None else Cursor.read(text)


def listing(
    info: strawberry.Info[Any, Any],
    needs: Needs,
    paging: Paging,
    filter: Filter | None = None,
    order: tuple[Order, ...] = (),
) -> Listing:
    """What the domain is asked for: only the selected columns, and a total only if it was selected."""
    fields = columns_for(info, needs, "edges", "node") | columns_for(info, needs, "nodes")
    return Listing(
        filter=filter,
        order=order,
        limit=paging.size,
        fields=fields | {"id"},
        cursor=paging.cursor,
        backward=paging.last is not None,
        counted=selects(info, "totalCount"),
        dated=False,
    )


class Rows(Protocol):
    """A page of any list, in its order."""

    @property
    def rows(self) -> Sequence[Any]: ...
    @property
    def total(self) -> int: ...
    @property
    def more(self) -> bool: ...
    def cursor_of(self, row: Any, /) -> str: ...


@dataclass(frozen=True)
class ConnectedPage:
    """A page as a connection's resolvers read it; what was not selected is not made."""

    page: Rows
    paging: Paging

    @property
    def nodes(self) -> list[Any]:
        return list(self.page.rows)

    @property
    def edges(self) -> list[Edge[Any]]:
        return [Edge(node=row, cursor=self.page.cursor_of(row)) for row in self.page.rows]

    @property
    def page_info(self) -> PageInfo:
        page, backward = self.page, self.paging.last is not None
        return PageInfo(
            has_next_page=self.paging.before is not None if backward else page.more,
            has_previous_page=page.more if backward else self.paging.after is not None,
            start_cursor=page.cursor_of(page.rows[0]) if page.rows else None,
            end_cursor=page.cursor_of(page.rows[-1]) if page.rows else None,
        )

    @property
    def total_count(self) -> int:
        return self.page.total
