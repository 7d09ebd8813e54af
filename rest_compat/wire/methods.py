"""HEAD, OPTIONS and a complete Allow, which FastAPI leaves out."""

from collections.abc import Iterable
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def answer_every_method(app: FastAPI, *, options_status: int = HTTPStatus.NO_CONTENT) -> None:
    """Outside of compression, as HEAD tells the compressed length, and inside of CORS and method override."""
    app.router.redirect_slashes = False
    app.add_middleware(EveryMethod, options_status=options_status)


class EveryMethod:
    """Asks the routes for HEAD, OPTIONS and 405 only; the app's own handler still words the 405."""

    def __init__(self, app: ASGIApp, *, options_status: int) -> None:
        self.app = app
        self.options_status = options_status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self.app(as_get(scope), receive, WithoutBody(WithAllow(scope, send)))
        elif scope["method"] == "OPTIONS" and offers_to_answer(declared := declared_methods(scope)):
            answer = Response(status_code=self.options_status, headers={"Allow": allow(declared)})
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, WithAllow(scope, send))


class WithoutBody:
    """Pass the head of the answer on, with its Content-Length, and drop the content (RFC 9110, 9.3.2)."""

    def __init__(self, send: Send) -> None:
        self.send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self.send(message)
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            await self.send({"type": "http.response.body", "body": b""})


class WithAllow:
    """Complete the Allow header of a 405 that the routing gave, not of one that an endpoint raised itself."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.method = scope["method"]
        self.send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == HTTPStatus.METHOD_NOT_ALLOWED:
            declared = declared_methods(self.scope)
            if declared and self.method not in with_implied(declared):
                MutableHeaders(scope=message)["Allow"] = allow(declared)
        await self.send(message)


def as_get(scope: Scope) -> Scope:
    """HEAD is GET without content, unless a route declares HEAD itself."""
    declared = declared_methods(scope)
    return {**scope, "method": "GET"} if "GET" in declared and "HEAD" not in declared else scope


def offers_to_answer(declared: set[str]) -> bool:
    return bool(declared) and "OPTIONS" not in declared


def declared_methods(scope: Scope) -> set[str]:
    """What all routes that match this path declare; nothing for a mounted app, which answers itself."""
    return set().union(*matching(scope["app"].routes, scope))


def matching(routes: Iterable[BaseRoute], scope: Scope) -> list[set[str]]:
    contexts = iter_route_contexts(list(routes))
    return [route.methods or set() for route in contexts if route.matches(scope)[0] is not Match.NONE]


def with_implied(declared: set[str]) -> set[str]:
    return declared | {"OPTIONS"} | ({"HEAD"} if "GET" in declared else set())


def allow(declared: set[str]) -> str:
    return ", ".join(sorted(with_implied(declared)))
