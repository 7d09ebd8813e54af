"""`gateway serve` and `gateway worker`."""

import asyncio
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import structlog
import typer
import uvicorn
from dramatiq.middleware import MiddlewareError
from rich.console import Console

from domain.misspelled import misspelled
from domain.settings import Settings
from gateway import logs
from gateway.commands.demo import prepare, welcome
from gateway.commands.opening import opened
from gateway.documents.manifests import read_manifest
from gateway.http.asking import MAX_BODY
from gateway.metrics import SHARED
from workers.crew import Crew

APP = "gateway.app:create_app"
GLANCE = 0.5
STARTING = 60
"""Seconds in which a server process of several may be busy, with its imports above all, before it is replaced."""

log = structlog.get_logger(__name__)


def serve(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT")] = 8000,
    workers: Annotated[
        int, typer.Option(help="Server processes; without Redis each counts limits for itself.")
    ] = 1,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave jobs to `gateway worker`.")] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Seed the demo first and offer its principals.")
    ] = False,
) -> None:
    """Serve every surface; jobs are worked on inside unless --no-worker is given."""
    os.environ.setdefault("GATEWAY_PUBLIC_URL", f"http://{host}:{port}")
    if no_worker:
        os.environ["GATEWAY_EMBEDDED_WORKER"] = "false"
    settings = readable_settings()
    if demo:
        os.environ["GATEWAY_DEMO"] = "true"
        asyncio.run(prepare())
        welcome(f"http://{host}:{port}")
    else:
        asyncio.run(migrate())
    warn_of_misspelled()
    grace = int(settings.shutdown_grace.total_seconds())
    with _counted_together(workers):
        uvicorn.run(
            APP,
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=MAX_BODY,
            timeout_worker_healthcheck=STARTING,
            timeout_graceful_shutdown=grace,
        )


@contextmanager
def _counted_together(workers: int) -> Iterator[None]:
    """Several server processes tell Prometheus of all of them, by files they share while they live."""
    if workers == 1 or SHARED in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="gateway-metrics-") as directory:
        os.environ[SHARED] = directory
        yield


async def migrate() -> None:
    """Before any server process starts: a database that cannot be used is told here, in a sentence."""
    async with opened():
        pass


def readable_settings() -> Settings:
    """What they name can be read: told before anything is done, or any process is started."""
    settings = Settings()
    if settings.trusted_documents is not None:
        read_manifest(settings.trusted_documents)
    return settings


def warn_of_misspelled() -> None:
    """By the command, so that it is said once, however many processes it starts."""
    for variable, closest in misspelled(os.environ).items():
        perhaps = {"perhaps": closest} if closest else {}
        log.warning("unknown_setting", variable=variable, **perhaps, doing="it is ignored")


def worker() -> None:
    """Work on jobs until told to stop; with memory:// it finds them by sweeping the database."""
    stopping = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stopping.set())
    settings = Settings()
    with _status() as tell:
        logs.configure(settings)
        warn_of_misspelled()
        crew = Crew(settings)
        _start(crew)
        while not stopping.wait(GLANCE):
            tell(f"Working: {crew.busy} at work, {crew.done} attended to. Stop with Ctrl-C.")
        tell("Stopping: jobs that end soon are waited for, the others are given back.")
        crew.stop()


def _start(crew: Crew) -> None:
    """Dramatiq wraps what went wrong; the command tells it as all commands do."""
    try:
        crew.start()
    except MiddlewareError as error:
        raise (error.__cause__ or error) from None


@contextmanager
def _status() -> Iterator[Callable[[str], None]]:
    """A line that is kept up to date where somebody watches, and nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("Starting") as status:
        yield status.update
