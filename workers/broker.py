"""The broker ladder: in this process, Redis or RabbitMQ, by the scheme of `GATEWAY_BROKER_URL`."""

from typing import Any

import redis
from dramatiq import Broker
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import AsyncIO, Middleware, Retries, ShutdownNotifications, TimeLimit
from pika.exceptions import ProbableAccessDeniedError, ProbableAuthenticationError
from redis.exceptions import AuthenticationError

from domain.jobs import BULK, LIVE
from domain.settings import Settings

MEMORY = "memory"
NEVER_GIVE_UP = 1_000_000  # the ledger counts attempts and decides, the broker only waits
LANES = {LIVE: "live", BULK: "bulk"}
CONNECTING, ANSWERING = 2.0, 10.0
"""Seconds that Redis has; without them a host that vanished is waited for as long as TCP likes."""
ACCESS_REFUSED = 403  # of AMQP


def scheme_of(settings: Settings) -> str:
    return settings.broker_url.partition("://")[0]


def queue_of(settings: Settings, lane: int) -> str:
    """Each lane is a queue of its own: none of these brokers lets the urgent overtake in one."""
    return f"{settings.queue_prefix}-{LANES[lane]}"


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
            client = redis.Redis.from_url(
                settings.broker_url, socket_connect_timeout=CONNECTING, socket_timeout=ANSWERING
            )
            untyped: Any = RedisBroker
            broker: Broker = untyped(client=client, middleware=middleware, namespace=settings.queue_prefix)
            return broker
        case "amqp" | "amqps":
            return RabbitmqBroker(url=settings.broker_url, middleware=middleware)
        case other:
            raise ValueError(f"{other}:// is no broker that Settings lets through")


def reason_of(error: BaseException) -> str | None:
    """Why a broker that answers will not have us, in words of ours: the drivers' may hold what is secret."""
    cause = error.args[0] if isinstance(error, ConnectionClosed) and error.args else error
    if isinstance(cause, ProbableAuthenticationError | AuthenticationError):
        return "it refuses the user or the password in GATEWAY_BROKER_URL"
    if isinstance(cause, ProbableAccessDeniedError):
        return "it refuses the virtual host in GATEWAY_BROKER_URL"
    if getattr(cause, "reply_code", None) == ACCESS_REFUSED:
        return "the user in GATEWAY_BROKER_URL may not use its queues"
    return None


def length_of(broker: Broker, queue: str) -> int:
    """How many messages wait in a queue for anybody to take them."""
    match broker:
        case StubBroker():
            return int(broker.queues[queue].qsize())
        case RedisBroker():
            return int(broker.client.llen(f"{broker.namespace}:{queue}"))
        case RabbitmqBroker():
            broker.declare_queue(queue, ensure=True)
            return int(broker.get_queue_message_counts(queue)[0])
        case other:
            raise TypeError(type(other).__name__)
