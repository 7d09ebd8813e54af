from datetime import timedelta

from domain.exports import storing
from domain.exports.tables import PruneExports
from domain.jobs.tasks import Task
from domain.personal_data import exports as personal_exports
from domain.personal_data.exports import ExportPerson
from domain.programs import exports as program_exports
from domain.programs.exports import ExportMembers
from workers.registry import handles


@handles(ExportMembers)
async def export_members(task: Task, job: ExportMembers) -> None:
    async with task.finishing() as unit:
        await program_exports.build(unit, job.export_id)


@handles(ExportPerson)
async def export_person(task: Task, job: ExportPerson) -> None:
    async with task.finishing() as unit:
        await personal_exports.build(unit, job)


@handles(PruneExports, every=timedelta(hours=1))
async def prune_exports(task: Task, _: PruneExports) -> None:
    async with task.finishing() as unit:
        await storing.prune(unit)
