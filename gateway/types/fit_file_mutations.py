"""Announcing FIT files as a partner, completing a bulk transfer, and removing a file with all that came of it."""

import asyncio
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain import fit_files, pings
from domain.errors import Detail, Invalid
from domain.imports import starting
from domain.imports.starting import BulkTask
from domain.pings import Ping, Rejected
from domain.settings import Settings
from domain.unit import Unit
from domain.viewer import Scope
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Outcome, Payload, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import Removal, changed
from rest_compat.aiendurance.fields import read_as
from rest_compat.aiendurance.files import announced
from rest_compat.aiendurance.ping import PingBody
from rest_compat.aiendurance.task import TaskBody


@strawberry.enum(description="When a file is read.")
class FitFilePriority(Enum):
    NOW = strawberry.enum_value(1, description="As soon as a worker is free.")
    AFTER_TRANSFER = strawberry.enum_value(0, description="When completeBulkTransfer releases it.")


@strawberry.input(description="A FIT file that you, a partner, have for a user.")
class FitFileInput:
    user_id: str = field("What you call the user.")
    source: str = field("Where it came from, such as garmin.")
    summary_id: str = field("Its name; unique for the user and source.")
    started_at: datetime = field("When the activity began.")
    callback_url: str = field("Where to download it, or the file itself as base64.")
    activity_name: str | None = field("What you call the activity.", default=None)
    overwrite: bool = field("Whether it replaces what is known of a file of this name.", default=False)
    priority: FitFilePriority = field("When it is read; now unless said.", default=FitFilePriority.NOW)


@strawberry.input(description="All files of this user and source have been announced.")
class BulkTransferInput:
    user_id: str = field("What you call the user.")
    source: str = field("Where the files came from.")
    is_initial_import: bool = field("Whether a training plan is to follow it.")
    event_id: str | None = field("What you want to hear of its end under.", default=None)


@strawberry.type(description="A file that was not taken.")
class RejectedFitFile:
    index: int = field("Which of those you sent, from 0.")
    summary_id: str = field("Its name.")
    code: str = field("Why, for programs.")
    message: str = field("Why, and what to change, for a person.")


@strawberry.type(description="How many files were taken, and which were not.")
class AnnounceFitFilesPayload(Payload):
    accepted: int = field(
        "How many were taken.", resolver=lambda root: root.outcome.count if root.outcome else 0
    )
    rejected: list[RejectedFitFile] = field(
        "Those that were not, one by one.",
        resolver=lambda root: root.outcome.rejected if root.outcome else (),
    )


@strawberry.type(description="The import that begins with it.")
class CompleteBulkTransferPayload(Payload):
    bulk_import = changed(
        "imports.BulkImport", "The import that it began, or that it is part of.", name="import"
    )
    queued: int = field(
        "How many files the import has.", resolver=lambda root: root.outcome.count if root.outcome else 0
    )


@strawberry.type(description="Whether the file is gone.")
class RemoveFitFilePayload(Removal):
    pass


Files = Annotated[list[FitFileInput], strawberry.argument(description="The files, a few dozen at most.")]


async def read(context: Context, files: list[FitFileInput]) -> list[Ping | Rejected]:
    """Checking base64 takes a while: it is done in a thread, before the unit."""
    settings = context.unit.settings
    if len(files) > settings.max_ping_files:
        raise Invalid(f"Nothing was stored: send at most {settings.max_ping_files} files at once")
    return await asyncio.to_thread(_judged, files, settings)


@strawberry.type
class FitFileMutation:
    @mutation(AnnounceFitFilesPayload, Scope.IMPORTS_WRITE, prepare=read)
    async def announce_fit_files(self, unit: Unit, files: Files, prepared: list[Ping | Rejected]) -> Outcome:
        """Say, as a partner, which FIT files you have for your users; broken ones are refused one by one."""
        rejected = await pings.receive(unit, prepared)
        return Outcome(count=len(files) - len(rejected), rejected=tuple(rejected))

    @mutation(CompleteBulkTransferPayload, Scope.IMPORTS_WRITE)
    async def complete_bulk_transfer(self, unit: Unit, input: BulkTransferInput) -> Outcome:
        """Release, as a partner, the files that wait for this user and source, as one import."""
        sent = read_as(TaskBody, {"bulk_fit_transfer_complete": True, **vars(input)})
        task = BulkTask(sent.user_id, sent.source, sent.is_initial_import, sent.event_id)
        started = await starting.start(unit, task)
        return Outcome(id=started.import_id, count=started.files)

    @mutation(RemoveFitFilePayload, Scope.IMPORTS_DELETE)
    async def remove_fit_file(self, unit: Unit, id: Id) -> None:
        """Forget a file, its activities and its heart rate; the days it counted on are scored anew."""
        await fit_files.remove(unit, read_global_id("FitFile", id))


def _judged(files: list[FitFileInput], settings: Settings) -> list[Ping | Rejected]:
    """By the bounds of AI Endurance's ping, whose other spelling this is."""
    try:
        sent = read_as(PingBody, {"activity_files": [_documented(file) for file in files]})
    except Invalid as error:
        raise Invalid(error.message, *(replace(one, field=_place(one)) for one in error.details)) from None
    return [announced(index, file, settings) for index, file in enumerate(sent.activity_files)]


def _place(detail: Detail) -> str:
    return f"files.{detail.index}.{to_camel_case(detail.field or '')}"


def _documented(file: FitFileInput) -> dict[str, Any]:
    return {
        "file_type": "FIT",
        "activity_name": file.activity_name,
        "priority": file.priority.value,
        "user_id": file.user_id,
        "source": file.source,
        "overwrite_mode": file.overwrite,
        "start_time_in_seconds": str(int(file.started_at.timestamp())),
        "callback_url": file.callback_url,
        "summary_id": file.summary_id,
    }
