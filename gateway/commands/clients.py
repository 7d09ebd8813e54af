"""`gateway clients`: which organizations are GOFA's clients, and which modules they may use."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from rich.table import Table

from domain import client_settings
from domain.unit import Unit
from domain.viewer import SYSTEM
from gateway.commands.opening import carried_out, console, identified, opened

app = typer.Typer(no_args_is_help=True, help="Make organizations clients of GOFA.")
Result = TypeVar("Result")


@app.command()
def create(
    client_id: str,
    *,
    organization: Annotated[UUID, typer.Option(help="The organization that it is.")],
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
) -> None:
    """Make an organization a client. Its secret is shown now and never again."""
    typer.echo(_done(lambda unit: client_settings.register(unit, organization, client_id, name)))


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
    for row in _done(client_settings.list_clients):
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
    _done(lambda unit: client_settings.change(unit, client_id, **values))


@app.command()
def rotate(client_id: str) -> None:
    """Give a client a new secret, shown now and never again; the old one and its tokens end now."""
    typer.echo(_done(lambda unit: client_settings.rotate(unit, client_id)))


@app.command()
def revoke(client_id: str) -> None:
    """End a client's secret and its tokens; `rotate` gives it a new one."""
    _done(lambda unit: client_settings.revoke(unit, client_id))
    typer.echo("Its secret opens nothing any more.")


def _done(operation: Callable[[Unit], Awaitable[Result]]) -> Result:
    """In one unit."""

    async def run() -> Result:
        async with opened() as store, store.writing(SYSTEM) as unit:
            return await operation(unit)

    return carried_out(run())
