from datetime import timedelta

from domain.events import FanOut, PruneEvents
from domain.jobs.tasks import Task
from domain.webhooks import pruning, sending
from domain.webhooks.deliveries import Deliver, fan_out
from workers.registry import handles


@handles(FanOut)
async def fan_events_out(task: Task, job: FanOut) -> None:
    async with task.finishing() as unit:
        await fan_out(unit, job.event_ids)


@handles(Deliver)
async def deliver(task: Task, job: Deliver) -> None:
    await sending.send(task, job)


@handles(PruneEvents, every=timedelta(days=1))
async def prune_events(task: Task, _: PruneEvents) -> None:
    async with task.finishing() as unit:
        await pruning.prune(unit)
