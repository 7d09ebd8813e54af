"""Which actor carries out which kind of job."""

from collections.abc import Callable
from typing import Any, TypeVar

from domain.jobs import Job
from domain.jobs.tasks import Handler

AnyJob = TypeVar("AnyJob", bound=Job)

HANDLERS: dict[str, Handler[Any]] = {}


def handles(job: type[AnyJob]) -> Callable[[Handler[AnyJob]], Handler[AnyJob]]:
    """Declare what carries out a kind of job."""

    def declare(handler: Handler[AnyJob]) -> Handler[AnyJob]:
        HANDLERS[job.__name__] = handler
        return handler

    return declare
