"""Exported rows as bytes on their way out: JSON behind what is known of the export, or CSV."""

import csv
import io
import unicodedata
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import orjson

from rest_compat.pai.program.views import DATA, ROW, WORDS

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

Rows = AsyncIterator[list[dict[str, Any]]]


async def as_json(shown: Mapping[str, Any], rows: Rows) -> AsyncIterator[bytes]:
    """One object; its rows are written as they are read."""
    head = {name: value for name, value in shown.items() if name != DATA}
    separator = b"," if head else b""
    yield orjson.dumps(head, option=orjson.OPT_UTC_Z, default=str)[:-1] + separator + b'"data":['
    between = b""
    async for some in rows:
        yield between + orjson.dumps([_spelled(row) for row in some])[1:-1]
        between = b","
    yield b"]}"


async def as_csv(rows: Rows) -> AsyncIterator[bytes]:
    """RFC 4180, with a line of names first."""
    yield _lines([list(ROW)])
    async for some in rows:
        yield _lines([[_cell(name, value) for name, value in _spelled(row).items()] for row in some])


def _spelled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[column] for name, column in ROW.items()}


def _cell(name: str, value: Any) -> Any:
    """An apostrophe keeps a spreadsheet from running what somebody wrote for a name, however wide or far in it is."""
    if name not in WORDS or not value:
        return value
    begun = unicodedata.normalize("NFKC", value).lstrip(" ")
    return f"'{value}" if begun.startswith(FORMULA) else value


def _lines(cells: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(cells)
    return text.getvalue().encode()
