"""The SQL statements of an operation, for whoever explores the demo: texts only, never a value."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from starlette.datastructures import Headers

from domain.store import Store

HEADER, SQL = "X-Explain", "sql"
MOST_STATEMENTS, MOST_CHARACTERS = 100, 4000
CUT = " …"


@dataclass
class Statements:
    """All are counted; the first are kept, each up to a length."""

    count: int = 0
    texts: list[str] = field(default_factory=list)

    def hear(self, text: str) -> None:
        self.count += 1
        if len(self.texts) < MOST_STATEMENTS:
            self.texts.append(text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + CUT)

    def told(self) -> dict[str, Any]:
        """What stands in an answer's `extensions.sql`."""
        return {"count": self.count, "statements": self.texts}


HEARD: ContextVar[Statements | None] = ContextVar(
    "statements of the operation that is explained", default=None
)


class Explainer:
    """Listens to the database only where the demo is on; elsewhere nothing is explained to anybody."""

    def __init__(self, store: Store) -> None:
        self._listens = store.settings.demo
        if self._listens:
            event.listen(store.engine.sync_engine, "before_cursor_execute", _hear)

    @contextmanager
    def explaining(self, headers: Headers) -> Iterator[Statements | None]:
        """The statements that run meanwhile in this task, and those it starts; None if nobody asked."""
        if not self._listens or headers.get(HEADER, "").strip().lower() != SQL:
            yield None
            return
        heard = Statements()
        token = HEARD.set(heard)
        try:
            yield heard
        finally:
            HEARD.reset(token)


def _hear(_connection: object, _cursor: object, text: str, *_: object) -> None:
    """SQLite is told to begin by a statement, PostgreSQL by its driver: it is nobody's question."""
    heard = HEARD.get()
    if heard is not None and not text.startswith("BEGIN"):
        heard.hear(text)
