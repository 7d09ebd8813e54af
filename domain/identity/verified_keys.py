"""Which API keys were proven in this process, so that bcrypt is paid once for each and not for every request."""

import asyncio
import hashlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import Unavailable
from domain.identity import passwords

MOST_REMEMBERED = 10_000
MOST_WAITING = 100
THREADS = 2
USE_PRECISION = timedelta(hours=1)
USE_RETRY = timedelta(minutes=1)


class VerifiedKeys:
    """A key is remembered by its SHA-256 with its id and the hash it was proven against; its row is read all the same.

    Wrong keys are never remembered, so no flood of them pushes a right one out, and they are checked by few threads.
    """

    def __init__(self) -> None:
        self._hashes: OrderedDict[bytes, tuple[UUID, str]] = OrderedDict()
        self._due: dict[UUID, datetime] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api-keys")
        self._waiting = 0

    def id_of(self, text: str) -> UUID | None:
        """The id of a key that was proven here; whether it still opens anything, only its row tells."""
        known = self._hashes.get(_digest(text))
        return known and known[0]

    def forget(self, text: str) -> None:
        self._hashes.pop(_digest(text), None)

    def has_proven(self, text: str, secret_hash: str | None) -> bool:
        """Whether it was proven against this very hash; nobody's key has none and was never proven."""
        known = self._hashes.get(_digest(text))
        return known is not None and known[1] == secret_hash

    async def prove(self, text: str, secret: str, secret_hash: str | None, key_id: UUID | None) -> bool:
        """Remember the key if the secret belongs to the hash; what was proven before costs nothing."""
        if self.has_proven(text, secret_hash):
            return True
        right = await self._checked(secret, secret_hash)
        if right and secret_hash is not None and key_id is not None:
            self._hashes[_digest(text)] = (key_id, secret_hash)
            while len(self._hashes) > MOST_REMEMBERED:
                self._hashes.popitem(last=False)
        return right

    def is_due(self, key_id: UUID, now: datetime) -> bool:
        """Whether to note now that the key is in use; until it is noted nobody else tries within the minute."""
        if now < self._due.get(key_id, now):
            return False
        self._due[key_id] = now + USE_RETRY
        return True

    def noted(self, key_id: UUID, now: datetime) -> None:
        """It stands in the database: this process need not say it again for as long as that is precise."""
        self._due[key_id] = now + USE_PRECISION

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _checked(self, secret: str, secret_hash: str | None) -> bool:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Too many unknown API keys are being checked; try again in a moment")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, passwords.compare, secret, secret_hash)
        finally:
            self._waiting -= 1


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
