"""How many requests are let through: moving windows shared by all processes, told in headers on every answer."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rest_compat.wire.counts import InProcess
from rest_compat.wire.rates import Rate, Verdict
from rest_compat.wire.shared import Shared
from rest_compat.wire.shared_counts import InRedis

V6_PREFIX = 64
VERDICT = "limits.verdict"


class TooManyRequests(Exception):
    """The verdict tells when to come again; each surface words it."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"Too many requests; try again in {verdict.retry_after} seconds")
        self.verdict = verdict


class Limiter:
    """Counts in Redis where there is one, else in this process, and so, too, while Redis does not answer."""

    def __init__(self, redis_url: str = "", *, prefix: str = "gateway") -> None:
        self._here = InProcess()
        self.shared = Shared(redis_url) if redis_url else None
        self._together = InRedis(self.shared, prefix) if self.shared else None

    async def take(self, bucket: str, *rates: Rate) -> Verdict:
        """Count a request against all rates, or against none where one of them is used up."""
        together = self._together
        if self.shared is not None and together is not None:
            verdict = await self.shared.ask(lambda: together.take(bucket, *rates))
            if verdict is not None:
                return verdict
        return self._here.take(bucket, *rates)

    async def admit(self, scope: Scope, bucket: str, *rates: Rate, silent: bool = False) -> None:
        """Take, and leave the verdict for the answer's headers, or where it is `silent` only a refusal; raises
        TooManyRequests.
        """
        verdict = await self.take(bucket, *rates)
        if not (silent and verdict.allowed):
            scope.setdefault("state", {})[VERDICT] = verdict
        if not verdict.allowed:
            raise TooManyRequests(verdict)

    async def close(self) -> None:
        if self.shared is not None:
            await self.shared.close()


def address_of(scope: Scope) -> str:
    """Who asks, as uvicorn says it: it alone decides which proxies to believe. Of IPv6 the network counts."""
    host = (scope.get("client") or ("unknown", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((int(address), V6_PREFIX), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


class LimitHeaders:
    """Puts what `admit` found on every answer, whoever makes it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def told(message: Message) -> None:
            verdict = state.get(VERDICT)
            if message["type"] == "http.response.start" and verdict is not None:
                MutableHeaders(scope=message).update(verdict.headers())
            await send(message)

        await self.app(scope, receive, told)
