"""From the commit of an event to its receivers: none lost, none sent twice, one receiver's troubles are its own."""

import asyncio
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest

from domain.errors import Conflict
from domain.events import Event, EventKind, publish
from domain.jobs import JobRecord, Ring, ledger
from domain.jobs.tasks import Task, carry_out
from domain.webhooks import history, pruning, subscriptions
from domain.webhooks.tables import Delivery, DeliveryAttempt, Webhook
from tests.domain.fetching.servers import response
from tests.domain.webhooks.receiving import receiving
from tests.domain.webhooks.subscribing import SQLITE, Desk, rows
from workers.registry import HANDLERS

pytestmark = pytest.mark.anyio

BROKEN = response(status="500 Oh no")


async def test_an_event_reaches_each_receiver_that_wants_its_kind_once(desk, store, world):
    async with receiving() as all_kinds, receiving() as imports_only, receiving() as elsewhere:
        everything = await desk.subscribe(all_kinds.url)
        await desk.subscribe(imports_only.url, EventKind.IMPORT_COMPLETED)
        await Desk(store, world.other_organization).subscribe(elsewhere.url)
        await desk.publish(EventKind.IMPORT_COMPLETED, files_total=3)
        await desk.publish(EventKind.ROUTINE_RUN_COMPLETED)
        await world.work()

    first, second = sorted(all_kinds.messages, key=lambda m: m.json["type"])
    assert [m.json["type"] for m in (first, second)] == ["import.completed", "routine_run.completed"]
    assert first.id != second.id
    told = first.verified(everything.secret)
    assert told.keys() == {"type", "timestamp", "data"}
    assert told["timestamp"].endswith("Z")
    assert told["data"] == {"organization_id": str(world.organization), "files_total": 3}
    assert first.headers["content-type"] == "application/json"
    assert [m.json["type"] for m in imports_only.messages] == ["import.completed"]
    assert elsewhere.messages == []


@SQLITE
async def test_what_is_rolled_back_is_told_to_nobody(desk, store, world):
    async def publish_and_fail(unit):
        await publish(unit, EventKind.IMPORT_COMPLETED, organization_id=desk.organization)
        raise ZeroDivisionError

    async with receiving() as receiver:
        await desk.subscribe(receiver.url)
        with pytest.raises(ZeroDivisionError):
            await desk.do(publish_and_fail)
        await world.work()

    assert receiver.messages == []
    assert await rows(store, Event) == []


class Killed(BaseException):
    pass


class Dying(Task):
    """A worker that is killed just before its commit: its claim is held, and nothing was written."""

    def finishing(self):
        raise Killed


async def die_over(store, kind):
    [job] = [row for row in await rows(store, JobRecord) if row.kind == kind]
    async with store.writing() as unit:
        claim = await ledger.claim(unit, job.id)
    with pytest.raises(Killed):
        await HANDLERS[kind](Dying(store, claim), claim.job)


async def test_no_crash_loses_an_event_or_makes_two_messages_of_it(desk, store, world, clock):
    async with receiving() as receiver:
        await desk.subscribe(receiver.url)
        await desk.publish()
        await die_over(store, "FanOut")
        assert await desk.deliveries() == []
        clock.pass_by(minutes=1)
        async with store.writing() as unit:
            [ring] = await ledger.sweep(unit)
        await carry_out(store, ring, HANDLERS["FanOut"])
        await die_over(store, "Deliver")
        assert await desk.states() == [("waiting", 0, None)]
        clock.pass_by(minutes=1)
        await world.work()

    first, second = receiver.messages
    assert (first.id, first.body) == (second.id, second.body), "at least once, and recognisable"
    assert await desk.states() == [("delivered", 1, None)]


@SQLITE
async def test_a_delivery_nobody_survives_ends_as_a_dead_letter_that_can_be_resent(desk, store, world, clock):
    async with receiving() as receiver:
        await desk.subscribe(receiver.url)
        delivery_id = await desk.do(history.send_test, (await desk.webhooks())[0].id)
        for _ in range(5):
            await die_over(store, "Deliver")
            clock.pass_by(minutes=1)
        await world.work()
        assert await desk.states() == [("failed", 0, "internal_error")]

        await desk.do(history.resend, delivery_id)
        await world.work()

    assert await desk.states() == [("delivered", 1, None)]


