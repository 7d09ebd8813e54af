"""The order of changes: every change of a kind gets an instant later than all before it, in the order of commits."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, case
from sqlmodel import Field, SQLModel, col

from domain.inserting import INSERT
from domain.sql import select
from domain.unit import Unit

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Kind(StrEnum):
    WORKOUT = "workout"
    PLAN = "plan"


class TemplateClock(SQLModel, table=True):
    """The latest instant given out to a kind, in microseconds since 1970."""

    __tablename__ = "template_clocks"

    kind: str = Field(primary_key=True)
    latest: int = Field(sa_type=BigInteger)


async def next_instant(unit: Unit, kind: Kind) -> datetime:
    """Now, or a microsecond after the latest. Ask late: others who change this kind wait until the unit ends.

    The row stays locked until the commit, so whoever reads an instant has seen every earlier one, too.
    """
    latest = col(TemplateClock.latest)
    insert: Any = INSERT[unit.session.get_bind().dialect.name](TemplateClock)
    now = insert.values(kind=kind, latest=(unit.now - EPOCH) // MICROSECOND)
    later = case((now.excluded.latest > latest, now.excluded.latest), else_=latest + 1)
    given = await unit.value(
        now.on_conflict_do_update(index_elements=["kind"], set_={"latest": later}).returning(latest)
    )
    return EPOCH + int(given) * MICROSECOND


async def latest_instant(unit: Unit, kind: Kind) -> datetime:
    """When anything of the kind last changed: one row tells whether a whole collection is as it was."""
    latest = await unit.value(select(TemplateClock.latest).where(col(TemplateClock.kind) == kind))
    return EPOCH + (latest or 0) * MICROSECOND
