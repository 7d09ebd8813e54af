"""Ingestion end to end: real pings to a real server, until every file is an activity and its days are scored.

python -m bench.ingestion [--files N] [--only sqlite|redis]

The gateway (with Redis: server and worker together) is pinned to one core, this client to another. The baseline is
reading the same files on the gateway's core, and nothing else.
"""

import argparse
import asyncio
import base64
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import func
from sqlmodel import col

from bench.fit_read import REAL, generated, is_sound
from domain.biometrics import Biometric
from domain.fit import read
from domain.fit_files import FitFile, FitFileState
from domain.identity.partner_users import PartnerUser
from domain.identity.partners import Partner, new_key
from domain.jobs import JobRecord, JobState
from domain.organizations import PAI_HEALTH, Organization
from domain.secrets import fingerprint
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from domain.users import User
from tests.databases import postgresql_database
from tests.services import POSTGRESQL, REDIS, answers

ROOT = Path(__file__).resolve().parents[1]
GATEWAY = [sys.executable, "-c", "from gateway.cli import main; main()"]
PATH = "/api/fit_partner_ping/"
LARGEST = 400_000
A_PING, AT_ONCE = 10, 4
PORT = 8799
TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@dataclass(frozen=True)
class Setup:
    name: str
    database_url: str
    broker_url: str
    commands: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Measured:
    seconds: float
    cpu: float
    answered: float
    states: dict[str, int]


