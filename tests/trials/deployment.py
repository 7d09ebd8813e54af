"""Real server and worker processes on one database, killed without warning and started again."""

import os
import random
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from domain.settings import Settings
from tests.processes import Command


class Deployment:
    """With memory:// the server works itself; otherwise a worker process does, and hears of jobs by the broker."""

    def __init__(self, settings: Settings) -> None:
        self.port = _free_port()
        self.killed = 0
        self.environment = os.environ | {
            "GATEWAY_DATA_DIR": str(settings.data_dir),
            "GATEWAY_DATABASE_URL": settings.database_url,
            "GATEWAY_BROKER_URL": settings.broker_url,
            "GATEWAY_QUEUE_PREFIX": settings.queue_prefix,
            "GATEWAY_ALLOW_PRIVATE_CALLBACKS": "true",
            "GATEWAY_JOB_LEASE": "PT3S",
            "GATEWAY_DATABASE_PATIENCE": "PT2S",
        }
        serve = ("serve", "--port", str(self.port))
        in_process = settings.broker_url.startswith("memory")
        self._commands = [serve] if in_process else [(*serve, "--no-worker"), ("worker",)]
        self._log = settings.data_dir / "log.jsonl"
        self._running: list[Command] = []

    @contextmanager
    def running(self) -> Iterator["Deployment"]:
        self._running = [self._start(command) for command in self._commands]
        try:
            yield self
        finally:
            for process in self._running:
                process.send_signal(signal.SIGTERM)
            for process in self._running:
                process.communicate(30)

    def kill_one(self) -> str:
        """SIGKILL to any of them, and another in its place; which it was."""
        index = random.randrange(len(self._running))
        self._running[index].kill()
        self._running[index].communicate()
        self._running[index] = self._start(self._commands[index])
        self.killed += 1
        return self._commands[index][0]

    def _start(self, command: tuple[str, ...]) -> Command:
        return Command(*command, environment=self.environment, log=self._log)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
