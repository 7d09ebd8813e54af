"""What stands in `callback_url`: a download URL, or the FIT file itself as base64 (contracts 3.2)."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Protocol

from domain.fit import FitError, Limits, verify
from domain.pings import Ping, Rejected
from domain.raw_files import hash_of
from domain.settings import Settings

DATA_URL = "data:"


class Sent(Protocol):
    """A file as the partner describes it."""

    @property
    def activity_name(self) -> str | None: ...
    @property
    def priority(self) -> int: ...
    @property
    def user_id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def overwrite_mode(self) -> bool: ...
    @property
    def start_time_in_seconds(self) -> str: ...
    @property
    def callback_url(self) -> str: ...
    @property
    def summary_id(self) -> str: ...


def announced(index: int, sent: Sent, settings: Settings) -> Ping | Rejected:
    """The file ready to be judged and stored, or why it is refused: broken base64 is known at once."""
    try:
        url, content = _location(sent.callback_url, settings)
    except FitError as error:
        return Rejected(index, sent.summary_id, error.code, error.message)
    except (ValueError, binascii.Error):
        return Rejected(
            index, sent.summary_id, "not_fit", "callback_url is neither a URL nor base64 of a FIT file"
        )
    return Ping(
        index=index,
        external_user_id=sent.user_id,
        source=sent.source,
        summary_id=sent.summary_id,
        activity_name=sent.activity_name,
        started_at=datetime.fromtimestamp(int(sent.start_time_in_seconds), UTC),
        url=url,
        content=content,
        sha256=None if content is None else hash_of(content),
        overwrite=sent.overwrite_mode,
        at_once=sent.priority == 1,
    )


def _location(callback_url: str, settings: Settings) -> tuple[str | None, bytes | None]:
    if callback_url[:8].lower().startswith(("http://", "https://")):
        return callback_url, None
    text = callback_url
    if text[: len(DATA_URL)].lower() == DATA_URL:
        head, _, text = text.partition(",")
        if not head.lower().endswith(";base64"):
            raise ValueError(head)
    content = base64.b64decode("".join(text.split()), validate=True)
    verify(content, Limits(max_bytes=settings.max_fit_bytes))
    return None, content
