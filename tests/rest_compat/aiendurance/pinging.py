"""A partner's ping, and what became of it."""

import base64
from uuid import uuid4

from domain.activities import Activity
from domain.fit.encoder import encode_activity
from domain.fit_files import FitFile
from domain.identity.partner_users import PartnerUser
from domain.identity.partners import Partner as PartnerRecord
from domain.jobs import JobRecord
from domain.raw_files import RawFile
from domain.secrets import fingerprint
from domain.sql import select
from domain.viewer import SYSTEM
from tests.world import LONG_AGO

PATH = "/api/fit_partner_ping/"
TASK_PATH = "/api/task_partner/"
START = 1717243200
RUN = encode_activity(START, {"heart_rate": [150] * 60}, sport="running")
RIDE = encode_activity(START, {"heart_rate": [120] * 90}, sport="cycling")
FILE = {
    "file_type": "FIT",
    "activity_name": "Lunch run",
    "priority": 1,
    "user_id": "1234",
    "source": "garmin",
    "overwrite_mode": False,
    "start_time_in_seconds": str(START),
    "callback_url": base64.b64encode(RUN).decode(),
    "summary_id": "lunch.fit",
}
TASK = {
    "bulk_fit_transfer_complete": True,
    "source": "garmin",
    "is_initial_import": False,
    "user_id": "1234",
}


def base64_of(content):
    return base64.b64encode(content).decode()


class Partner:
    """Pings, and looks into the database to see what was kept."""

    def __init__(self, client, store, headers):
        self.client, self.store, self.headers = client, store, headers

    async def ping(self, *files):
        """Each file as the changes it has from a good one."""
        body = {"activity_files": [FILE | changed for changed in files]}
        return await self.client.post(PATH, json=body, headers=self.headers)

    async def wait(self, *names, **changed):
        """Ping files of these names that wait for the task."""
        assert await self.rejected(*[{"priority": 0, "summary_id": name} | changed for name in names]) == []

    async def task(self, **changed):
        return await self.client.post(TASK_PATH, json=TASK | changed, headers=self.headers)

    async def queued(self, **changed):
        """How many files the import has that the task began."""
        answer = await self.task(**changed)
        assert answer.status_code == 200, answer.text
        assert answer.json().keys() == {"status", "queued"}
        return answer.json()["queued"]

    async def get(self, path=TASK_PATH, **params):
        return await self.client.get(path, params=params, headers=self.headers)

    async def imports(self):
        return (await self.get()).json()["imports"]

    async def rejected(self, *files):
        """What the answer says of the refused ones: index and code."""
        answer = await self.ping(*files)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["accepted"] == len(files) - len(told["rejected"])
        assert all(one.keys() == {"index", "summary_id", "error", "message"} for one in told["rejected"])
        return [(one["index"], one["error"]) for one in told["rejected"]]

    async def files(self):
        columns = (
            FitFile.summary_id, FitFile.state, FitFile.user_id, FitFile.organization_id, FitFile.problem_code,
            FitFile.record_count, FitFile.activity_name, FitFile.revision, FitFile.callback_url,
        )  # fmt: skip
        return await self._rows(select(*columns).order_by(FitFile.summary_id))

    async def activities(self):
        return await self._rows(select(Activity.name, Activity.sport, Activity.user_id))

    async def jobs(self):
        """Those that read files."""
        columns = (JobRecord.priority, JobRecord.state, JobRecord.attempts, JobRecord.last_error)
        return await self._rows(select(*columns).where(JobRecord.kind == "IngestFit"))

    async def nothing_is_stored(self):
        raw = await self._rows(select(RawFile.sha256))
        return not (raw or await self.files() or await self.jobs())

    async def _rows(self, statement):
        async with self.store.reading(SYSTEM) as unit:
            return await unit.rows(statement)


async def second_partner(store, organization, **links):
    """Another partner, and whom it calls what; its headers."""
    partner_id = uuid4()
    async with store.writing() as unit:
        await unit.add(
            PartnerRecord(
                id=partner_id,
                partner_id="other",
                organization_id=organization,
                name="Other",
                auth_key_hash=fingerprint("their-key"),
                created_at=LONG_AGO,
                modified_at=LONG_AGO,
            )
        )
        for external_id, user_id in links.items():
            await unit.add(
                PartnerUser(
                    partner_id=partner_id, external_id=external_id[1:], user_id=user_id, created_at=LONG_AGO
                )
            )
    return {"Authorization": "Bearer their-key", "Partner-Id": "other"}
