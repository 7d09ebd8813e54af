"""`/healthz`: the process lives. `/readyz`: it can serve, because its database answers."""

import asyncio

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse

from domain.store import Store

PATIENCE = 2.0


async def healthz(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> JSONResponse:
    store: Store = request.app.state.store
    try:
        async with asyncio.timeout(PATIENCE), store.reading() as unit:
            await unit.value(text("SELECT 1"))
    except Exception:  # noqa: BLE001  whatever is wrong, the answer is the same: not ready
        return JSONResponse({"status": "unavailable", "database": "unreachable"}, 503)
    return JSONResponse({"status": "ok", "database": "ok"})
