"""A partner's files over GraphQL: announced, refused one by one, released as an import, and read."""

import base64
from datetime import UTC, datetime

import numpy as np
import pytest

from domain.fit.encoder import encode_activity

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

STARTED = datetime(2024, 6, 20, 15, tzinfo=UTC)
RUN = base64.b64encode(
    encode_activity(int(STARTED.timestamp()), {"heart_rate": np.full(60, 150.0)}, interval_s=60)
).decode()
ANNOUNCE = """mutation($files: [FitFileInput!]!, $key: String) { announceFitFiles(files: $files, idempotencyKey: $key) {
  accepted rejected { index summaryId code message } userErrors { field code } } }"""
COMPLETE = """mutation { completeBulkTransfer(
  input: {userId: "1234", source: "watch", isInitialImport: false, eventId: "e1"}) {
    queued import { isInitialImport eventIds progress { total } } userErrors { code } } }"""
DAYS = """{ heartRateDays(first: 9) { nodes { sampleCount
  samples(maxPoints: 10) { sampleCount timeUnixSeconds heartRateBpm } } } }"""
FILES = """{ fitFiles(first: 9, filter: {source: {eq: "watch"}}) { nodes { summaryId state
  import { eventIds progress { total imported } } activities(first: 9) { nodes { fitFile { summaryId } } } } } }"""


def file(name, content=RUN, user="1234", **more):
    started = STARTED.isoformat()
    return {
        "userId": user,
        "source": "watch",
        "summaryId": name,
        "startedAt": started,
        "callbackUrl": content,
        **more,
    }


async def test_files_are_announced_refused_one_by_one_released_and_read(data, world):
    world.store.clock = lambda: datetime(2024, 6, 20, 20, tzinfo=UTC)
    files = [
        file("a.fit", priority="AFTER_TRANSFER"),
        file("b.fit", "bm9uc2Vuc2U="),
        file("c.fit", user="nobody"),
        file("d.fit", "http://127.0.0.1/d.fit"),
    ]
    told = (await data(ANNOUNCE, "partner", files=files, key="k1"))["announceFitFiles"]
    again = (await data(ANNOUNCE, "partner", files=files, key="k1"))["announceFitFiles"]

    assert told["accepted"] == 1
    assert [(one["index"], one["summaryId"]) for one in told["rejected"]] == [
        (1, "b.fit"),
        (2, "c.fit"),
        (3, "d.fit"),
    ]
    assert again == told
    begun = (await data(COMPLETE, "partner"))["completeBulkTransfer"]
    repeated = (await data(COMPLETE, "partner"))["completeBulkTransfer"]
    shown = {"isInitialImport": False, "eventIds": ["e1"], "progress": {"total": 1}}
    assert begun == repeated == {"queued": 1, "import": shown, "userErrors": []}
    await world.work()
    [read] = (await data(FILES, "partner"))["fitFiles"]["nodes"]
    assert (read["summaryId"], read["state"]) == ("a.fit", "INGESTED")
    assert read["import"] == {"eventIds": ["e1"], "progress": {"total": 1, "imported": 1}}
    assert [one["fitFile"]["summaryId"] for one in read["activities"]["nodes"]] == ["a.fit"]


async def test_whom_a_partner_may_not_name_is_told_as_any_other_thing_to_mend(data):
    refused = (await data(COMPLETE.replace("code", "field code").replace("1234", "nobody"), "partner"))[
        "completeBulkTransfer"
    ]

    assert (refused["queued"], refused["import"]) == (0, None)
    assert refused["userErrors"] == [{"field": "userId", "code": "INVALID_FIELD"}]


async def test_a_day_shows_as_many_of_its_samples_as_are_asked_for(data, ask, world):
    world.store.clock = lambda: datetime(2024, 6, 20, 20, tzinfo=UTC)
    await data(ANNOUNCE, "partner", files=[file("a.fit")])
    await world.work()

    [day] = (await data(DAYS, "joe"))["heartRateDays"]["nodes"]

    assert day["sampleCount"] == day["samples"]["sampleCount"] == 60
    assert len(day["samples"]["timeUnixSeconds"]) == len(day["samples"]["heartRateBpm"]) <= 10
    assert day["samples"]["timeUnixSeconds"][0] == STARTED.timestamp()
    assert set(day["samples"]["heartRateBpm"]) == {150}
    for wrong in (0, 2001):
        answer = await ask(DAYS.replace("maxPoints: 10", f"maxPoints: {wrong}"), "joe")
        assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_what_is_wrong_with_all_of_it_says_where(data, ask):
    payload = (await data(ANNOUNCE, "partner", files=[file("a.fit"), file("")]))["announceFitFiles"]

    assert payload["userErrors"] == [{"field": "files.1.summaryId", "code": "INVALID_FIELD"}]
    assert payload["accepted"] == 0
    many = (await data(ANNOUNCE, "partner", files=[file("a.fit", "x")] * 51))["announceFitFiles"]
    assert [one["code"] for one in many["userErrors"]] == ["BAD_REQUEST"]
