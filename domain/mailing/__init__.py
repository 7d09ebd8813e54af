"""Mail to people: what waits to be sent, and the jobs that send it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from domain.columns import identifier, instant, reference
from domain.jobs import Job
from domain.unit import Unit


class MailKind(StrEnum):
    CONFIRMATION = "confirmation"
    PASSWORD_RESET = "passwordreset"  # noqa: S105  a kind of mail
    USERNAME_TAKEN = "usernametaken"
    PROGRAM_INVITATION = "programinvitation"


class Mail(SQLModel, table=True):
    """A mail that is still to be sent; sending it deletes the row. Its token is a mailed one or an invitation's."""

    __tablename__ = "mails"

    id: UUID = identifier()
    kind: str
    recipient: str
    language: str
    token_id: UUID | None = reference("mailed_tokens.id", default=None)
    invitation_id: UUID | None = reference("program_invitations.id", default=None)
    created_at: datetime = instant()


@dataclass(frozen=True)
class SendMail(Job):
    mail_id: UUID

    @property
    def purpose(self) -> str:
        return f"Send mail {self.mail_id}"


async def post(
    unit: Unit,
    kind: MailKind,
    recipient: str,
    language: str,
    token_id: UUID | None = None,
    *,
    invitation_id: UUID | None = None,
    organization_id: UUID,
) -> None:
    """Leave a mail for a worker to send; the organization's administrators see the job."""
    tokens: dict[str, Any] = {"token_id": token_id, "invitation_id": invitation_id}
    mail = await unit.add(
        Mail(kind=kind, recipient=recipient, language=language, created_at=unit.now, **tokens)
    )
    await unit.later(SendMail(mail.id), organization_id=organization_id)
