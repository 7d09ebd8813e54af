"""How many there are at once: so many of one address or viewer, and so many in all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Full(Exception):
    """There is no seat left, for this one or for anybody."""


class Crowd:
    """Counted in each server process."""

    def __init__(self) -> None:
        self._seated: Counter[str] = Counter()

    @contextmanager
    def seat(self, whose: str, *, of_one: int, of_all: int) -> Iterator[None]:
        """Raises Full where there are that many already."""
        if self._seated[whose] >= of_one or self._seated.total() >= of_all:
            raise Full
        self._seated[whose] += 1
        try:
            yield
        finally:
            self._seated[whose] -= 1
            if not self._seated[whose]:
                del self._seated[whose]
