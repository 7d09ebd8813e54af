"""A receiver as a subscriber would write it: it verifies with the library, and answers as a test wants."""

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import Webhook

from tests.domain.fetching.servers import response, serving


class Clock:
    """Today's, since receivers refuse what was not signed just now; a test may let time pass."""

    def __init__(self):
        self.ahead = timedelta(0)

    def __call__(self):
        return datetime.now(UTC) + self.ahead

    def pass_by(self, **time):
        self.ahead += timedelta(**time)


@dataclass
class Receiver:
    """`answers` are given in turn, the last one again and again."""

    answers: list
    server: object = None
    taken: int = 0
    url: str = field(default="", init=False)

    async def answer(self, writer):
        answer = self.answers[min(self.taken, len(self.answers) - 1)]
        self.taken += 1
        if callable(answer):
            await answer(writer)
        else:
            writer.write(answer)
            await writer.drain()

    @property
    def messages(self):
        return [Received.of(request) for request in self.server.requests]


@dataclass
class Received:
    headers: dict
    body: bytes

    @staticmethod
    def of(request):
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")[1:]
        return Received({k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}, body)

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def json(self):
        return json.loads(self.body)

    def verified(self, secret):
        """What the library makes of it; raises unless it was signed with this secret, and just now."""
        return Webhook(secret).verify(self.body, self.headers)

    def signed_with(self, secret):
        """Whatever the time: for messages of a test that let some pass."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        expected = Webhook(secret).sign(self.id, at, self.body.decode())
        return expected in self.headers["webhook-signature"].split()


@asynccontextmanager
async def receiving(*answers):
    receiver = Receiver(list(answers) or [response()])
    async with serving(receiver.answer) as server:
        receiver.server = server
        receiver.url = f"http://127.0.0.1:{server.port}/hook?token=hush"
        yield receiver
