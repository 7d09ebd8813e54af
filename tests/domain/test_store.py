"""The store: what it switches on, what a unit leaves behind, and many that open it at once."""

import asyncio
import os
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing.connection import Connection
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import col

from domain.identity.accounts import Account
from domain.jobs import JobRecord
from domain.organizations import OAuthClient, Organization
from domain.pai import ExtendPai
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.tables import METADATA
from tests.processes import FORKS, Forked
from tests.services import POSTGRESQL, need

pytestmark = pytest.mark.anyio

CONSTRAINT = "ALTER TABLE oauth_clients ALTER CONSTRAINT fk_oauth_clients_organization_id"
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


def organization(**fields) -> Organization:
    return Organization(**({"name": "A", "created_at": NOON, "modified_at": NOON} | fields))


def sqlite_only(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("about SQLite")


async def names(store: Store) -> list[str]:
    async with store.reading() as unit:
        return [row.name for row in await unit.rows(select(Organization.name).order_by(Organization.name))]


async def jobs(store: Store) -> int:
    async with store.reading() as unit:
        return len(await unit.rows(select(JobRecord.id)))


async def execute(store: Store, statement: str) -> None:
    async with store.writing() as unit:
        await unit.change(text(statement))


class Heard(list):
    async def __call__(self, rings) -> None:
        self.extend(rings)


async def test_every_sqlite_connection_has_the_pragmas_on(store):
    sqlite_only(store)

    async with store.reading() as one, store.reading() as two:
        for unit in (one, two):
            said = [
                await unit.value(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
            ]

            assert said == ["wal", 1, 5000, 1]


async def test_a_row_cannot_point_to_nothing(store):
    with pytest.raises(IntegrityError):
        async with store.writing() as unit:
            await unit.add(OAuthClient(organization_id=uuid4(), name="orphan", created_at=NOON))


async def test_a_condition_that_nobody_looked_at_leaves_nothing_behind(store):
    """An operation that takes none must not look as if it had: what it did is undone."""

    async def never() -> None:
        raise AssertionError

    with pytest.raises(RuntimeError, match="conditions"):
        async with store.writing() as unit:
            unit.condition = never
            await unit.add(organization())

    assert await names(store) == []


async def test_what_belongs_to_a_row_goes_with_it(store):
    async with store.writing() as unit:
        owner = await unit.add(organization())
        await unit.add(OAuthClient(organization_id=owner.id, name="app", created_at=NOON))

    async with store.writing() as unit:
        await unit.session.delete(await unit.entity(Organization, col(Organization.id) == owner.id))

    async with store.reading() as unit:
        assert await unit.rows(select(OAuthClient.id)) == []


async def test_the_migrations_make_exactly_the_tables_the_code_declares(store):
    def difference(connection):
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, METADATA)

    async with store.engine.connect() as connection:
        assert await connection.run_sync(difference) == []


def open_and_tell(settings: Settings, listener: Connection) -> None:
    async def opened() -> str:
        store = Store(settings)
        await store.open()
        await store.close()
        return store.secret.hex()

    listener.send(asyncio.run(opened()))


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_database(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'new.db'}"
        return
    need("PostgreSQL", POSTGRESQL)
    name = f"gateway_empty_{uuid4().hex[:8]}"
    admin = Store(Settings(data_dir=tmp_path, database_url=f"{POSTGRESQL}/postgres"))
    outside = admin.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with outside.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield f"{POSTGRESQL}/{name}"
    async with outside.connect() as connection:
        await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await admin.close()


async def test_several_processes_open_an_empty_database_at_once_and_agree_on_a_secret(
    empty_database, tmp_path
):
    settings = Settings(data_dir=tmp_path / "data", database_url=empty_database)
    ours, theirs = FORKS.Pipe()

    opening = [Forked(open_and_tell, settings, theirs, environment=os.environ) for _ in range(4)]

    assert [await asyncio.to_thread(process.wait, 60) for process in opening] == [0] * 4
    assert len({ours.recv() for _ in opening}) == 1


async def test_several_stores_open_an_empty_database_at_once(empty_database, tmp_path):
    settings = Settings(data_dir=tmp_path / "data", database_url=empty_database)
    stores = [Store(settings) for _ in range(4)]

    await asyncio.gather(*(store.open() for store in stores))

    assert [await names(store) for store in stores] == [[]] * 4
    for store in stores:
        await store.close()


async def test_a_write_unit_that_fails_leaves_nothing_and_rings_nobody(store):
    store.bell = heard = Heard()

    with pytest.raises(ZeroDivisionError):
        async with store.writing() as unit:
            await unit.add(organization())
            await unit.later(ExtendPai(uuid4()))
            raise ZeroDivisionError

    assert (await names(store), await jobs(store), heard) == ([], 0, [])


async def test_a_write_unit_that_is_cancelled_leaves_nothing_and_rings_nobody(store):
    store.bell = heard = Heard()
    inside = asyncio.Event()

    async def work():
        async with store.writing() as unit:
            await unit.later(ExtendPai(uuid4()))
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    await asyncio.wait([task])

    assert (await jobs(store), heard) == (0, [])
    async with store.writing() as unit:
        await unit.add(organization(name="the lock is free"))


async def test_a_commit_that_fails_raises_and_rings_nobody(store):
    """A broken foreign key that is only looked at when the transaction ends."""
    store.bell = heard = Heard()
    sqlite = store.engine.dialect.name == "sqlite"
    if not sqlite:
        await execute(store, f"{CONSTRAINT} DEFERRABLE")

    with pytest.raises(IntegrityError):
        async with store.writing() as unit:
            await unit.later(ExtendPai(uuid4()))
            await unit.change(
                text("PRAGMA defer_foreign_keys = ON" if sqlite else "SET CONSTRAINTS ALL DEFERRED")
            )
            await unit.add(OAuthClient(organization_id=uuid4(), name="orphan", created_at=NOON))

    assert (await jobs(store), heard) == (0, [])
    async with store.writing() as unit:
        await unit.add(organization(name="nobody holds a lock"))
    if not sqlite:
        await execute(store, f"{CONSTRAINT} NOT DEFERRABLE")


async def test_the_bell_rings_after_the_commit_so_whoever_hears_it_finds_the_job(store):
    found = []

    async def look(rings) -> None:
        async with store.reading() as unit:
            found.extend(
                [await unit.value(select(JobRecord.id).where(JobRecord.id == r.job_id)) for r in rings]
            )

    store.bell = look
    async with store.writing() as unit:
        job_id = await unit.later(ExtendPai(uuid4()))
        later = await unit.later(ExtendPai(uuid4()), after=timedelta(hours=1))

    assert found == [job_id]
    assert later != job_id


async def test_writers_at_once_all_succeed(store):
    async def write(number: int) -> None:
        async with store.writing() as unit:
            await unit.rows(select(Organization.id))
            await unit.add(organization(name=f"{number:02}"))
            await asyncio.sleep(0.005)

    await asyncio.gather(*(write(number) for number in range(20)))

    assert await names(store) == [f"{number:02}" for number in range(20)]


async def test_a_reading_unit_sees_one_snapshot_and_does_not_wait_for_writers(store):
    async with store.reading() as reader:
        before = await reader.rows(select(Organization.id))
        async with store.writing() as unit:
            await unit.add(organization())
            during = await reader.rows(select(Organization.id))
        after = await reader.rows(select(Organization.id))

    assert (before, during, after) == ([], [], [])
    assert await names(store) == ["A"]


async def test_a_reading_unit_leaves_nothing_behind(store):
    async def wrong():
        async with store.reading() as unit:
            await unit.change(text("DELETE FROM organizations"))

    async with store.writing() as unit:
        await unit.add(organization())

    await asyncio.gather(wrong(), return_exceptions=True)

    assert await names(store) == ["A"]


async def test_instants_come_back_aware_and_in_utc(store):
    oslo = timezone(timedelta(hours=2))
    instant = datetime(2024, 6, 1, 12, 0, 0, 123456, oslo)

    async with store.writing() as unit:
        await unit.add(organization(modified_at=instant))

    async with store.reading() as unit:
        found = await unit.value(select(Organization.modified_at))
    assert found == instant
    assert found.utcoffset() == timedelta(0)


async def test_a_naive_instant_is_refused(store):
    with pytest.raises(StatementError, match="needs a time zone"):
        async with store.writing() as unit:
            await unit.add(organization(modified_at=datetime(2024, 6, 1)))  # noqa: DTZ001

    assert await names(store) == []


async def test_two_rows_that_break_a_rule_are_refused_where_they_are_added(store):
    stamps = {"created_at": NOON, "modified_at": NOON}
    async with store.writing() as unit:
        owner = await unit.add(organization())
        await unit.add(Account(organization_id=owner.id, username="a", password_hash="x", **stamps))

    refused = False
    with pytest.raises(IntegrityError):
        async with store.writing() as unit:
            try:
                await unit.add(Account(organization_id=owner.id, username="a", password_hash="x", **stamps))
            except IntegrityError:
                refused = True
                raise

    assert refused
