"""How many requests in how long, how a bucket stands against that, and what an answer's headers say of it."""

import time
from dataclasses import dataclass
from math import ceil

MICROSECONDS = 1_000_000
SLOTS = 100
"""What is remembered of a window. Up to a hundred requests are remembered each by its microsecond; of more, those that
fall into a hundredth of the window are one number, and count until the last of them may not.
"""


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds; the name stands in the headers."""

    name: str
    amount: int
    seconds: int

    @property
    def length(self) -> int:
        """The window, in microseconds."""
        return self.seconds * MICROSECONDS

    @property
    def grain(self) -> int:
        """A slot of the window, in microseconds."""
        return 1 if self.amount <= SLOTS else self.length // SLOTS


@dataclass(frozen=True)
class Standing:
    """How a bucket stands against one rate: how many requests are left, and when one is given back."""

    rate: Rate
    remaining: int
    frees_in: float


@dataclass(frozen=True)
class Verdict:
    """Whether a request is let through, and what its answer says about limits."""

    allowed: bool
    standings: tuple[Standing, ...]

    @property
    def retry_after(self) -> int:
        waits = [ceil(standing.frees_in) for standing in self.standings if standing.remaining < 1]
        return max([1, *waits])

    def headers(self) -> dict[str, str]:
        """draft-ietf-httpapi-ratelimit-headers, and the X- headers that came before it (the tightest rate)."""
        tightest = min(self.standings, key=lambda standing: standing.remaining)
        rates = [standing.rate for standing in self.standings]
        headers = {
            "RateLimit-Policy": ", ".join(
                f'"{rate.name}";q={rate.amount};w={rate.seconds}' for rate in rates
            ),
            "RateLimit": ", ".join(
                f'"{s.rate.name}";r={s.remaining};t={ceil(s.frees_in)}' for s in self.standings
            ),
            "X-RateLimit-Limit": str(tightest.rate.amount),
            "X-RateLimit-Remaining": str(tightest.remaining),
            "X-RateLimit-Reset": str(ceil(time.time() + tightest.frees_in)),
        }
        return headers if self.allowed else {**headers, "Retry-After": str(self.retry_after)}


def verdict_of(allowed: bool, rates: tuple[Rate, ...], found: list[tuple[int, int]]) -> Verdict:
    """`found`: how many requests count against each rate, and in how many microseconds the oldest does no more."""
    standings = [
        Standing(rate, max(rate.amount - used, 0), frees_in / MICROSECONDS if used else rate.seconds)
        for rate, (used, frees_in) in zip(rates, found, strict=True)
    ]
    return Verdict(allowed, tuple(standings))
