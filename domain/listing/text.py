"""Text in lower case by Unicode's rules on both databases; columns, and what comes of them, keep the collation C, which
knows ASCII only: PostgreSQL cannot hash texts of two collations against each other.
"""

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal


class InLowerCase(ColumnElement[str]):
    inherit_cache = True
    type = String()
    _traverse_internals = [("text", InternalTraversal.dp_clauseelement)]  # noqa: RUF012  SQLAlchemy's own form

    def __init__(self, text: Any) -> None:
        self.text = text


@compiles(InLowerCase)
def _lowered(element: InLowerCase, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.text, **options)})"


@compiles(InLowerCase, "postgresql")
def _lowered_by_unicode(element: InLowerCase, compiler: Any, **options: Any) -> str:
    return f'(lower({compiler.process(element.text, **options)} COLLATE "und-x-icu") COLLATE "C")'
