"""The broker ladder: in this process, Redis or RabbitMQ, by the scheme of `GATEWAY_BROKER_URL`."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from dramatiq import Actor, Broker
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import AsyncIO, Middleware, Retries, ShutdownNotifications, TimeLimit

from domain.jobs import Ring
from domain.settings import Settings

MEMORY = "memory"
NEVER_GIVE_UP = 1_000_000  # the ledger counts attempts and decides, the broker only waits

log = structlog.get_logger(__name__)


def scheme_of(settings: Settings) -> str:
    return settings.broker_url.partition("://")[0]


def broker_for(settings: Settings) -> Broker:
    middleware: list[Middleware] = [
        AsyncIO(),
        TimeLimit(),
        ShutdownNotifications(notify_shutdown=True),
        Retries(max_retries=NEVER_GIVE_UP),
    ]
    match scheme_of(settings):
        case "memory":
            return StubBroker(middleware=middleware)
        case "redis" | "rediss":
            redis: Any = RedisBroker  # its signature is untyped
            broker: Broker = redis(
                url=settings.broker_url, middleware=middleware, namespace=settings.queue_prefix
            )
            return broker
        case "amqp" | "amqps":
            return RabbitmqBroker(url=settings.broker_url, middleware=middleware)
        case other:
            raise ValueError(f"{other}:// is no broker that Settings lets through")


class Bell:
    """Tells the broker which jobs wait. A broker that is down loses nothing: the sweep finds the rows."""

    def __init__(self, actors: dict[str, Actor[Any, Any]], *, in_process: bool) -> None:
        self._actors = actors
        self._in_process = in_process

    async def __call__(self, rings: Sequence[Ring]) -> None:
        try:
            if self._in_process:
                self._send(rings)
            else:
                await asyncio.to_thread(self._send, rings)
        except Exception as error:  # noqa: BLE001  the commit has happened: the request must not fail now
            log.warning("broker_unreachable", jobs=len(rings), error=type(error).__name__)

    def _send(self, rings: Sequence[Ring]) -> None:
        for ring in rings:
            self._actors[ring.kind].send(str(ring.job_id))
