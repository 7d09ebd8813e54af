"""The token in a partner's URL is in the request to its host and nowhere else, however much is logged."""

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest
import uvicorn

from domain.fit_files import FitFile
from domain.jobs import JobRecord
from domain.sql import select
from gateway import logs
from tests.domain.fetching.servers import response, serving
from tests.loggers import loggers_as_they_were
from tests.rest_compat.aiendurance.pinging import FILE, PATH, RUN

pytestmark = pytest.mark.anyio

SECRET = "eyJhbGciOi.token-of-the-url"
ANSWERS = {
    "a file": response(RUN),
    "a redirect to itself": response(status="302 Found", location=f"/again?token={SECRET}"),
    "an error that repeats it": response(status=f"404 No {SECRET}", x_was=SECRET, set_cookie=f"t={SECRET}"),
    "trouble": response(SECRET.encode(), status="503 Later"),
    "a broken answer": f"HTTP/1.1 200 OK\r\n{SECRET}\r\n\r\n".encode(),
    "nothing": b"",
}


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"allow_private_callbacks": True})


@contextmanager
def everything_logged(settings):
    """As the gateway logs, but every library down to its last word."""
    with loggers_as_they_were():
        logs.configure(settings)
        logging.root.setLevel(logging.DEBUG)
        yield


@asynccontextmanager
async def served(gateway):
    """A real uvicorn, as `gateway serve` starts it, but talkative."""
    config = uvicorn.Config(
        gateway, port=0, lifespan="off", log_config=None, access_log=False, log_level="debug"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def pinged(base, headers, url):
    """The ping's answer, and that of a page somebody opened with the token in its address."""
    body = {"activity_files": [FILE | {"callback_url": url}]}
    async with httpx.AsyncClient(base_url=base) as client:
        answers = [
            await client.post(PATH, json=body, headers=headers),
            await client.get("/graphql", params={"query": "{ __typename }", "token": SECRET}),
        ]
    return [answer.text for answer in answers]


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_a_token_is_in_no_log_no_error_and_no_job(gateway, world, settings, capfd, answer):
    with everything_logged(settings):
        async with serving(answer) as server, served(gateway) as base:
            url = f"http://127.0.0.1:{server.port}/a.fit?token={SECRET}"
            told = await pinged(base, world.partner_headers, url)
            await world.work()

    logged = capfd.readouterr().err
    async with world.store.reading() as unit:
        columns = [column for column in FitFile.__table__.c if column.name != "callback_url"]
        [file] = await unit.rows(select(*columns))
        jobs = await unit.rows(select(*JobRecord.__table__.c))
    assert SECRET.encode() in server.requests[0]
    assert '"path": "/api/fit_partner_ping/"' in logged
    assert SECRET not in f"{told} {file} {jobs}"
    assert SECRET not in logged
