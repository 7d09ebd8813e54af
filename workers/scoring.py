from datetime import timedelta

from domain import pai_scoring
from domain.jobs.tasks import Task
from domain.pai import ExtendPai, FindDaysBegun, ScorePai
from workers.registry import handles


@handles(ScorePai)
async def score_pai(task: Task, job: ScorePai) -> None:
    async with task.finishing() as unit:
        await pai_scoring.score_days(unit, job.user_id, job.days)


@handles(FindDaysBegun, every=timedelta(minutes=15))
async def find_days_begun(task: Task, _: FindDaysBegun) -> None:
    async with task.finishing() as unit:
        for user_id, organization_id in await pai_scoring.users_to_extend(unit):
            await unit.later(ExtendPai(user_id), organization_id=organization_id)


@handles(ExtendPai)
async def extend_pai(task: Task, job: ExtendPai) -> None:
    async with task.finishing() as unit:
        await pai_scoring.extend(unit, job.user_id)
