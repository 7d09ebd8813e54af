"""What every test can ask for: a database of each kind, a store, the whole gateway, a client, and a small world."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import bcrypt
import httpx
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import settings
from pydantic import SecretStr

from domain.identity import passwords
from domain.settings import Settings
from domain.store import Store
from gateway.app import Gateway
from tests import databases, statements, tools
from tests.services import POSTGRESQL, need
from tests.world import CHEAP, World

# A busy machine must not fail a property; how long things take is for bench/ to say.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tools.last(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays, and a collector that walks it again and again is a fifth of the time."""
    tools.install_meanwhile(session.items)
    statements.compile_once()
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    tools.require(item)


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Structlog's own default draws a traceback with all its variables: seconds, for each error that a test makes."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


@pytest.fixture(scope="session", autouse=True)
def usual_cost() -> Iterator[int]:
    """What hashing a password costs; in tests it is cheap, as is what stands in for nobody's hash."""
    usual, passwords.COST = passwords.COST, CHEAP
    yield usual
    passwords.COST = usual


@pytest.fixture
def costs_paid(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The cost of each hash that a secret is compared with."""
    paid, compare = [], bcrypt.checkpw

    def compared(secret: bytes, stored: bytes) -> bool:
        paid.append(int(stored.split(b"$")[2]))
        return compare(secret, stored)

    monkeypatch.setattr(bcrypt, "checkpw", compared)
    return paid


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """As uvicorn runs the gateway."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def small_world() -> World:
    """What everybody's world is: the databases that tests start from have it already."""
    return World()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_file(tmp_path_factory.mktemp("template") / "gateway.db")


@pytest.fixture(scope="session")
def sqlite_world(tmp_path_factory: pytest.TempPathFactory, small_world: World) -> Path:
    return databases.sqlite_file(tmp_path_factory.mktemp("world") / "gateway.db", small_world)


@pytest.fixture(scope="session")
def postgresql(
    tmp_path_factory: pytest.TempPathFactory, small_world: World
) -> Iterator[databases.PostgreSQL]:
    need("PostgreSQL", POSTGRESQL)
    with databases.postgresql_database(tmp_path_factory.mktemp("postgresql"), small_world) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Every test that touches the database runs on both; those that ask for the world find it there."""
    inhabited = "world" in request.fixturenames
    if request.param == "postgresql":
        prepared = databases.restored if inhabited else databases.emptied
        return prepared(request.getfixturevalue("postgresql"))
    template = request.getfixturevalue("sqlite_world" if inhabited else "sqlite_template")
    return databases.copied(template, tmp_path / "gateway.db")


@pytest.fixture(scope="session")
def id_token_key() -> SecretStr:
    """Making one takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem, pkcs8, plain = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    return SecretStr(key.private_bytes(pem, pkcs8, plain).decode())


@pytest.fixture(scope="session")
def usual_settings(id_token_key: SecretStr) -> Settings:
    """No embedded worker: tests that want jobs done call `work`, and say when."""
    return Settings(public_url="http://gateway.test", id_token_key=id_token_key, embedded_worker=False)


@pytest.fixture
def settings(usual_settings: Settings, database_url: str, tmp_path: Path) -> Settings:
    return usual_settings.model_copy(update={"data_dir": tmp_path, "database_url": database_url})


@pytest.fixture
async def gateway(settings: Settings, anyio_backend: object) -> AsyncIterator[Gateway]:
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
async def world(store: Store, small_world: World) -> World:
    """Two organizations with users, accounts, a partner and keys."""
    world = small_world.at(store)
    if not await world.is_written():
        await world.write()
    return world
