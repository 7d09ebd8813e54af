"""When a failed delivery is tried again: the schedule, and what the receiver asks for."""

import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = timedelta(hours=12)
SPREAD = 0.1


def delay_before(retry: int, delays: Sequence[timedelta], asked: timedelta) -> timedelta | None:
    """How long to wait before the retry of this number, from 0; None when the schedule is at its end.

    Spread by a tenth, so that what failed together does not return together. A receiver may ask for a longer pause.
    """
    if retry >= len(delays):
        return None
    spread = random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311  spreading load, not guarding secrets
    return max(delays[retry] * spread, min(asked, LONGEST_PAUSE))


def pause_asked(retry_after: str | None, now: datetime) -> timedelta:
    """What Retry-After says, in seconds or as a date; nothing when it makes no sense."""
    if retry_after is None:
        return timedelta(0)
    if re.fullmatch("[0-9]{1,9}", retry_after):
        return timedelta(seconds=int(retry_after))
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return timedelta(0)
    return max(until.replace(tzinfo=until.tzinfo or UTC) - now, timedelta(0))
