"""`gateway rescore` and `gateway reprocess`, as an operator types them."""

import asyncio
from datetime import UTC, date, datetime

import numpy as np
import pytest
from typer.testing import CliRunner

from domain.announcing import Announcement, announce
from domain.biometrics import Biometric
from domain.fit.encoder import encode_activity
from domain.jobs import JobRecord
from domain.organizations import Organization
from domain.pai import PaiCalculation, PaiSummary
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.users import User
from gateway.cli import app
from tests import databases
from workers.drain import drain

NOW = datetime(2024, 6, 20, 12, tzinfo=UTC)
STAMPS = {"created_at": NOW, "modified_at": NOW}


@pytest.fixture
def settings(sqlite_template, tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path))
    databases.copied(sqlite_template, tmp_path / "gateway.db")
    return Settings()


async def seeded(settings: Settings) -> None:
    """Joe has run on one day."""
    store = Store(settings)
    content = encode_activity(int(NOW.timestamp()), {"heart_rate": np.full(30, 150.0)}, interval_s=60)
    async with store.writing() as unit:
        owner = await unit.add(Organization(name="A", **STAMPS))
        joe = await unit.add(User(organization_id=owner.id, email="joe@example.org", **STAMPS))
        shared = {"organization_id": owner.id, "user_id": joe.id, "date": date(2024, 1, 1), **STAMPS}
        await unit.add(Biometric(resting_heart_rate_bpm=58, max_heart_rate_bpm=186, **shared))
        await announce(unit, Announcement(joe.id, owner.id, "test", "watch", "a.fit", content=content))
    await drain(store, lambda *_: None)
    await store.close()


async def rows(settings: Settings, *columns) -> list:
    store = Store(settings)
    async with store.reading() as unit:
        found = [tuple(row) for row in await unit.rows(select(*columns))]
    await store.close()
    return sorted(found)


def test_an_operator_rescores_and_reads_again(settings):
    asyncio.run(seeded(settings))
    before = asyncio.run(rows(settings, PaiSummary.id, PaiSummary.date, PaiSummary.modified_at))
    run = CliRunner().invoke

    rescored = run(app, ["rescore", "--user", "joe@example.org", "--from", "2024-06-19"])
    read = run(app, ["reprocess", "--all"])

    assert (rescored.exit_code, read.exit_code) == (0, 0), rescored.output + read.output
    assert "1 asked for." in rescored.output
    assert "1 asked for." in read.output
    calculated = asyncio.run(rows(settings, PaiCalculation.trigger, PaiCalculation.status))
    assert calculated == [("HeartrateSummary", "Completed")] * 2 + [("Rescore", "Completed")] * len(before)
    assert asyncio.run(rows(settings, PaiSummary.id, PaiSummary.date, PaiSummary.modified_at)) == before


@pytest.mark.parametrize("columns", ["80", None])
def test_ids_are_whole_in_a_narrow_terminal_and_in_a_pipe(settings, columns):
    asyncio.run(seeded(settings))

    listed = CliRunner().invoke(app, ["jobs", "list"], env={"COLUMNS": columns}).output

    found = asyncio.run(rows(settings, JobRecord.id, JobRecord.kind))
    assert found
    assert all(str(key) in listed for key, _ in found)
    assert "last error" in listed or columns


def test_whose_scores_has_to_be_said(settings):
    for words in (
        ["rescore"],
        ["reprocess"],
        ["rescore", "--all", "--user", "joe"],
        ["rescore", "--user", "x"],
    ):
        assert CliRunner().invoke(app, words).exit_code == 2
