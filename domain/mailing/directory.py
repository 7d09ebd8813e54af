"""Mails as files in the data directory, where there is no mail server: written, and forgotten with their readers."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path
from uuid import UUID

from domain.jobs import Job
from domain.settings import Settings
from domain.unit import Unit

WHOSE = "X-Gateway-Whose"
"""The account, or the user, that a mail was written for: addresses change."""


@dataclass(frozen=True)
class ForgetMail(Job):
    """Delete these files: after the commit, so that none is gone while whom it was for is still there."""

    mail_ids: tuple[UUID, ...]

    @property
    def purpose(self) -> str:
        return f"Delete {len(self.mail_ids)} mails of somebody who is gone"


def directory(settings: Settings) -> Path:
    return settings.data_dir / "mail"


@contextmanager
def drafted(settings: Settings, mail_id: UUID, message: EmailMessage, whose: UUID | None) -> Iterator[Path]:
    """The mail under a name that nobody reads, to be renamed to its own in the unit that ends its job."""
    folder = directory(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if whose is not None:
        message[WHOSE] = str(whose)
    draft = folder / f".{mail_id}"
    draft.write_bytes(message.as_bytes())
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def named(settings: Settings, mail_id: UUID) -> Path:
    return directory(settings) / f"{mail_id}.eml"


async def forget(unit: Unit, ids: Collection[UUID], addresses: Collection[str] = ()) -> None:
    """Delete what was written for these accounts and users, or to these addresses, in lower case."""
    found = await asyncio.to_thread(
        _written_for, directory(unit.settings), set(map(str, ids)), set(addresses)
    )
    if found:
        await unit.later(ForgetMail(tuple(found)))


def delete(settings: Settings, mail_ids: Collection[UUID]) -> None:
    for mail_id in mail_ids:
        named(settings, mail_id).unlink(missing_ok=True)


def _written_for(folder: Path, ids: set[str], addresses: set[str]) -> list[UUID]:
    found = []
    for path in sorted(folder.glob("*.eml")):
        with suppress(FileNotFoundError, ValueError):  # somebody else deletes it, or it is no mail of ours
            mail_id, headers = UUID(path.stem), _headers(path)
            recipients = {address.lower() for _, address in getaddresses([str(headers["To"])])}
            if headers[WHOSE] in ids or recipients & addresses:
                found.append(mail_id)
    return found


def _headers(path: Path) -> Message:
    with path.open("rb") as file:
        return BytesHeaderParser(policy=policy.default).parse(file)
