"""What PAI's tests share: the mails that were sent, the administrator in the Admin API, and Joe in the User API."""

import re
from email import message_from_bytes, policy

import pytest

from domain.mailing.directory import directory
from tests.rest_compat.pai.calling import Caller
from tests.rest_compat.pai.lists import SCORES, Admin
from tests.rest_compat.scores import score

CODE = re.compile(r"^[A-Za-z0-9_-]{43}(?=\r?$)", re.MULTILINE)


@pytest.fixture
def mails(world, settings):
    """What the jobs that are due have mailed since it was last asked."""

    async def written():
        await world.work()
        files = sorted(directory(settings).glob("*.eml"))
        messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        for file in files:
            file.unlink()
        return messages

    return written


def token_in(mail):
    return CODE.search(mail.get_content())[0]


@pytest.fixture
async def admin(client, world):
    return Caller(client, await world.pai_headers(client), world, "admin")


@pytest.fixture
async def joe(client, world):
    return Caller(client, await world.pai_headers(client, "joe"), world, "user")


@pytest.fixture
async def api(client, world):
    return Admin(client, world, await world.pai_headers(client))


@pytest.fixture
async def scores(store, world):
    """Joe's summaries; Ann has one, and so has Eve in the other organization."""
    joes = await score(store, world.organization, world.joe, SCORES)
    anns = await score(store, world.organization, world.ann, [75.0])
    await score(store, world.other_organization, world.eve, [100.0, 130.0])
    return joes + anns
