"""Watchers are woken after a commit: from any thread of the process, and through Redis from other processes."""

import asyncio
import contextlib
from uuid import uuid4

import pytest
import redis

from domain.news import Subject, Topic
from domain.settings import Settings
from tests.databases import ONE_DATABASE
from tests.services import REDIS, need
from workers.news import News

pytestmark = pytest.mark.anyio
LONG, AT_ONCE = 15, 0.05


@pytest.fixture
def run():
    return Topic(Subject.RUN, uuid4())


@contextlib.asynccontextmanager
async def listening(news):
    task = asyncio.create_task(news.listen())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        news.close()


async def test_a_watcher_hears_of_its_topic_and_of_no_other_from_any_thread(run):
    news = News(Settings())
    with news.hearing(run) as ear, news.hearing(Topic(Subject.RUN, uuid4())) as other:
        await asyncio.to_thread(asyncio.run, news.tell({run}))

        assert await ear.wait(LONG)
        assert not await ear.wait(AT_ONCE)
        assert not await other.wait(AT_ONCE)


async def test_nobody_watches_any_more_and_nothing_is_kept(run):
    news = News(Settings())
    with news.hearing(run):
        pass
    await news.tell({run})

    assert not news._ears  # noqa: SLF001


@ONE_DATABASE
async def test_a_unit_tells_once_it_has_committed_and_never_what_did_not_happen(store, run):
    news = News(Settings())
    store.herald = news.tell
    with news.hearing(run) as ear:
        with contextlib.suppress(OSError):
            async with store.writing() as unit:
                unit.tell(run)
                raise OSError
        assert not await ear.wait(AT_ONCE)

        async with store.writing() as unit:
            unit.tell(run)
            assert not await ear.wait(AT_ONCE)
        assert await ear.wait(LONG)


async def test_other_processes_hear_through_redis_and_survive_what_is_no_news(run):
    need("Redis", REDIS)
    prefix = f"test-{uuid4().hex}"
    settings = Settings(redis_url=REDIS, queue_prefix=prefix)
    here, there = News(settings), News(settings)
    with redis.Redis.from_url(REDIS) as client:
        async with listening(there):
            with here.hearing(run) as ours, there.hearing(run) as theirs:
                while not client.publish(f"{prefix}:news", b"no news"):
                    await asyncio.sleep(0.02)
                await here.tell({run})

                assert await theirs.wait(LONG)
                assert await ours.wait(LONG)
    here.close()


async def test_without_its_redis_news_is_heard_here_and_nobody_waits_long(run):
    news = News(Settings(redis_url="redis://127.0.0.1:1"))
    with news.hearing(run) as ear:
        await news.tell({run})
        await news.tell({run})

        assert await ear.wait(LONG)
    news.close()
