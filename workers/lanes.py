"""Two lanes of work: what somebody waits for, and bulk, which never takes every hand there is."""

import threading
from queue import PriorityQueue
from typing import Any

from domain.jobs import BULK


def most_bulk(hands: int) -> int:
    """How many of so many hands may be busy with bulk: a quarter of them, and one at least, are left to live work."""
    return hands - max(1, hands // 4) if hands > 1 else 1


class Lanes(PriorityQueue[Any]):
    """Dramatiq's work queue: the urgent first, and bulk only while fewer threads than may be are busy with it."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._room = most_bulk(threads)
        self._taken = threading.local()

    def open_up(self) -> None:
        """At the end: what nobody will take any more is given back, bulk or not."""
        with self.not_empty:
            self._room += super()._qsize()

    def task_done(self) -> None:
        """A thread says so when it is through with what it took last."""
        if getattr(self._taken, "bulk", False):
            self._taken.bulk = False
            with self.not_empty:
                self._room += 1
                self.not_empty.notify()
        super().task_done()

    def _qsize(self) -> int:
        """Nothing, while there is nothing that may be taken: whoever wants to take waits then."""
        waiting = super()._qsize()
        return waiting if waiting and (self._room or self.queue[0].priority < BULK) else 0

    def _get(self) -> Any:
        item = super()._get()
        self._taken.bulk = item.priority >= BULK
        self._room -= self._taken.bulk
        return item
