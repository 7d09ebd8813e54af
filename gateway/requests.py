"""Around every request: an id that comes back to the client and stands in each log line, and one line of access log."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger(__name__)


class RequestLog:
    """Takes over a client's request id if it is a harmless word. Queries are never logged: they can hold tokens.

    `secrets`: the parts of a path that are not logged either.
    """

    def __init__(self, app: ASGIApp, *, secrets: re.Pattern[str]) -> None:
        self._app = app
        self._secrets = secrets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if ACCEPTABLE.fullmatch(given) else uuid4().hex
        started, status = time.perf_counter(), 500

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, stamped)
            finally:
                took = round((time.perf_counter() - started) * 1000, 1)
                path = self._secrets.sub("-", scope["path"])
                log.info("request", method=scope["method"], path=path, status=status, milliseconds=took)
