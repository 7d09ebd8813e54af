from domain import ingestion, moving
from domain.jobs.tasks import Task
from domain.moving import MoveDays, MoveDaysBacklog
from domain.reprocessing import ReadAgain
from workers.registry import handles


@handles(ReadAgain)
async def read_again(task: Task, job: ReadAgain) -> None:
    await ingestion.read_again(task, job)


@handles(MoveDaysBacklog)
@handles(MoveDays)
async def move_days(task: Task, job: MoveDays) -> None:
    async with task.finishing() as unit:
        await moving.move(unit, job.user_id)
