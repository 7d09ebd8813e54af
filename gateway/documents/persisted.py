"""Automatic persisted queries: texts that clients registered, kept by their SHA-256 within bounds."""

from collections.abc import Awaitable
from hashlib import sha256
from typing import cast

from gateway.documents.recent import Recent
from rest_compat.wire.shared import Shared

MOST_HERE, MOST_CHARACTERS = 2000, 8_000_000
MOST_SHARED, LIFE = 5000, 30 * 86_400
KEEP = """
redis.call('SET', KEYS[2] .. ARGV[1], ARGV[2], 'EX', ARGV[3])
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[4])
if surplus > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[1], surplus)
  for i = 1, #gone, 2 do redis.call('DEL', KEYS[2] .. gone[i]) end
end
"""


def digest_of(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()


class PersistedQueries:
    """Shared by processes through Redis where there is one; each has the latest at hand.

    A text is known by nothing but its own hash, checked whenever it comes from outside: nobody can register another
    text under it. What is kept was valid, and those kept longest without being registered anew go first.
    """

    def __init__(self, shared: Shared | None = None, *, prefix: str = "gateway") -> None:
        self._here: Recent[str, str] = Recent(most=MOST_HERE, heaviest=MOST_CHARACTERS)
        self._shared = shared
        self._keys = (f"{prefix}:persisted", f"{prefix}:persisted:")
        self._script = shared.redis.register_script(KEEP) if shared else None

    async def text_of(self, digest: str) -> str | None:
        here = self._here.get(digest)
        if here is not None or self._shared is None:
            return here
        redis = self._shared.redis
        found = await self._shared.ask(
            lambda: cast("Awaitable[bytes | None]", redis.get(self._keys[1] + digest))
        )
        text = found.decode(errors="replace") if found else None
        if text is None or digest_of(text) != digest:
            return None
        self._here.put(digest, text, len(text))
        return text

    async def keep(self, digest: str, text: str) -> None:
        """Of a text that was valid; others may have forgotten one that is at hand here."""
        self._here.put(digest, text, len(text))
        if self._shared is not None and self._script is not None:
            script = self._script
            arguments: list[str | int] = [digest, text, LIFE, MOST_SHARED]
            await self._shared.ask(lambda: script(self._keys, arguments))
