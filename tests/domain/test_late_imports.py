"""Whatever comes late, twice or over again, in any order: the same scores."""

import asyncio
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import heart_rate, pai_scoring, recalculation
from domain.biometrics import Biometric
from domain.organizations import Organization
from domain.scoring.heart_rate import Samples
from domain.settings import Settings
from domain.store import Store
from domain.users import User
from tests import databases
from tests.domain.test_pai_scoring import (
    TODAY,
    Clock,
    exercise,
    summaries,
)


@pytest.fixture(scope="module")
def scored(sqlite_template):
    """The summaries that contributions lead to, in a database of their own each time; it lives in memory."""

    def run(steps) -> dict[date, tuple]:
        with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
            path = Path(directory)
            url = databases.copied(sqlite_template, path / "gateway.db")
            return asyncio.run(_scored(Settings(data_dir=path, database_url=url), steps))

    return run


async def _scored(configured: Settings, steps) -> dict[date, tuple]:
    store = Store(configured, clock=Clock())
    stamps = {"created_at": store.clock(), "modified_at": store.clock()}
    async with store.writing() as unit:
        owner = await unit.add(Organization(name="A", **stamps))
        user = await unit.add(User(organization_id=owner.id, date_of_birth=date(1985, 2, 1), **stamps))
        for day, resting in (
            (TODAY - timedelta(60), 58),
            (TODAY - timedelta(4), 20),
            (TODAY - timedelta(2), 60),
        ):
            await unit.add(
                Biometric(
                    organization_id=owner.id,
                    user_id=user.id,
                    date=day,
                    resting_heart_rate_bpm=resting,
                    **stamps,
                )
            )
    for name, samples in steps:
        async with store.writing() as unit:
            days = await heart_rate.record(unit, user_id=user.id, contribution=name, samples=samples)
            await recalculation.request_pai(unit, user.id, days)
            await pai_scoring.score(unit, user.id)
    found = await summaries(store)
    await store.close()
    return found


@st.composite
def contributions(draw):
    """A file with heart rate on up to three days, some of them still to come."""
    offsets = draw(st.lists(st.integers(-16, 3), min_size=0, max_size=3, unique=True))
    parts = [
        exercise(
            TODAY + timedelta(n),
            draw(st.sampled_from([1, 20, 120])),
            draw(st.sampled_from([20, 110, 150, 180])),
        )
        for n in sorted(offsets)
    ]
    return Samples.joined(parts)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_late_repeated_and_overwritten_imports_in_any_order_give_the_same_summaries(scored, data):
    files = {
        f"{n}": samples
        for n, samples in enumerate(data.draw(st.lists(contributions(), min_size=1, max_size=4)))
    }
    drafts = data.draw(st.lists(st.tuples(st.sampled_from(sorted(files)), contributions()), max_size=3))
    repeats = data.draw(st.lists(st.sampled_from(sorted(files)), max_size=2))
    final = data.draw(st.permutations([*files.items(), *((name, files[name]) for name in repeats)]))

    assert scored([*drafts, *final]) == scored(sorted(files.items()))
