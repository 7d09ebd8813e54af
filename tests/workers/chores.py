"""Jobs for tests of workers: what they do is seen in the organizations they write down."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from domain.jobs import Job
from domain.organizations import Organization
from workers.registry import handles


@dataclass(frozen=True)
class Chore(Job):
    """`seconds`: how long it takes, and no less than until there is a file called `gate`.

    `fails`: how many attempts fail first.
    """

    name: str
    seconds: float = 0
    fails: int = 0
    gate: str = ""


@handles(Chore)
async def chore(task, job: Chore) -> None:
    await asyncio.sleep(job.seconds)
    while job.gate and not Path(job.gate).exists():  # noqa: ASYNC240  a look at one name
        await asyncio.sleep(0.02)
    async with task.finishing() as unit:
        await unit.add(Organization(name=job.name, created_at=unit.now, modified_at=unit.now))
        if task._claim.attempt <= job.fails:  # noqa: SLF001
            raise OSError("not yet")


__all__ = ["Chore"]
