from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from domain import days_begun, load_scoring, pai_scoring, recalculation, vo2max_scoring
from domain.jobs import ledger
from domain.jobs.tasks import Task
from domain.pai import ExtendPai, FindDaysBegun, ScorePai, ScorePaiBacklog
from domain.recalculation import Rescore
from domain.training_days import BalanceLoads
from domain.unit import Unit
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
    """Finding them takes a while, and holds nobody up; a job that was found before and still waits serves them."""
    async with task.reading() as unit:
        scores = await _without_job(unit, ExtendPai, await days_begun.users_to_extend(unit))
        loads = await _without_job(unit, BalanceLoads, await load_scoring.users_to_extend(unit))
    async with task.finishing() as unit:
        for kind, found in ((ExtendPai, scores), (BalanceLoads, loads)):
            for organization_id, users in found.items():
                await unit.later_all([kind(user) for user in users], organization_id=organization_id)


async def _without_job(
    unit: Unit, kind: type[ExtendPai | BalanceLoads], users: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, list[UUID]]:
    """Those whom no job of the kind waits for, by organization."""
    served = {arguments["user_id"] for arguments in await ledger.open_arguments(unit, kind)}
    found = defaultdict(list)
    for user_id, organization_id in users:
        if str(user_id) not in served:
            found[organization_id].append(user_id)
    return found


@handles(ExtendPai)
async def extend_pai(task: Task, job: ExtendPai) -> None:
    async with task.finishing() as unit:
        await pai_scoring.extend(unit, job.user_id)


@handles(Rescore)
async def rescore(task: Task, job: Rescore) -> None:
    async with task.finishing() as unit:
        await recalculation.everything(unit, job.user_id, job.since)
