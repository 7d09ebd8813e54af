"""`resource()`: one declaration of a resource gives its paths every documented method and convention."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from domain.errors import DomainError, Stale
from domain.fields import Fields
from domain.listing import Page
from domain.unit import Unit
from rest_compat.pai import documentation
from rest_compat.pai.auth import ORGANIZATION, Door, identifier
from rest_compat.pai.bodies import read_object, wants_resource
from rest_compat.pai.collections import Found, Place
from rest_compat.pai.queries import fields_of, listing_of
from rest_compat.pai.views import View
from rest_compat.wire.representation import Representation, is_conditional, still_holds

Values = Mapping[str, Any]
Many = Callable[..., Awaitable[Page]]
"""`many(unit, *ids of the path, listing)`"""
One = Callable[..., Awaitable[Row[Any]]]
"""`one(unit, *ids of the path, columns to read)`"""
Add = Callable[..., Awaitable[UUID]]
"""`add(unit, *ids of the path, values)`: the last id of the new one's path"""
Change = Callable[..., Awaitable[None]]
"""`change(unit, *ids of the path, values)`"""
Remove = Callable[..., Awaitable[None]]
Serve = Callable[[Request], Awaitable[Response]]
Prepare = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Resource:
    """`path` is the collection's, below the API's base; `item` what follows it for one of them, which is a `noun`.

    `writes`: what can be set of it. `prepare`: slow work on checked values, done while no unit is open.
    `replace` and `change` are PUT and PATCH: they get all fields, or those that were sent.
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

    async def list_(self, request: Request, many: Many) -> Representation:
        try:
            async with self.door.reading(request) as unit:
                place, ids = self._place(request), _ids(request)
                listing = listing_of(request.query_params, self.view, place.fields)
                count = await many(unit, *ids, replace(listing, wanted=False))
                found = place.collection(count, unit.viewer)
                if found.is_held:
                    return found.answer()
                page = await many(unit, *ids, replace(listing, counted=False))
        except DomainError as error:
            raise self.view.spelled(error) from None
        return found.answer(place.all_shown(page.rows))

    async def get(self, request: Request, one: One) -> Representation:
        async with self.door.reading(request) as unit:
            place, ids = self._place(request), _ids(request)
            if is_conditional(request.headers):
                found = self._found(place, await one(unit, *ids, self.view.key))
                if found.is_held:
                    return found.answer()
            row = await one(unit, *ids, self.view.needs(place.fields))
        return self._found(place, row).answer(place.shown(row))

    async def post(self, request: Request, add: Add, one: One) -> Response:
        """PAI: 201 with the Location of the new resource, which its `href` says too."""
        values = await self._values(request, whole=True)
        place = self._whole(request)
        try:
            async with self.door.writing(request) as unit:
                ids = _ids(request)
                row = await one(unit, *ids, await add(unit, *ids, values), None)
        except DomainError as error:
            raise self.view.spelled(error) from None
        location = {"Location": self.view.href(row, place.base)}
        answer = self._found(place, row).answer(place.shown(row), 201, location)
        return answer if wants_resource(request) else answer.bare(201)

    async def put_or_patch(self, request: Request, change: Change, one: One, *, whole: bool) -> Response:
        values = await self._values(request, whole=whole)
        place = self._whole(request)
        try:
            async with self.door.writing(request) as unit:
                ids = _ids(request)
                await self._check_freshness(place, unit, ids, one)
                await change(unit, *ids, values)
                row = await one(unit, *ids, None)
        except DomainError as error:
            raise self.view.spelled(error) from None
        answer = self._found(place, row).answer(place.shown(row))
        return answer if wants_resource(request) else answer.bare(204)

    async def delete(self, request: Request, remove: Remove, one: One) -> Response:
        place = self._whole(request)
        async with self.door.writing(request) as unit:
            ids = _ids(request)
            await self._check_freshness(place, unit, ids, one)
            await remove(unit, *ids)
        return Response(status_code=204)

    def _place(self, request: Request) -> Place:
        return Place(request, self.door, self.view, fields_of(request.query_params, self.view))

    def _whole(self, request: Request) -> Place:
        """PAI: `fields` counts on GET requests only."""
        return Place(request, self.door, self.view, self.view.names)

    def _found(self, place: Place, row: Row[Any]) -> Found:
        return place.item(row, self.path if self.many else None)

    async def _values(self, request: Request, *, whole: bool) -> dict[str, Any]:
        """Nobody who may not write gets anything read, and nothing slow happens in a writing unit."""
        async with self.door.reading(request):
            pass
        writes = self.writes or Fields
        sent = self.view.read(await read_object(request), writes, whole=whole)
        try:
            values = writes.whole(sent) if whole else writes.part(sent)
        except DomainError as error:
            raise self.view.spelled(error) from None
        return await self.prepare(values) if self.prepare else values

    async def _check_freshness(self, place: Place, unit: Unit, ids: list[UUID], one: One) -> None:
        """If-Match and If-Unmodified-Since: refuse to overwrite what the client has not seen."""
        if {"if-match", "if-unmodified-since"} & set(place.request.headers.keys()):
            row = await one(unit, *ids, self.view.key)
            if not still_holds(
                place.request.headers, self._found(place, row).headers["ETag"], row.modified_at
            ):
                raise Stale(
                    "The resource has changed since: get it again, and repeat the change on what it is now"
                )


def _ids(request: Request) -> list[UUID]:
    return [identifier(text) for name, text in request.path_params.items() if name != ORGANIZATION]


def resource(router: APIRouter, door: Door, path: str, noun: str, view: View, **parts: Any) -> None:
    """Add every method of a resource that an operation is given for; `parts` are those of `Resource`."""
    it = Resource(door, path, noun, view, **parts)
    for method, below, serve in _served(it):
        router.add_api_route(
            path + below,
            _endpoint(serve),
            methods=[method],
            name=f"{method} {path + below}",
            response_class=Representation,
            **documentation.of(it, method, is_item=it.many is None or bool(below)),
        )


def _served(it: Resource) -> Iterator[tuple[str, str, Serve]]:
    """Method, what follows the collection's path, and what answers."""
    if it.many is not None:
        yield "GET", "", partial(it.list_, many=it.many)
    if it.one is None:
        return
    if it.add is not None:
        yield "POST", "", partial(it.post, add=it.add, one=it.one)
    if it.item or it.many is None:
        yield "GET", it.item, partial(it.get, one=it.one)
    if it.replace is not None:
        yield "PUT", it.item, partial(it.put_or_patch, change=it.replace, one=it.one, whole=True)
    if it.change is not None:
        yield "PATCH", it.item, partial(it.put_or_patch, change=it.change, one=it.one, whole=False)
    if it.remove is not None:
        yield "DELETE", it.item, partial(it.delete, remove=it.remove, one=it.one)


def _endpoint(serve: Serve) -> Serve:
    async def answer(request: Request) -> Response:
        return await serve(request)

    return answer
