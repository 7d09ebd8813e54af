"""PAI's Admin API of the first organization, and rows for its lists to show."""

from domain.users import User
from rest_compat.pai import admin
from tests.rest_compat.answers import pai_error
from tests.world import LONG_AGO

SCORES = [40.0, 100.0, 130.0, 160.0, 160.1, 160.1, 12.5]


class Admin:
    """The Admin API of the first organization, as its administrator sees it."""

    def __init__(self, client, world, headers, prefix=admin.DOOR.prefixes[0]):
        self.client = client
        self.headers = headers
        self.base = prefix.format(organizationId=world.organization)

    async def get(self, path, headers=None, method="GET", **params):
        # The query is sent as it is: httpx reads "+" in its own way.
        return await self.client.request(
            method, self.base + path, params=params or None, headers=self.headers | (headers or {})
        )

    async def refused(self, path, **params):
        return pai_error(await self.get(path, **params), 400)


async def named(store, world, *names):
    """More users of the first organization, by first and last name."""
    stamps = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
    async with store.writing() as unit:
        for first, last in names:
            await unit.add(
                User(organization_id=world.organization, first_name=first, last_name=last, **stamps)
            )


def column(answer, name):
    assert answer.status_code == 200, answer.text
    return [row[name] for row in answer.json()]
