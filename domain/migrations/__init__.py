"""The schema's history, run by alembic when a process starts."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

LOCK = 7201001


def upgrade(connection: Connection) -> None:
    """Bring the database up to date; processes that start together wait for each other."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "domain:migrations")
    config.set_main_option("path_separator", "os")
    return config
