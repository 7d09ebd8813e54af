"""What a partner's bulk import is made of: real recordings, generated ones, and three that cannot be read."""

from dataclasses import dataclass

import numpy as np

from domain.fit.encoder import encode_activity
from tests.domain.fit import real_files

DAY, FIRST = 86_400, 1_704_100_000
DAYS = 500
SPORTS = ("running", "cycling", "walking")


@dataclass(frozen=True)
class File:
    """`broken`: it has to be fetched, since what is wrong with it would be seen at once otherwise."""

    summary_id: str
    content: bytes
    broken: bool = False


def bulk_files(count: int) -> list[File]:
    """So many in all, in an order of their own, the broken ones in their middle."""
    real = _real()[: (count - 3) * 3 // 4]
    generated = [made(number) for number in range(count - 3 - len(real))]
    good = [*real, *generated]
    middle = len(good) // 2
    return [*good[:middle], *_broken(), *good[middle:]]


def _real() -> list[File]:
    """Activities that Garmin's SDK reads, where the recordings are."""
    truths = real_files.expected().items()
    names = [name for name, truth in truths if not truth.get("error") and truth["file_type"] == "activity"]
    return [File(name, real_files.content(name)) for name in names]


def made(number: int) -> File:
    """An hour or less, two on a day, the days used again after a while; always the same for the same number."""
    random = np.random.default_rng(number)
    seconds = int(random.integers(300, 3600))
    heart_rate = np.clip(random.normal(0, 1, seconds).cumsum() * 0.3 + 135, 60, 185).round()
    started = FIRST + (number % (2 * DAYS)) * DAY // 2 + number // (2 * DAYS) * 3600
    content = encode_activity(started, {"heart_rate": heart_rate}, sport=SPORTS[number % len(SPORTS)])
    return File(f"made-{number:04}.fit", content)


def _broken() -> list[File]:
    whole = encode_activity(FIRST, {"heart_rate": [150] * 600})
    flipped = bytearray(whole)
    flipped[200] ^= 0xFF
    return [
        File("flipped.fit", bytes(flipped), broken=True),
        File("truncated.fit", whole[: len(whole) // 2], broken=True),
        File("no-fit.fit", b"<html>Sign in first</html>", broken=True),
    ]
