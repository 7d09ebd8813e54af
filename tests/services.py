"""Which services answer here. Where GATEWAY_TEST_SERVICES=required (CI), a missing one fails instead of skipping."""

import os
import socket

import pytest

REQUIRED = os.environ.get("GATEWAY_TEST_SERVICES") == "required"
POSTGRESQL = os.environ.get("GATEWAY_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
REDIS = os.environ.get("GATEWAY_TEST_REDIS", "redis://127.0.0.1:6379/0")
RABBITMQ = os.environ.get("GATEWAY_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672")


def answers(url: str) -> bool:
    host, _, port = url.rpartition("@")[2].rpartition("//")[2].split("/")[0].partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False


def need(name: str, url: str) -> None:
    """Skip, or fail in CI, where the service does not answer."""
    if not answers(url):
        (pytest.fail if REQUIRED else pytest.skip)(f"{name} does not answer at {url.rpartition('@')[2]}")