def contents() -> list[bytes]:
    """Real files where they are, generated ones elsewhere; what is broken would only be refused."""
    if not REAL.is_dir():
        return [generated(600 * count) for count in range(1, 11)]
    return [
        path.read_bytes()
        for path in sorted(REAL.iterdir())
        if path.stat().st_size <= LARGEST and is_sound(path)
    ]


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """This process, and those it starts meanwhile, on one core; where cores cannot be chosen, on any."""
    if len(CORES) <= 1:
        yield
        return
    os.sched_setaffinity(0, {CORES[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, set(CORES))


def reading_alone(files: Sequence[bytes]) -> float:
    """Seconds of CPU."""
    read(files[0])
    started = time.process_time()
    for content in files:
        read(content)
    return time.process_time() - started


async def prepare(store: Store, users: int) -> dict[str, str]:
    """A partner linked to so many users; its headers."""
    await store.open()
    key, partner_id = new_key(), uuid4()
    async with store.writing() as unit:
        stamps = {"created_at": unit.now, "modified_at": unit.now}
        await unit.add(Organization(id=PAI_HEALTH, name="Bench", **stamps))
        partner = {"id": partner_id, "partner_id": "bench", "name": "Bench", "organization_id": PAI_HEALTH}
        await unit.add(Partner(auth_key_hash=fingerprint(key), **partner, **stamps))
        for number in range(users):
            user = User(id=uuid4(), organization_id=PAI_HEALTH, first_name="U", time_zone="UTC", **stamps)
            link = {"partner_id": partner_id, "external_id": str(number), "user_id": user.id}
            body = {"max_heart_rate_bpm": 190, "resting_heart_rate_bpm": 55, "date": unit.now.date()}
            await unit.add(user)
            await unit.add(PartnerUser(created_at=unit.now, **link))
            await unit.add(Biometric(organization_id=PAI_HEALTH, user_id=user.id, **body, **stamps))
    return {"Authorization": f"Bearer {key}", "Partner-Id": "bench"}


@contextmanager
def running(setup: Setup, data_dir: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    own = {
        "GATEWAY_DATA_DIR": str(data_dir),
        "GATEWAY_DATABASE_URL": setup.database_url,
        "GATEWAY_BROKER_URL": setup.broker_url,
        "GATEWAY_QUEUE_PREFIX": f"bench_{os.getpid()}",
        "GATEWAY_MAX_DAYS_PER_FILE": "400",
    }
    with pinned(0), (data_dir / "log").open("wb") as log:
        processes = [
            subprocess.Popen([*GATEWAY, *command], env=os.environ | own, cwd=ROOT, stdout=log, stderr=log)
            for command in setup.commands
        ]
    try:
        yield processes
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(30)


def cpu_of(processes: Sequence[subprocess.Popen[bytes]]) -> float:
    """Seconds all of them have spent; 0 where the system does not tell."""
    spent = 0
    for process in processes:
        stat = Path(f"/proc/{process.pid}/stat")
        fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 13
        spent += int(fields[11]) + int(fields[12])
    return spent / TICKS


def pings(files: Sequence[bytes], count: int) -> list[dict[str, object]]:
    """Every user has every file once."""
    announced = [
        {
            "file_type": "FIT",
            "activity_name": None,
            "priority": 1,
            "user_id": str(number // len(files)),
            "source": "bench",
            "overwrite_mode": False,
            "start_time_in_seconds": "1717243200",
            "callback_url": base64.b64encode(files[number % len(files)]).decode(),
            "summary_id": f"{number}.fit",
        }
        for number in range(count)
    ]
    return [{"activity_files": announced[at : at + A_PING]} for at in range(0, count, A_PING)]


async def send(
    client: httpx.AsyncClient, headers: dict[str, str], bodies: Sequence[dict[str, object]]
) -> None:
    waiting = iter(bodies)

    async def sender() -> None:
        for body in waiting:
            answer = await client.post(PATH, json=body, headers=headers)
            answer.raise_for_status()
            assert answer.json()["rejected"] == [], answer.text

    await asyncio.gather(*(sender() for _ in range(AT_ONCE)))


async def until_done(store: Store, count: int, tell: Progress) -> dict[str, int]:
    """Until no job is left; how many files came to which state."""
    task = tell.add_task("jobs", total=None)
    while True:
        async with store.reading() as unit:
            by_state = select(FitFile.state, func.count()).group_by(col(FitFile.state))
            states = {str(row[0]): int(row[1]) for row in await unit.rows(by_state)}
            open_jobs = select(func.count()).where(
                col(JobRecord.state).in_((JobState.WAITING, JobState.RUNNING)),
                col(JobRecord.due_at) <= unit.now,
            )
            left = await unit.value(open_jobs)
        tell.update(task, total=count, completed=count - states.get(FitFileState.QUEUED, 0))
        if not left and sum(states.values()) == count:
            return states
        await asyncio.sleep(0.2)


async def answering(client: httpx.AsyncClient) -> None:
    for _ in range(300):
        try:
            if (await client.get("/readyz")).is_success:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("The gateway did not start within half a minute")


async def measure(setup: Setup, files: Sequence[bytes], count: int, data_dir: Path) -> Measured:
    store = Store(Settings(data_dir=data_dir, database_url=setup.database_url))
    headers = await prepare(store, -(-count // len(files)))
    bodies = pings(files, count)
    with running(setup, data_dir) as processes, pinned(-1), Progress(transient=True) as progress:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", timeout=120) as client:
            await answering(client)
            before, started = cpu_of(processes), time.monotonic()
            await send(client, headers, bodies)
            answered = time.monotonic() - started
            states = await until_done(store, count, progress)
            measured = Measured(time.monotonic() - started, cpu_of(processes) - before, answered, states)
    await store.close()
    return measured


def setups(only: str | None, stack: ExitStack) -> Iterator[Setup]:
    serve = ["serve", "--port", str(PORT)]
    if only != "redis":
        yield Setup("in process, SQLite", "", "memory://", [serve])
    if only != "sqlite" and answers(POSTGRESQL) and answers(REDIS):
        url = stack.enter_context(postgresql_database(Path(tempfile.mkdtemp())))
        yield Setup("Redis, PostgreSQL", url, REDIS, [[*serve, "--no-worker"], ["worker"]])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--only", choices=("sqlite", "redis"))
    arguments = parser.parse_args()
    files = contents()
    sent = [files[number % len(files)] for number in range(arguments.files)]
    megabytes = sum(map(len, sent)) / 1e6
    with pinned(0):
        alone = reading_alone(sent)
    table = Table("setup", "files/s", "pings/s", "CPU ms a file", "MB/s", "of reading alone", "files")
    table.add_row(
        "reading alone",
        f"{len(sent) / alone:.0f}",
        "",
        f"{alone / len(sent) * 1e3:.2f}",
        f"{megabytes / alone:.0f}",
        "1",
    )
    with ExitStack() as stack:
        for setup in setups(arguments.only, stack):
            with tempfile.TemporaryDirectory() as data_dir:
                done = asyncio.run(measure(setup, files, arguments.files, Path(data_dir)))
            table.add_row(
                setup.name,
                f"{len(sent) / done.seconds:.1f}",
                f"{len(sent) / A_PING / done.answered:.1f}",
                f"{done.cpu / len(sent) * 1e3:.1f}",
                f"{megabytes / done.seconds:.1f}",
                f"1/{done.cpu / alone:.0f}",
                ", ".join(f"{n} {state}" for state, n in sorted(done.states.items())),
            )
    Console().print(table)


if __name__ == "__main__":
    main()
