"""Whoever is cancelled takes its statement with it, and leaves the connection and every lock in order."""

import asyncio
import time
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.organizations import Organization
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio

PATIENCE = 30.0
SLOW = {
    "sqlite": "(WITH RECURSIVE slow(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM slow LIMIT 100000000000) "
    "SELECT count(*) FROM slow)",
    "postgresql": "(SELECT count(pg_sleep(600)))",
}


def slow_read(store):
    return text(f"SELECT {SLOW[store.engine.dialect.name]}")


def slow_change(store):
    return text(f"UPDATE organizations SET name = {SLOW[store.engine.dialect.name]} || name")


async def cancelled(work, after=0.2):
    task = asyncio.create_task(work)
    await asyncio.sleep(after)
    task.cancel()
    await asyncio.wait([task], timeout=PATIENCE)
    assert task.cancelled()


async def names(store):
    async with store.reading() as unit:
        return [row.name for row in await unit.rows(text("SELECT name FROM organizations ORDER BY name"))]


async def add(unit, name):
    await unit.add(Organization(id=uuid4(), name=name, created_at=LONG_AGO, modified_at=LONG_AGO))


async def test_a_reading_unit_goes_on_with_the_next_statement(store):
    async with store.reading() as unit:
        started = time.perf_counter()
        await cancelled(unit.value(slow_read(store)))
        await unit.renew()
        assert await unit.value(text("SELECT 7")) == 7

    assert time.perf_counter() - started < PATIENCE


async def test_a_change_that_was_under_way_is_undone_with_its_unit(store):
    async with store.writing() as unit:
        await add(unit, "before")

    async def change():
        async with store.writing() as unit:
            await add(unit, "with it")
            await unit.change(slow_change(store))

    await cancelled(change())

    assert await names(store) == ["before"]
    async with store.writing() as unit:
        await add(unit, "the lock is free")


async def test_siblings_that_wait_their_turn_end_with_it(store):
    async def ask():
        async with store.reading() as unit:
            await asyncio.gather(*(unit.value(slow_read(store)) for _ in range(3)))

    await cancelled(ask())

    assert await names(store) == []


async def test_a_statement_that_was_only_about_to_begin_is_ended_too(store):
    for pause in (0, 0.0005, 0.001, 0.002, 0.005):
        async with store.reading() as unit:
            await cancelled(unit.value(slow_read(store)), pause)

    assert await names(store) == []
