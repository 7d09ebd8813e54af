"""The sweep of a process: it rings for what nobody works on, or has it done here while the broker is away."""

import asyncio
from datetime import datetime

import structlog

from domain.jobs import ledger
from domain.store import Store
from domain.viewer import SYSTEM
from workers.bell import Bell
from workers.hands import Hands
from workers.registry import PERIODIC

log = structlog.get_logger(__name__)


class Sweeper:
    """`since`: what the broker was told before then it may have lost, as when this process was not there yet."""

    def __init__(self, store: Store, bell: Bell, hands: Hands) -> None:
        self._store = store
        self._bell = bell
        self._hands = hands
        self._interval = store.settings.sweep_interval.total_seconds()
        self.since: datetime | None = None

    async def run(self) -> None:
        """A database that is away for a while comes back; that it is away is said once."""
        failing = False
        while True:
            try:
                await self.once()
                failing = False
            except Exception as error:  # noqa: BLE001  whatever keeps it from sweeping now
                if not failing:
                    log.warning("sweep_failed", error=type(error).__name__)
                failing = True
                await asyncio.sleep(self._interval)

    async def once(self) -> None:
        lanes = await self._bell.lanes_with_room()
        if self.since is None or lanes is None:
            self.since = self._store.clock()
        await self._ring(lanes or ())
        if lanes is None:
            await self._hands.work_for(self._interval)
        else:
            await asyncio.sleep(self._interval)

    async def _ring(self, lanes: tuple[int, ...]) -> None:
        search = ledger.Search(lanes=lanes, since=self.since)
        async with self._store.reading(SYSTEM) as unit:
            needed = await ledger.anything_left(unit, PERIODIC, search)
        if needed:
            async with self._store.writing(SYSTEM) as unit:
                await ledger.schedule(unit, PERIODIC)
                unit.rings.extend(await ledger.sweep(unit, search))