@SQLITE
async def test_410_switches_the_webhook_off_at_once_and_leaves_dead_letters(desk, world, clock):
    async with receiving(BROKEN, response(status="410 Gone"), response()) as receiver:
        webhook_id = (await desk.subscribe(receiver.url)).id
        await desk.publish(number=1)
        await world.work()
        await desk.publish(number=2)
        await world.work()
        assert await desk.states() == [("failed", 1, "webhook_disabled"), ("failed", 1, "bad_status")]
        await desk.publish(number=3)
        clock.pass_by(days=1)
        await world.work()
        assert len(receiver.messages) == 2

        webhook = await desk.webhook(webhook_id)
        assert (webhook.active, "410" in webhook.disabled_reason) == (False, True)
        letters = await desk.deliveries()
        with pytest.raises(Conflict, match="switch it on first"):
            await desk.do(history.resend, letters[0].id)
        with pytest.raises(Conflict):
            await desk.do(history.send_test, webhook_id)

        await desk.change(webhook_id, active=True)
        await desk.do(history.resend, letters[0].id)
        await world.work()

    assert receiver.messages[-1].json["data"]["number"] == 1
    assert [state for state, *_ in await desk.states()] == ["delivered", "failed"]
    webhook = await desk.webhook(webhook_id)
    assert (webhook.active, webhook.disabled_reason, webhook.failing_since) == (True, None, None)


async def test_a_call_on_its_way_when_its_webhook_is_switched_off_is_written_down(desk, store, world):
    both_are_here = asyncio.Event()

    async def is_gone(writer):
        await both_are_here.wait()
        await _write(writer, response(status="410 Gone"))

    async def takes_it_late(writer):
        both_are_here.set()
        while (await desk.webhook(webhook_id)).active:
            await asyncio.sleep(0.01)
        await _write(writer, response())

    async with receiving(is_gone, takes_it_late) as receiver:
        webhook_id = (await desk.subscribe(receiver.url)).id
        for _ in range(2):
            await desk.do(history.send_test, webhook_id)
        rings = [Ring(row.id, row.kind) for row in await rows(store, JobRecord)]
        await asyncio.gather(*(carry_out(store, ring, HANDLERS["Deliver"]) for ring in rings))

    assert sorted(await desk.states(), key=str) == [("delivered", 1, None), ("failed", 1, "bad_status")]
    assert len(await rows(store, DeliveryAttempt)) == 2


@SQLITE
async def test_a_webhook_that_only_failed_for_days_is_switched_off_and_one_success_is_enough(
    desk, world, clock
):
    async with receiving(BROKEN, response(), BROKEN) as receiver:
        webhook_id = (await desk.subscribe(receiver.url)).id
        for days in (0, 4, 4, 4, 2):
            clock.pass_by(days=days)
            await desk.publish()
            await world.work()
            webhook = await desk.webhook(webhook_id)
            assert webhook.active == (webhook.disabled_reason is None)
            if not webhook.active:
                break

    assert not webhook.active
    assert f"since {webhook.failing_since:%Y-%m-%d}" in webhook.disabled_reason
    assert clock() - webhook.failing_since > timedelta(days=5)
    assert not [state for state, *_ in await desk.states() if state == "waiting"]


@SQLITE
async def test_a_receiver_is_left_alone_for_as_long_as_it_asks_within_bounds(desk, world, clock):
    def in_an_hour(writer):
        date = format_datetime(clock() + timedelta(hours=1))
        return _write(writer, response(status="503 Busy", retry_after=date))

    answers = [
        response(status="429 Slow down", retry_after="120"),
        in_an_hour,
        response(status="429 Slow down", retry_after="999999999"),
        response(status="503 Busy", retry_after="soon"),
    ]
    pauses = []
    async with receiving(*answers) as receiver:
        await desk.subscribe(receiver.url)
        await desk.publish()
        for _ in answers:
            await world.work()
            [delivery] = await desk.deliveries()
            pauses.append((delivery.next_attempt_at - clock()).total_seconds())
            clock.pass_by(seconds=pauses[-1] + 3)

    expected = [120, 3600, 12 * 3600, 2 * 3600]
    assert pauses == [pytest.approx(seconds, rel=0.11) for seconds in expected]


