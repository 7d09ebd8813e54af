"""A bulk import whose servers and workers are killed on the way, against the same import that nobody disturbs.

python -m tests.trials.bulk_import --broker redis --database postgresql --files 200 --kills 10
"""

import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, get_args
from uuid import uuid4

import httpx
import structlog
import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import update
from sqlmodel import col

from domain.activities import Activity
from domain.fit_files import FitFile
from domain.heart_rate import HeartRateDay
from domain.identity.partner_settings import signing_secret
from domain.identity.partners import Partner
from domain.jobs import JobRecord, JobState
from domain.pai import PaiSummary
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from gateway.app import Gateway
from tests import databases
from tests.trials.bulk_files import File, bulk_files, made
from tests.trials.deployment import Deployment
from tests.trials.partner import EVENT, Program
from tests.trials.partner_site import PartnerSite, partner_site
from tests.workers.rungs import BROKERS, forget_queues
from tests.world import World

Broker = Literal["memory", "redis", "rabbitmq"]
Database = Literal["sqlite", "postgresql"]
Tell = Callable[[str, int, int], None]
KEPT_OUT = {"id", "organization_id", "user_id", "fit_file_id", "created_at", "modified_at", "ingested_at"}
COMPARED = (FitFile, Activity, HeartRateDay, PaiSummary)
BROKEN = 3
BEYOND = 1500


@dataclass
class Outcome:
    """`rows`: all that the files became, by table, without ids and times of writing."""

    rows: dict[str, Counter[tuple[object, ...]]]
    dead_jobs: int = 0
    calls: list[dict[str, object]] = field(default_factory=list)
    kills: int = 0
    waits: list[float] = field(default_factory=list)
    seconds: float = 0


@dataclass(frozen=True)
class Plan:
    """`kills`: how many, spread over the import. `live`: files that are pinged one after the other meanwhile."""

    broker: Broker = "memory"
    database: Database = "sqlite"
    files: int = 200
    kills: int = 10
    live: int = 0


def trial(plan: Plan, tell: Tell) -> tuple[Outcome, Outcome]:
    """The undisturbed import, in this process and on SQLite, and the disturbed one."""
    sent = bulk_files(plan.files)
    with tempfile.TemporaryDirectory() as kept, partner_site({f.summary_id: f.content for f in sent}) as site:
        calm = Settings(data_dir=Path(kept) / "calm", embedded_worker=False, allow_private_callbacks=True)
        expected = asyncio.run(_undisturbed(calm, site, sent, plan, tell))
        site.calls.clear()
        with _placed(plan, Path(kept) / "killed") as settings:
            return expected, asyncio.run(_disturbed(settings, site, sent, plan, tell))


@contextmanager
def _placed(plan: Plan, data_dir: Path) -> Iterator[Settings]:
    data_dir.mkdir()
    prefix = f"gateway-trial-{uuid4().hex[:8]}"
    place = {"data_dir": data_dir, "broker_url": BROKERS[plan.broker], "queue_prefix": prefix}
    try:
        if plan.database == "sqlite":
            yield Settings(**place)
        else:
            with databases.postgresql_database(data_dir) as database:
                yield Settings(**place, database_url=database.url)
    finally:
        forget_queues(plan.broker, prefix)


@asynccontextmanager
async def _prepared(settings: Settings, site: PartnerSite) -> AsyncIterator[World]:
    """The partner acme, whose user 1234 is Joe."""
    store = Store(settings)
    await store.open()
    world = await World.made(store)
    async with store.writing() as unit:
        await unit.change(update(Partner).values(event_url=f"{site.url}/imports"))
        partner = await unit.row(select(Partner.id, Partner.auth_key_hash))
        assert partner is not None
        site.secret = signing_secret(unit, partner.id, partner.auth_key_hash)
    yield world
    await store.close()


async def _undisturbed(
    settings: Settings, site: PartnerSite, files: list[File], plan: Plan, tell: Tell
) -> Outcome:
    async with _prepared(settings, site) as world:
        gateway = Gateway(settings)
        transport = httpx.ASGITransport(gateway)
        client = httpx.AsyncClient(transport=transport, base_url="http://calm", headers=world.partner_headers)
        tell("Undisturbed", 0, len(files))
        async with client:
            program = Program(client, site.url)
            await program.announce(files)
            await program.announce(_live(plan.live), priority=1)
            await program.start()
            begun = time.monotonic()
            await world.work()
        await gateway.store.close()
        await asyncio.to_thread(gateway.crew.stop)
        tell("Undisturbed", len(files), len(files))
        outcome = await _outcome(world.store)
    outcome.calls, outcome.seconds = list(site.calls.values()), time.monotonic() - begun
    return outcome


