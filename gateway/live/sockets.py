"""`graphql-transport-ws`: Strawberry's handler of the protocol, over our own way to judge and run operations."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, aclosing
from dataclasses import dataclass
from datetime import timedelta
from json import JSONDecodeError
from typing import Any

import orjson
import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    SubscribeMessage,
)

from domain.errors import DomainError, Unavailable
from domain.viewer import ANONYMOUS, Viewer
from gateway.errors import INTERNAL, INTERNAL_CODE, code_of
from gateway.http.answers import error_answer, retry_after
from gateway.http.asking import Asked, asked_of
from gateway.http.refusals import Refused
from gateway.live.crowd import Crowd, Full
from gateway.live.pace import Pace
from gateway.live.streams import Told
from rest_compat.wire.body import BadJson, parse_json
from rest_compat.wire.credentials import BadCredentials
from rest_compat.wire.limits import TooManyRequests, address_of

PATIENCE = timedelta(seconds=5)
MOST_ON_A_CONNECTION, LONGEST_WORD = 20, 80
CREDENTIALS = ("Authorization", "HTTP_AUTHORIZATION", "Partner-Id", "X-API-Key")
NOT_NOW: tuple[type[Exception], ...] = (DomainError, BadCredentials, TooManyRequests)

MOST_STRANGERS, MOST_OF_ALL_STRANGERS = 50, 500
"""Connections without a credential, of one address and of all, in each server process."""
MOST_OF_A_VIEWER, MOST_OF_ALL_VIEWERS = 100, 5000
MESSAGES_AT_ONCE, MESSAGES_A_SECOND, LENGTHY = 100, 50, 1024
"""A message counts once, and again for each 1,024 characters of it."""
TOO_MANY, TOO_MANY_AT_ONCE = "TOO_MANY_CONNECTIONS", "TOO_MANY_SUBSCRIPTIONS"
TRY_LATER, LATER, LONGEST_REASON = 1013, 30, 120
BUSY = f"{MOST_ON_A_CONNECTION} operations run on this connection: let one of them end, or open another"
MANY_OPEN = f"You have {MOST_OF_A_VIEWER} connections open: close one of them, or try again later"
CROWDED = "There are too many connections without a credential: close some, or try again later"

Open = Callable[[Scope, Asked], AsyncGenerator[Told, None]]
"""Run what is asked with the credentials that stand in a scope's headers."""
ViewerOf = Callable[[Scope], Awaitable[Viewer]]
"""Raises unless they are good."""

log = structlog.get_logger(__name__)


@dataclass
class Connection:
    """`scope`: the handshake's, with the credentials that the first message brought in its headers."""

    scope: Scope
    seats: ExitStack
    connection_params: dict[str, Any] | None = None


class TryLater(Exception):
    """Why a connection is closed that may be opened again later, in a sentence."""


class Handler(BaseGraphQLTransportWSHandler[Connection, None]):
    """Each operation is authenticated anew and reads in a unit of its own."""

    async def handle_message(self, message: Any) -> None:
        if not is_message(message):
            await self.handle_invalid_message("A message has a type, an id that is a string, and a payload")
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        try:
            await super().handle_connection_init(message)
        except TryLater as error:
            reason = str(error).encode()[:LONGEST_REASON].decode(errors="ignore")
            await self.websocket.close(code=TRY_LATER, reason=reason)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """The whole payload travels as an operation's variables: the protocol's handler drops hash and documentId."""
        if len(self.operations) < MOST_ON_A_CONNECTION or message["id"] in self.operations:
            whole: Any = {**message, "payload": {"query": "", "variables": message["payload"]}}
            await super().handle_subscribe(whole)
            return
        view: Any = self.view
        view.refused(TOO_MANY_AT_ONCE)
        errors: Any = [{"message": BUSY, "extensions": {"code": TOO_MANY_AT_ONCE}}]
        await self.send_message({"id": message["id"], "type": "error", "payload": errors})

    async def run_operation(self, operation: Operation[Connection, None]) -> None:
        try:
            await self._streamed(operation, asked_of(operation.variables or {}))
        except Refused as error:
            await self._refuse(operation, error.code, error.message)
        except NOT_NOW as error:
            await self._refuse(operation, code_of(error), str(error))
        except WebSocketDisconnected:
            log.debug("socket_left", operation=operation.id)
        except Exception:  # whatever it is: the log hears all, the client one sentence
            log.exception("unexpected_error")
            await self._refuse(operation, INTERNAL_CODE, INTERNAL)

    async def _streamed(self, operation: Operation[Connection, None], asked: Asked) -> None:
        view: Any = self.view
        async with aclosing(view.open(self.context.scope, asked)) as outcomes:
            async for outcome in outcomes:
                if outcome is None:
                    continue
                if not outcome.executed:
                    await operation.send_initial_errors(list(outcome.errors))
                    return
                message: Any = {"id": operation.id, "type": "next", "payload": outcome.formatted()}
                await operation.send_operation_message(message)
        await operation.send_operation_message({"id": operation.id, "type": "complete"})

    async def _refuse(self, operation: Operation[Connection, None], code: str, sentence: str) -> None:
        view: Any = self.view
        view.refused(code)
        errors: Any = [{"message": sentence, "extensions": {"code": code}}]
        await operation.send_operation_message({"id": operation.id, "type": "error", "payload": errors})


