"""Keyset cursors: a page ends at the values it was sorted by, so pages stay whole while rows come and go."""

import base64
import binascii
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, false, or_

from domain.errors import Invalid
from domain.listing.compilation import column_of
from domain.listing.values import typed

MAX_CURSOR = 100_000


class SortedBy(Protocol):
    @property
    def field(self) -> str: ...
    @property
    def descending(self) -> bool: ...


@dataclass(frozen=True)
class Cursor:
    values: tuple[Any, ...]

    def text(self) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([_plain(v) for v in self.values])).decode().rstrip("=")

    @staticmethod
    def read(text: str) -> "Cursor":
        """Raises Invalid for whatever this gateway did not write."""
        values = None
        if len(text) <= MAX_CURSOR:
            with suppress(ValueError, binascii.Error):
                values = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        if not isinstance(values, list) or any(isinstance(value, list | dict) for value in values):
            raise Invalid(
                "That cursor was not given out by this API: pass an endCursor or startCursor unchanged"
            )
        return Cursor(tuple(values))


def after(
    cursor: Cursor, columns: Any, order: Sequence[SortedBy], *, backward: bool = False
) -> ColumnElement[bool]:
    """The rows that come behind the cursor's, or before it when paging backward.

    `(a, b) > (x, y)` written out as `a > x OR (a = x AND b > y)`, since each column has its own direction.
    """
    if len(cursor.values) != len(order):
        raise Invalid("That cursor belongs to another order: start again from the first page")
    branches: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for sorted_by, value in zip(order, cursor.values, strict=True):
        column = column_of(sorted_by.field, columns)
        at = None if value is None else typed(sorted_by.field, column, value)
        branches.append(and_(*same, _beyond(column, at, descending=sorted_by.descending != backward)))
        same.append(column.is_(None) if at is None else column == at)
    return or_(*branches)


def _beyond(column: Any, value: Any, *, descending: bool) -> ColumnElement[bool]:
    """Missing values come last when ascending, first when descending."""
    if descending:
        return column.is_not(None) if value is None else column < value  # type: ignore[no-any-return]
    return false() if value is None else or_(column > value, column.is_(None))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
