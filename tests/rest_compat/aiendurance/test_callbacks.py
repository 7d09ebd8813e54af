"""Files that are fetched: from a server of this test, as only development allows."""

import pytest

from domain.fit_files import FitFileState
from domain.jobs import JobState
from domain.store import Store
from tests.domain.fetching.servers import response, serving
from tests.rest_compat.aiendurance.pinging import RUN
from workers.drain import drain

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"allow_private_callbacks": True})


async def test_a_file_is_fetched_and_ingested_and_its_url_forgotten(acme, world):
    async with serving(response(RUN)) as server:
        assert await acme.rejected({"callback_url": server.url}) == []
        assert server.requests == [], "the ping is answered before anything is fetched"
        await world.work()

    assert len(server.requests) == 1
    assert world.partner_key.encode() not in server.requests[0]
    [file] = await acme.files()
    assert (file.state, file.record_count, file.callback_url) == (FitFileState.INGESTED, 60, None)
    assert [a.sport for a in await acme.activities()] == ["running"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (response(status="404 Not Found"), "bad_status"),
        (response(status="302 Found", location="http://127.0.0.1/"), "redirected"),
        (response(b"<html>sign in first</html>"), "not_fit"),
        (response(RUN[:-10]), "truncated"),
        (response(RUN[:-1] + b"\0"), "bad_crc"),
        (response(content_length=17 << 20), "too_large"),
    ],
)
async def test_what_will_never_be_a_file_fails_for_good_with_its_reason(acme, world, answer, code):
    async with serving(answer) as server:
        await acme.ping({"callback_url": server.url})
        await world.work()

    assert len(server.requests) == 1
    assert [(f.state, f.problem_code) for f in await acme.files()] == [(FitFileState.FAILED, code)]
    assert [job.state for job in await acme.jobs()] == [JobState.DONE]
    assert await acme.activities() == []


@pytest.mark.parametrize(
    "status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"]
)
async def test_a_host_in_trouble_is_asked_again_later(acme, world, status):
    async with serving(response(status=status)) as server:
        await acme.ping({"callback_url": server.url})
        await world.work()

    assert [f.state for f in await acme.files()] == [FitFileState.QUEUED]
    [job] = await acme.jobs()
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert "secret" not in job.last_error, "the URL's token is nobody's business"


async def test_a_failed_file_may_be_pinged_again_without_overwriting(acme, world):
    async with serving(response(status="404 Not Found")) as server:
        await acme.ping({"callback_url": server.url})
        await world.work()
    async with serving(response(RUN)) as server:
        await acme.ping({"callback_url": server.url})
        await world.work()

    assert [(f.state, f.problem_code) for f in await acme.files()] == [(FitFileState.INGESTED, None)]


async def test_priority_0_fetches_nothing(acme, world):
    async with serving(response(RUN)) as server:
        await acme.ping({"callback_url": server.url, "priority": 0})
        await world.work()

    assert server.requests == []
    assert [f.state for f in await acme.files()] == [FitFileState.WAITING]


async def test_a_url_is_judged_again_when_it_is_fetched(acme, settings):
    """What the ping let pass, a worker with stricter settings does not."""
    strict = Store(settings.model_copy(update={"allow_private_callbacks": False}))
    async with serving(response(RUN)) as server:
        await acme.ping({"callback_url": server.url})
        await drain(strict, lambda *_: None)
    await strict.close()

    assert server.requests == []
    assert [(f.state, f.problem_code) for f in await acme.files()] == [(FitFileState.FAILED, "forbidden_url")]
