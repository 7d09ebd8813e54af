"""Whatever order things happen in, the scores are those of what is there in the end."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col

from domain import biometrics, fit_files, profiles
from domain.activities import Activity
from domain.announcing import Announcement, announce
from domain.biometrics import Biometric
from domain.fit.encoder import encode_activity
from domain.fit_files import FitFile
from domain.heart_rate import HeartRateDay
from domain.organizations import Organization
from domain.pai import PaiCalculation, PaiSummary
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.training_days import TrainingDay
from domain.users import User
from domain.vo2max import Vo2MaxCalculation, Vo2MaxSummary
from tests import databases
from workers.drain import drain

NOW = datetime(2024, 6, 20, 12, tzinfo=UTC)
TODAY = NOW.date()
NAMES = ("a.fit", "b.fit", "c.fit")
OF_THE_ROW = {"id", "created_at", "modified_at", "user_id", "organization_id", "fit_file_id", "started_at"}
OF_THE_RUN = {"trigger", "trigger_id", "pai_summary_id", "vo2max_summary_id", "started_at", "completed_at"}
BODIES = (
    {"resting_heart_rate_bpm": 58, "max_heart_rate_bpm": 186, "weight_kg": 78.0, "height_cm": 180.0},
    {"resting_heart_rate_bpm": 25},
    {"resting_heart_rate_bpm": 64, "threshold_heart_rate_bpm": 165},
    {"weight_kg": 70.0, "waist_cm": 80.0},
)
PROFILES = (
    {"time_zone": "America/Vancouver"},
    {"time_zone": "Pacific/Auckland"},
    {"sex": None},
    {"sex": "Female", "date_of_birth": date(1990, 6, 10)},
)


@dataclass
class Life:
    """What is there in the end."""

    files: dict[str, bytes] = field(default_factory=dict)
    bodies: dict[date, dict] = field(default_factory=dict)
    profile: dict = field(default_factory=lambda: {"time_zone": "UTC", "sex": "Male", "date_of_birth": None})

    def after(self, step) -> "Life":
        match step:
            case ("import", name, content):
                self.files[name] = content
            case ("delete", name):
                self.files.pop(name, None)
            case ("body", day, None):
                self.bodies.pop(day, None)
            case ("body", day, measures):
                self.bodies[day] = {**self.bodies.get(day, {}), **measures}
            case ("profile", changes):
                self.profile |= changes
        return self


def workout(days_ago: int, hour: int, bpm: int, minutes: int = 20) -> bytes:
    start = int((NOW.replace(hour=hour) - timedelta(days_ago)).timestamp())
    return encode_activity(start, {"heart_rate": np.full(minutes, float(bpm))}, interval_s=60)


days = st.integers(0, 14).map(lambda n: TODAY - timedelta(n))
contents = st.builds(
    workout,
    st.integers(0, 12) | st.just(400),
    st.sampled_from([1, 7, 11]),
    st.sampled_from([25, 120, 150, 175]),
)
imports = st.tuples(st.just("import"), st.sampled_from(NAMES), contents)
steps = (
    imports
    | imports
    | st.tuples(st.just("delete"), st.sampled_from(NAMES))
    | st.tuples(st.just("body"), days, st.none() | st.sampled_from(BODIES))
    | st.tuples(st.just("profile"), st.sampled_from(PROFILES))
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request, tmp_path_factory) -> str:
    if request.param == "postgresql":
        return databases.emptied(request.getfixturevalue("postgresql"))
    template = request.getfixturevalue("sqlite_template")
    return databases.copied(template, tmp_path_factory.mktemp("scoring") / "gateway.db")


async def born(store: Store) -> UUID:
    stamps = {"created_at": NOW, "modified_at": NOW}
    async with store.writing() as unit:
        owner = await unit.add(Organization(id=uuid4(), name="A", **stamps))
        user = await unit.add(User(organization_id=owner.id, sex="Male", **stamps))
    return user.id


async def take(store: Store, user: UUID, step) -> None:
    async with store.writing() as unit:
        match step:
            case ("import", name, content):
                owner = await unit.value(select(User.organization_id).where(col(User.id) == user))
                file = Announcement(user, owner, "test", "watch", name, content=content, overwrite=True)
                await announce(unit, file)
            case ("delete", name):
                mine = (col(FitFile.user_id) == user, col(FitFile.summary_id) == name)
                if file := await unit.value(select(FitFile.id).where(*mine)):
                    await fit_files.remove(unit, file)
            case ("body", day, measures):
                mine = (col(Biometric.user_id) == user, col(Biometric.date) == day)
                known = await unit.value(select(Biometric.id).where(*mine))
                if measures is None:
                    await (biometrics.remove(unit, known) if known else asyncio.sleep(0))
                elif known:
                    await biometrics.change(unit, known, measures)
                else:
                    await biometrics.record(unit, user, day, measures)
            case ("profile", changes):
                await profiles.change_profile(unit, user, changes)


async def work(store: Store) -> None:
    await drain(store, lambda *_: None)


async def scores(store: Store, user: UUID) -> dict[str, list]:
    """All that is computed of a user, without ids and times; of PAI calculations each measured day's last."""
    found = {}
    async with store.reading() as unit:
        for kind in (HeartRateDay, PaiSummary, Vo2MaxSummary, Vo2MaxCalculation, TrainingDay, Activity):
            hidden = OF_THE_ROW | (OF_THE_RUN if kind is Vo2MaxCalculation else set())
            table = kind.__table__.c
            columns = [one for one in table if one.name not in hidden]
            rows = await unit.rows(select(*columns).where(table.user_id == user))
            found[kind.__name__] = sorted((tuple(row) for row in rows), key=str)
        measured = {row[0] for row in found["HeartRateDay"]}
        columns = (PaiCalculation.date, PaiCalculation.status, PaiCalculation.reason)
        in_order = select(*columns).where(col(PaiCalculation.user_id) == user)
        rows = await unit.rows(in_order.order_by(col(PaiCalculation.completed_at)))
        found["last"] = sorted({row.date: tuple(row) for row in rows if row.date in measured}.values())
    return found


