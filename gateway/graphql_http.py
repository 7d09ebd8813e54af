"""`/graphql` over HTTP: one reading unit for each operation, the explorer page for a browser."""

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from strawberry.asgi import GraphQL

from domain import identity
from domain.errors import Unauthorized
from domain.identity import Credentials
from domain.store import Store
from gateway.context import Context
from gateway.explorer import Example, ExplorerConfig, Principal, page
from gateway.schema import schema
from rest_compat.wire.body import BodyTooLarge, read_body
from rest_compat.wire.credentials import BadCredentials, bearer, one_value

MAX_BODY = 256 * 1024


class View(GraphQL[Context, None]):
    def encode_json(self, data: Any) -> bytes:
        return orjson.dumps(data)


class GraphQLEndpoint:
    """Any family's credential opens it: a bearer token, a partner's key and id, or an API key."""

    def __init__(
        self, store: Store, *, examples: Sequence[Example], principals: Sequence[Principal] = ()
    ) -> None:
        self._store = store
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
            body = await read_body(request, limit=MAX_BODY)
            viewer = await identity.graphql_viewer(self._store, credentials_of(request))
        except BodyTooLarge as error:
            return refusal(413, "TOO_LARGE", str(error))
        except (BadCredentials, Unauthorized) as error:
            return refusal(401, "UNAUTHORIZED", str(error))
        async with self._store.reading(viewer) as unit:
            return await self._view.run(replayed(request, body), context=Context(self._store, unit))


def wants_page(request: Request) -> bool:
    """A browser that opens the address, as opposed to a client that sends a query."""
    accepts_html = "text/html" in request.headers.get("Accept", "")
    return request.method in ("GET", "HEAD") and accepts_html and "query" not in request.query_params


def credentials_of(request: Request) -> Credentials:
    return Credentials(
        bearer=bearer(request.headers),
        partner_id=one_value(request.headers, "Partner-Id", "HTTP_PARTNER_ID"),
        api_key=one_value(request.headers, "X-API-Key"),
    )


def refusal(status: int, code: str, message: str) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if code == "UNAUTHORIZED" else None
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": code}}]}, status, headers)


def replayed(request: Request, body: bytes) -> Request:
    """The same request, its body read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)
