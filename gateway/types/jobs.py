"""The job ledger, as administrators see it: what is done for their organization, and what failed and why."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from domain.jobs import BULK, desk
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.types.many import Many, newest_first
from gateway.types.nodes import NODES, Id, Node, field, found_node, node

Info = strawberry.Info[Context, None]


@strawberry.enum(description="How far a job has come.")
class JobState(Enum):
    WAITING = strawberry.enum_value("waiting", description="For a worker, or for its time; see dueAt.")
    RUNNING = strawberry.enum_value("running", description="A worker is at it.")
    DONE = strawberry.enum_value("done", description="It was carried out.")
    FAILED = strawberry.enum_value(
        "failed", description="Given up after its last attempt; it can be retried."
    )


def explanation(root: strawberry.Parent[Any], info: Info) -> str:
    return desk.explanation(root, info.context.unit.now)


@node(desk.JOBS, "Something that workers do, or have done, for your organization.")
class Job(Node):
    kind: str = field("What kind of work it is.")
    state: JobState = field("How far it has come.")
    bulk: bool = field(
        "Whether it makes way for everything that somebody waits for.",
        needs={"priority"},
        resolver=lambda root: root.priority >= BULK,
    )
    purpose: str = field(
        "What it is to do, for a person.",
        needs={"kind", "arguments"},
        resolver=lambda root: desk.purpose(root.kind, root.arguments),
    )
    explanation: str = field(
        "How it stands, why it failed and when it is tried again, for a person.",
        needs=desk.EXPLAINED,
        resolver=explanation,
    )
    attempts: int = field("How often it was begun.")
    max_attempts: int = field("How often it is tried before it is given up.")
    problem: str | None = field("What went wrong the last time, for a person.")
    created_at: datetime = field("When it was put down.")
    due_at: datetime = field("Not before then: when it is tried, or tried again.")
    finished_at: datetime | None = field("When it was done or given up.")


JOBS = Many(
    Job,
    order=newest_first("created_at"),
    filters=("state", "kind", "created_at", "due_at", "finished_at"),
    orders=("created_at", "due_at", "finished_at"),
)


@strawberry.type
class JobQuery:
    jobs = JOBS.root("Your organization's jobs, newest first.")

    @strawberry.field(
        description="One job, or null if there is none that you may see.", graphql_type=Job | None
    )
    async def job(self, info: Info, id: Id) -> Any:
        return await found_node(info, NODES["Job"], read_global_id("Job", id))
