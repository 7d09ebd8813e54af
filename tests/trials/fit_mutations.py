"""20,000 damaged FIT files through the reader, and the bombs: no crash, no hang, no foreign exception.

python -m tests.trials.fit_mutations [--count N] [--seed TEXT] [--largest BYTES]

Mutants are read in child processes with 1 GB of memory; two seconds of CPU on one of them kill the child, as a crash
would, and the next child goes on behind it. A mutant is named by the seed and its number, and can be made again.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from domain.fit import FitError, FitErrorCode, FitFile, read
from domain.fit.encoder import encode_activity
from domain.fit.limits import DEFAULT_LIMITS
from domain.fit.reader import decode
from tests.domain.fit import real_files
from tests.domain.fit.bombs import BOMBS, content
from tests.domain.fit.mutations import mutant
from tests.domain.fit.test_hostile import RICH

ROOT = Path(__file__).parents[2]
MEMORY = 1 << 30
SECONDS, BOMB_SECONDS, SILENCE = 2.0, 1.0, 120.0
BATCH = 500
BAD = ("crash", "hang", "foreign", "memory")
CONSOLE = Console()


@dataclass
class Outcomes:
    by_code: Counter = field(default_factory=Counter)
    slowest: list = field(default_factory=list)
    bad: list = field(default_factory=list)

    def take(self, told):
        self.by_code[told["outcome"]] += 1
        self.slowest = sorted([*self.slowest, told], key=lambda each: -each["seconds"])[:5]
        if told["outcome"].startswith(BAD):
            self.bad.append(told)


def originals(largest):
    """Real files where they are, and made ones everywhere, from small to large."""
    names = real_files.names(broken=False) if real_files.expected() else []
    real = [(name, real_files.content(name)) for name in names]
    made = [
        ("made, rich", RICH),
        ("made, big-endian", encode_activity(1_700_000_000, {"power": [200] * 500}, big_endian=True)),
        ("made, short", encode_activity(1_700_000_000, {"heart_rate": [120] * 3})),
    ]
    return [(name, data) for name, data in [*made, *real] if len(data) <= largest]


def outcome_of(data):
    """Through `decode`: `read` would turn a foreign exception into a FitError and hide it."""
    try:
        found = decode(data, DEFAULT_LIMITS)
    except FitError as error:
        return _by_the_fallback(data) if error.code is FitErrorCode.UNSUPPORTED else error.code.value
    except MemoryError:
        return "memory"
    except Exception as error:  # noqa: BLE001  this is what is looked for
        return f"foreign {type(error).__name__}: {error}"[:200]
    return _checked(found)


def _by_the_fallback(data):
    try:
        return f"{_checked(read(data))} by fitparse"
    except FitError as error:
        return f"{error.code.value} by fitparse"
    except BaseException as error:  # noqa: BLE001
        return f"foreign {type(error).__name__} by fitparse: {error}"[:200]


def _checked(found: FitFile):
    assert all(len(column) == len(found.records) for column in found.records.columns.values())
    return "read"


def child(seed, first, last, largest):
    """Tells of each mutant before and after it is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    known = originals(largest)
    outcome_of(RICH)  # what is made once is no mutant's fault
    for number in range(first, last):
        chance = Random(f"{seed}:{number}")
        name, data = chance.choice(known)
        kind, damaged = mutant(chance, data)
        print(json.dumps({"number": number, "from": name, "kind": kind}), flush=True)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        started = time.process_time()
        outcome = outcome_of(damaged)
        taken = time.process_time() - started
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps({"outcome": outcome, "seconds": taken, "bytes": len(damaged)}), flush=True)


def batch(arguments, first, last, tell):
    """Children, one after the other, until every mutant of the batch has an outcome."""
    while first < last:
        first = _one_child(arguments, first, last, tell)


def _one_child(arguments, first, last, tell):
    command = [sys.executable, "-m", "tests.trials.fit_mutations", "--child", str(first), str(last)]
    command += ["--seed", arguments.seed, "--largest", str(arguments.largest)]
    quiet = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=quiet) as process:
        begun = None
        for line in process.stdout:
            told = json.loads(line)
            if begun is None:
                begun = told
            else:
                tell(begun | told)
                begun, first = None, begun["number"] + 1
    if process.returncode == 0:
        return first
    if begun is None:
        raise RuntimeError(f"A child ended with {process.returncode} before it read anything")
    outcome = "hang" if process.returncode == -signal.SIGPROF else f"crash {process.returncode}"
    tell(begun | {"outcome": outcome, "seconds": SECONDS, "bytes": 0})
    return begun["number"] + 1


def bombs():
    """Each in a process of its own, with the same memory."""
    for bomb in BOMBS:
        code = (
            f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY})); import sys, runpy; "
            f"sys.argv[1:] = [{bomb.__name__!r}]; runpy.run_module('tests.domain.fit.bombs', run_name='__main__')"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=SILENCE,
            check=False,
        )
        outcome, seconds = done.stdout.split() if done.returncode == 0 else ("crash", "nan")
        yield bomb.__name__, len(content(bomb)), outcome, float(seconds)


def shown_bombs():
    table = Table("bomb", "kB", "outcome", "CPU s", title="Bombs")
    failed = 0
    for name, size, outcome, seconds in bombs():
        in_time = seconds < BOMB_SECONDS
        failed += not in_time
        table.add_row(
            name, f"{size / 1000:.0f}", outcome, f"{seconds:.2f}" + ("" if in_time else " TOO SLOW")
        )
    CONSOLE.print(table)
    return failed


def shown(outcomes, seconds):
    total = sum(outcomes.by_code.values())
    table = Table("outcome", "mutants", title=f"{total} mutants in {seconds:.0f} s")
    for code, count in outcomes.by_code.most_common():
        table.add_row(code, str(count))
    CONSOLE.print(table)
    slow = Table(
        "mutant", "from", "kind", "bytes", "outcome", "CPU ms", title="The slowest, and what went wrong"
    )
    for told in [*outcomes.slowest, *outcomes.bad]:
        row = [told["number"], told["from"], told["kind"], told["bytes"], told["outcome"]]
        slow.add_row(*map(str, row), f"{told['seconds'] * 1000:.0f}")
    CONSOLE.print(slow)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", default="fit")
    parser.add_argument("--largest", type=int, default=400_000, help="bytes of an original")
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.seed, *arguments.child, arguments.largest)
        return 0
    outcomes, started = Outcomes(), time.monotonic()
    with Progress(console=CONSOLE) as progress, ThreadPoolExecutor(os.cpu_count()) as pool:
        task = progress.add_task("mutants", total=arguments.count)

        def tell(told):
            outcomes.take(told)
            progress.advance(task)

        starts = range(0, arguments.count, BATCH)
        ends = [min(first + BATCH, arguments.count) for first in starts]
        list(pool.map(lambda first, last: batch(arguments, first, last, tell), starts, ends))
    shown(outcomes, time.monotonic() - started)
    failed = len(outcomes.bad) + shown_bombs()
    CONSOLE.print("Nothing went wrong." if not failed else f"{failed} went wrong.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
