"""`gateway clients`: which organizations are GOFA's clients, and which modules they may use."""

from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from domain import client_settings
from gateway.commands.opening import console, identified, in_a_unit

app = typer.Typer(no_args_is_help=True, help="Make organizations clients of GOFA.")


@app.command()
def create(
    client_id: str,
    *,
    organization: Annotated[UUID, typer.Option(help="The organization that it is.")],
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
) -> None:
    """Make an organization a client. Its secret is shown now and never again."""
    typer.echo(in_a_unit(lambda unit: client_settings.register(unit, organization, client_id, name)))


@app.command("list")
def list_() -> None:
    """The clients and what they may do."""
    table = Table(
        identified("client id", folded=True),
        "name",
        identified("organization"),
        "AI Training",
        "cross-client",
        "secret",
    )
    for row in in_a_unit(client_settings.list_clients):
        flags = (row.ai_training_enabled, row.cross_client, row.has_secret)
        told = ["yes" if flag else "no" for flag in flags]
        table.add_row(row.client_id, row.name, str(row.organization_id), *told)
    console().print(table)


@app.command("set")
def set_(
    client_id: str,
    *,
    ai_training: Annotated[bool | None, typer.Option(help="Whether AI Training may be used.")] = None,
    cross_client: Annotated[
        bool | None, typer.Option(help="Whether its administrators and tokens may act for every client.")
    ] = None,
) -> None:
    """Change what a client may do."""
    values = {"ai_training_enabled": ai_training, "cross_client": cross_client}
    in_a_unit(lambda unit: client_settings.change(unit, client_id, **values))


@app.command()
def rotate(client_id: str) -> None:
    """Give a client a new secret, shown now and never again; the old one and its tokens end now."""
    typer.echo(in_a_unit(lambda unit: client_settings.rotate(unit, client_id)))


@app.command()
def revoke(client_id: str) -> None:
    """End a client's secret and its tokens; `rotate` gives it a new one."""
    in_a_unit(lambda unit: client_settings.revoke(unit, client_id))
    typer.echo("Its secret opens nothing any more.")
