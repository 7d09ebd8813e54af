"""Read a request's body within bounds, before anything parses it."""

import re
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request

from rest_compat.wire.told import ToldError

MAX_DEPTH = 64
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"')


class BodyTooLarge(ToldError):
    def __init__(self, limit: int) -> None:
        super().__init__("the body may have {limit} bytes at most", limit=limit)
        self.limit = limit


class BadJson(ToldError, ValueError):
    """The body cannot be read as JSON, or not safely; the sentence says where without repeating it."""


async def read_json(request: Request, *, limit: int, max_depth: int = MAX_DEPTH) -> Any:
    return parse_json(await read_body(request, limit=limit), max_depth=max_depth)


async def read_body(request: Request, *, limit: int) -> bytes:
    """At most `limit` bytes, counted while they arrive; a Content-Length above it is refused unread."""
    if declares_more_than(limit, request.headers):
        raise BodyTooLarge(limit)
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > limit:
            raise BodyTooLarge(limit)
        body += chunk
    return bytes(body)


def declares_more_than(limit: int, headers: Headers) -> bool:
    """A Content-Length that is no number says nothing; the bytes are counted anyway."""
    lengths = (text.strip() for text in headers.getlist("Content-Length"))
    return any(is_above(limit, text.lstrip("0")) for text in lengths if text.isascii() and text.isdigit())


def is_above(limit: int, digits: str) -> bool:
    return len(digits) > len(str(limit)) or int(digits or "0") > limit


def parse_json(body: bytes, *, max_depth: int = MAX_DEPTH, max_commas: int | None = None) -> Any:
    """RFC 8259 without its traps: names given twice and nesting that breaks a later reader are refused.

    `max_commas` bounds how many values there are to be made before any is; the process does nothing else meanwhile.
    """
    if max_commas is not None and body.count(b",") > max_commas:
        raise BadJson("the body holds more than {most} values", most=max_commas)
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadJson(
            "the body is not JSON from line {line}, column {column} on", line=error.lineno, column=error.colno
        ) from None
    if STRING.sub(b"", body).count(b":") != names_within(value, max_depth):
        raise BadJson("the body has an object with the same name twice")
    return value


def names_within(value: Any, max_depth: int) -> int:
    """How many names all objects hold together, level by level, so that no depth can exhaust the stack."""
    names, level = 0, [value]
    for _ in range(max_depth + 1):
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            return names
        names += sum(len(item) for item in level if isinstance(item, dict))
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    raise BadJson("the body is nested deeper than {most} levels", most=max_depth)
