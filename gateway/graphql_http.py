"""`/graphql` over HTTP: one reading unit for each operation, the explorer page for a browser."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
import structlog
from cross_web import HTTPException
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.http.base import BaseRequestProtocol

from domain.errors import Unauthorized, Unavailable
from domain.identity import credentials
from domain.identity.credentials import Credentials
from domain.store import Store
from domain.unit import Unit
from gateway.context import Context
from gateway.errors import INTERNAL
from gateway.explorer import Example, ExplorerConfig, Principal, page
from gateway.schema import schema
from rest_compat.key_gate import KeyGate
from rest_compat.wire.body import BadJson, BodyTooLarge, parse_json, read_body
from rest_compat.wire.credentials import BadCredentials, bearer, one_value
from rest_compat.wire.limits import TooManyRequests

MAX_BODY = 256 * 1024
NOT_JSON = "The request cannot be read as JSON: send an object, each name once, nested at most 64 deep"
CODES = {405: "METHOD_NOT_ALLOWED"}
REFUSED: dict[type[Exception], tuple[int, str]] = {
    BodyTooLarge: (413, "TOO_LARGE"),
    BadCredentials: (401, "UNAUTHORIZED"),
    Unauthorized: (401, "UNAUTHORIZED"),
    TooManyRequests: (429, "TOO_MANY_REQUESTS"),
}
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": "GET, HEAD, POST"}}

log = structlog.get_logger(__name__)


class View(GraphQL[Context, None]):
    """Strawberry's reading of GraphQL over HTTP, with JSON read within bounds and no page of its own."""

    def encode_json(self, data: Any) -> bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        """The body comes as bytes, GET's variables and extensions as text."""
        try:
            value: object = parse_json(data.encode(errors="replace") if isinstance(data, str) else data)
        except BadJson as error:
            raise HTTPException(400, NOT_JSON) from error
        if isinstance(data, bytes) and not isinstance(value, dict | list):
            raise HTTPException(400, "The body must be a JSON object with a query")
        return value

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        del request
        return False


class GraphQLEndpoint:
    """Any family's credential opens it: a bearer token, a partner's key and id, or an API key."""

    def __init__(
        self,
        store: Store,
        gate: KeyGate,
        *,
        examples: Sequence[Example],
        principals: Sequence[Principal] = (),
    ) -> None:
        self._store = store
        self._gate = gate
        self._view = View(schema, graphql_ide=None, subscription_protocols=())
        self._explorer = ExplorerConfig(examples=tuple(examples), principals=tuple(principals))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = self._page() if wants_page(request) else await self._answer(request)
        await response(scope, receive, send)

    def _page(self) -> Response:
        html, headers = page(self._explorer)
        return HTMLResponse(html, headers=headers)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._executed(request)
        except Unavailable as error:
            return put_off(refusal(503, error.code, error.message), error)
        except tuple(REFUSED) as error:
            status, code = REFUSED[type(error)]
            return refusal(status, code, str(error))
        except HTTPException as error:
            return refusal(error.status_code, CODES.get(error.status_code, "BAD_REQUEST"), error.reason)
        except Exception:  # whatever it is: the log hears all, the client one sentence
            log.exception("unexpected_error")
            return refusal(500, "INTERNAL_SERVER_ERROR", INTERNAL)

    async def _executed(self, request: Request) -> Response:
        query: bytes = request.scope["query_string"]
        if len(query) > MAX_BODY:
            raise BodyTooLarge(MAX_BODY)
        if not query.isascii():
            raise HTTPException(400, "The query string must be percent-encoded")
        body = await read_body(request, limit=MAX_BODY)
        async with self._unit(request) as unit:
            context = Context(self._store, unit)
            response: Response = await self._view.run(replayed(request, body), context=context)
        response.background = BackgroundTask(self._gate.note_use, unit.viewer)
        return put_off(response, context.outage) if context.outage else response

    @asynccontextmanager
    async def _unit(self, request: Request) -> AsyncIterator[Unit]:
        """API keys pass the gate that counts them; it opens every surface alike."""
        sent = credentials_of(request)
        if sent.api_key is not None:
            async with self._gate.opened(request.scope) as unit:
                yield unit
            return
        viewer = await credentials.graphql_viewer(self._store, sent)
        async with self._store.reading(viewer) as unit:
            yield unit


def wants_page(request: Request) -> bool:
    """A browser that opens the address, as opposed to a client that sends a query."""
    accepts_html = "text/html" in request.headers.get("Accept", "")
    return request.method in ("GET", "HEAD") and accepts_html and "query" not in request.query_params


def credentials_of(request: Request) -> Credentials:
    return Credentials(
        bearer=bearer(request.headers, "Authorization", "HTTP_AUTHORIZATION"),
        partner_id=one_value(request.headers, "Partner-Id", "Partner_Id", "HTTP_PARTNER_ID"),
        api_key=one_value(request.headers, "X-API-Key"),
    )


def refusal(status: int, code: str, message: str) -> Response:
    """An answer to a request that was never executed, in the words GraphQL clients expect."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return JSONResponse(body, status, HEADERS.get(status))


def put_off(response: Response, outage: Unavailable) -> Response:
    """Whatever it says, the client should send the same again in a moment."""
    response.status_code = 503
    response.headers["Retry-After"] = str(outage.retry_after)
    return response


def replayed(request: Request, body: bytes) -> Request:
    """The same request, its body read already; HEAD is GET, and the server drops the content."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    method = "GET" if request.method == "HEAD" else request.method
    return Request({**request.scope, "method": method}, receive)
