"""A broker that answers and will not have us: its warning says what to change, and gives no password away."""

import asyncio

import pytest
from dramatiq.errors import ConnectionClosed
from pika.exceptions import ChannelClosedByBroker
from structlog.testing import capture_logs

from domain.settings import Settings
from tests.services import RABBITMQ, need
from workers.broker import reason_of
from workers.crew import Crew

pytestmark = pytest.mark.anyio

SERVER = RABBITMQ.rpartition("@")[2].partition("/")[0]
PASSWORD = "not-the-one"


@pytest.mark.parametrize(
    ("user", "path", "reason"),
    [
        (f"guest:{PASSWORD}", "", "it refuses the user or the password in GATEWAY_BROKER_URL"),
        ("guest:guest", "/nowhere-at-all", "it refuses the virtual host in GATEWAY_BROKER_URL"),
    ],
)
async def test_a_broker_that_refuses_us_is_not_called_away(tmp_path, user, path, reason):
    need("RabbitMQ", RABBITMQ)
    crew = Crew(Settings(data_dir=tmp_path, broker_url=f"amqp://{user}@{SERVER}{path}"))

    with capture_logs() as said:
        assert await crew.bell.lanes_with_room() is None
    await asyncio.to_thread(crew.stop)

    assert [(line["event"], line["reason"]) for line in said] == [("broker_refuses", reason)]
    assert PASSWORD not in str(said)


def test_a_user_without_a_right_to_its_queues_is_told_so():
    refused = ConnectionClosed(ChannelClosedByBroker(403, "ACCESS_REFUSED - configure access"))

    assert reason_of(refused) == "the user in GATEWAY_BROKER_URL may not use its queues"


def test_what_is_merely_away_is_refused_by_nobody():
    assert reason_of(ConnectionRefusedError(111, "Connection refused")) is None
    assert reason_of(ConnectionClosed(ChannelClosedByBroker(404, "NOT_FOUND"))) is None
