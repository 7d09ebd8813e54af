"""Scores five years of daily files in one go, against a day at a time: python bench/five_years.py [URL]."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from domain import heart_rate, load_scoring, pai_scoring, recalculation, users
from domain.activities import Activity, ActivityStream
from domain.biometrics import Biometric
from domain.fit_files import FitFile
from domain.heart_rate import Contribution
from domain.organizations import Organization
from domain.packing import pack_measurements, pack_times
from domain.scoring.heart_rate import Samples
from domain.settings import Settings
from domain.store import Store
from domain.unit import Unit
from domain.users import User
from workers.drain import drain

DAYS = 1826
BASELINE_DAYS = 30  # the latest, whose training load has few days to reach; the rest would cost more
NOW = datetime(2026, 6, 1, 20, tzinfo=UTC)
FIRST = NOW.date() - timedelta(days=DAYS - 1)
SAMPLES = 3600
STAMPS = {"created_at": NOW, "modified_at": NOW}


@dataclass(frozen=True)
class Spent:
    statements: int
    seconds: float

    def ratio(self, baseline: "Spent") -> str:
        fewer, faster = baseline.statements / self.statements, baseline.seconds / self.seconds
        return f"{fewer:5.1f} times fewer statements, {faster:4.1f} times faster"


async def main(url: str, directory: Path) -> None:
    store = Store(Settings(data_dir=directory, database_url=url), clock=lambda: NOW)
    await store.open()
    print(f"{store.engine.dialect.name}: {DAYS} days of an hour at 1 Hz")
    user = await lived(store)
    few = await spent(store, lambda: day_by_day(store, user))
    await drain(store, lambda *_: None)  # the jobs it asked for find nothing to do
    share = DAYS / BASELINE_DAYS
    baseline = Spent(round(few.statements * share), few.seconds * share)
    report("a day at a time", baseline)
    once = await spent(store, lambda: at_once(store, user))
    report("in one go", once, baseline)
    again = await spent(store, lambda: rescored(store, user))
    report("rescored", again, baseline)
    one = await spent(store, lambda: one_day(store, user, FIRST + timedelta(days=7)))
    report("one day five years ago", one)
    await store.close()


async def lived(store: Store) -> UUID:
    """A user with an activity of an hour a day, and its heart rate."""
    random = np.random.default_rng(1)
    async with store.writing() as unit:
        owner = await unit.add(Organization(id=uuid4(), name="bench", **STAMPS))
        born = date(1985, 2, 1)
        user = await unit.add(User(organization_id=owner.id, sex="Male", date_of_birth=born, **STAMPS))
        shared = {"organization_id": owner.id, "user_id": user.id, **STAMPS}
        body = {"resting_heart_rate_bpm": 55, "weight_kg": 75, "height_cm": 180}
        await unit.add(Biometric(date=FIRST, **body, **shared))
        file = await unit.add(FitFile(origin="bench", source="bench", summary_id="all", **shared))
        given = {f"{n}": await ran(unit, file, n, random) for n in range(DAYS)}
        await heart_rate.replace(unit, user.id, given)
    return user.id


async def ran(unit: Unit, file: FitFile, n: int, random: np.random.Generator) -> Contribution:
    start = datetime.combine(FIRST + timedelta(days=n), time(7), UTC)
    bpm = np.clip(140 + random.normal(0, 12, SAMPLES), 60, 190).astype(np.uint8)
    times = int(start.timestamp()) + np.arange(SAMPLES)
    activity = Activity(
        organization_id=file.organization_id,
        user_id=file.user_id,
        fit_file_id=file.id,
        session_index=n,
        source="bench",
        sport="running",
        started_at=start,
        local_date=start.date(),
        time_zone="UTC",
        **STAMPS,
    )
    await unit.add(activity)
    columns = {"time": pack_times(times), "heart_rate": pack_measurements(bpm.astype(np.float64))}
    streams = [
        ActivityStream(activity_id=activity.id, metric=name, packed=data) for name, data in columns.items()
    ]
    await unit.add_all(streams)
    return Contribution(Samples(times, bpm), file.id)


async def day_by_day(store: Store, user: UUID) -> None:
    for n in range(DAYS - BASELINE_DAYS, DAYS):
        await one_day(store, user, FIRST + timedelta(days=n))


async def one_day(store: Store, user: UUID, day: date) -> None:
    async with store.writing() as unit:
        await users.lock(unit, user)
        await recalculation.request_pai(unit, user, [day])
        await recalculation.request_loads(unit, user, [day])
        await pai_scoring.score(unit, user)
        await load_scoring.balance(unit, user)


async def at_once(store: Store, user: UUID) -> None:
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    async with store.writing() as unit:
        await users.lock(unit, user)
        await recalculation.request_pai(unit, user, days)
        await recalculation.request_loads(unit, user, days)
    await drain(store, lambda *_: None)


async def rescored(store: Store, user: UUID) -> None:
    async with store.writing() as unit:
        await unit.later(recalculation.Rescore(user, date.min))
    await drain(store, lambda *_: None)


async def spent(store: Store, work: Callable[[], Awaitable[None]]) -> Spent:
    count = 0

    def hear(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(store.engine.sync_engine, "before_cursor_execute", hear)
    start = perf_counter()
    await work()
    seconds = perf_counter() - start
    event.remove(store.engine.sync_engine, "before_cursor_execute", hear)
    return Spent(count, seconds)


def report(name: str, result: Spent, baseline: Spent | None = None) -> None:
    ratio = result.ratio(baseline) if baseline else ""
    print(f"{name:24}{result.statements:7} statements {result.seconds:8.2f} s   {ratio}", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "", Path(directory)))
