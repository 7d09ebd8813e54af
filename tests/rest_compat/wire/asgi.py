import asyncio
from contextlib import asynccontextmanager

import uvicorn
from anyio import sleep_forever
from httpx import ASGITransport, AsyncClient


def client_of(app):
    return AsyncClient(transport=ASGITransport(app), base_url="https://api.test")


@asynccontextmanager
async def served(app):
    """Its address on a real server, with connections that stay open."""
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def sent_by(app, method, path, headers=()):
    """The bare ASGI messages: httpx itself drops the body of an answer to HEAD."""
    sent, unread = [], [{"type": "http.request"}]
    scope = {"type": "http", "method": method, "path": path, "headers": list(headers), "query_string": b""}

    async def receive():
        if not unread:
            await sleep_forever()
        return unread.pop()

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent
