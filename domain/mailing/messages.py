"""What the mails say, in the reader's language."""

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from domain.languages import in_language
from domain.mailing import MailKind
from domain.sentences import said
from domain.settings import Settings

SUBJECT = {
    MailKind.CONFIRMATION: said("Confirm your e-mail address"),
    MailKind.PASSWORD_RESET: said("Set a new password"),
    MailKind.USERNAME_TAKEN: said("You could not be registered"),
    MailKind.PROGRAM_INVITATION: said("You are invited to a program"),
}
FOLLOW = {
    MailKind.CONFIRMATION: said("To confirm your e-mail address, follow this link within three days:"),
    MailKind.PASSWORD_RESET: said("To set a new password, follow this link within one hour:"),
    MailKind.PROGRAM_INVITATION: said("To accept the invitation, sign in and follow this link:"),
}
ENTER = {
    MailKind.CONFIRMATION: said("To confirm your e-mail address, enter this code within three days:"),
    MailKind.PASSWORD_RESET: said("To set a new password, enter this code within one hour:"),
    MailKind.PROGRAM_INVITATION: said("To accept the invitation, sign in and enter this code:"),
}
TAKEN = said("Somebody has the username you chose, perhaps you yourself. Choose another one, or sign in.")
INVITED = said(
    "{program} invites you; you can accept until {day}. Its administrators then see your name, your e-mail address and"
    " your PAI, until you leave the program.",
    program="",
    day="",
)
NOT_YOU = said("If you did not ask for this, there is nothing you need to do.")


def written(settings: Settings, mail: Row[Any], token: str | None) -> EmailMessage:
    """One message has one id, however often it is sent, so that a mail server can recognise a repeat."""
    kind = MailKind(mail.kind)
    paragraphs = [*_invitation(mail), *_request(settings, kind, token), NOT_YOU]
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, mail.recipient
    message["Subject"] = in_language(SUBJECT[kind], mail.language)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = _message_id(settings, mail.id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(in_language(text, mail.language) for text in paragraphs) + "\n")
    message["Content-Language"] = mail.language
    return message


def _invitation(mail: Row[Any]) -> list[str]:
    if mail.program is None:
        return []
    return [said(INVITED.template, program=mail.program, day=f"{mail.expires_at:%Y-%m-%d}")]


def _request(settings: Settings, kind: MailKind, token: str | None) -> list[str]:
    """A link into the frontend's page carries the token behind the `#`, where no server's log sees it."""
    if token is None:
        return [TAKEN]
    if settings.account_page:
        return [FOLLOW[kind], f"{settings.account_page}#{kind}={token}"]
    return [ENTER[kind], token]


def _message_id(settings: Settings, mail_id: UUID) -> str:
    return f"<{mail_id}@{settings.mail_from.rpartition('@')[2].rstrip('>')}>"
