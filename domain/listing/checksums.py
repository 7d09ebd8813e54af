"""A checksum of many instants, in any order: it tells that rows were exchanged where their number and newest do not."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal

PRIME = 1_000_000_007


class Microseconds(ColumnElement[int]):
    """An instant as a whole number below a prime, which no sum of any table's instants makes overflow."""

    inherit_cache = True
    type = BigInteger()
    _traverse_internals = [("instant", InternalTraversal.dp_clauseelement)]  # noqa: RUF012  SQLAlchemy's own form

    def __init__(self, instant: Any) -> None:
        self.instant = instant


@compiles(Microseconds)
def _of_text(element: Microseconds, compiler: Any, **options: Any) -> str:
    """SQLite keeps an instant as text with six digits behind the second."""
    text = compiler.process(element.instant, **options)
    return f"((CAST(strftime('%s', {text}) AS INTEGER) * 1000000 + CAST(substr({text}, 21, 6) AS INTEGER)) % {PRIME})"


@compiles(Microseconds, "postgresql")
def _of_instant(element: Microseconds, compiler: Any, **options: Any) -> str:
    instant = compiler.process(element.instant, **options)
    return f"mod((EXTRACT(EPOCH FROM {instant}) * 1000000)::bigint, {PRIME})"


def checksum_of(instants: Any) -> ColumnElement[int]:
    return func.sum(Microseconds(instants), type_=BigInteger())
