"""Every test has an engine of its own, and all ask the same: what one has compiled serves the next."""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

COMPILED: LRUCache = LRUCache(2000)


def compile_once() -> None:
    """What was compiled is known by its dialect: here one is as good as another of its kind."""
    DefaultDialect.__eq__ = lambda one, other: type(one) is type(other)
    DefaultDialect.__hash__ = lambda one: hash(type(one))
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)
