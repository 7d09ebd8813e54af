"""Five thousand operations of AI Training on each database against the model: `python -m tests.trials.gofa_walk`."""

import logging
import sys
import tempfile
import time
from pathlib import Path

import structlog
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import databases
from tests.rest_compat.gofa.walk import Walk

STEPS = 100


def walk(wanted, new_database):
    """Examples of a hundred steps each until so many operations are done."""

    class Trial(Walk):
        pass

    Trial.new_database = staticmethod(new_database)
    Walk.operations.clear()
    started, rounds = time.perf_counter(), 0
    while sum(Walk.operations.values()) < wanted:
        rounds += 1
        run_state_machine_as_test(
            Trial,
            settings=settings(
                max_examples=10, stateful_step_count=STEPS, deadline=None, database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    return dict(sorted(Walk.operations.items())), time.perf_counter() - started


def main():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as folder:
        directory, numbers = Path(folder), iter(range(1_000_000))
        template = databases.sqlite_file(directory / "template.db")
        with databases.postgresql_database(directory) as postgresql:
            for name, new_database in (
                (
                    "SQLite",
                    lambda: (databases.copied(template, directory / f"{next(numbers)}.db"), directory),
                ),
                ("PostgreSQL", lambda: (databases.emptied(postgresql), directory)),
            ):
                operations, seconds = walk(wanted, new_database)
                print(f"{name}: {sum(operations.values())} operations, {operations}, {seconds:.0f} s")


if __name__ == "__main__":
    main()
