"""What PAI's tests share: the mails that were sent."""

import re
from email import message_from_bytes, policy

import pytest

from domain.mailing.sending import directory

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
