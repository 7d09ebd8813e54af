"""How fast the messages of one connection are read: some at once, and then so many in a second, long ones for many."""

import asyncio
import time


class Pace:
    """What comes faster waits in the network, and its sender with it; everybody else has their turn in between.

    A message weighs what it takes to read it; `at_once` and `a_second` are weights.
    """

    def __init__(self, *, at_once: int, a_second: int) -> None:
        self._apart = 1 / a_second
        self._ahead = at_once / a_second
        self._due = 0.0

    async def turn(self, weight: int = 1) -> None:
        now = time.monotonic()
        self._due = max(self._due, now - self._ahead) + self._apart * weight
        await asyncio.sleep(max(0.0, self._due - now))
