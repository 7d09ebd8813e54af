"""Bulk imports: the files that a partner's task released, and how far they have come."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from domain.imports import reading
from domain.listing import Order
from gateway.context import Context
from gateway.types.fit_files import FIT_FILES
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one

Info = strawberry.Info[Context, None]


@strawberry.enum(description="Whether an import is over.")
class ImportState(Enum):
    RUNNING = strawberry.enum_value("running", description="Some of its files are still to be read.")
    COMPLETE = strawberry.enum_value("complete", description="Every file is read or refused.")


@strawberry.type(description="How many files an import has, and what became of them.")
class ImportProgress:
    total: int = field("All of its files.")
    imported: int = field("Those that were read.")
    failed: int = field("Those that were refused.")
    remaining: int = field("Those still to be read.")


@strawberry.type(description="A file that was refused.")
class ImportFailure:
    summary_id: str = field("The file's name, as the partner gave it.")
    error: str = field("Why it was refused, for programs.")


def failures(root: strawberry.Parent[Any]) -> list[ImportFailure]:
    return [ImportFailure(**failure) for failure in root.failures]


async def event_ids(root: strawberry.Parent[Any], info: Info) -> list[str]:
    found: list[str] = await info.context.batched(reading.events_of, reading.events_of, root.id)
    return found


async def progress(root: strawberry.Parent[Any], info: Info) -> Any:
    return await info.context.batched(reading.progress_of, reading.progress_of, root.id)


@node(reading.IMPORTS, "All files of a user and source that a partner sent in bulk.")
class BulkImport(Node):
    user = one("users.User", "user_id", "Whose files they are.")
    external_user_id: str = field("What the partner calls the user.")
    source: str = field("Where the files came from, as the partner named it.")
    is_initial_import: bool = field("Whether a training plan follows it.")
    state: ImportState = field("Whether it is over.")
    progress: ImportProgress = field(
        "How many files it has, and what became of them.", needs={"id"}, resolver=progress
    )
    failures: list[ImportFailure] = field(
        "The files that were refused; known when it is complete.",
        needs={"failures"},
        resolver=failures,
        rows=100,
    )
    event_ids: list[str] = field("What the partner hears of its end under.", needs={"id"}, resolver=event_ids)
    fit_files = FIT_FILES.of("bulk_import_id", "Its files, newest first unless ordered otherwise.")
    plan = one(
        "plans.TrainingPlan",
        "id",
        "The training plan that it asked for; null until there is one.",
        key="bulk_import_id",
        order=(Order("created_at"), Order("id")),
    )
    started_at: datetime = field("When the partner said that all files were announced.")
    finished_at: datetime | None = field("When its last file was read or refused.")
    created_at: datetime = field("When it was begun.")
    modified_at: datetime = field("When it last changed.")


IMPORTS = Many(
    BulkImport,
    order=newest_first("created_at"),
    filters=("user", "state", "source", "is_initial_import", "started_at", "finished_at", "modified_at"),
    orders=("created_at", "started_at", "finished_at", "modified_at"),
)


@strawberry.type
class ImportQuery:
    imports = IMPORTS.root("Bulk imports of everybody you may see, newest first.")
