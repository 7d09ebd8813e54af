"""Activities that were there before training load get theirs."""

from datetime import date

import pytest
from alembic import command
from sqlalchemy import text

from domain.migrations import _config
from domain.pai import FindDaysBegun
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.training_days import TrainingDay
from tests.domain.test_store import empty_database  # noqa: F401  a fixture
from workers.drain import drain

pytestmark = pytest.mark.anyio

STAMP = "'2024-01-01 00:00:00+00:00'"
ONE = "'00000000-0000-4000-8000-00000000000{}'"
OLD = (
    f"INSERT INTO organizations (id, name, created_at, modified_at) VALUES ({ONE.format(1)}, 'A', {STAMP}, {STAMP})",
    (
        "INSERT INTO users (id, organization_id, time_zone, created_at, modified_at)"
        f" VALUES ({ONE.format(2)}, {ONE.format(1)}, 'UTC', {STAMP}, {STAMP})"
    ),
    (
        "INSERT INTO fit_files (id, origin, organization_id, user_id, source, summary_id, state, revision, file_types,"
        f" created_at, modified_at) VALUES ({ONE.format(3)}, 'a', {ONE.format(1)}, {ONE.format(2)}, 'a', 'a',"
        f" 'ingested', 1, '[]', {STAMP}, {STAMP})"
    ),
    *(
        "INSERT INTO activities (id, organization_id, user_id, fit_file_id, session_index, source, sport, started_at,"
        " local_date, time_zone, training_stress_score, record_count, totals_from, created_at, modified_at)"
        f" VALUES ({ONE.format(4 + n)}, {ONE.format(1)}, {ONE.format(2)}, {ONE.format(3)}, {n}, 'a', 'running',"
        f" {STAMP}, '{day}', 'UTC', 50, 0, 'session', {STAMP}, {STAMP})"
        for n, day in enumerate(("2022-01-01", "2022-01-01", "2022-01-03"))
    ),
)


async def test_days_of_activities_from_before_are_found_and_balanced(empty_database, tmp_path):  # noqa: F811
    store = Store(Settings(data_dir=tmp_path / "data", database_url=empty_database))
    (tmp_path / "data").mkdir(exist_ok=True)
    async with store.engine.begin() as connection:
        await connection.run_sync(lambda at: command.upgrade(_config(at), "0005"))
        for statement in OLD:
            plain = statement if store.engine.dialect.name == "postgresql" else _in_hex(statement)
            await connection.execute(text(plain.replace(":", r"\:")))
    await store.open()
    async with store.writing() as unit:
        await unit.later(FindDaysBegun())
    await drain(store, lambda *_: None)

    async with store.reading() as unit:
        day = select(TrainingDay.date, TrainingDay.activity_count, TrainingDay.load)
        found = await unit.rows(day.where(TrainingDay.activity_count > 0).order_by(TrainingDay.date))
        assert await unit.rows(select(TrainingDay.id).where(TrainingDay.stale)) == []
    assert found == [(date(2022, 1, 1), 2, 100.0), (date(2022, 1, 3), 1, 50.0)]
    await store.close()


def _in_hex(statement: str) -> str:
    """As SQLite holds its identifiers."""
    return statement.replace("00000000-0000-4000-8000-", "00000000000040008000")
