"""Who may subscribe whom to what, and how little of it is ever told again."""

import pytest

from domain.errors import Conflict, DomainError, Forbidden, NotFound, Unauthorized
from domain.listing import Listing
from domain.viewer import ANONYMOUS, SCOPES, SYSTEM, Viewer, ViewerKind
from domain.webhooks import history, subscriptions
from domain.webhooks.signing import UnreadableSecretError, sealed, unsealed
from tests.domain.fetching.hostile import HOSTILE_URLS
from tests.domain.webhooks.receiving import receiving
from tests.domain.webhooks.subscribing import KINDS, SQLITE, Desk

pytestmark = pytest.mark.anyio

URL = "https://hooks.example.org/in"


@SQLITE
async def test_a_secret_is_told_once_and_stored_sealed(desk):
    subscribed = await desk.subscribe(URL, "import.completed")

    assert subscribed.secret.startswith("whsec_")
    webhook = await desk.webhook(subscribed.id)
    assert (webhook.url, webhook.kinds, webhook.active) == (URL, ["import.completed"], True)
    assert not {"secret", "previous_secret"} & set(webhook._fields)
    assert subscribed.secret not in await desk.stored()
    assert subscribed.secret.removeprefix("whsec_") not in await desk.stored()


async def test_what_was_sealed_under_another_deployment_secret_cannot_be_read():
    kept = sealed(b"one", "whsec_abc")

    assert unsealed(b"one", kept) == "whsec_abc"
    with pytest.raises(UnreadableSecretError):
        unsealed(b"other", kept)


@SQLITE
async def test_hostile_urls_are_refused_with_their_class_and_leave_nothing(desk, store):
    store.settings = store.settings.model_copy(update={"allow_private_callbacks": False})
    seen, expected = {}, {}
    for url, code in (pair for pairs in HOSTILE_URLS.values() for pair in pairs):
        with pytest.raises(DomainError) as refusal:
            await desk.subscribe(url)
        seen[url] = [(detail.field, detail.code) for detail in refusal.value.details]
        expected[url] = [("url", code.upper())]

    assert len(seen) > 80
    assert seen == expected
    assert await desk.webhooks() == []


@SQLITE
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["activity.created", "*"]}, "kinds"),
        ({"description": "x" * 201}, "description"),
        ({"description": "a\0b"}, "description"),
        ({"url": URL + "x" * 2048}, "url"),
    ],
)
async def test_what_no_webhook_can_have_is_refused_when_made_and_when_changed(desk, changes, field):
    webhook_id = (await desk.subscribe(URL)).id

    for attempt in (
        desk.do(subscriptions.subscribe, **({"url": URL, "kinds": KINDS} | changes)),
        desk.change(webhook_id, **changes),
    ):
        with pytest.raises(DomainError) as refusal:
            await attempt
        assert [detail.field for detail in refusal.value.details] == [field]

    [webhook] = await desk.webhooks()
    assert (webhook.url, webhook.kinds, webhook.description) == (URL, sorted(KINDS), None)


async def test_an_organization_has_so_many_webhooks_and_no_more(desk, store, world):
    store.settings = store.settings.model_copy(update={"max_webhooks": 2})
    first = await desk.subscribe(URL)
    await desk.subscribe(URL)

    with pytest.raises(Conflict, match="at most 2 webhooks"):
        await desk.subscribe(URL)

    await Desk(store, world.other_organization).subscribe(URL)
    await desk.do(subscriptions.remove, first.id)
    await desk.subscribe(URL)
    assert len(await desk.webhooks()) == 2


async def test_another_organizations_webhooks_and_deliveries_are_not_there(desk, store, world):
    other = Desk(store, world.other_organization)
    async with receiving() as receiver:
        webhook_id = (await desk.subscribe(receiver.url)).id
        delivery_id = await desk.do(history.send_test, webhook_id)
        await other.publish()
        await world.work()

        for attempt in (
            other.webhook(webhook_id),
            other.change(webhook_id, active=False),
            other.do(subscriptions.remove, webhook_id),
            other.do(subscriptions.rotate_secret, webhook_id),
            other.do(history.send_test, webhook_id),
            other.do(history.resend, delivery_id),
            other.do(history.DELIVERIES.got, delivery_id),
        ):
            with pytest.raises(NotFound):
                await attempt

    assert [m.json["type"] for m in receiver.messages] == ["webhook.test"]
    assert list(await other.webhooks()) == list(await other.deliveries()) == []
    found = await other.do(history.ATTEMPTS.pages, "delivery_id", [delivery_id], Listing())
    assert found[delivery_id].rows == []
    assert (await desk.webhook(webhook_id)).active


@SQLITE
async def test_only_administrators_may_and_the_system_has_no_organization(desk, store):
    webhook_id = (await desk.subscribe(URL)).id
    viewers = {
        kind: Viewer(kind, SCOPES[kind], desk.organization)
        for kind in (ViewerKind.USER, ViewerKind.PARTNER, ViewerKind.API_KEY)
    }
    operations = [
        (subscriptions.subscribe, {"url": URL, "kinds": KINDS}),
        (subscriptions.WEBHOOKS.page, {"listing": Listing()}),
        (history.DELIVERIES.page, {"listing": Listing()}),
        (subscriptions.rotate_secret, {"id": webhook_id}),
        (history.send_test, {"webhook_id": webhook_id}),
    ]
    for viewer in (*viewers.values(), ANONYMOUS):
        for operation, arguments in operations:
            with pytest.raises((Forbidden, Unauthorized)):
                async with store.writing(viewer) as unit:
                    await operation(unit, **arguments)

    with pytest.raises(Forbidden, match="Only an organization"):
        async with store.writing(SYSTEM) as unit:
            await subscriptions.subscribe(unit, url=URL, kinds=KINDS)


@SQLITE
async def test_after_a_rotation_both_secrets_sign_for_a_day(desk, world, clock):
    async with receiving() as receiver:
        old = await desk.subscribe(receiver.url)
        new = await desk.do(subscriptions.rotate_secret, old.id)
        await desk.do(history.send_test, old.id)
        await world.work()
        clock.pass_by(hours=25)
        await desk.do(history.send_test, old.id)
        await world.work()

    during, later = receiver.messages
    assert during.verified(old.secret) == during.verified(new.secret) == during.json
    assert len(during.headers["webhook-signature"].split()) == 2
    assert [later.signed_with(secret) for secret in (old.secret, new.secret)] == [False, True]
    assert new.secret != old.secret
    assert new.secret not in await desk.stored()
