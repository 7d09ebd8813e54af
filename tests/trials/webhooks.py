"""Deliveries judged by an independent receiver: `python -m tests.trials.webhooks RUN.SH`.

RUN.SH SECRET PORT MODE SECONDS starts a receiver that verifies what arrives and prints a table.
"""

import asyncio
import socket
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from domain.events import EventKind
from domain.organizations import Organization
from domain.settings import Settings
from domain.webhooks.signing import new_secret
from gateway.app import Gateway
from tests.domain.webhooks.subscribing import Desk

EVENTS = 3
MODES = {"ok": 6, "fail:3": 20, "slow:2": 14, "slow:5": 12, "410": 6, "429:4": 14}
PAUSES = tuple(timedelta(seconds=s) for s in (1.5, 3, 6))


async def main(receiver: str) -> int:
    failures = 0
    for mode, seconds in MODES.items():
        failures += await tried(receiver, mode, seconds)
    port = free_port()
    target = await started(receiver, new_secret(), port, "ok", MODES["fail:3"] + 5)
    failures += await tried(receiver, f"redirect:http://127.0.0.1:{port}/", MODES["fail:3"])
    told = (await target.communicate())[0].decode()
    print(f"--- the redirect's target\n{told}")
    return failures + ("no delivery arrived" not in told)


async def tried(receiver: str, mode: str, seconds: int) -> bool:
    """Whether the receiver found anything wrong with a few events in this mode."""
    with tempfile.TemporaryDirectory() as directory:
        gateway = Gateway(settings(Path(directory)))
        async with gateway.running():
            desk = await opened(gateway)
            port = free_port()
            secret = (await desk.subscribe(f"http://127.0.0.1:{port}/hook")).secret
            process = await started(receiver, secret, port, mode, seconds)
            for number in range(EVENTS):
                await desk.publish(EventKind.IMPORT_COMPLETED, number=number)
            told = (await process.communicate())[0].decode()
            [webhook] = await desk.webhooks()
            print(
                f"--- {mode}\n{told}{await desk.states()} {webhook.disabled_reason or 'active'}", flush=True
            )
    return process.returncode != 0


def settings(directory: Path) -> Settings:
    return Settings(
        data_dir=directory,
        allow_private_callbacks=True,
        webhook_retries=PAUSES,
        webhook_timeout=timedelta(seconds=3),
    )


async def opened(gateway: Gateway) -> Desk:
    organization = uuid4()
    async with gateway.store.writing() as unit:
        await unit.add(Organization(id=organization, name="x", created_at=unit.now, modified_at=unit.now))
    return Desk(gateway.store, organization)


async def started(
    receiver: str, secret: str, port: int, mode: str, seconds: int
) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        receiver, secret, str(port), mode, str(seconds), stdout=asyncio.subprocess.PIPE
    )
    await process.stdout.readline()  # it says when it listens
    return process


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
