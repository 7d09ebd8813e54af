"""A real server on this machine that answers with exactly the bytes a test wants."""

import asyncio
import re
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Server:
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    tasks: set[asyncio.Task] = field(default_factory=set)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/a.fit?token=secret"


@asynccontextmanager
async def serving(answer, *, tls=None, host="127.0.0.1", port=0, at_once=False):
    """`answer` is bytes to send and close, or a function of the writer; `at_once` waits for no request."""
    server = Server()

    async def handle(reader, writer):
        server.tasks.add(asyncio.current_task())
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            if not at_once:
                server.requests.append(await _request(reader))
            await _send(answer, writer)
        writer.close()

    listener = await asyncio.start_server(handle, host, port, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in server.tasks:
            task.cancel()
        await asyncio.gather(*server.tasks, return_exceptions=True)
        await listener.wait_closed()


async def _request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return head + await reader.readexactly(int(length[1]) if length else 0)


async def _send(answer, writer):
    if isinstance(answer, bytes):
        writer.write(answer)
        await writer.drain()
    else:
        await answer(writer)


def response(body=b"", status="200 OK", **headers):
    """A whole response; `content_length=None` leaves that header out."""
    fields = {"content-length": len(body)} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


def chunks(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
