"""How commands reach the store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from domain.settings import Settings
from domain.store import Store
from gateway import logs

PATIENCE = timedelta(minutes=1)


@asynccontextmanager
async def opened() -> AsyncIterator[Store]:
    """The configured store, its schema up to date; a command rather waits for others than gives up."""
    configured = Settings()
    patience = max(configured.database_patience, PATIENCE)
    settings = configured.model_copy(update={"database_patience": patience})
    logs.configure(settings)
    store = Store(settings)
    await store.open()
    try:
        yield store
    finally:
        await store.close()
