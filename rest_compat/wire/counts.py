"""Requests counted in moving windows, in this process: never more than a rate allows in any stretch of its length."""

import time
from array import array
from collections.abc import Callable
from heapq import nsmallest

from rest_compat.wire.rates import MICROSECONDS, Rate, Verdict, verdict_of

MOST_WINDOWS = 50_000
KEPT_WHEN_FULL = MOST_WINDOWS * 9 // 10
SWEEP_EVERY = MICROSECONDS


class Window:
    """Slots that requests fell into, the oldest first, each with how many: all of them count until its last may not."""

    def __init__(self, rate: Rate) -> None:
        self.used = 0
        self._rate = rate
        self._slots, self._counts = array("Q"), array("Q")

    def move(self, now: int) -> None:
        gone = 0
        while gone < len(self._slots) and self._ends(gone) <= now:
            self.used -= self._counts[gone]
            gone += 1
        del self._slots[:gone], self._counts[:gone]

    def add(self, now: int) -> None:
        self.used += 1
        slot = now // self._rate.grain
        if self._slots and slot <= self._slots[-1]:
            self._counts[-1] += 1
        else:
            self._slots.append(slot)
            self._counts.append(1)

    def frees_in(self, now: int) -> int:
        return self._ends(0) - now if self.used else 0

    def ends(self) -> int:
        return self._ends(-1) if self.used else 0

    def _ends(self, place: int) -> int:
        """When what fell into this slot counts no more."""
        return (self._slots[place] + 1) * self._rate.grain - 1 + self._rate.length


def microseconds() -> int:
    return time.time_ns() // 1000


class InProcess:
    """Within bounds, whoever asks. Nothing waits between reading and writing, so no locks are needed."""

    def __init__(self, clock: Callable[[], int] = microseconds) -> None:
        self._clock = clock
        self._windows: dict[tuple[str, Rate], Window] = {}
        self._sweep_at = 0

    def __len__(self) -> int:
        return len(self._windows)

    def take(self, bucket: str, *rates: Rate) -> Verdict:
        """Count a request against all rates, or against none where one of them is used up."""
        now = self._clock()
        self._sweep(now)
        windows = [self._window(bucket, rate, now) for rate in rates]
        allowed = all(window.used < rate.amount for window, rate in zip(windows, rates, strict=True))
        if allowed:
            for window in windows:
                window.add(now)
        return verdict_of(allowed, rates, [(window.used, window.frees_in(now)) for window in windows])

    def _window(self, bucket: str, rate: Rate, now: int) -> Window:
        window = self._windows.get((bucket, rate))
        if window is None:
            window = self._windows[bucket, rate] = Window(rate)
        window.move(now)
        return window

    def _sweep(self, now: int) -> None:
        """What counts no more goes once a second; of too many, those go that would go first anyway."""
        full = len(self._windows) >= MOST_WINDOWS
        if now < self._sweep_at and not full:
            return
        self._sweep_at = now + SWEEP_EVERY
        self._windows = {key: window for key, window in self._windows.items() if window.ends() > now}
        surplus = len(self._windows) - KEPT_WHEN_FULL
        if full and surplus > 0:
            for key in nsmallest(surplus, self._windows, key=lambda key: self._windows[key].ends()):
                del self._windows[key]
