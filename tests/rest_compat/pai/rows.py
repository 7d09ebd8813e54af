"""Somebody's row in every table there is, made up from the tables' own columns, so that no new table is forgotten."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, LargeBinary, insert

from domain.listing.values import kind_of
from domain.sql import select
from domain.tables import METADATA
from tests.world import LONG_AGO

MARK = "66.25"
"""Stands in every text, and is every number, so that it shows wherever one of these rows does."""
MADE_UP = {str: MARK, float: 66.25, int: 6625, bool: False, date: date(2024, 6, 6), datetime: LONG_AGO}


class Rows:
    """`owner`: the ids that a row may point to, by table; what else it points to is made up as well.

    All that are made up have one id, each in its table: whoever asks for it asks for something in every table at once.
    """

    def __init__(self, unit, owner):
        self.unit = unit
        self.ids = dict(owner)
        self.made = {}
        self.id = uuid4()

    async def in_every_table(self, *columns):
        """A row in each table that has one of these columns, and in those such a row needs."""
        for table in METADATA.sorted_tables:
            if table.name not in self.ids and set(columns) & set(table.c.keys()):
                await self._row(table)
        return self

    async def _row(self, table):
        values = {column.name: await self._value(column) for column in table.c if not column.nullable}
        values |= {
            column.name: self.ids[target.column.table.name]
            for column in table.c
            for target in column.foreign_keys
            if target.column.table.name in self.ids
        }
        await self.unit.change(insert(table).values(**values))
        self.made[table.name] = values
        self.ids[table.name] = values.get("id")

    async def _value(self, column):
        for target in column.foreign_keys:
            table = target.column.table
            if self.ids.get(table.name) is None:
                await self._row(table)
            return (
                self.made[table.name][target.column.name] if table.name in self.made else self.ids[table.name]
            )
        if isinstance(column.type, JSON):
            return []
        if isinstance(column.type, LargeBinary):
            return b""
        kind = kind_of(column)
        return (
            (self.id if column.primary_key else uuid4())
            if kind is UUID
            else f"{MARK} {uuid4()}"
            if kind is str and column.unique
            else MADE_UP[kind]
        )


async def theirs(unit, column, value):
    """All rows of theirs in all tables, to see later that nothing of them has changed."""
    tables = [table for table in METADATA.sorted_tables if column in table.c]
    return {
        table.name: sorted(map(str, await unit.rows(select(table).where(table.c[column] == value))))
        for table in tables
    }
