"""`/metrics`, for Prometheus: what was counted, and the jobs that wait."""

import asyncio
import hmac
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.jobs.backlog import backlog
from domain.store import Store
from domain.viewer import SYSTEM
from gateway.metrics import Metrics
from rest_compat.wire.credentials import BadCredentials, bearer


class Backlog(Collector):
    """The ledger's numbers as they were just read: the database holds them, not this process."""

    def __init__(self, rows: Sequence[Any], now: float) -> None:
        self._rows, self._now = rows, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        number = GaugeMetricFamily("gateway_jobs", "Jobs that are not done.", labels=("kind", "state"))
        overdue = GaugeMetricFamily(
            "gateway_jobs_overdue_seconds", "For how long the first of them is due.", labels=("kind", "state")
        )
        for row in self._rows:
            number.add_metric((row.kind, row.state), row.number)
            overdue.add_metric((row.kind, row.state), max(0.0, self._now - row.oldest.timestamp()))
        yield from (number, overdue)


async def metrics(request: Request) -> Response:
    """With GATEWAY_METRICS_TOKEN for who brings it as Bearer; without one for this host only, and never when live."""
    store: Store = request.app.state.store
    if refused := _refused(request, store):
        return refused
    async with store.reading(SYSTEM) as unit:
        rows, now = await backlog(unit), unit.now.timestamp()
    counted: Metrics = request.app.state.metrics
    text = await asyncio.to_thread(counted.exposition) + generate_latest(Backlog(rows, now))
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


def _refused(request: Request, store: Store) -> Response | None:
    token = store.settings.metrics_token
    if token is None:
        if store.settings.env != "live" and is_local(request):
            return None
        return JSONResponse({"error": "Set GATEWAY_METRICS_TOKEN and send it as a bearer token"}, 403)
    try:
        sent = bearer(request.headers) or ""
    except BadCredentials:
        sent = ""
    if hmac.compare_digest(sent.encode(), token.get_secret_value().encode()):
        return None
    sentence = "Send the metrics token: Authorization: Bearer TOKEN"
    return JSONResponse({"error": sentence}, 401, {"WWW-Authenticate": "Bearer"})


def is_local(request: Request) -> bool:
    """Whether it comes from this host, and no proxy says that it brings it for another; not all of them say so."""
    if request.client is None or "forwarded" in request.headers or "x-forwarded-for" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
