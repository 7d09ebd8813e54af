import aiosqlite
import pytest
from sqlalchemy import insert, literal, text
from sqlalchemy.exc import IntegrityError, OperationalError

from domain.organizations import Organization
from domain.sql import select
from tests.databases import ONE_DATABASE
from tests.world import STAMPS

pytestmark = [pytest.mark.anyio, ONE_DATABASE]
TWO = [{"name": name, **STAMPS} for name in ("one", "other")]


@pytest.fixture
def turns(monkeypatch):
    """What the driver's thread was given to do."""
    given, usual = [], aiosqlite.Connection._execute  # noqa: SLF001

    async def noted(driver, task, *arguments, **options):
        given.append(task)
        return await usual(driver, task, *arguments, **options)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noted)
    return given


@pytest.mark.parametrize("statement", [select(literal(1)), insert(Organization).values(TWO[0])])
async def test_a_statement_takes_one_turn_of_the_drivers_thread(store, turns, statement):
    async with store.engine.connect() as connection:
        await connection.execute(text("SELECT 0"))
        turns.clear()
        await connection.execute(statement)
        assert len(turns) == 1


async def test_many_rows_at_once_come_and_go_in_one_turn_each(store, turns):
    async with store.engine.begin() as connection:
        await connection.execute(text("SELECT 0"))
        turns.clear()
        await connection.execute(insert(Organization.__table__), [row | {"id": n} for n, row in ids(TWO)])
        assert len(turns) == 1
        found = await connection.execute(select(Organization.name).order_by(Organization.name))
        assert [name for (name,) in found] == ["one", "other"]
        changed = await connection.execute(text("UPDATE organizations SET name = 'same'"))
        assert changed.rowcount == 2
        assert len(turns) == 3


def ids(rows):
    return [(Organization(**row).id, row) for row in rows]


async def test_a_statement_that_fails_leaves_a_connection_that_works(store):
    async with store.engine.connect() as connection:
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT nothing FROM nowhere"))
        [(one, row)] = ids(TWO[:1])
        await connection.execute(insert(Organization.__table__), row | {"id": one})
        with pytest.raises(IntegrityError):
            await connection.execute(insert(Organization.__table__), row | {"id": one})
        await connection.commit()
        assert (await connection.execute(text("SELECT count(*) FROM organizations"))).scalar() == 1
