"""Payloads for receivers that are no subscription: sent as they are, signed, tried again, and kept to themselves."""

from datetime import timedelta

import pytest
from sqlmodel import col
from standardwebhooks.webhooks import WebhookVerificationError

from domain.events import Event, EventKind, publish
from domain.jobs import JobRecord
from domain.sql import select
from domain.webhooks.deliveries import deliver
from domain.webhooks.signing import new_secret
from domain.webhooks.tables import Delivery, DeliveryAttempt
from tests.domain.fetching.servers import response
from tests.domain.webhooks.receiving import receiving
from tests.domain.webhooks.subscribing import SQLITE, rows

pytestmark = pytest.mark.anyio

PAYLOAD = {"event_id": "e-1", "user_id": "1234", "files_total": 3, "source": "Åse\0"}


async def given(store, world, url, secret):
    async with store.writing() as unit:
        return await deliver(
            unit,
            organization_id=world.organization,
            url=url,
            secret=secret,
            kind="import.completed",
            payload=PAYLOAD,
        )


async def test_a_payload_arrives_as_it_was_given_signed_with_its_own_secret(store, world):
    secret = new_secret()
    async with receiving() as receiver:
        delivery_id = await given(store, world, receiver.url, secret)
        assert receiver.messages == [], "nothing leaves before the commit"
        await world.work()

    [message] = receiver.messages
    assert message.verified(secret) == PAYLOAD
    assert message.id == str(delivery_id)
    with pytest.raises(WebhookVerificationError):
        message.verified(new_secret())

    [delivery] = await rows(store, Delivery)
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 1, 200)
    assert secret not in str(delivery), "secrets are sealed"


@SQLITE
async def test_every_attempt_has_the_same_id_a_fresh_signature_and_a_line_in_the_log(store, world, clock):
    secret = new_secret()
    async with receiving(
        response(status="500 Oh no"), response(status="302 Found", location="/"), response()
    ) as r:
        await given(store, world, r.url, secret)
        for pause in (6, 400, 4000):
            await world.work()
            clock.pass_by(seconds=pause)

    first, second, third = r.messages
    assert first.id == second.id == third.id
    assert first.body == second.body == third.body
    times = [int(m.headers["webhook-timestamp"]) for m in r.messages]
    assert times[1] - times[0] >= 5
    assert times[2] - times[1] >= 300
    assert len({m.headers["webhook-signature"] for m in r.messages}) == 3

    log = sorted(await rows(store, DeliveryAttempt), key=lambda a: a.number)
    assert [(a.number, a.status, a.error) for a in log] == [
        (1, 500, "bad_status"),
        (2, 302, "redirected"),
        (3, 200, None),
    ]
    assert "hush" not in str(log)


@SQLITE
async def test_the_schedule_ends_after_two_days_with_a_dead_letter(store, world, clock):
    begun = clock()
    async with receiving(response(status="503 Later")) as receiver:
        await given(store, world, receiver.url, new_secret())
        for _ in range(12):
            await world.work()
            [delivery] = await rows(store, Delivery)
            if delivery.next_attempt_at is None:
                break
            clock.pass_by(seconds=(delivery.next_attempt_at - clock()).total_seconds() + 3)

    assert (delivery.state, delivery.attempts, delivery.last_error) == ("failed", 9, "bad_status")
    assert len(receiver.messages) == 9
    assert timedelta(hours=42) < delivery.ended_at - begun < timedelta(hours=53)


async def test_where_nobody_subscribes_an_event_is_one_row_and_no_job(store, world):
    async with store.writing() as unit:
        await publish(
            unit,
            EventKind.ACTIVITY_CREATED,
            organization_id=world.organization,
            user_id=world.joe,
            data={"sport": "running"},
        )

    [event] = await rows(store, Event)
    assert (event.kind, event.user_id, event.data) == ("activity.created", world.joe, {"sport": "running"})
    async with store.reading() as unit:
        assert await unit.rows(select(JobRecord.id).where(col(JobRecord.kind) == "FanOut")) == []
