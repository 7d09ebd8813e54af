"""Sending a mail: by SMTP where there is a server, else into the data directory, for a developer to read."""

from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
from sqlalchemy import delete, func
from sqlmodel import col

from domain.identity import mailed_tokens
from domain.identity.mailed_tokens import MailedToken
from domain.jobs.tasks import Task
from domain.mailing import Mail, SendMail
from domain.mailing.directory import drafted, named
from domain.mailing.messages import written
from domain.programs.tables import Program, ProgramInvitation
from domain.sql import select

TIMEOUT = 30.0
WRITTEN_FROM: tuple[Any, ...] = (
    Mail.id, Mail.kind, Mail.recipient, Mail.language, Mail.created_at,
    func.coalesce(Mail.token_id, Mail.invitation_id).label("token_of"),
    col(Program.name).label("program"), ProgramInvitation.expires_at,
    func.coalesce(MailedToken.account_id, ProgramInvitation.user_id).label("whose"),
)  # fmt: skip
PORTS = {"smtp": 587, "smtps": 465}


async def send(task: Task, job: SendMail) -> None:
    """The mail leaves between two units; a worker that dies in between sends it again under the same id."""
    async with task.reading() as unit:
        mail = await unit.row(
            select(*WRITTEN_FROM)
            .select_from(Mail)
            .join(ProgramInvitation, col(ProgramInvitation.id) == col(Mail.invitation_id), isouter=True)
            .join(Program, col(Program.id) == col(ProgramInvitation.program_id), isouter=True)
            .join(MailedToken, col(MailedToken.id) == col(Mail.token_id), isouter=True)
            .where(col(Mail.id) == job.mail_id)
        )
        token = mailed_tokens.plain(unit.secret, mail.token_of) if mail and mail.token_of else None
        settings = unit.settings
    if mail is None:
        return
    message = written(settings, mail, token)
    if settings.smtp_url:
        await _by_smtp(settings.smtp_url.get_secret_value(), message)
        async with task.finishing() as unit:
            await unit.change(delete(Mail).where(col(Mail.id) == mail.id))
        return
    with drafted(settings, mail.id, message, mail.whose) as draft:
        async with task.finishing() as unit:
            if await unit.change(
                delete(Mail).where(col(Mail.id) == mail.id)
            ):  # else its reader has gone meanwhile
                draft.replace(named(settings, mail.id))


async def _by_smtp(url: str, message: EmailMessage) -> None:
    """`smtp://` upgrades to TLS where the server offers it, `smtps://` begins with it."""
    server = urlsplit(url)
    await aiosmtplib.send(
        message,
        hostname=server.hostname,
        port=server.port or PORTS[server.scheme],
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        timeout=TIMEOUT,
    )
