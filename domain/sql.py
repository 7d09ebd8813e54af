"""`select` for SQLModel's attributes, which type checkers take for the values they hold."""

from typing import Any

import sqlalchemy
from sqlalchemy import Select


def select(*columns: Any) -> Select[Any]:
    return sqlalchemy.select(*columns)
