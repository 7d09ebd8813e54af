"""`resource()`: one declaration of a resource gives its paths every documented method and convention."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from domain.errors import DomainError, Stale
from domain.fields import Fields
from domain.sentences import said
from domain.unit import Unit
from rest_compat.pai import documentation
from rest_compat.pai.auth import ORGANIZATION, Door, identifier
from rest_compat.pai.bodies import object_of, read_json_text, wants_resource
from rest_compat.pai.collections import Found, Place
from rest_compat.pai.declarations import Add, Change, Declaration, Many, One, Remove, Values
from rest_compat.pai.queries import fields_of, listing_of
from rest_compat.pai.views import View
from rest_compat.wire.representation import Representation, is_conditional, still_holds

Serve = Callable[[Request], Awaitable[Response]]
ID = "id"
CHANGED_SINCE = said("The resource has changed since: get it again, and repeat the change on what it is now")
OFF_LOOP = 32 * 1024
"""Bodies above are judged in a thread: nobody else is to wait for them."""


@dataclass(frozen=True)
class Sent:
    """What a body holds: `values` to write, and `claims` of what is settled, by the vendor's names."""

    values: dict[str, Any]
    claims: dict[str, Any]


@dataclass(frozen=True)
class Resource(Declaration):
    """What answers for it; a subclass may do some of it in its own way."""

    async def list_(self, request: Request, many: Many) -> Representation:
        try:
            async with self.door.reading(request) as unit:
                place, ids = self._place(request, self.view.listed), _ids(request)
                listing = listing_of(request.query_params, self.view, place.fields)
                count = await many(unit, *ids, replace(listing, wanted=False))
                found = place.collection(count, unit.viewer)
                if found.is_held:
                    return found.answer()
                page = await many(unit, *ids, replace(listing, counted=False))
        except DomainError as error:
            raise self.view.spelled(error) from None
        return found.answer(await self._shown(place, page.rows))

    async def get(self, request: Request, one: One) -> Response:
        async with self.door.reading(request) as unit:
            place, ids = self._place(request, self.view.names), _ids(request)
            if is_conditional(request.headers):
                found = self._found(place, await one(unit, *ids, self.view.key))
                if found.is_held:
                    return found.answer()
            row = await one(unit, *ids, self.view.needs(place.fields))
        [shown] = await self._shown(place, [row])
        return self._found(place, row).answer(shown)

    async def post(self, request: Request, add: Add, one: One) -> Response:
        """PAI: 201 with the Location of the new resource, which its `href` says too.

        An id that is sent along is a copy's: the new one gets its own.
        """
        sent = await self._sent(request, self.adds or self.writes, whole=True)
        place, claims = self._whole(request), {n: v for n, v in sent.claims.items() if n != ID}
        try:
            async with self.door.writing(request) as unit:
                ids = _ids(request)
                added = await add(unit, *ids, sent.values)
                new = added.id if self.once else added
                row = await one(unit, *ids, new, self._returned(request, claims))
                self.view.check_bound(claims, row)
                status = self.created if row.created_at == unit.now else self.known
        except DomainError as error:
            raise self.view.spelled(error) from None
        told = {name: getattr(added, name) for name in self.once}
        return await self._written(place, row, status, {"Location": self.view.href(row, place.base)}, told)

    async def put_or_patch(self, request: Request, change: Change, one: One, *, whole: bool) -> Response:
        sent = await self._sent(request, self.writes, whole=whole)
        place = self._whole(request)
        try:
            async with self.door.writing(request) as unit:
                ids = _ids(request)
                self._expect(place, unit, ids, one)
                await change(unit, *ids, sent.values)
                row = await one(unit, *ids, self._returned(request, sent.claims))
                self.view.check_bound(sent.claims, row)
        except DomainError as error:
            raise self.view.spelled(error) from None
        return await self._written(place, row)

    async def delete(self, request: Request, remove: Remove, one: One) -> Response:
        place = self._whole(request)
        async with self.door.writing(request) as unit:
            ids = _ids(request)
            self._expect(place, unit, ids, one)
            await remove(unit, *ids)
        return Response(status_code=204)

    def described(self, method: str, *, is_item: bool) -> dict[str, Any]:
        """What OpenAPI says of a method."""
        return documentation.of(self, method, is_item=is_item)

    def _place(self, request: Request, unasked: Sequence[str]) -> Place:
        """`unasked`: the fields to show where the client names none."""
        return Place(request, self.door, self.view, fields_of(request.query_params, self.view, unasked))

    def _whole(self, request: Request) -> Place:
        """PAI: `fields` counts on GET requests only."""
        return Place(request, self.door, self.view, self.view.names)

    def _returned(self, request: Request, claims: Values) -> frozenset[str] | None:
        """The columns to read of what was written; what nobody wants back or speaks of is not read."""
        return None if wants_resource(request) else self.view.needs([*claims]) | {"created_at"}

    async def _written(
        self,
        place: Place,
        row: Row[Any],
        status: int = HTTPStatus.OK,
        headers: Values | None = None,
        told: Values | None = None,
    ) -> Response:
        if wants_resource(place.request):
            [shown] = await self._shown(place, [row])
            return self._found(place, row).answer({**shown, **(told or {})}, status, headers)
        if told:
            return self._found(place, row).answer(dict(told), status, headers)
        bare = HTTPStatus.NO_CONTENT if status == HTTPStatus.OK else status
        return self._found(place, row).answer(b"", bare, headers).bare(bare)

    async def _shown(self, place: Place, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
        """In a thread where it takes long."""
        if self.view.apart.intersection(place.fields):
            return await asyncio.to_thread(place.all_shown, rows)
        return place.all_shown(rows)

    def _found(self, place: Place, row: Row[Any]) -> Found:
        return place.item(row, self.path if self.many else None)

    async def _sent(self, request: Request, writes: type[Fields] | None, *, whole: bool) -> Sent:
        """Nobody who may not write gets anything read, and nothing slow happens in a writing unit."""
        async with self.door.reading(request):
            pass
        body = await read_json_text(request, self.max_body, needed=self.needs_body)
        judge = partial(self._judged, body, writes or Fields, whole=whole)
        sent = await asyncio.to_thread(judge) if len(body) > OFF_LOOP else judge()
        return replace(sent, values=await self.prepare(sent.values)) if self.prepare else sent

    def _judged(self, body: bytes, writes: type[Fields], *, whole: bool) -> Sent:
        told = object_of(body, max_commas=self.max_commas)
        sent, claims = self.view.read(told, writes, whole=whole), self.view.bound(told, writes)
        try:
            return Sent(writes.whole(sent) if whole else writes.part(sent), claims)
        except DomainError as error:
            raise self.view.spelled(error) from None

    def _expect(self, place: Place, unit: Unit, ids: list[UUID], one: One) -> None:
        """If-Match and If-Unmodified-Since: refuse to overwrite what the client has not seen."""
        sent = place.request.headers

        async def is_what_was_seen() -> None:
            row = await one(unit, *ids, self.view.key)
            if not still_holds(sent, self._found(place, row).headers["ETag"], row.modified_at):
                raise Stale(CHANGED_SINCE)

        if {"if-match", "if-unmodified-since"} & set(sent.keys()):
            unit.condition = is_what_was_seen


def _ids(request: Request) -> list[UUID]:
    return [identifier(text) for name, text in request.path_params.items() if name != ORGANIZATION]


def resource(router: APIRouter, door: Door, path: str, noun: str, view: View, **parts: Any) -> None:
    """Add every method of a resource that an operation is given for; `parts` are those of `Declaration`."""
    serve_resource(router, Resource(door, path, noun, view, **parts))


def serve_resource(router: APIRouter, it: Resource) -> None:
    path = it.path
    for method, below, serve in _served(it):
        router.add_api_route(
            path + below,
            _endpoint(serve),
            methods=[method],
            name=f"{method} {path + below}",
            response_class=Representation,
            **it.described(method, is_item=it.many is None or bool(below)),
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
