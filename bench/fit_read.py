"""Our FIT reader against fitparse, on files written here and on the five largest real ones when present.

python -m bench.fit_read [--all]      with --all fitparse reads the largest ones too, for half a minute
"""

import io
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import fitparse
import numpy as np
from fitparse.records import Crc

from domain.fit import FitError, read, verify
from domain.fit.crc import crc16
from domain.fit.encoder import encode_activity

REAL = Path(__file__).resolve().parents[2] / "shared" / "fit" / "files"
PATIENCE_BYTES = 400_000  # fitparse needs about four seconds for these


def generated(count: int) -> bytes:
    rng = np.random.default_rng(1)
    columns = {
        "heart_rate": rng.integers(100, 180, count),
        "power": rng.integers(0, 400, count),
        "cadence": rng.integers(70, 100, count),
        "speed": rng.uniform(2, 14, count),
        "distance": np.arange(count) * 8.0,
        "altitude": rng.uniform(0, 900, count),
        "latitude": rng.uniform(40, 50, count),
        "longitude": rng.uniform(5, 15, count),
    }
    return encode_activity(1_700_000_000, columns, sport="cycling")


def best(work: Callable[[], object], times: int) -> float:
    """Seconds of the fastest run: the others measure the neighbours."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


def read_with_fitparse(data: bytes) -> None:
    for message in fitparse.FitFile(io.BytesIO(data)).get_messages():
        message.get_values()


def checksum_of_fitparse(data: bytes) -> int:
    return int(Crc.calculate(data))


def is_sound(path: Path) -> bool:
    try:
        verify(path.read_bytes())
    except FitError:
        return False
    return True


def files() -> list[tuple[str, bytes]]:
    made = [(f"generated, {count} records", generated(count)) for count in (1_000, 10_000)]
    if not REAL.is_dir():
        return made
    largest = sorted(filter(is_sound, REAL.iterdir()), key=lambda path: -path.stat().st_size)[:5]
    return made + [(path.name, path.read_bytes()) for path in largest]


def main() -> None:
    warnings.simplefilter("ignore", DeprecationWarning)
    print(
        f"{'file':44} {'kB':>5} {'CRC ms':>7} {'fitparse':>9} {'ratio':>6} {'read ms':>8} {'MB/s':>5}"
        f" {'fitparse':>9} {'ratio':>6}"
    )
    for name, data in files():
        ours, theirs = (
            best(lambda data=data: crc16(data), 20),
            best(lambda data=data: checksum_of_fitparse(data), 1),
        )
        assert crc16(data) == checksum_of_fitparse(data)
        line = f"{name[:44]:44} {len(data) / 1e3:5.0f} {ours * 1e3:7.3f} {theirs * 1e3:9.0f} {theirs / ours:6.0f}"
        ours = best(lambda data=data: read(data), 20)
        line += f" {ours * 1e3:8.2f} {len(data) / ours / 1e6:5.0f}"
        if len(data) <= PATIENCE_BYTES or "--all" in sys.argv:
            theirs = best(lambda data=data: read_with_fitparse(data), 1)
            line += f" {theirs * 1e3:9.0f} {theirs / ours:6.0f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
