"""What the gateway's own work tells subscribers: from a partner's ping to a signed message."""

from datetime import date

import pytest

from domain import events, recalculation
from domain.events import Event, EventKind, publish_all
from domain.jobs import JobRecord
from tests.domain.webhooks.receiving import receiving
from tests.domain.webhooks.subscribing import SQLITE, Desk, rows
from tests.rest_compat.aiendurance.pinging import RIDE, Partner, base64_of

pytestmark = pytest.mark.anyio


async def test_a_pinged_file_is_told_as_an_activity_and_the_scores_it_changed(client, store, world, desk):
    acme = Partner(client, store, world.partner_headers)
    async with receiving() as receiver, receiving() as elsewhere:
        secret = (await desk.subscribe(receiver.url)).secret
        await Desk(store, world.other_organization).subscribe(elsewhere.url)
        await acme.ping({})
        await world.work()
        first = [message.verified(secret) for message in receiver.messages]
        await acme.ping({"callback_url": base64_of(RIDE), "overwrite_mode": True})
        await world.work()
        then = [message.verified(secret) for message in receiver.messages[len(first) :]]

    assert elsewhere.messages == []
    [activity] = [told["data"] for told in first if told["type"] == "activity.created"]
    [known] = await acme.activities()
    assert (activity["sport"], activity["user_id"]) == ("running", str(world.joe))
    created = [told["data"] for told in first if told["type"] == "pai_summary.created"]
    dates = sorted(summary["date"] for summary in created)
    assert dates == ["2024-06-01", *(f"2024-06-0{day}" for day in range(2, 8))]
    assert all(summary["pai_score"] > 0 for summary in created)
    assert len(first) == 8
    assert {told["type"] for told in then} == {"activity.updated", "pai_summary.updated"}
    assert [told["data"]["sport"] for told in then if told["type"] == "activity.updated"] == [known.sport]
    assert {told["data"]["id"] for told in then if "pai" in told["type"]} == {s["id"] for s in created}


@SQLITE
async def test_scores_that_came_out_the_same_are_no_news(client, store, world):
    await Partner(client, store, world.partner_headers).ping({})
    await world.work()
    known = await rows(store, Event)
    async with store.writing() as unit:
        days = [event.data["date"] for event in known if event.kind == EventKind.PAI_SUMMARY_CREATED]
        first = min(days)
        await recalculation.request_pai(unit, world.joe, [date.fromisoformat(first)])
    await world.work()

    assert await rows(store, Event) == known


@SQLITE
async def test_many_events_at_once_reach_each_receiver_once_and_a_commit_makes_only_so_many_deliveries(
    store, world, desk, monkeypatch
):
    monkeypatch.setattr(events, "AT_ONCE", 4)
    count = 10
    async with receiving() as receiver:
        for _ in range(2):
            await desk.subscribe(receiver.url, EventKind.ACTIVITY_CREATED)
        async with store.writing() as unit:
            kinds = (EventKind.ACTIVITY_CREATED, EventKind.PAI_SUMMARY_CREATED)
            await publish_all(
                unit,
                [
                    Event(
                        organization_id=world.organization,
                        kind=kinds[number % 2],
                        data={"number": number},
                        occurred_at=unit.now,
                    )
                    for number in range(2 * count)
                ],
            )
        await world.work()

    told = [message.json["data"]["number"] for message in receiver.messages]
    assert sorted(told) == sorted(2 * list(range(0, 2 * count, 2)))
    fan_outs = [job for job in await rows(store, JobRecord) if job.kind == "FanOut"]
    assert [len(job.arguments["event_ids"]) for job in fan_outs] == [2] * 5
