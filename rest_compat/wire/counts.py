"""Where hits are counted: in Redis, whose outages are said once, or in this process, within bounds."""

import time
from heapq import nsmallest
from typing import Any

import structlog
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from redis.asyncio import BlockingConnectionPool

CONNECTIONS = 20
SOCKET_PATIENCE = 0.5
REST = 5.0
MOST_ENTRIES = 50_000
KEPT_WHEN_FULL = MOST_ENTRIES * 9 // 10
SWEEP_EVERY = 1.0

log = structlog.get_logger(__name__)


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


def in_redis(redis_url: str, pool: BlockingConnectionPool) -> Storage:
    options: dict[str, Any] = {"implementation": "redispy", "connection_pool": pool}
    return RedisStorage(f"async+{redis_url}", wrap_exceptions=True, **options)


class InProcess(MemoryStorage):
    """Counts here. The library's own looks through all entries at every hit and has no bound; this one has both.

    Nothing waits between reading and writing, so no locks are needed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sweep_at = 0.0

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        self._sweep()
        count = await self.get(key) + amount
        if count == amount:
            self.expirations[key] = time.time() + expiry
        self.storage[key] = count
        return count

    async def decr(self, key: str, amount: int = 1) -> int:
        count = max(await self.get(key) - amount, 0)
        self.storage[key] = count
        return count

    def _sweep(self) -> None:
        """What expired goes once a second; of too many, those go that would go first anyway."""
        now, full = time.time(), len(self.expirations) >= MOST_ENTRIES
        if now < self._sweep_at and not full:
            return
        self._sweep_at = now + SWEEP_EVERY
        self._drop([key for key, ends in self.expirations.items() if ends <= now])
        if full and (surplus := len(self.expirations) - KEPT_WHEN_FULL) > 0:
            self._drop(nsmallest(surplus, self.expirations, key=self.expirations.__getitem__))

    def _drop(self, keys: list[str]) -> None:
        for key in keys:
            self.storage.pop(key, None)
            self.expirations.pop(key, None)


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
