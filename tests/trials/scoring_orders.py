"""Hundreds of stories for tests/domain/test_scoring_property.py: python -m tests.trials.scoring_orders [HOW_MANY]."""

import asyncio
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests import databases
from tests.domain.test_scoring_property import STORIES, lived


def main(how_many: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/gateway.db"
        databases.prepare(url, Path(directory))

        @settings(max_examples=how_many, deadline=None, suppress_health_check=list(HealthCheck))
        @given(story=STORIES)
        def trial(story) -> None:
            user, twin = asyncio.run(lived(url, Path(directory), story))
            assert user == twin

        trial()
    sys.stdout.write(f"{how_many} stories, one end each\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
