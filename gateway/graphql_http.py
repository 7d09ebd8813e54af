"""`/graphql` over HTTP: one reading unit for each operation, the explorer page for a browser."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace

import structlog
from graphql import GraphQLError, OperationType
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from domain.errors import Forbidden, Unauthorized, Unavailable
from domain.store import Store
from domain.unit import Unit
from gateway.context import Context
from gateway.documents.library import Library
from gateway.documents.persisted import PersistedQueries
from gateway.documents.texts import Texts
from gateway.documents.trusted import TrustedDocuments
from gateway.door import Door
from gateway.errors import INTERNAL, INTERNAL_CODE, code_of
from gateway.explaining import Explainer
from gateway.explorer import ExplorerConfig, page
from gateway.http.answers import answer_of, error_answer, refused, retry_after
from gateway.http.asking import MAX_BODY, Asked, asked_by_get, asked_by_post
from gateway.http.media import JSON, answer_type, check_content_type, check_origin, is_answerable
from gateway.http.refusals import Refused
from gateway.live.events import framing_of, stream_of
from gateway.live.streams import Streams, Told
from gateway.live.watching import Watch
from gateway.observing import Observer, in_trace_of
from gateway.operations import Operations, Outcome
from gateway.purse import Purse, purse_of
from gateway.schema import Schema
from rest_compat.key_gate import KeyGate
from rest_compat.wire.body import BodyTooLarge, read_body
from rest_compat.wire.budgets import Budgets
from rest_compat.wire.credentials import BadCredentials
from rest_compat.wire.limits import TooManyRequests, address_of
from workers.news import News

METHODS, WRONG_METHOD = "GET, HEAD, POST", "METHOD_NOT_ALLOWED"
NAMING = {"query", "documentId", "extensions"}
"""Parameters that say which document is meant."""
STATUSES: dict[type[Exception], int] = {
    BodyTooLarge: 413,
    BadCredentials: 401,
    Unauthorized: 401,
    Forbidden: 403,
    TooManyRequests: 429,
}
ONLY_QUERIES = "A GET may only query: send this operation by POST"
STREAMED = "A subscription is streamed: accept text/event-stream, or open a WebSocket (graphql-transport-ws)"
CHALLENGE = {"WWW-Authenticate": "Bearer"}

log = structlog.get_logger(__name__)


class GraphQLEndpoint:
    """One operation for each request, or one stream."""

    def __init__(
        self,
        store: Store,
        door: Door,
        gate: KeyGate,
        news: News,
        observer: Observer,
        *,
        schema: Schema,
        explorer: ExplorerConfig,
    ) -> None:
        settings, shared = store.settings, gate.limiter.shared
        live = settings.env == "live"
        library = Library(schema.graphql, introspection=settings.introspection, suggestions=not live)
        self._store = store
        self._door = door
        self._gate = gate
        self._news = news
        self._observer = observer
        self._explainer = Explainer(store)
        self._library = library
        self._operations = Operations(library, deadline=settings.deadline.total_seconds())
        self._budgets = Budgets(shared, prefix=settings.queue_prefix)
        self._texts = Texts(
            TrustedDocuments.read(settings.trusted_documents, library),
            PersistedQueries(shared, prefix=settings.queue_prefix) if settings.persisted_queries else None,
            only_trusted=settings.trusted_documents_only,
        )
        self._streams = Streams(self._texts, self._operations, observer)
        self._explorer = explorer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        shows_page = self._store.settings.explorer and wants_page(request)
        with in_trace_of(request.headers):
            response = await self._page() if shows_page else await self._answer(request)
            await response(scope, receive, send)

    async def _page(self) -> Response:
        html, headers = await asyncio.to_thread(page, self._explorer)
        return HTMLResponse(html, headers=headers)

    async def _answer(self, request: Request) -> Response:
        media_type = JSON
        try:
            framing, accept = framing_of(request.headers), accept_of(request)
            if framing is None or is_answerable(accept):
                media_type = answer_type(accept)
            asked = await asked_of(request)
            if framing and await self._is_streamed(request, asked):
                outcomes = self.outcomes(request.scope, asked)
                return await stream_of(outcomes, framing, most=self._store.settings.max_answer_bytes)
            return await self._executed(request, asked, media_type)
        except Refused as error:
            self._observer.refused(error.code)
            return refused(error, media_type)
        except Unavailable as error:
            self._observer.refused(error.code)
            return error_answer(503, error.code, error.message, media_type, retry_after(error.retry_after))
        except tuple(STATUSES) as error:
            status, code = STATUSES[type(error)], code_of(error)
            self._observer.refused(code)
            return error_answer(
                status, code, str(error), media_type, CHALLENGE if code == Unauthorized.code else None
            )
        except Exception:  # whatever it is: the log hears all, the client one sentence
            log.exception("unexpected_error")
            return error_answer(500, INTERNAL_CODE, INTERNAL, media_type)

    async def _is_streamed(self, request: Request, asked: Asked) -> bool:
        """Subscriptions are, for whoever takes streams; anything else only for who takes nothing but streams."""
        document = self._library.document(await self._texts.text_of(asked))
        if document.errors:
            return not is_answerable(accept_of(request))
        with suppress(GraphQLError):
            kind = document.operation(asked.operation_name).operation
            check_method(request, kind)
            return kind is OperationType.SUBSCRIPTION or not is_answerable(accept_of(request))
        return False

    async def _executed(self, request: Request, asked: Asked, media_type: str) -> Response:
        settings = self._store.settings
        async with self._door.unit(request.scope) as unit:
            purse = self._purse(unit, request.scope)
            context = Context(self._store, unit, purse=purse, library=self._library)
            outcome = await self._outcome(request, asked, context, purse)
        self._note(outcome)
        response = answer_of(
            outcome,
            media_type,
            most=settings.max_answer_bytes,
            revalidated=asked.is_persisted and reads_only(request),
        )
        response.background = BackgroundTask(self._gate.note_use, unit.viewer)
        return response

    async def _outcome(self, request: Request, asked: Asked, context: Context, purse: Purse) -> Outcome:
        text = await self._texts.text_of(asked)
        document = self._library.document(text)
        if document.errors:
            return Outcome(errors=document.errors)
        try:
            operation = document.operation(asked.operation_name)
        except GraphQLError as error:
            return Outcome(errors=[error])
        check_method(request, operation.operation)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise Refused(406, STREAMED, "SUBSCRIPTION_IS_STREAMED")
        with (
            self._explainer.explaining(request.headers) as heard,
            self._observer.observing(text, operation, context.viewer) as seen,
        ):
            outcome = await self._operations.run(document, operation, asked.variables or {}, context, purse)
            seen.outcome = outcome
        if heard is not None:
            outcome = replace(outcome, extensions={**outcome.extensions, "sql": heard.told()})
        if outcome.executed:
            await self._texts.executed(asked, text)
        return outcome

    async def outcomes(self, scope: Scope, asked: Asked) -> AsyncGenerator[Told, None]:
        """What is asked as a stream, in a reading unit that sees a new snapshot with each event.

        It holds no connection of the database while a client takes its time to read.
        """

        async def allow() -> None:
            await self._door.viewer(scope)

        async with self._door.unit(scope) as unit:
            purse = self._purse(unit, scope)
            watch = Watch(self._news, allow)
            context = Context(self._store, unit, purse=purse, library=self._library, watch=watch)
            async with aclosing(self._streams.outcomes(asked, context, purse)) as outcomes:
                async for outcome in outcomes:
                    if outcome is not None:
                        self._note(outcome)
                    await context.renew()
                    yield outcome
        await self._gate.note_use(unit.viewer)

    def _note(self, outcome: Outcome) -> None:
        if not outcome.executed:
            self._observer.refused(outcome.code)

    def _purse(self, unit: Unit, scope: Scope) -> Purse:
        return purse_of(self._budgets, self._store.settings, unit.viewer, address_of(scope))


def accept_of(request: Request) -> str:
    return ", ".join(request.headers.getlist("Accept"))


def reads_only(request: Request) -> bool:
    """HEAD is GET, and the server drops the content."""
    return request.method in ("GET", "HEAD")


def check_method(request: Request, kind: OperationType) -> None:
    if reads_only(request) and kind is not OperationType.QUERY:
        raise Refused(405, ONLY_QUERIES, WRONG_METHOD, {"Allow": "POST"})


def wants_page(request: Request) -> bool:
    """A browser that opens the address, as opposed to a client that sends a query."""
    accepts_html = "text/html" in request.headers.get("Accept", "")
    return reads_only(request) and accepts_html and not NAMING & request.query_params.keys()


async def asked_of(request: Request) -> Asked:
    if reads_only(request):
        query: bytes = request.scope["query_string"]
        if len(query) > MAX_BODY:
            raise BodyTooLarge(MAX_BODY)
        check_origin(request.headers)
        return asked_by_get(query)
    if request.method != "POST":
        raise Refused(405, f"Send {METHODS}", WRONG_METHOD, {"Allow": METHODS})
    check_content_type(request.headers.get("Content-Type", ""))
    return asked_by_post(await read_body(request, limit=MAX_BODY))
