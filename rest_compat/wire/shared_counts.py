"""The same windows in Redis, for all processes: decided and counted in one round trip, by Redis's own clock."""

import time

import structlog
from redis.asyncio import BlockingConnectionPool, Redis

from rest_compat.wire.rates import Rate, Verdict, verdict_of

CONNECTIONS = 20
SOCKET_PATIENCE = 0.5
REST = 5.0

# KEYS: a hash for each rate, of its slots and how many requests fell into each. ARGV: each rate's amount, length and
# grain. Answers whether the request was counted, then how many count for each rate and when the oldest does no more.
TAKE = """
local clock = redis.call('TIME')
local now, allowed, rates = clock[1] * 1000000 + clock[2], 1, {}
for n, key in ipairs(KEYS) do
    local rate = {length = tonumber(ARGV[3 * n - 1]), grain = tonumber(ARGV[3 * n]), used = 0}
    rate.slot = math.floor(now / rate.grain)
    rate.oldest = rate.slot
    local found = redis.call('HGETALL', key)
    for i = 1, #found, 2 do
        local slot = tonumber(found[i])
        if (slot + 1) * rate.grain - 1 + rate.length <= now then
            redis.call('HDEL', key, found[i])
        else
            rate.used = rate.used + found[i + 1]
            rate.oldest = math.min(rate.oldest, slot)
        end
    end
    if rate.used >= tonumber(ARGV[3 * n - 2]) then allowed = 0 end
    rates[n] = rate
end
local answer = {allowed}
for n, rate in ipairs(rates) do
    if allowed == 1 then
        redis.call('HINCRBY', KEYS[n], string.format('%.0f', rate.slot), 1)
        redis.call('PEXPIRE', KEYS[n], math.ceil((rate.length + rate.grain) / 1000))
    end
    answer[2 * n] = rate.used + allowed
    answer[2 * n + 1] = (rate.oldest + 1) * rate.grain - 1 + rate.length - now
end
return answer
"""

log = structlog.get_logger(__name__)


class InRedis:
    def __init__(self, redis_url: str, prefix: str) -> None:
        """No more connections are asked for at once than it has; should one be missing, it waits a little."""
        self._prefix = prefix
        self._pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
            redis_url,
            max_connections=CONNECTIONS,
            timeout=SOCKET_PATIENCE,
            socket_timeout=SOCKET_PATIENCE,
            socket_connect_timeout=SOCKET_PATIENCE,
        )
        self._script = Redis(connection_pool=self._pool).register_script(TAKE)

    async def take(self, bucket: str, *rates: Rate) -> Verdict:
        """As in this process. The braces keep a bucket's keys together where Redis is a cluster."""
        keys = [f"{self._prefix}:slots:{{{bucket}}}:{rate.seconds}/{rate.grain}" for rate in rates]
        numbers = [number for rate in rates for number in (rate.amount, rate.length, rate.grain)]
        allowed, *found = await self._script(keys=keys, args=numbers)
        pairs = zip(found[::2], found[1::2], strict=True)
        return verdict_of(bool(allowed), rates, list(pairs))

    async def close(self) -> None:
        await self._pool.disconnect()


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
