"""Durations as operators write them: seconds, a number with its unit, or ISO 8601."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError

PLAIN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)?", re.ASCII)
UNITS = {None: 1, "s": 1, "min": 60, "h": 3600, "d": 86_400}
LONGEST = timedelta(days=36_500)
WORDS = (
    "takes seconds such as 10, a number and its unit (s, min, h or d) such as 2.5h, or ISO 8601 such as PT10S"
)
ISO = TypeAdapter(timedelta)


def duration(value: Any) -> timedelta:
    """More than nothing, and less than a century."""
    try:
        read = _read(value)
    except (ValidationError, OverflowError):
        raise ValueError(WORDS) from None
    if not timedelta(0) < read <= LONGEST:
        raise ValueError("takes more than nothing and at most 100 years")
    return read


def _read(value: Any) -> timedelta:
    plain = PLAIN.fullmatch(value.strip()) if isinstance(value, str) else None
    if plain is not None:
        return timedelta(seconds=float(plain[1]) * UNITS[plain[2]])
    return ISO.validate_python(value)


Duration = Annotated[timedelta, BeforeValidator(duration)]
