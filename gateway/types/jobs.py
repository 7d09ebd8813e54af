"""The job ledger, as administrators see it: what is done for their organization, and what failed and why."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.errors import NotFound
from domain.jobs import BULK, desk
from domain.listing import Order
from domain.unit import Unit
from gateway.context import Context
from gateway.global_ids import global_id, read_global_id
from gateway.mutations import Payload, carried_out
from gateway.selection import Needs, columns_for
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import DateTimeFilter, EnumFilter, IdFilter, StringFilter, filter_of

NEEDS: Needs = {
    "id": frozenset({"id"}),
    "uuid": frozenset({"id"}),
    "purpose": frozenset({"kind", "arguments"}),
    "explanation": desk.EXPLAINED,
    "bulk": frozenset({"priority"}),
}
NEWEST_FIRST = (Order("created_at", descending=True),)
Info = strawberry.Info[Context, None]
JobId = Annotated[strawberry.ID, strawberry.argument(description="Global id or UUID.")]


@strawberry.enum(description="How far a job has come.")
class JobState(Enum):
    WAITING = strawberry.enum_value("waiting", description="For a worker, or for its time; see dueAt.")
    RUNNING = strawberry.enum_value("running", description="A worker is at it.")
    DONE = strawberry.enum_value("done")
    FAILED = strawberry.enum_value(
        "failed", description="Given up after its last attempt; it can be retried."
    )


@strawberry.type(description="Something that workers do, or have done, for your organization.")
class Job:
    uuid: UUID = strawberry.field(resolver=lambda root: root.id)
    kind: str
    attempts: int = strawberry.field(description="How often it was begun.")
    max_attempts: int = strawberry.field(description="How often it is tried before it is given up.")
    problem: str | None = strawberry.field(description="What went wrong the last time, for a person.")
    created_at: datetime
    due_at: datetime = strawberry.field(description="Not before then: when it is tried, or tried again.")
    finished_at: datetime | None = strawberry.field(description="When it was done or given up.")

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("Job", root.id))

    @strawberry.field
    def state(root: strawberry.Parent[Any]) -> JobState:
        return JobState(root.state)

    @strawberry.field(description="Whether it makes way for everything that somebody waits for.")
    def bulk(root: strawberry.Parent[Any]) -> bool:
        return bool(root.priority >= BULK)

    @strawberry.field(description="What it is to do, for a person.")
    def purpose(root: strawberry.Parent[Any]) -> str:
        return desk.purpose(root.kind, root.arguments)

    @strawberry.field(description="How it stands, why it failed and when it is tried again, for a person.")
    def explanation(root: strawberry.Parent[Any], info: Info) -> str:
        return desk.explanation(root, info.context.unit.now)


@strawberry.input(description="Which jobs; all given conditions must hold.")
class JobFilter:
    id: IdFilter | None = None
    state: EnumFilter[JobState] | None = None
    kind: StringFilter | None = None
    created_at: DateTimeFilter | None = None
    due_at: DateTimeFilter | None = None
    finished_at: DateTimeFilter | None = None
    and_: list["JobFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["JobFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.type
class JobQuery:
    @strawberry.field(
        description="One job, or null if there is none that you may see.", graphql_type=Job | None
    )
    async def job(self, info: Info, id: JobId) -> Any:
        wanted = columns_for(info, NEEDS) | {"id"}
        try:
            return await desk.get_job(info.context.unit, read_global_id("Job", id), wanted)
        except NotFound:
            return None

    @strawberry.field(description="Your organization's jobs, newest first.", graphql_type=Connection[Job])
    async def jobs(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: JobFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, NEEDS, paging, filter_of(filter, "Job"), NEWEST_FIRST)
        return ConnectedPage(await desk.list_jobs(info.context.unit, wanted), paging)


@strawberry.type
class RetryJobPayload(Payload):
    job_id: strawberry.Private[UUID | None] = None

    @strawberry.field(description="As it stands now.", graphql_type=Job | None)
    async def job(self, info: Info) -> Any:
        if self.job_id is None:
            return None
        return await desk.get_job(info.context.unit, self.job_id, columns_for(info, NEEDS) | {"id"})


@strawberry.type
class RetryJobsPayload(Payload):
    retried: int = strawberry.field(description="How many failed jobs wait again.", default=0)


@strawberry.type
class JobMutation:
    @strawberry.mutation(description="Give a failed job a fresh set of attempts.")
    async def retry_job(self, info: Info, id: JobId) -> RetryJobPayload:
        async def operation(unit: Unit) -> UUID:
            job_id = read_global_id("Job", id)
            await desk.retry(unit, job_id)
            return job_id

        job_id, errors = await carried_out(info, operation)
        return RetryJobPayload(job_id=job_id, user_errors=errors)

    @strawberry.mutation(
        description=f"Give failed jobs fresh attempts: the oldest {desk.RETRIED_AT_ONCE} of those that match."
    )
    async def retry_jobs(self, info: Info, filter: JobFilter | None = None) -> RetryJobsPayload:
        which = filter_of(filter, "Job")
        retried, errors = await carried_out(info, lambda unit: desk.retry_failed(unit, which))
        return RetryJobsPayload(retried=retried or 0, user_errors=errors)
