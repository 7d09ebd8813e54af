from datetime import timedelta

from domain import fit_files, pai_pruning
from domain.jobs import PruneJobs, ledger
from domain.jobs.tasks import Task
from domain.pai_pruning import PruneCalculations
from workers.registry import handles


@handles(PruneJobs, every=timedelta(days=1))
async def prune_jobs(task: Task, _: PruneJobs) -> None:
    async with task.finishing() as unit:
        await ledger.prune(unit)
        await fit_files.forget_unused(unit)


@handles(PruneCalculations, every=timedelta(days=1))
async def prune_calculations(task: Task, _: PruneCalculations) -> None:
    """Finding them takes a while, and holds nobody up."""
    async with task.reading() as unit:
        found = await pai_pruning.superseded(unit)
    async with task.finishing() as unit:
        await pai_pruning.forget(unit, found)
