from anyio import sleep_forever
from httpx import ASGITransport, AsyncClient


def client_of(app):
    return AsyncClient(transport=ASGITransport(app), base_url="https://api.test")


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
