"""Budgets that fill up evenly over time, spent before work and given back in part after it; shared like limits."""

import time
from collections import OrderedDict
from collections.abc import Awaitable
from dataclasses import dataclass
from math import ceil
from typing import cast

from rest_compat.wire.shared import Shared

MOST_BUCKETS = 50_000
SPEND = """
local limit, seconds, amount, anyway = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local level, at = unpack(redis.call('HMGET', KEYS[1], 'level', 'at'))
level = level and math.min(limit, level + math.max(0, now - at) * limit / seconds) or limit
local enough = amount <= level
if enough or anyway then level = math.min(limit, math.max(0, level - amount)) end
redis.call('HSET', KEYS[1], 'level', string.format('%.3f', level), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], seconds * 1000)
return {enough and 1 or 0, string.format('%.3f', level)}
"""


@dataclass(frozen=True)
class Allowance:
    """So much in so many seconds, all of it at once or evenly."""

    amount: int
    seconds: int

    @property
    def per_second(self) -> float:
        return self.amount / self.seconds


@dataclass(frozen=True)
class Balance:
    """How a bucket stands after something was asked of it."""

    allowance: Allowance
    enough: bool
    level: float
    asked: int = 0

    @property
    def remaining(self) -> int:
        return int(self.level)

    @property
    def full_in(self) -> float:
        """Seconds until all of the allowance is there again."""
        return (self.allowance.amount - self.level) / self.allowance.per_second

    @property
    def retry_after(self) -> int:
        """Whole seconds until what was asked is there, if it ever can be."""
        missing = min(self.asked, self.allowance.amount) - self.level
        return max(1, ceil(missing / self.allowance.per_second))


class Budgets:
    """Kept in Redis where there is one, else in this process, and so, too, while Redis does not answer."""

    def __init__(self, shared: Shared | None = None, *, prefix: str = "gateway") -> None:
        self._shared = shared
        self._prefix = f"{prefix}:budget:"
        self._script = shared.redis.register_script(SPEND) if shared else None
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def spend(self, bucket: str, allowance: Allowance, amount: int, *, anyway: bool = False) -> Balance:
        """Nothing is spent where there is not enough, unless `anyway`: then all that there is."""
        if self._shared is not None:
            balance = await self._shared.ask(lambda: self._spent_together(bucket, allowance, amount, anyway))
            if balance is not None:
                return balance
        return self._spent(bucket, allowance, amount, anyway)

    async def give_back(self, bucket: str, allowance: Allowance, amount: int) -> Balance:
        """A bucket never holds more than its allowance."""
        return await self.spend(bucket, allowance, -amount)

    async def _spent_together(self, bucket: str, allowance: Allowance, amount: int, anyway: bool) -> Balance:
        if self._script is None:
            raise RuntimeError("there is no Redis to ask")
        keys = [self._prefix + bucket]
        arguments = [allowance.amount, allowance.seconds, amount, int(anyway)]
        enough, level = await cast("Awaitable[tuple[int, bytes]]", self._script(keys, arguments))
        return Balance(allowance, bool(enough), float(level), amount)

    def _spent(self, bucket: str, allowance: Allowance, amount: int, anyway: bool) -> Balance:
        """Of too many buckets the one that was left alone longest goes: it is the fullest."""
        now = time.monotonic()
        kept, at = self._levels.pop(bucket, (float(allowance.amount), now))
        level = min(allowance.amount, kept + (now - at) * allowance.per_second)
        enough = amount <= level
        if enough or anyway:
            level = min(allowance.amount, max(0.0, level - amount))
        self._levels[bucket] = (level, now)
        if len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)
        return Balance(allowance, enough, level, amount)
