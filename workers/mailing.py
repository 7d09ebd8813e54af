from domain.identity import registration
from domain.identity.mailed_tokens import MailToken
from domain.jobs.tasks import Task
from domain.mailing import SendMail, directory, sending
from domain.mailing.directory import ForgetMail
from workers.registry import handles


@handles(MailToken)
async def mail_token(task: Task, job: MailToken) -> None:
    async with task.finishing() as unit:
        await registration.mail_token(unit, job)


@handles(SendMail)
async def send_mail(task: Task, job: SendMail) -> None:
    await sending.send(task, job)


@handles(ForgetMail)
async def forget_mail(task: Task, job: ForgetMail) -> None:
    async with task.reading() as unit:
        directory.delete(unit.settings, job.mail_ids)
