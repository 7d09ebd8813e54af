"""A partner's program: it sends everything again until it is answered, and asks how far its import is."""

import asyncio
import base64
import time
from collections.abc import Sequence
from typing import Any

import httpx

from tests.trials.bulk_files import File

PING, TASK = "/api/fit_partner_ping/", "/api/task_partner/"
AT_ONCE, MAX_BYTES = 20, 8 * 1024 * 1024
EVENT = {"event_id": "trial", "user_id": "1234", "source": "garmin", "is_initial_import": False}
PAUSE = 0.2


class Program:
    def __init__(self, client: httpx.AsyncClient, site_url: str) -> None:
        self._client = client
        self._site_url = site_url

    async def announce(self, files: Sequence[File], *, priority: int = 0) -> None:
        """In calls of bounded size; what is refused at once would not be part of the import."""
        for batch in batches(files):
            described = [self._described(file, priority) for file in batch]
            answer = await self._insist("POST", PING, json={"activity_files": described})
            assert answer["rejected"] == [], answer["rejected"]

    async def start(self) -> int:
        answer = await self._insist("POST", TASK, json={"bulk_fit_transfer_complete": True, **EVENT})
        queued: int = answer["queued"]
        return queued

    async def progress(self) -> dict[str, Any]:
        return await self._insist("GET", f"{TASK}{EVENT['event_id']}/")

    async def seconds_to_ingest(self, file: File) -> float:
        """How long somebody waits who has just come home from a run."""
        begun = time.monotonic()
        await self.announce([file], priority=1)
        while True:
            answer = await self._insist("GET", f"{PING}?limit=20")
            states = {one["summary_id"]: one["state"] for one in answer["activity_files"]}
            if states.get(file.summary_id) == "ingested":
                return time.monotonic() - begun
            await asyncio.sleep(0.02)

    def _described(self, file: File, priority: int) -> dict[str, Any]:
        where = f"{self._site_url}/{file.summary_id}"
        return {
            "file_type": "FIT",
            "activity_name": file.summary_id,
            "priority": priority,
            "user_id": EVENT["user_id"],
            "source": EVENT["source"],
            "overwrite_mode": False,
            "start_time_in_seconds": "1704100000",
            "callback_url": where if file.broken else base64.b64encode(file.content).decode(),
            "summary_id": file.summary_id,
        }

    async def _insist(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Servers die here: no answer, and 503, are no reason to give up."""
        while True:
            try:
                answer = await self._client.request(method, path, **body)
            except httpx.TransportError:
                await asyncio.sleep(PAUSE)
                continue
            if answer.status_code == httpx.codes.OK:
                told: dict[str, Any] = answer.json()
                return told
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
            await asyncio.sleep(PAUSE)


def batches(files: Sequence[File]) -> list[list[File]]:
    found: list[list[File]] = [[]]
    for file in files:
        size = sum(len(one.content) for one in found[-1])
        if len(found[-1]) == AT_ONCE or (found[-1] and size + len(file.content) > MAX_BYTES):
            found.append([])
        found[-1].append(file)
    return found
