"""Every rung of the broker ladder for tests: a broker, queues of its own, a crew at work, and chores to watch."""

import asyncio
import time

import pika
import redis
from sqlmodel import col

from domain.jobs import JobRecord
from domain.organizations import Organization
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from tests.services import RABBITMQ, REDIS
from tests.workers.chores import Chore
from workers.crew import Crew

BROKERS = {"memory": "memory://", "redis": REDIS, "rabbitmq": RABBITMQ}


def forget_queues(broker: str, prefix: str) -> None:
    if broker == "redis":
        with redis.Redis.from_url(REDIS) as client:
            if keys := list(client.scan_iter(f"{prefix}*")):
                client.delete(*keys)
    if broker == "rabbitmq":
        connection = pika.BlockingConnection(pika.URLParameters(RABBITMQ))
        channel = connection.channel()
        for lane in ("live", "bulk"):
            for suffix in ("", ".DQ", ".XQ"):
                channel.queue_delete(f"{prefix}-{lane}{suffix}")
        connection.close()


class Working:
    """A crew at work inside this process, and the store that rings for it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.crew = Crew(settings)
        store.bell = self.crew.bell

    async def __aenter__(self) -> Crew:
        await asyncio.to_thread(self.crew.start)
        return self.crew

    async def __aexit__(self, *_) -> None:
        await asyncio.to_thread(self.crew.stop)


async def put(store: Store, *jobs: Chore, **options) -> None:
    async with store.writing() as unit:
        for job in jobs:
            await unit.later(job, **options)


async def names(store: Store) -> list[str]:
    async with store.reading() as unit:
        return sorted(row.name for row in await unit.rows(select(Organization.name)))


async def chores(store: Store) -> list:
    async with store.reading() as unit:
        kind = col(JobRecord.kind) == "Chore"
        return list(
            await unit.rows(select(*JobRecord.__table__.c).where(kind).order_by(JobRecord.created_at))
        )


async def until(store: Store, *states: str, seconds: float = 15) -> list:
    """Wait for the chores to be in these states: a busy machine has ten times as long as a quiet one may take."""
    deadline = time.monotonic() + 10 * seconds
    while True:
        found = await chores(store)
        if [row.state for row in found] == list(states) or time.monotonic() > deadline:
            assert [row.state for row in found] == list(states)
            return found
        await asyncio.sleep(0.02)
