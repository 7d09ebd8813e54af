"""What processes share through Redis: one pool of connections, and one opinion on whether it answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

Answer = TypeVar("Answer")

PATIENCE = 1.0
CONNECTIONS = 20
SOCKET_PATIENCE = 0.5
REST = 5.0

log = structlog.get_logger(__name__)


class Shared:
    """Redis, asked through `ask` by all who can do without it for a while."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pool = pool_of(url)
        self.redis = Redis(connection_pool=self.pool)
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._outage = Outage()

    async def ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """None while Redis does not answer. Whoever waits for a turn waits for us and not for Redis."""
        async with self._turns:
            if not self._outage.lets_ask():
                return None
            asked = time.monotonic()
            try:
                async with asyncio.timeout(PATIENCE):
                    answer = await question()
            except (RedisError, OSError, TimeoutError) as error:
                self._outage.found(type(error).__name__)
                return None
            self._outage.answered(asked)
            return answer

    async def close(self) -> None:
        await self.pool.disconnect()


class Outage:
    """While Redis does not answer it is left alone, but for one who asks every few seconds for all."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._until = 0.0

    def lets_ask(self) -> bool:
        now = time.monotonic()
        if self._since is None:
            return True
        if now < self._until:
            return False
        self._until = now + REST
        return True

    def found(self, reason: str) -> None:
        """However many find out, it is said once."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
            log.warning("limits_not_shared", reason=reason)
        self._until = now + REST

    def answered(self, asked: float) -> None:
        """Over for all, if it was asked after the outage began."""
        if self._since is not None and asked > self._since:
            self._since = None
            log.info("limits_shared_again")


def pool_of(redis_url: str) -> BlockingConnectionPool:
    """No more connections are asked for at once than it has; should one be missing, it waits a little."""
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
        redis_url,
        max_connections=CONNECTIONS,
        timeout=SOCKET_PATIENCE,
        socket_timeout=SOCKET_PATIENCE,
        socket_connect_timeout=SOCKET_PATIENCE,
    )
    return pool
