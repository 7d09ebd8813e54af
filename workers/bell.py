"""Telling the broker which jobs wait, and asking it whether it hears and how long its queues are."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from dramatiq import Actor, Broker

from domain.jobs import Ring, ledger
from workers.broker import length_of, reason_of

PATIENCE = 2.0
AWAY = 5.0
"""Seconds for which a broker that did not answer is not asked again by those who would have to wait for it."""
BACKLOG = 500
"""A queue that holds this many is told no more: its consumers are behind, and the ledger forgets nothing."""

Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)


class Bell:
    """A broker that is down loses nothing: the sweep finds the rows.

    All of it happens in one thread of its own, so that one connection serves and no event loop waits for a network.
    """

    def __init__(self, broker: Broker, lanes: dict[int, Actor[Any, Any]]) -> None:
        self._broker = broker
        self._lanes = lanes
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bell")
        self._away_until = 0.0
        self._heard = True

    async def __call__(self, rings: Sequence[Ring]) -> None:
        """Never raises: the commit has happened. What is more than a queue takes at once is left to the sweep."""
        if time.monotonic() < self._away_until:
            return
        with suppress(Exception):  # whatever a broker's driver raises
            await self._asked(lambda: self._send(rings[:BACKLOG]))

    async def lanes_with_room(self) -> tuple[int, ...] | None:
        """Which lanes may be rung for; None when the broker does not answer."""
        try:
            lengths = await self._asked(self._lengths)
        except Exception:  # noqa: BLE001  as above
            return None
        return tuple(lane for lane, length in lengths.items() if length < BACKLOG)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _asked(self, question: Callable[[], Answer]) -> Answer:
        """However many find a broker away, it is said once, and once that it is back."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await loop.run_in_executor(self._thread, question)
        except Exception as error:
            self._away_until = time.monotonic() + AWAY
            if self._heard:
                _warn(error)
            self._heard = False
            raise
        self._away_until = 0.0
        if not self._heard:
            log.info("broker_reachable", doing="jobs are rung for again")
        self._heard = True
        return answer

    def _send(self, rings: Sequence[Ring]) -> None:
        for ring in rings:
            self._lanes[ledger.lane_of(ring.priority)].send(str(ring.job_id), ring.kind)

    def _lengths(self) -> dict[int, int]:
        return {lane: length_of(self._broker, actor.queue_name) for lane, actor in self._lanes.items()}


def _warn(error: Exception) -> None:
    """A broker that refuses us will do so until somebody changes a setting; one that is away comes back."""
    doing = "the sweep finds all jobs"
    if reason := reason_of(error):
        log.warning("broker_refuses", reason=reason, doing=doing)
    else:
        log.warning("broker_unreachable", error=type(error).__name__, doing=doing)
