"""A row of a person's in every table there is, whose texts all carry the person's mark: new tables included."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import Table

from domain.identity.accounts import AccountType
from domain.listing.values import kind_of
from domain.packing import pack, pack_measurements, pack_times
from domain.personal_data.belongings import is_personal
from domain.tables import METADATA
from tests.world import LONG_AGO

SERIES = {
    ("heart_rate_recordings", "times"): pack_times(np.array([7, 8, 9])),
    ("heart_rate_recordings", "bpm"): pack(np.array([61, 62, 63], np.uint8)),
    ("activity_streams", "packed"): pack_measurements(np.array([1.5, np.nan, 2.5])),
}


@dataclass
class Filled:
    """`rows`: what was written, by table; `mark` stands in every text of it."""

    mark: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def user_id(self) -> UUID:
        return self.rows["users"]["id"]

    @property
    def account_id(self) -> UUID:
        return self.rows["accounts"]["id"]

    def text(self, table: Table, column: Any) -> str:
        return f"{self.mark}-{table.name}-{column.name}"

    @property
    def address(self) -> str:
        return f"{self.mark}@example.org"


async def fill(unit, mark, shared=None) -> Filled:
    """`shared`: another person's rows, of whom the tables of nobody are taken over."""
    filled = Filled(mark)
    for table in METADATA.sorted_tables:
        if shared and not is_personal(table):
            filled.rows[table.name] = shared.rows[table.name]
        else:
            await add(unit, filled, table)
    return filled


async def add(unit, filled, table, **values):
    """One more row of the person's; `values` are taken as they are."""
    row = {column.name: _value(filled, table, column) for column in table.c} | values
    filled.rows.setdefault(table.name, row)
    await unit.change(table.insert().values(**row))
    return row


def _value(filled: Filled, table: Table, column: Any) -> Any:
    if (table.name, column.name) in SERIES:
        return SERIES[table.name, column.name]
    for key in column.foreign_keys:
        parent = key.column.table.name
        return filled.rows[parent][key.column.name] if parent in filled.rows else None
    if table.name == "accounts" and column.name == "account_type":
        return AccountType.REGULAR
    if column.name in {"email", "recipient"}:
        return filled.address
    return _of_type(filled, table, column)


def _of_type(filled: Filled, table: Table, column: Any) -> Any:
    text = filled.text(table, column) if is_personal(table) else f"nobody-{table.name}-{column.name}"
    by_type = {
        UUID: uuid4(),
        datetime: LONG_AGO,
        date: LONG_AGO.date(),
        object: {"said": text},
        bytes: text.encode(),
        str: text,
        int: 1,
        float: 1.5,
        bool: True,
    }
    return by_type[kind_of(column)]
