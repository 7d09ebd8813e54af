"""X-HTTP-Method-Override: a POST that means another method, for clients that know no more than GET and POST."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "X-HTTP-Method-Override"
METHODS = ("GET", "PUT", "PATCH", "DELETE")

Refuse = Callable[[Request], Response]


class MethodOverride:
    """Before routing, and on POST only; `refuse` words the answer to a method that cannot be meant."""

    def __init__(self, app: ASGIApp, *, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        meant = Headers(scope=scope).getlist(HEADER)
        if not meant:
            await self._app(scope, receive, send)
        elif len(meant) == 1 and meant[0].upper() in METHODS:
            await self._app({**scope, "method": meant[0].upper()}, receive, send)
        else:
            await self._refuse(Request(scope))(scope, receive, send)