class Sockets(GraphQL[Connection, None]):
    """The WebSocket side of `/graphql`; credentials come with the handshake or in `connection_init`'s payload."""

    graphql_transport_ws_handler_class = Handler

    def __init__(
        self, schema: Any, *, open: Open, viewer_of: ViewerOf, refused: Callable[[str], None]
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=PATIENCE,
            allowed_origins=("*",),  # credentials are in messages and headers: no browser adds any by itself
        )
        self.open = open
        self.refused = refused
        self._viewer_of = viewer_of
        self._strangers, self._known = Crowd(), Crowd()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever connects is a stranger until a credential of theirs is judged."""
        socket = WebSocket(scope, at_a_pace(receive), send)
        with ExitStack() as seats:
            try:
                bounds = {"of_one": MOST_STRANGERS, "of_all": MOST_OF_ALL_STRANGERS}
                seats.enter_context(self._strangers.seat(address_of(scope), **bounds))
            except Full:
                await self._denied(socket)
                return
            await self.run(socket, context=Connection(scope, seats))

    async def _denied(self, socket: WebSocket) -> None:
        self.refused(TOO_MANY)
        if "websocket.http.response" in socket.scope.get("extensions", {}):
            await socket.send_denial_response(
                error_answer(429, TOO_MANY, CROWDED, headers=retry_after(LATER))
            )
        else:
            await socket.close(TRY_LATER)

    async def on_ws_connect(self, context: Connection) -> Any:
        """Credentials that cannot be read, contradict themselves or are wrong end the connection: 4403. Where nothing
        is wrong with them, but with the moment, it is 1013.
        """
        try:
            context.scope = with_credentials(context.scope, context.connection_params or {})
            viewer = await self._viewer_of(context.scope)
            if viewer != ANONYMOUS:
                context.seats.close()
                bounds = {"of_one": MOST_OF_A_VIEWER, "of_all": MOST_OF_ALL_VIEWERS}
                context.seats.enter_context(self._known.seat(viewer.principal, **bounds))
        except Full as error:
            self.refused(TOO_MANY)
            raise TryLater(MANY_OPEN) from error
        except NOT_NOW as error:
            self.refused(code_of(error))
            if isinstance(error, Unavailable | TooManyRequests):
                raise TryLater(str(error)) from error
            raise ConnectionRejectionError from error
        return await super().on_ws_connect(context)

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        """One object of bounded depth; whatever else it is, the protocol closes the connection over it."""
        try:
            value: object = parse_json(data.encode(errors="replace") if isinstance(data, str) else data)
        except BadJson as error:
            raise JSONDecodeError("no message", "", 0) from error
        return value if isinstance(value, dict) else {}


def at_a_pace(receive: Receive) -> Receive:
    """Before a message is read as JSON: that is what takes the time of everybody else."""
    pace = Pace(at_once=MESSAGES_AT_ONCE, a_second=MESSAGES_A_SECOND)

    async def received() -> Message:
        message = await receive()
        await pace.turn(1 + len(message.get("text") or message.get("bytes") or "") // LENGTHY)
        return message

    return received


def is_message(message: dict[str, Any]) -> bool:
    """Whatever the protocol's handler takes for granted; types and ids come back in reasons, which are short."""
    kind, name, payload = message.get("type"), message.get("id", ""), message.get("payload")
    short = all(isinstance(word, str) and len(word) <= LONGEST_WORD for word in (kind, name))
    if kind == "subscribe":
        return short and isinstance(payload, dict) and names_document(payload)
    return short and isinstance(payload, dict | None)


def names_document(payload: dict[str, Any]) -> bool:
    """By its text, or, as over HTTP, by its hash or documentId."""
    return isinstance(payload.get("query"), str) or bool(payload.keys() & {"documentId", "extensions"})


def with_credentials(scope: Scope, payload: dict[str, Any]) -> Scope:
    """As if the payload's had been headers of the handshake; what is given twice must say the same."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    known = {name.lower(): name for name in CREDENTIALS}
    for name, value in payload.items():
        if name.lower() in known:
            if not isinstance(value, str) or not value.isascii():
                raise BadCredentials(f"{name} must be text")
            headers.append(known[name.lower()], value)
    return {**scope, "type": "http", "method": "POST", "headers": headers.raw}