async def _write(writer, answer):
    writer.write(answer)
    await writer.drain()


@SQLITE
async def test_a_receiver_that_hangs_is_cut_off_and_left_alone_and_holds_nobody_up(desk, store, world, clock):
    store.settings = store.settings.model_copy(update={"webhook_timeout": timedelta(seconds=2.1)})
    async with receiving(lambda _: asyncio.sleep(30)) as hanging, receiving() as well:
        stuck = await desk.subscribe(hanging.url)
        await desk.subscribe(well.url)
        for _ in range(10):
            await desk.publish()
        begun = time.monotonic()
        await world.work()
        took = time.monotonic() - begun

    assert len(well.messages) == 10
    assert len(hanging.messages) == 1
    assert took < 20, "ten timeouts would have taken longer"
    waiting = [d for d in await desk.deliveries() if d.state == "waiting"]
    assert len(waiting) == 10
    assert sorted(d.attempts for d in waiting) == [0] * 9 + [1]
    webhook = await desk.webhook(stuck.id)
    assert webhook.failing_since is not None

    async with receiving() as mended:
        await desk.change(stuck.id, url=mended.url)
        clock.pass_by(minutes=1)
        await world.work()

    assert len(mended.messages) == 10
    assert (await desk.webhook(stuck.id)).failing_since is None


@SQLITE
async def test_a_url_that_came_to_lead_inside_is_refused_at_every_attempt(desk, store, world):
    async with receiving() as receiver:
        await desk.subscribe(receiver.url)
        store.settings = store.settings.model_copy(update={"allow_private_callbacks": False})
        await desk.publish()
        await world.work()

    assert receiver.messages == []
    assert await desk.states() == [("waiting", 1, "forbidden_url")]


@SQLITE
async def test_a_secret_that_cannot_be_read_any_more_is_a_failed_attempt(desk, store, world):
    async with receiving() as receiver:
        webhook = await desk.subscribe(receiver.url)
        store.secret = b"the deployment's secret was lost"
        await desk.publish()
        await world.work()
        assert await desk.states() == [("waiting", 1, "unreadable_secret")]

        rotated = await desk.do(subscriptions.rotate_secret, webhook.id)
        [delivery] = await desk.deliveries()
        await desk.do(history.resend, delivery.id)
        await world.work()

    assert receiver.messages[-1].verified(rotated.secret)


async def test_what_ended_is_forgotten_after_ten_days_and_what_waits_is_not(desk, store, world, clock):
    async with receiving(response(status="410 Gone")) as receiver:
        await desk.subscribe(receiver.url)
        await desk.publish()
        await world.work()
    await desk.subscribe(receiver.url)
    await desk.publish(number=2)
    await world.work()
    seen = []
    for _ in range(2):
        clock.pass_by(days=9)
        async with store.writing() as unit:
            await pruning.prune(unit)
        seen.append([len(await rows(store, table)) for table in (Event, Delivery, DeliveryAttempt)])

    assert seen == [[2, 2, 2], [1, 1, 1]]
    assert await desk.states() == [("waiting", 1, "unreachable")]


async def test_a_removed_webhook_takes_its_deliveries_along_and_its_jobs_end_quietly(desk, store, world):
    async with receiving() as receiver:
        webhook_id = (await desk.subscribe(receiver.url)).id
        await desk.do(history.send_test, webhook_id)
        await desk.do(subscriptions.remove, webhook_id)
        await world.work()

    assert receiver.messages == []
    assert [await rows(store, table) for table in (Webhook, Delivery)] == [[], []]
    assert {row.state for row in await rows(store, JobRecord)} == {"done"}


async def test_resending_what_still_waits_makes_no_second_message(desk, world, clock):
    async with receiving(BROKEN, response()) as receiver:
        await desk.subscribe(receiver.url)
        await desk.publish()
        await world.work()
        [delivery] = await desk.deliveries()
        await desk.do(history.resend, delivery.id)
        await world.work()
        clock.pass_by(days=1)
        await world.work()

    assert len(receiver.messages) == 2
    assert await desk.states() == [("delivered", 2, None)]
