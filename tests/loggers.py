"""Commands set up logging for their whole process; what they set up in a test is taken back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog


@contextmanager
def loggers_as_they_were() -> Iterator[None]:
    """And none of them remembers for good how it was set up inside, as a service's own does."""
    kept, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    configure = structlog.configure

    def forgetfully(**options: object) -> None:
        configure(**options | {"cache_logger_on_first_use": False})  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(structlog, "configure", forgetfully)
        try:
            yield
        finally:
            logging.root.handlers[:] = handlers
            logging.root.setLevel(level)
            configure(**kept)
