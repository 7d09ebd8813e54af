"""INSERT that yields to a row already there, on SQLite and PostgreSQL alike."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from domain.unit import Unit

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


async def insert_unless_there(unit: Unit, entity: SQLModel) -> bool:
    """Whether the row is new; when another unit is inserting the same one, wait for it and yield."""
    insert: Any = INSERT[unit.session.get_bind().dialect.name]
    statement = insert(type(entity)).values(**entity.model_dump()).on_conflict_do_nothing()
    return await unit.change(statement) == 1
