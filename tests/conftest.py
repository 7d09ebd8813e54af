"""What every test can ask for: a database of each kind, a store, the whole gateway, a client, and a small world."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from domain.settings import Settings
from domain.store import Store
from gateway.app import Gateway
from tests import databases
from tests.services import POSTGRESQL, need
from tests.world import World


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Structlog's own default draws a traceback with all its variables: seconds, for each error that a test makes."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("template")
    path = directory / "gateway.db"
    databases.migrate(f"sqlite:///{path}", directory)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    need("PostgreSQL", POSTGRESQL)
    with databases.postgresql_database(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Every test that touches the database runs on both."""
    if request.param == "postgresql":
        return databases.emptied(request.getfixturevalue("postgresql"))
    return databases.copied(request.getfixturevalue("sqlite_template"), tmp_path / "gateway.db")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """No embedded worker: tests that want jobs done call `work`, and say when."""
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        public_url="http://gateway.test",
        embedded_worker=False,
    )


@pytest.fixture
async def gateway(settings: Settings, anyio_backend: str) -> AsyncIterator[Gateway]:
    del anyio_backend
    gateway = Gateway(settings)
    async with gateway.running():
        yield gateway


@pytest.fixture
def store(gateway: Gateway) -> Store:
    return gateway.store


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the whole application as the outside does; an unexpected error is its 500, not ours."""
    transport = httpx.ASGITransport(gateway, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield client


@pytest.fixture
async def world(store: Store) -> World:
    """Two organizations with users, accounts, a partner and keys."""
    return await World.made(store)
