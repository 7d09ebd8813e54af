"""A short random walk on both databases; `python -m tests.trials.gofa_walk` goes further."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import databases
from tests.rest_compat.gofa.walk import Walk


def test_whatever_is_done_ai_training_does_as_the_model(request, tmp_path, sqlite_template):
    postgresql = request.getfixturevalue("postgresql")
    numbers = iter(range(1000))

    class Everywhere(Walk):
        @staticmethod
        def new_database():
            number = next(numbers)
            if number % 2:
                return databases.emptied(postgresql), tmp_path
            return databases.copied(sqlite_template, tmp_path / f"{number}.db"), tmp_path

    run_state_machine_as_test(
        Everywhere,
        settings=settings(
            max_examples=2, stateful_step_count=30, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