async def _disturbed(
    settings: Settings, site: PartnerSite, files: list[File], plan: Plan, tell: Tell
) -> Outcome:
    async with _prepared(settings, site) as world:
        with Deployment(settings).running() as deployment:
            url = f"http://127.0.0.1:{deployment.port}"
            client = httpx.AsyncClient(base_url=url, headers=world.partner_headers, timeout=20)
            async with client:
                program = Program(client, site.url)
                await program.announce(files)
                await program.start()
                begun = time.monotonic()
                waiting = asyncio.create_task(_waits(program, plan.live))
                await _watched(program, deployment, plan, tell)
                waits = await waiting
                seconds = time.monotonic() - begun
                await _until(lambda: _settled(world.store, site))
        outcome = await _outcome(world.store)
    outcome.calls, outcome.kills = list(site.calls.values()), deployment.killed
    outcome.waits, outcome.seconds = waits, seconds
    return outcome


async def _watched(program: Program, deployment: Deployment, plan: Plan, tell: Tell) -> None:
    """Kill whenever another share of the files is done, the first time before any is."""
    while True:
        known = await program.progress()
        done = known["files_imported"] + known["files_failed"]
        tell(f"Killed {deployment.killed} times", done, plan.files)
        if known["status"] == "complete":
            return
        if deployment.killed < plan.kills and done >= plan.files * deployment.killed // (plan.kills + 1):
            deployment.kill_one()
        await asyncio.sleep(0.05)


async def _waits(program: Program, live: int) -> list[float]:
    return [await program.seconds_to_ingest(file) for file in _live(live)]


def _live(count: int) -> list[File]:
    """On days that the bulk import does not reach, nor today."""
    return [File(f"live-{number}.fit", made(BEYOND - number).content) for number in range(count)]


async def _settled(store: Store, site: PartnerSite) -> bool:
    """No job waits or runs but those that come around by themselves, and the partner has been told."""
    async with store.reading() as unit:
        open_ = col(JobRecord.state).in_((JobState.WAITING, JobState.RUNNING))
        return not await unit.rows(select(JobRecord.id).where(open_)) and bool(site.calls)


async def _until(holds: Callable[[], Awaitable[bool]], patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not await holds():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.1)


async def _outcome(store: Store) -> Outcome:
    rows = {}
    async with store.reading() as unit:
        for kind in COMPARED:
            names = [name for name in kind.model_fields if name not in KEPT_OUT and not name.endswith("_id")]
            found = await unit.rows(select(*(getattr(kind, name) for name in names)))
            rows[kind.__tablename__] = Counter(tuple(str(value) for value in row) for row in found)
        dead = await unit.rows(select(JobRecord.id).where(col(JobRecord.state) == JobState.FAILED))
    return Outcome(rows, dead_jobs=len(dead))


def verdicts(plan: Plan, expected: Outcome, found: Outcome) -> dict[str, bool]:
    """What the trial is about, each in a sentence."""
    right = EVENT | {
        "files_total": plan.files,
        "files_imported": plan.files - BROKEN,
        "files_failed": BROKEN,
    }
    told = [{name: call.get(name) for name in right} for call in found.calls]
    return {
        f"processes were killed {plan.kills} times": found.kills >= plan.kills,
        **{f"{name}: the same rows": expected.rows[name] == found.rows[name] for name in expected.rows},
        "no job was given up": found.dead_jobs == expected.dead_jobs == 0,
        "the partner was told once, with the right totals": told == [right],
    }


def main(
    broker: Annotated[str, typer.Option(help=" | ".join(get_args(Broker)))] = "memory",
    database: Annotated[str, typer.Option(help=" | ".join(get_args(Database)))] = "sqlite",
    files: Annotated[int, typer.Option(min=10)] = 200,
    kills: Annotated[int, typer.Option(min=0)] = 10,
    live: Annotated[int, typer.Option(help="Files pinged one after the other meanwhile, and timed.")] = 0,
) -> None:
    plan = TypeAdapter(Plan).validate_python(
        {"broker": broker, "database": database, "files": files, "kills": kills, "live": live}
    )
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task("Beginning", total=files)
        expected, found = trial(
            plan, lambda doing, done, of: bars.update(bar, description=doing, completed=done, total=of)
        )
    results = verdicts(plan, expected, found)
    _report(plan, results, expected, found)
    sys.exit(not all(results.values()))


def _report(plan: Plan, results: dict[str, bool], expected: Outcome, found: Outcome) -> None:
    table = Table("", "verdict", title=f"{plan.files} files, {plan.broker}, {plan.database}")
    for sentence, holds in results.items():
        table.add_row(sentence, "[green]yes" if holds else "[red]NO")
    table.add_row("seconds undisturbed, disturbed", f"{expected.seconds:.1f}, {found.seconds:.1f}")
    if found.waits:
        median, most = statistics.median(found.waits), max(found.waits)
        table.add_row("a live file took, median and most", f"{median:.2f} s, {most:.2f} s")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
