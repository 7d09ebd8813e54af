from datetime import timedelta

from domain import days_begun, load_scoring, pai_scoring, recalculation, vo2max_scoring
from domain.jobs.tasks import Task
from domain.pai import ExtendPai, FindDaysBegun, ScorePai, ScorePaiBacklog
from domain.recalculation import Rescore
from domain.training_days import BalanceLoads
from domain.vo2max import EstimateVo2Max, EstimateVo2MaxBacklog
from workers.registry import handles


@handles(ScorePaiBacklog)
@handles(ScorePai)
async def score_pai(task: Task, job: ScorePai) -> None:
    async with task.finishing() as unit:
        await pai_scoring.score(unit, job.user_id)


@handles(EstimateVo2MaxBacklog)
@handles(EstimateVo2Max)
async def estimate_vo2max(task: Task, job: EstimateVo2Max) -> None:
    async with task.finishing() as unit:
        await vo2max_scoring.estimate(unit, job.user_id)


@handles(BalanceLoads)
async def balance_loads(task: Task, job: BalanceLoads) -> None:
    async with task.finishing() as unit:
        await load_scoring.balance(unit, job.user_id)


@handles(FindDaysBegun, every=timedelta(minutes=15))
async def find_days_begun(task: Task, _: FindDaysBegun) -> None:
    async with task.finishing() as unit:
        for user_id, organization_id in await days_begun.users_to_extend(unit):
            await unit.later(ExtendPai(user_id), organization_id=organization_id)
        for user_id, organization_id in await load_scoring.users_to_extend(unit):
            await unit.later(BalanceLoads(user_id), organization_id=organization_id)


@handles(ExtendPai)
async def extend_pai(task: Task, job: ExtendPai) -> None:
    async with task.finishing() as unit:
        await pai_scoring.extend(unit, job.user_id)


@handles(Rescore)
async def rescore(task: Task, job: Rescore) -> None:
    async with task.finishing() as unit:
        await recalculation.everything(unit, job.user_id, job.since)
