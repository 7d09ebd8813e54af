"""Where hits are counted: in Redis, or in this process, within bounds."""

import time
from heapq import nsmallest
from typing import Any

from limits.aio.storage import MemoryStorage, RedisStorage, Storage

from rest_compat.wire.shared import Shared

MOST_ENTRIES = 50_000
KEPT_WHEN_FULL = MOST_ENTRIES * 9 // 10
SWEEP_EVERY = 1.0


def in_redis(shared: Shared) -> Storage:
    options: dict[str, Any] = {"implementation": "redispy", "connection_pool": shared.pool}
    return RedisStorage(f"async+{shared.url}", wrap_exceptions=True, **options)


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
