"""A file that is announced and read, and what there is of it then."""

from datetime import UTC, date, datetime

import numpy as np
from sqlalchemy import func
from sqlmodel import col

from domain.announcing import Announcement, announce
from domain.fit.encoder import encode_activity
from domain.fit_files import BY_HAND, FitFile
from domain.heart_rate import HeartRateDay
from domain.jobs import JobRecord
from domain.sql import select
from domain.store import Store

NOON = int(datetime(2024, 6, 1, 12, tzinfo=UTC).timestamp())


def workout(start: int = NOON, bpm=150, seconds: int = 600, **options) -> bytes:
    return encode_activity(start, {"heart_rate": np.broadcast_to(bpm, seconds)}, **options)


async def announced(world, content: bytes | None, *, user=None, **fields):
    """Announce a file and do every job that follows; the file as it is known then."""
    details = {"origin": BY_HAND, "source": "test", "summary_id": "a", "organization_id": world.organization}
    async with world.store.writing() as unit:
        file_id = await announce(
            unit, Announcement(user_id=user or world.joe, content=content, **details | fields)
        )
    await world.work()
    async with world.store.reading() as unit:
        return await unit.row(select(*FitFile.__table__.c).where(col(FitFile.id) == file_id))


async def rows(store: Store, kind, *order):
    async with store.reading() as unit:
        return await unit.rows(select(*kind.__table__.c).order_by(*order))


async def count(store: Store, *kinds) -> list[int]:
    async with store.reading() as unit:
        return [await unit.value(select(func.count()).select_from(kind)) for kind in kinds]


async def days(store: Store) -> list[date]:
    return [row.date for row in await rows(store, HeartRateDay, HeartRateDay.date)]


async def states(store: Store) -> set[str]:
    return {row.state for row in await rows(store, JobRecord)}


GOOD = workout()
BROKEN = {
    "not_fit": b"PK\x03\x04 this is something else altogether",
    "truncated": GOOD[:-100],
    "bad_crc": GOOD[:-3] + bytes([GOOD[-3] ^ 1]) + GOOD[-2:],
    "too_large": GOOD + bytes(17 * 1024 * 1024),
}
