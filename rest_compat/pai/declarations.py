"""What is declared of a resource: its paths and view, the operations behind its methods, and what they take."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from sqlalchemy import Row

from domain.fields import Fields
from domain.listing import Page
from rest_compat.pai.auth import Door
from rest_compat.pai.bodies import MAX_BODY
from rest_compat.pai.views import View

Values = Mapping[str, Any]
Many = Callable[..., Awaitable[Page]]
"""`many(unit, *ids of the path, listing)`"""
One = Callable[..., Awaitable[Row[Any]]]
"""`one(unit, *ids of the path, columns to read)`"""
Add = Callable[..., Awaitable[Any]]
"""`add(unit, *ids of the path, values)`: the last id of the new one's path, or more, of which that is the `id`"""
Change = Callable[..., Awaitable[None]]
"""`change(unit, *ids of the path, values)`"""
Remove = Callable[..., Awaitable[None]]
Prepare = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Declaration:
    """`path` is the collection's, below the API's base; `item` what follows it for one of them, which is a `noun`.

    `writes`: what can be set of it. `prepare`: slow work on checked values, done while no unit is open.
    `replace` and `change` are PUT and PATCH: they get all fields, or those that were sent.
    `adds`: what a new one is made of, where that is more than `writes`; `needs_body`: whether that can be nothing.
    `created` and `known`: what POST answers for one that is new, and for one that was there. `once`: what only POST
    tells, of that which `add` returns; it is no part of the resource, and told where nobody wants that back, too.
    """

    door: Door
    path: str
    noun: str
    view: View
    item: str = "/{id}"
    many: Many | None = None
    one: One | None = None
    add: Add | None = None
    replace: Change | None = None
    change: Change | None = None
    remove: Remove | None = None
    writes: type[Fields] | None = None
    prepare: Prepare | None = None
    adds: type[Fields] | None = None
    needs_body: bool = True
    created: int = HTTPStatus.CREATED
    known: int = HTTPStatus.CREATED
    once: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    max_body: int = MAX_BODY
    max_commas: int | None = None
