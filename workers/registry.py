"""Who carries out which kind of job, and which kinds come around by themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from domain.jobs import Job
from domain.jobs.tasks import Handler

AnyJob = TypeVar("AnyJob", bound=Job)

HANDLERS: dict[str, Handler[Any]] = {}
PERIODIC: dict[type[Job], timedelta] = {}


def handles(
    job: type[AnyJob], *, every: timedelta | None = None
) -> Callable[[Handler[AnyJob]], Handler[AnyJob]]:
    """Declare what carries out a kind of job, and how often one is put down without anybody asking for it.

    Periods are counted from 1970 in UTC; whichever process first sees one begin puts its job down.
    """

    def declare(handler: Handler[AnyJob]) -> Handler[AnyJob]:
        HANDLERS[job.__name__] = handler
        if every is not None:
            PERIODIC[job] = every
        return handler

    return declare
