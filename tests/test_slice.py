"""The main job, whole: a partner pings a FIT file, and everybody who may sees what it became."""

import base64

import pytest

from domain.fit.encoder import encode_activity

pytestmark = pytest.mark.anyio


def ping(content: bytes, **fields):
    file = {
        "file_type": "FIT",
        "activity_name": "Lunch run",
        "priority": 1,
        "user_id": "1234",
        "source": "garmin",
        "overwrite_mode": False,
        "start_time_in_seconds": "1717243200",
        "callback_url": base64.b64encode(content).decode(),
        "summary_id": "lunch.fit",
    }
    return {"activity_files": [file | fields]}


async def test_a_pinged_file_is_scored_and_seen_through_graphql_and_rest(client, world):
    content = encode_activity(1717243200, {"heart_rate": [150] * 1800}, sport="running")

    answer = await client.post("/api/fit_partner_ping/", json=ping(content), headers=world.partner_headers)
    await world.work()

    assert answer.json() == {"status": "ok", "accepted": 1, "rejected": []}
    query = """query Seen($id: ID!) {
      user(id: $id) {
        activities(first: 1) { nodes { name sport averageHeartRateBpm } }
        paiSummaries(last: 1) { totalCount nodes { date paiScore } }
      }
    }"""
    body = {"query": query, "variables": {"id": str(world.joe)}}
    seen = (await client.post("/graphql", json=body, headers=world.bearer("admin"))).json()["data"]
    assert seen["user"]["activities"]["nodes"] == [
        {"name": "Lunch run", "sport": "running", "averageHeartRateBpm": 150}
    ]
    assert seen["user"]["paiSummaries"]["totalCount"] == 7
    first = seen["user"]["paiSummaries"]["nodes"][0]
    path = f"/api/v2/admin/organizations/{world.organization}/pai/summaries"
    headers = await world.pai_headers(client)
    rest = await client.get(path, params={"q": f"userId={world.joe} AND date=2024-06-01"}, headers=headers)
    assert [(row["date"], row["paiScore"]) for row in rest.json()] == [(first["date"], first["paiScore"])]
    item = f"{path}/{rest.json()[0]['id']}"
    etag = (await client.get(item, headers=headers)).headers["etag"]
    again = await client.get(item, headers=headers | {"If-None-Match": etag})
    assert again.status_code == 304
