"""An operation that takes too long is stopped, and what the database did for it with it."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

pytestmark = pytest.mark.anyio

LONG = 600.0  # what the slow statement would take, at least
PATIENCE = 30.0  # of a machine that does other things
SLOW = {
    "sqlite": "(WITH RECURSIVE slow(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM slow LIMIT 100000000000) "
    "SELECT count(*) AS n FROM slow)",
    "postgresql": f"(SELECT pg_sleep({LONG}))",
}
QUERIES = (
    "{ paiSummaries(first: 5) { nodes { date } } }",
    "{ users(first: 2) { nodes { paiSummaries(first: 1) { nodes { date } } } } viewer { user { id } } }",
    "{ a: paiSummaries(first: 5) { nodes { date } } b: paiSummaries(first: 4) { nodes { date } } }",
)


@asynccontextmanager
async def slow(store, table):
    """The database, while whoever reads one of its tables waits for ages."""
    async with store.engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO quick"))
        crossed = f"quick, {SLOW[store.engine.dialect.name]} AS waited"
        await connection.execute(text(f"CREATE VIEW {table} AS SELECT quick.* FROM {crossed}"))
    try:
        yield
    finally:
        async with store.engine.begin() as connection:
            await connection.execute(text(f"DROP VIEW {table}"))
            await connection.execute(text(f"ALTER TABLE quick RENAME TO {table}"))


@pytest.fixture
async def hurried(opened):
    """A client of a gateway that gives its operations half a second."""
    async with opened(deadline=timedelta(seconds=0.5)) as client:
        yield client


async def test_a_slow_statement_ends_with_its_operation(hurried, records, store):
    headers, answers, started = records.headers("admin"), [], time.perf_counter()

    async with slow(store, "pai_summaries"):
        for query in QUERIES:
            answers.append(await hurried.post("/graphql", json={"query": query}, headers=headers))
            assert not await still_running(store)
    after = await hurried.post("/graphql", json={"query": QUERIES[0]}, headers=headers)

    assert time.perf_counter() - started < PATIENCE
    for answer in answers:
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["extensions"]["code"]) == (504, "DEADLINE_EXCEEDED")
        assert "0.5 seconds" in error["message"]
        assert answer.json()["data"] is None
    assert "errors" not in after.json()


async def test_others_are_served_while_one_waits(hurried, records, store):
    headers, quick = records.headers("admin"), {"query": "{ users(first: 1) { totalCount } }"}

    async with slow(store, "pai_summaries"):
        waiting = asyncio.create_task(hurried.post("/graphql", json={"query": QUERIES[0]}, headers=headers))
        served = []
        while not waiting.done():
            served.append(await hurried.post("/graphql", json=quick, headers=headers))

    assert (await waiting).status_code == 504
    assert {answer.status_code for answer in served} == {200}
    assert all("errors" not in answer.json() for answer in served)


ACTIVE = (
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%FROM pai_summaries%' "
    "AND datname = current_database() AND pid <> pg_backend_pid()"
)


async def still_running(store):
    """Whether the database is still at it: PostgreSQL says so itself, SQLite's threads by using CPU."""
    if store.engine.dialect.name == "sqlite":
        used = time.process_time()
        await asyncio.sleep(0.3)
        return time.process_time() - used > 0.15
    for _ in range(50):
        async with store.engine.connect() as connection:
            if not (await connection.execute(text(ACTIVE))).scalar():
                return False
        await asyncio.sleep(0.1)
    return True
