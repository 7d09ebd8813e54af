"""SQLite's driver does what it is told in a thread: a statement takes one turn of it, and not four."""

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
)


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """Made, asked, emptied and closed at once: to go there and back costs more than most statements do."""

    __slots__ = ()

    def __init__(self, connection: Any) -> None:
        self._adapt_connection = connection
        self._connection = connection.driver_connection
        self._rows = deque()

    @property
    def description(self) -> Any:
        return self._cursor.description

    def close(self) -> None:
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """It is closed by the time its rows are read."""

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._in_one_turn(lambda cursor: cursor.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._in_one_turn(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _in_one_turn(self, ask: Callable[[sqlite3.Cursor], Any]) -> None:
        driver: Any = self._connection

        def turn() -> tuple[sqlite3.Cursor, list[Any]]:
            cursor = driver._conn.cursor()  # noqa: SLF001
            try:
                ask(cursor)
                return cursor, cursor.fetchall() if cursor.description else []
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:  # noqa: SLF001
            self._cursor, rows = await driver._execute(turn)  # noqa: SLF001
        self._rows = deque(rows)


class Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = Cursor


def connected(dialect: Dialect, _: object, arguments: Any, options: Any) -> Connection:
    """For an engine to listen to when it connects."""
    usual: Any = dialect.connect(*arguments, **options)
    return Connection(usual.dbapi, usual.driver_connection)
