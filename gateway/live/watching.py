"""Waiting for what changes: woken by news, looking by oneself now and then, and only while still allowed to."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

from domain.news import Topic
from workers.news import News

LOOK = 5.0
"""Seconds after which a watcher looks without having been told: a process without Redis tells nobody."""
PAUSE = 0.25
"""What changes faster is shown in steps."""
ALLOWED_FOR = 60.0

Allow = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Watch:
    """`allow` raises when the credential that began the stream opens nothing any more."""

    news: News
    allow: Allow

    async def times(self, topic: Topic) -> AsyncGenerator[None, None]:
        """Now, and whenever it is time to look again."""
        asked = time.monotonic()
        with self.news.hearing(topic) as ear:
            while True:
                yield
                await ear.wait(LOOK)
                await asyncio.sleep(PAUSE)
                if time.monotonic() - asked > ALLOWED_FOR:
                    await self.allow()
                    asked = time.monotonic()
