"""Letting a statement end before its waiter is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def settled(work: Coroutine[Any, Any, Result]) -> Result:
    """SQLite's driver carries on, in its thread, with a statement whose waiter was cancelled, and may take a lock
    that nobody gives back: so the statement ends first, and then the waiter.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise
