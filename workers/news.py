"""Waking whoever watches something when it has changed: in this process at once, in all of them through Redis."""

import asyncio
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import uuid4

import orjson
import redis
import redis.asyncio
import structlog

from domain.news import Topic
from domain.settings import Settings

PATIENCE = 0.5
AWAY = 5.0
"""Seconds for which a Redis that did not answer is told nothing: watchers look for themselves now and then."""

log = structlog.get_logger(__name__)


class Ear:
    """One watcher's, on its own event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._loop.call_soon_threadsafe(self._woken.set)

    async def wait(self, seconds: float) -> bool:
        """Whether there was news within that time; what came since the last wait counts."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class News:
    """Told by units of any thread, heard on any event loop. Without Redis other processes hear nothing."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.limits_url
        self._channel = f"{settings.queue_prefix}:news"
        self._teller = uuid4().hex
        self._ears: dict[Topic, set[Ear]] = {}
        self._lock = threading.Lock()
        self._redis = _client(self._url) if self._url else None
        self._away_until = 0.0

    async def tell(self, topics: Collection[Topic]) -> None:
        """Never raises: the commit has happened."""
        self._wake(topics)
        if self._redis is None or time.monotonic() < self._away_until:
            return
        message = orjson.dumps([self._teller, [str(topic) for topic in topics]])
        try:
            await asyncio.to_thread(self._redis.publish, self._channel, message)
        except redis.RedisError as error:
            self._away_until = time.monotonic() + AWAY
            log.warning("news_not_told", error=type(error).__name__)

    @contextmanager
    def hearing(self, topic: Topic) -> Iterator[Ear]:
        ear = Ear()
        with self._lock:
            self._ears.setdefault(topic, set()).add(ear)
        try:
            yield ear
        finally:
            with self._lock:
                self._ears[topic].discard(ear)
                if not self._ears[topic]:
                    del self._ears[topic]

    async def listen(self) -> None:
        """Hear what other processes tell, until cancelled."""
        while self._url:
            try:
                await self._heard()
            except (redis.RedisError, OSError) as error:
                log.warning("news_not_heard", error=type(error).__name__)
            await asyncio.sleep(AWAY)

    def close(self) -> None:
        if self._redis is not None:
            self._redis.close()

    async def _heard(self) -> None:
        async with redis.asyncio.Redis.from_url(self._url) as client, client.pubsub() as pubsub:
            await pubsub.subscribe(self._channel)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    self._told(message["data"])

    def _told(self, message: bytes) -> None:
        try:
            teller, topics = orjson.loads(message)
            heard = [Topic.read(text) for text in topics]
        except (ValueError, TypeError):
            log.warning("news_unreadable")
            return
        if teller != self._teller:
            self._wake(heard)

    def _wake(self, topics: Collection[Topic]) -> None:
        with self._lock:
            ears = [ear for topic in topics for ear in self._ears.get(topic, ())]
        for ear in ears:
            ear.wake()


def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
