"""`gateway mail`: what was written for people while there is no mail server."""

from email import message_from_bytes, policy

import typer
from rich.table import Table

from domain.mailing.directory import directory
from domain.settings import Settings
from gateway.commands.opening import console

app = typer.Typer(no_args_is_help=True, help="Look into the mail of a gateway without a mail server.")


@app.callback()
def only_with_a_command() -> None:
    """Keeps `list` a command of its own."""


@app.command("list")
def list_() -> None:
    """The .eml files in the data directory, newest first."""
    folder = directory(Settings())
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    table = Table("to", "subject", "date", "file")
    for file in files:
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        table.add_row(message["To"], message["Subject"], message["Date"], str(file))
    console().print(table, soft_wrap=True)
