"""Filtering, sorting and paging, once for every surface."""

from domain.listing.aggregates import Aggregate
from domain.listing.batches import pages_by
from domain.listing.cursors import Cursor
from domain.listing.filters import Compare, Every, Filter, Operator, Some, every
from domain.listing.pages import Columns, Listing, Order, Page, chosen, page_of

__all__ = [
    "Aggregate", "Columns", "Compare", "Cursor", "Every", "Filter", "Listing", "Operator", "Order", "Page", "Some",
    "chosen", "every", "page_of", "pages_by",
]  # fmt: skip
