"""FIT files as they were announced, and what became of them."""

from datetime import datetime
from enum import Enum

import strawberry

from domain import fit_files
from gateway.types.activities import ACTIVITIES
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@strawberry.enum(description="How far a file has come.")
class FitFileState(Enum):
    WAITING = strawberry.enum_value("waiting", description="Part of a bulk import that has not been started.")
    QUEUED = strawberry.enum_value("queued", description="A worker will fetch and read it.")
    INGESTED = strawberry.enum_value(
        "ingested", description="Read and stored; its scores follow in a moment."
    )
    FAILED = strawberry.enum_value("failed", description="Refused; see problemCode and problemMessage.")


@node(fit_files.FIT_FILES, "A FIT file that was announced for a user.")
class FitFile(Node):
    user = one("users.User", "user_id", "Whose data it holds.")
    source: str = field("Where it came from, as the partner named it.")
    summary_id: str = field("The file's name, as the partner gave it.")
    activity_name: str | None = field("What the partner calls the activity.")
    announced_start_at: datetime | None = field("When it began, as the partner says.")
    state: FitFileState = field("How far it has come.")
    sha256: str | None = field("Of the stored content.")
    problem_code: str | None = field("Why it was refused, for programs.")
    problem_message: str | None = field("Why it was refused, for a person.")
    file_types: list[str] = field("What the file says it is, such as activity.")
    record_count: int | None = field("How many records were read.")
    heart_rate_count: int | None = field("How many heart-rate samples were kept.")
    session_count: int | None = field("How many activities it holds.")
    activities = ACTIVITIES.of("fit_file_id", "What it recorded, newest first unless ordered otherwise.")
    bulk_import = one(
        "imports.BulkImport", "bulk_import_id", "The bulk import that released it, if one did.", name="import"
    )
    created_at: datetime = field("When it was announced.")
    modified_at: datetime = field("When it last changed.")
    ingested_at: datetime | None = field("When it was read.")


FIT_FILES = Many(
    FitFile,
    order=newest_first("created_at"),
    filters=(
        "user", "bulk_import", "state", "source", "summary_id", "problem_code", "created_at", "modified_at",
    ),
    orders=("created_at", "ingested_at", "modified_at"),
)  # fmt: skip


@strawberry.type
class FitFileQuery:
    fit_files = FIT_FILES.root("FIT files of everybody you may see, newest first.")
