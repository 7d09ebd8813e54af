"""The one place that knows every part: the store, the workers, GraphQL and all surfaces."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.settings import Settings
from domain.store import Store
from gateway import logs
from gateway.demo.credentials import DemoCredentials
from gateway.demo.people import SIGNED_UP
from gateway.examples import EXAMPLES
from gateway.explorer import Principal, assets
from gateway.graphql_http import GraphQLEndpoint
from gateway.health import healthz, readyz
from gateway.requests import RequestLog
from rest_compat import aiendurance, gofa, pai, smartrunning
from rest_compat.key_gate import KeyGate
from rest_compat.surfaces import Surfaces
from rest_compat.wire.limits import Limiter, LimitHeaders
from workers.broker import MEMORY, scheme_of
from workers.crew import Crew


class Gateway:
    """The whole service as an ASGI application; its lifespan opens the store and starts the workers."""

    def __init__(self, settings: Settings, *, principals: Sequence[Principal] = ()) -> None:
        self.settings = settings
        self.crew = Crew(settings)
        self.store = Store(settings)
        self.limiter = Limiter(settings.limits_url, prefix=settings.queue_prefix)
        if settings.embedded_worker or scheme_of(settings) != MEMORY:
            self.store.bell = self.crew.bell
        self._app = RequestLog(self._surfaces(principals), secrets=pai.SECRETS_IN_PATHS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.store.open()
        if self.settings.embedded_worker:
            await asyncio.to_thread(self.crew.start)
        try:
            yield
        finally:
            await asyncio.to_thread(self.crew.stop)
            await self.limiter.close()
            await self.store.close()

    def _surfaces(self, principals: Sequence[Principal]) -> Surfaces:
        pai_app, endurance_app = pai.surface(self.store, self.limiter), aiendurance.app(self.store)
        by_prefix: dict[str, ASGIApp] = {
            **dict.fromkeys(pai.PREFIXES, pai_app),
            **dict.fromkeys(aiendurance.PREFIXES, endurance_app),
            **dict.fromkeys(smartrunning.PREFIXES, smartrunning.app(self.store, self.limiter)),
            **dict.fromkeys(gofa.PREFIXES, gofa.app(self.store)),
        }
        return Surfaces(by_prefix, otherwise=self._own(principals))

    def _own(self, principals: Sequence[Principal]) -> Starlette:
        gate = KeyGate(self.store, self.limiter)
        endpoint = LimitHeaders(GraphQLEndpoint(self.store, gate, examples=EXAMPLES, principals=principals))
        routes = [
            Route("/", _to_explorer),
            Route("/graphql", endpoint),
            Mount("/explorer", assets()),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
        ]
        own = Starlette(routes=routes, lifespan=self._lifespan)
        own.state.store = self.store
        return own

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with self.running():
            yield


def create_app() -> ASGIApp:
    """What a server process loads; everything is set by the environment."""
    settings = Settings()
    logs.configure(settings)
    principals = DemoCredentials.of(settings).principals(SIGNED_UP.email) if settings.demo else ()
    return Gateway(settings, principals=principals)


async def _to_explorer(_: Request) -> Response:
    return RedirectResponse("/graphql")
