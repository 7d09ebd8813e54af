"""The same windows in Redis, for all processes: decided and counted in one round trip, by Redis's own clock."""

from rest_compat.wire.rates import Rate, Verdict, verdict_of
from rest_compat.wire.shared import Shared

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


class InRedis:
    def __init__(self, shared: Shared, prefix: str) -> None:
        self._prefix = prefix
        self._script = shared.redis.register_script(TAKE)

    async def take(self, bucket: str, *rates: Rate) -> Verdict:
        """As in this process. The braces keep a bucket's keys together where Redis is a cluster."""
        keys = [f"{self._prefix}:slots:{{{bucket}}}:{rate.seconds}/{rate.grain}" for rate in rates]
        numbers = [number for rate in rates for number in (rate.amount, rate.length, rate.grain)]
        allowed, *found = await self._script(keys=keys, args=numbers)
        pairs = zip(found[::2], found[1::2], strict=True)
        return verdict_of(bool(allowed), rates, list(pairs))
