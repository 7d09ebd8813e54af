"""One call to a receiver, through the guarded way out and under a short deadline."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.fetching import FetchError, FetchPolicy, post
from domain.settings import Settings
from domain.webhooks.signing import UnreadableSecretError, signed_headers, unsealed

UNREADABLE_SECRET = "unreadable_secret"  # noqa: S105  an error's code


@dataclass(frozen=True)
class Message:
    """`sealed_secrets`: those that are valid now, the newest first. `at`: when it is signed."""

    id: UUID
    url: str
    body: str
    sealed_secrets: Sequence[str]
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """`status`: the receiver's answer, if there was one. `error`: a code, unless it took the message."""

    took: timedelta
    status: int | None = None
    error: str | None = None
    retry_after: str | None = None


def policy_of(settings: Settings) -> FetchPolicy:
    """Where webhooks may lead: a subscription is judged by it, and every call again."""
    return FetchPolicy(
        max_bytes=0,
        allow_private=settings.allow_private_callbacks,
        read_timeout=settings.webhook_timeout.total_seconds(),
        total_timeout=settings.webhook_timeout.total_seconds(),
    )


async def call(message: Message, settings: Settings, deployment_secret: bytes) -> Outcome:
    secrets = _readable(message.sealed_secrets, deployment_secret)
    if not secrets:
        return Outcome(timedelta(0), error=UNREADABLE_SECRET)
    headers = signed_headers(str(message.id), message.body, secrets, message.at)
    begun = time.monotonic()
    try:
        status = await post(message.url, policy_of(settings), message.body.encode(), headers)
    except FetchError as error:
        return Outcome(_since(begun), error.status, error.code, error.retry_after)
    return Outcome(_since(begun), status)


def _readable(sealed_secrets: Sequence[str], deployment_secret: bytes) -> list[str]:
    """A rotation mends what a lost deployment secret broke, so the new one must not fail with the old."""
    secrets = []
    for sealed in sealed_secrets:
        with suppress(UnreadableSecretError):
            secrets.append(unsealed(deployment_secret, sealed))
    return secrets


def _since(begun: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - begun)
