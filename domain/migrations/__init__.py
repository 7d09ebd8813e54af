"""The schema's history, run by alembic when a process starts."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

LOCK = 7201001


def upgrade(connection: Connection) -> None:
    """Bring the database up to date; processes that start together wait for each other."""
    if _is_current(connection):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    command.upgrade(_config(connection), "head")


def _is_current(connection: Connection) -> bool:
    """Most starts find nothing to do, and need neither wait nor read the whole history."""
    return set(MigrationContext.configure(connection).get_current_heads()) == _heads()


@cache
def _heads() -> set[str]:
    return set(ScriptDirectory.from_config(_config()).get_heads())


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "domain:migrations")
    config.set_main_option("path_separator", "os")
    return config
