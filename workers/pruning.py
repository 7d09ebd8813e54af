from datetime import timedelta

from domain import fit_files, idempotency, pai_pruning
from domain.idempotency import PruneIdempotencyKeys
from domain.identity import pruning
from domain.identity.pruning import PruneTokens
from domain.jobs import PruneJobs, ledger
from domain.jobs.tasks import Task
from domain.pai_pruning import PruneCalculations
from domain.personal_data.removal import forget_orphaned_jobs
from workers.registry import handles


@handles(PruneJobs, every=timedelta(days=1))
async def prune_jobs(task: Task, _: PruneJobs) -> None:
    async with task.finishing() as unit:
        await ledger.prune(unit)
        await forget_orphaned_jobs(unit)
        await fit_files.forget_unused(unit)


@handles(PruneTokens, every=timedelta(days=1))
async def prune_tokens(task: Task, _: PruneTokens) -> None:
    async with task.finishing() as unit:
        await pruning.prune(unit)


@handles(PruneIdempotencyKeys, every=timedelta(hours=1))
async def prune_idempotency_keys(task: Task, _: PruneIdempotencyKeys) -> None:
    async with task.finishing() as unit:
        await idempotency.prune(unit)


@handles(PruneCalculations, every=timedelta(days=1))
async def prune_calculations(task: Task, _: PruneCalculations) -> None:
    """Finding them takes a while, and holds nobody up."""
    async with task.reading() as unit:
        found = await pai_pruning.superseded(unit)
    async with task.finishing() as unit:
        await pai_pruning.forget(unit, found)
