"""How commands reach the store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.settings import Settings
from domain.store import Store
from gateway import logs


@asynccontextmanager
async def opened() -> AsyncIterator[Store]:
    """The configured store, its schema up to date."""
    settings = Settings()
    logs.configure(settings)
    store = Store(settings)
    await store.open()
    try:
        yield store
    finally:
        await store.close()
