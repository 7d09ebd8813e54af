"""What becomes of templates and keys that were there before templates had an order."""

from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import text

from domain.migrations import _config
from domain.settings import Settings
from domain.store import Store
from domain.templates import workouts
from domain.templates.order import Kind, latest_instant
from domain.viewer import SYSTEM
from tests.domain.templates.examples import workout

pytestmark = pytest.mark.anyio

STAMP = "2024-01-01 00:00:00.000000"


async def test_templates_of_one_instant_are_set_apart_and_keys_keep_what_they_may(tmp_path, anyio_backend):
    store, organization = Store(Settings(data_dir=tmp_path)), uuid4().hex
    async with store.engine.begin() as connection:
        await connection.run_sync(lambda at: command.upgrade(_config(at), "0001"))
        await connection.execute(
            text("INSERT INTO organizations VALUES (:id, 'First', :at, :at)"),
            {"id": organization, "at": STAMP},
        )
        for _ in range(3):
            await connection.execute(
                text(
                    "INSERT INTO workout_templates (id, organization_id, name, category, sport, steps, visibility,"
                    " status, version, created_at, modified_at)"
                    " VALUES (:id, :organization, 'W', 'easy', 'running', '[]', 'public', 'active', 1, :at, :at)"
                ),
                {"id": uuid4().hex, "organization": organization, "at": STAMP},
            )
        await connection.execute(
            text(
                "INSERT INTO api_keys (id, organization_id, name, env, lookup, secret_hash, scopes, created_at)"
                " VALUES (:id, :organization, 'K', 'test', 'l', 'h', '[\"templates:read\"]', :at)"
            ),
            {"id": uuid4().hex, "organization": organization, "at": STAMP},
        )
    await store.open()

    async with store.writing(SYSTEM) as unit:
        rows = await unit.rows(text("SELECT modified_at FROM workout_templates ORDER BY modified_at"))
        scopes = await unit.value(text("SELECT scopes FROM api_keys"))
        before = await latest_instant(unit, Kind.WORKOUT)
        owner = await unit.value(text("SELECT id FROM organizations"))
        new = await workouts.create_workout(unit, workout(), organization_id=UUID(owner))

    assert [row.modified_at[-6:] for row in rows] == ["000000", "000001", "000002"]
    assert scopes == '["workout_templates:read", "plan_templates:read"]'
    assert before.microsecond == 2
    assert new.modified_at > before
    await store.close()
