"""Giving failed jobs another try."""

from typing import Annotated
from uuid import UUID

import strawberry

from domain.jobs import desk
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Outcome, Payload, mutation
from gateway.types.filters import filter_of
from gateway.types.jobs import JOBS
from gateway.types.many import WHICH
from gateway.types.nodes import Id, field
from gateway.types.payloads import changed

Which = Annotated[JOBS.filter_input | None, WHICH]  # type: ignore[name-defined]


@strawberry.type(description="The job as it stands now.")
class RetryJobPayload(Payload):
    job = changed("jobs.Job", "The job as it stands now.")


@strawberry.type(description="How many jobs wait again.")
class RetryJobsPayload(Payload):
    retried: int = field(
        "How many failed jobs wait again.", resolver=lambda root: root.outcome.count if root.outcome else 0
    )


@strawberry.type
class JobMutation:
    @mutation(RetryJobPayload, Scope.JOBS_WRITE)
    async def retry_job(self, unit: Unit, id: Id) -> UUID:
        """Give a failed job a fresh set of attempts."""
        job_id = read_global_id("Job", id)
        await desk.retry(unit, job_id)
        return job_id

    @mutation(RetryJobsPayload, Scope.JOBS_WRITE)
    async def retry_jobs(self, unit: Unit, filter: Which = None) -> Outcome:
        """Give failed jobs fresh attempts: the 500 oldest of those that match."""
        return Outcome(count=await desk.retry_failed(unit, filter_of(filter)))
