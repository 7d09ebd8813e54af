"""INSERT that yields to a row already there, on SQLite and PostgreSQL alike."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from domain.unit import Unit

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


async def insert_unless_there(unit: Unit, entity: SQLModel) -> bool:
    """Whether the row is new; when another unit is inserting the same one, wait for it and yield."""
    return await insert_those_not_there(unit, [entity]) == 1


async def insert_those_not_there(unit: Unit, entities: Sequence[SQLModel]) -> int:
    """Rows of one table in one statement, in their order; how many are new."""
    insert: Any = INSERT[unit.session.get_bind().dialect.name]
    rows = [entity.model_dump() for entity in entities]
    return await unit.change(insert(type(entities[0])).values(rows).on_conflict_do_nothing())
