"""The one place that knows every part: the store, the workers, GraphQL and all surfaces."""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.identity.published_keys import PublishedKeys
from domain.settings import Settings
from domain.store import Store
from gateway import logs
from gateway.demo.credentials import DemoCredentials
from gateway.demo.people import SIGNED_UP
from gateway.door import Door
from gateway.examples import EXAMPLES
from gateway.explorer import ExplorerConfig, Principal, assets
from gateway.federation import subgraph
from gateway.graphql_http import GraphQLEndpoint
from gateway.health import healthz, readyz
from gateway.live.sockets import Sockets
from gateway.metrics import Measured, Metrics
from gateway.observing import Observer
from gateway.requests import RequestLog
from gateway.schema import schema as whole
from gateway.scraping import metrics
from gateway.twins import REST_CALLS
from rest_compat import aiendurance, gofa, pai, smartrunning
from rest_compat.key_gate import KeyGate
from rest_compat.surfaces import Surfaces
from rest_compat.wire.answered import Answered
from rest_compat.wire.compression import Compression
from rest_compat.wire.cors import open_to_browsers
from rest_compat.wire.limits import Limiter, LimitHeaders
from workers.broker import MEMORY, scheme_of
from workers.crew import Crew

EXPOSED = ("ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-ID")
"""What a frontend of another origin may read of an answer's headers."""


class Gateway:
    """The whole service as an ASGI application; its lifespan opens the store and starts the workers."""

    def __init__(self, settings: Settings, *, principals: Sequence[Principal] = ()) -> None:
        self.settings = settings
        self.crew = Crew(settings)
        self.store = Store(settings, herald=self.crew.news.tell)
        self.limiter = Limiter(settings.limits_url, prefix=settings.queue_prefix)
        self.metrics = Metrics()
        self.keys = PublishedKeys()
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
        listening = asyncio.create_task(self.crew.news.listen())
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.to_thread(self.crew.stop)
            await self.limiter.close()
            await self.store.close()

    def _surfaces(self, principals: Sequence[Principal]) -> Surfaces:
        apps: dict[str, tuple[Sequence[str], ASGIApp]] = {
            "pai": (pai.PREFIXES, pai.surface(self.store, self.limiter)),
            "aiendurance": (aiendurance.PREFIXES, aiendurance.surface(self.store)),
            "smartrunning": (smartrunning.PREFIXES, smartrunning.app(self.store, self.limiter)),
            "gofa": (gofa.PREFIXES, gofa.app(self.store, self.limiter, self.keys)),
        }
        by_prefix: dict[str, ASGIApp] = {}
        for name, (prefixes, app) in apps.items():
            by_prefix |= dict.fromkeys(prefixes, Measured(Answered(app), self.metrics, name))
        return Surfaces(by_prefix, otherwise=Measured(self._own(principals), self.metrics, "gateway"))

    def _own(self, principals: Sequence[Principal]) -> Starlette:
        gate = KeyGate(self.store, self.limiter)
        explorer = ExplorerConfig(examples=EXAMPLES, principals=tuple(principals), rest_calls=REST_CALLS)
        schema = subgraph() if self.settings.federation else whole
        door = Door(self.store, gate, self.keys)
        observer = Observer(self.metrics)
        graphql = GraphQLEndpoint(
            self.store, door, gate, self.crew.news, observer, schema=schema, explorer=explorer
        )
        compressed = Compression(LimitHeaders(graphql), unless="X-No-Compression")
        endpoint = open_to_browsers(compressed, exposed=EXPOSED)
        sockets = Sockets(schema, open=graphql.outcomes, viewer_of=door.viewer, refused=observer.refused)
        routes = [
            Route("/", _to_explorer),
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", sockets),
            Mount("/explorer", assets()),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ]
        own = Starlette(routes=routes, lifespan=self._lifespan)
        own.state.store, own.state.metrics = self.store, self.metrics
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
    gateway = Gateway(settings, principals=principals)
    gc.freeze()  # what is loaded by now stays: to look through it again would hold every request up now and then
    return gateway


async def _to_explorer(_: Request) -> Response:
    return RedirectResponse("/graphql")
