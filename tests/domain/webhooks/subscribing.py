"""An organization's administrator at work, and a look into the tables behind."""

from domain.events import EventKind, publish
from domain.listing import Listing, Order
from domain.sql import select
from domain.viewer import SCOPES, Viewer, ViewerKind
from domain.webhooks import history, subscriptions
from domain.webhooks.tables import Delivery, Webhook
from tests.databases import ONE_DATABASE

KINDS = tuple(EventKind)
SQLITE = ONE_DATABASE
"""For what does not depend on the database."""


class Desk:
    def __init__(self, store, organization):
        self.store, self.organization = store, organization
        administrator = ViewerKind.ADMINISTRATOR
        self.viewer = Viewer(administrator, SCOPES[administrator], organization)

    async def do(self, operation, *arguments, **options):
        async with self.store.writing(self.viewer) as unit:
            return await operation(unit, *arguments, **options)

    async def subscribe(self, url, *kinds):
        return await self.do(subscriptions.subscribe, url=url, kinds=kinds or KINDS)

    async def change(self, id, **changes):
        return await self.do(subscriptions.change, id, changes)

    async def publish(self, kind=EventKind.IMPORT_COMPLETED, **data):
        await self.do(publish, kind, organization_id=self.organization, data=data)

    async def webhook(self, id):
        return await self.do(subscriptions.WEBHOOKS.got, id)

    async def webhooks(self):
        return (await self.do(subscriptions.WEBHOOKS.page, Listing())).rows

    async def deliveries(self):
        """The oldest first."""
        page = await self.do(history.DELIVERIES.page, Listing(order=(Order("created_at"),), limit=100))
        return page.rows

    async def states(self):
        return [(d.state, d.attempts, d.last_error) for d in await self.deliveries()]

    async def stored(self):
        """Everything that is kept of webhooks and deliveries, as text."""
        return str([await rows(self.store, table) for table in (Webhook, Delivery)])


async def rows(store, table):
    async with store.reading() as unit:
        return await unit.rows(select(*table.__table__.c))
