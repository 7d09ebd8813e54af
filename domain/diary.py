"""A user's rows by local day: read in one statement, changed in memory, written in three at most."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Self, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlmodel import SQLModel

from domain.sql import select
from domain.unit import Unit

Entry = TypeVar("Entry", bound=SQLModel)


@dataclass
class Diary(Generic[Entry]):
    """`kept` is what will be there once it is written; the caller holds the user's lock.

    An entry that stays the same keeps the time it was modified, and whoever holds a copy need not fetch it.
    """

    unit: Unit
    kind: type[Entry]
    owner: dict[str, UUID]
    kept: dict[date, Entry]
    new: dict[date, Entry] = field(default_factory=dict)
    changed: dict[date, Entry] = field(default_factory=dict)
    gone: dict[date, Entry] = field(default_factory=dict)

    @classmethod
    async def opened(
        cls, unit: Unit, kind: type[Entry], owner: dict[str, UUID], first: date, last: date
    ) -> Self:
        """The user's entries from the first to the last day."""
        columns = kind.__table__.c  # type: ignore[attr-defined]
        mine = (columns.user_id == owner["user_id"], columns.date >= first, columns.date <= last)
        rows = await unit.rows(select(*columns).where(*mine))
        return cls(unit, kind, owner, {row.date: kind(**row._mapping) for row in rows})  # noqa: SLF001  Row's public API

    def put(self, day: date, values: dict[str, Any]) -> Entry:
        """Give a day these values; other columns of an entry that is there stay."""
        entry = self.kept.get(day)
        if entry is None:
            stamps = {"created_at": self.unit.now, "modified_at": self.unit.now}
            entry = self.kind(id=uuid4(), date=day, **self.owner, **values, **stamps)
            self.kept[day] = self.new[day] = entry
        elif any(getattr(entry, name) != value for name, value in values.items()):
            entry.sqlmodel_update(values | {"modified_at": self.unit.now})
            if day not in self.new:
                self.changed[day] = entry
        return entry

    def remove(self, day: date) -> None:
        entry = self.kept.pop(day, None)
        if entry is not None and self.new.pop(day, None) is None:
            self.changed.pop(day, None)
            self.gone[day] = entry

    async def write(self) -> None:
        if self.gone:
            ids = [entry.id for entry in self.gone.values()]  # type: ignore[attr-defined]
            await self.unit.change(delete(self.kind).where(self.kind.__table__.c.id.in_(ids)))  # type: ignore[attr-defined]
        await self.unit.add_all(list(self.new.values()))
        await self.unit.change_each(self.kind, [entry.model_dump() for entry in self.changed.values()])
