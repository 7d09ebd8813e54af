"""What a key and its limits cost a request, against none in the same run: python bench/smartrunning_auth.py [redis://…]."""

# ruff: noqa: ANN001, ANN201, ANN202, PLR2004 - a script that nobody imports

import asyncio
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import domain.tables  # noqa: F401  every table is known
from domain.identity import api_keys, key_issuing
from domain.organizations import PAI_HEALTH, Organization
from domain.settings import Settings
from domain.store import Store
from domain.viewer import TEMPLATES_READ, Viewer, ViewerKind
from rest_compat import smartrunning
from rest_compat.key_gate import KeyGate
from rest_compat.wire.limits import Limiter

ROUNDS, WARM = 600, 50
REQUIRED_MS = 1.0
FREE = Viewer(ViewerKind.API_KEY, TEMPLATES_READ)


class OpenGate(KeyGate):
    """The same unit for everybody, no key and no limit: what the other figures are compared with."""

    @asynccontextmanager
    async def opened(self, scope):
        del scope
        async with self.store.reading(FREE) as unit:
            yield unit


class Uncounted(KeyGate):
    """The key is judged and nothing is counted."""

    async def charge(self, scope, key_id):
        del scope, key_id


async def main(redis_url: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        generous = {"key_requests_per_minute": 10**9, "key_requests_per_day": 10**9}
        store = Store(Settings(data_dir=Path(directory), **generous))
        await store.open()
        key = await key_issuing.minted("test")
        async with store.writing() as unit:
            await unit.add(Organization(id=PAI_HEALTH, name="B", created_at=unit.now, modified_at=unit.now))
            await key_issuing.issue(unit, key, name="b", scopes=TEMPLATES_READ, organization_id=PAI_HEALTH)
        began = time.perf_counter()
        async with store.reading() as unit:
            found = await api_keys.candidate(unit, key.text)
        await api_keys.proven(found, store.keys)
        print(f"first use of a key (bcrypt)        {1000 * (time.perf_counter() - began):8.2f} ms")
        shared = Limiter(redis_url, prefix=f"bench-{uuid4().hex[:8]}") if redis_url else None
        gates = {
            "no key, no limits": OpenGate(store, Limiter()),
            "a known key": Uncounted(store, Limiter()),
            "a known key, limits in memory": KeyGate(store, Limiter()),
        }
        if shared:
            gates["a known key, limits in Redis"] = KeyGate(store, shared)
        await compare(gates, key.text, store)
        if shared:
            await shared.close()
        await store.close()


async def compare(gates, key, store) -> None:
    """Turn by turn, so that whatever else the machine does falls on all alike."""
    apps = {}
    for name, gate in gates.items():
        apps[name] = smartrunning.app(store, gate.limiter)
        apps[name].state.gate = gate
    wall, cpu = ({name: [] for name in gates} for _ in range(2))
    for number in range(WARM + ROUNDS):
        for name, app in apps.items():
            began, worked = time.perf_counter(), time.process_time()
            assert await asked(app, key) == 200
            if number >= WARM:
                wall[name].append(1000 * (time.perf_counter() - began))
                cpu[name].append(1000 * (time.process_time() - worked))
    free = median(cpu["no key, no limits"]), median(wall["no key, no limits"])
    for name in gates:
        took = median(cpu[name]), median(wall[name])
        more = took[0] - free[0], took[1] - free[1]
        verdict = (
            "" if more[0] < REQUIRED_MS or "limits" in name else f"  TOO SLOW, {REQUIRED_MS:g} ms required"
        )
        print(
            f"{name:34}{took[0]:6.2f} ms CPU {took[1]:6.2f} ms wall"
            f"   {more[0]:+6.2f} CPU {more[1]:+6.2f} wall{verdict}"
        )


async def asked(app, key) -> int:
    """A bare ASGI request, so that no client is measured."""
    seen = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/workout-templates",
        "raw_path": b"/api/workout-templates",
        "query_string": b"per_page=1",
        "headers": [(b"host", b"bench"), (b"x-api-key", key.encode())],
        "client": ("192.0.2.1", 1),
        "server": ("bench", 80),
        "scheme": "http",
        "root_path": "",
        "http_version": "1.1",
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            seen.append(message["status"])

    await app(scope, receive, send)
    return seen[0]


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
