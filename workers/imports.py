from datetime import timedelta

from domain.imports import completion, expiry
from domain.imports.tables import CompleteImport, ExpireWaiting, PlanAfterImport
from domain.jobs.tasks import Task
from workers.registry import handles


@handles(CompleteImport)
async def complete_import(task: Task, job: CompleteImport) -> None:
    async with task.finishing() as unit:
        await completion.complete(unit, job.bulk_import_id)


@handles(PlanAfterImport)
async def plan_after_import(task: Task, job: PlanAfterImport) -> None:
    async with task.finishing() as unit:
        await completion.plan(unit, job.bulk_import_id)


@handles(ExpireWaiting, every=timedelta(hours=1))
async def expire_waiting(task: Task, _: ExpireWaiting) -> None:
    async with task.finishing() as unit:
        await expiry.expire(unit)
