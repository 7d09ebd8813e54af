import asyncio
import socket

import pytest


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def attempts(monkeypatch):
    """Every connection and every look-up that anything in the process tries; none succeeds."""
    tried = []

    def refuse(_socket, address):
        tried.append(address)
        raise ConnectionRefusedError

    async def look_up(_loop, host, *_args, **_options):
        tried.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", look_up)
    return tried