async def lived(url: str, tmp, story) -> tuple[dict, dict]:
    """The scores after a story, and those of a twin who has had nothing but its end."""
    tick = [0]

    def clock() -> datetime:
        tick[0] += 1
        return NOW + timedelta(microseconds=tick[0])

    store = Store(Settings(data_dir=tmp, database_url=url), clock=clock)
    user, twin, end = await born(store), await born(store), Life()
    for step, rests in story:
        await take(store, user, step)
        end = end.after(step)
        if rests:
            await work(store)
    await work(store)
    await take(store, twin, ("profile", end.profile))
    for day, measures in end.bodies.items():
        await take(store, twin, ("body", day, measures))
    for name, content in end.files.items():
        await take(store, twin, ("import", name, content))
    await work(store)
    result = await scores(store, user), await scores(store, twin)
    await store.close()
    return result


STORIES = st.lists(st.tuples(steps, st.booleans()), min_size=3, max_size=9)
EVERYTHING = [
    (("import", "a.fit", workout(9, 1, 150)), True),
    (("profile", PROFILES[0]), True),
    (("body", TODAY - timedelta(9), BODIES[0]), True),
    (("import", "b.fit", workout(5, 11, 175)), True),
    (("import", "b.fit", workout(4, 11, 120)), True),
    (("body", TODAY - timedelta(5), BODIES[1]), True),
    (("import", "c.fit", workout(400, 7, 150)), True),
    (("delete", "a.fit"), True),
    (("profile", PROFILES[1]), True),
]


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@example(story=EVERYTHING)
@given(story=STORIES)
def test_no_order_of_imports_overwrites_deletions_and_measurements_makes_a_difference(
    url, tmp_path_factory, story
):
    user, twin = asyncio.run(lived(url, tmp_path_factory.getbasetemp(), story))

    assert user == twin
