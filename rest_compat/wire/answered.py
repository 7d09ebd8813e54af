"""An unexpected error that was answered is over: the connection it came by goes on."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Answered:
    """Starlette raises such an error once more behind its 500, for the server to log, which hangs up on it unannounced.

    Our own handlers have logged it, and the client's next request may be under way already.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_complete = False

        async def seen(message: Message) -> None:
            nonlocal is_complete
            await send(message)
            is_complete = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await self._app(scope, receive, seen)
        except Exception:
            if not is_complete:
                raise
