"""Four documented APIs share one host and one /api root: the longest documented prefix decides who answers."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Surfaces:
    """A prefix is whole path segments: `/api/v2` takes `/api/v2` and `/api/v2/x`, not `/api/v2x`."""

    def __init__(self, by_prefix: Mapping[str, ASGIApp], otherwise: ASGIApp) -> None:
        self._by_prefix = sorted(by_prefix.items(), key=lambda item: -len(item[0]))
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._otherwise
        if scope["type"] == "http":
            app = self._for(scope["path"] + "/")
        await app(scope, receive, send)

    def _for(self, path: str) -> ASGIApp:
        return next(
            (app for prefix, app in self._by_prefix if path.startswith(prefix + "/")), self._otherwise
        )
