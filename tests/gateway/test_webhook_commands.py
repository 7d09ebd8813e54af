"""`gateway webhooks` in real processes: what operators see of receivers, and what they never see."""

import asyncio

import pytest

from domain.settings import Settings
from domain.store import Store
from domain.webhooks import history
from tests.domain.webhooks.receiving import receiving
from tests.domain.webhooks.subscribing import SQLITE, Desk
from tests.gateway.test_cli import Deployment

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allow_private_callbacks": True, "webhook_retries": ()})


@SQLITE
async def test_an_operator_finds_a_dead_letter_and_resends_it(store: Store, world, settings):
    deployment, desk = Deployment(settings.data_dir, settings.database_url), Desk(store, world.organization)
    async with receiving() as closed:
        subscribed = await desk.subscribe(closed.url, "import.completed")
    delivery_id = await desk.do(history.send_test, subscribed.id)
    await world.work()

    listed, letters = await asyncio.gather(
        asyncio.to_thread(deployment.run, "webhooks", "list"),
        asyncio.to_thread(deployment.run, "webhooks", "deliveries", "--state", "failed"),
    )
    for told in (str(subscribed.id), "127.0.0.1", "import.completed", "failing since", "1 of 1"):
        assert told in listed
    for told in (str(delivery_id), "webhook.test", "failed", "unreachable", "1 of 1"):
        assert told in letters
    for secret in ("hush", "whsec_", subscribed.secret):
        assert secret not in listed + letters

    async with receiving() as receiver:
        await desk.change(subscribed.id, url=receiver.url)
        assert "It waits again" in await asyncio.to_thread(
            deployment.run, "webhooks", "resend", str(delivery_id)
        )
        await world.work()
    assert [message.id for message in receiver.messages] == [str(delivery_id)]

    await desk.change(subscribed.id, active=False)
    refused = await asyncio.to_thread(deployment.run, "webhooks", "resend", str(delivery_id), code=1)
    assert "switch it on first" in refused
