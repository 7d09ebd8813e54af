"""`gateway programs`: what an organization's users can be invited to, and by whom."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table
from sqlalchemy import Row

from domain.listing import Listing, Order
from domain.organizations import PAI_HEALTH
from domain.programs import programs
from domain.programs.programs import ProgramFields
from domain.unit import Unit
from gateway.commands.opening import console, identified, in_a_unit

app = typer.Typer(no_args_is_help=True, help="Programs of the PAI Program API, and their administrators.")
Administrators = Annotated[
    list[str] | None,
    typer.Option("--administrator", help="Username of an account that administers it; repeat it for more."),
]


@app.command()
def create(
    name: str,
    *,
    organization: Annotated[UUID, typer.Option(help="Whose users it may invite.")] = PAI_HEALTH,
    administrator: Administrators = None,
) -> None:
    """Make a program; its id is what the Program API's paths name."""

    async def make(unit: Unit) -> UUID:
        values = ProgramFields.whole({"name": name})
        return await programs.add_program(unit, organization, values, administrator or [])

    typer.echo(in_a_unit(make))


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
    """The programs, their administrators and how many members they have."""
    rows, administrators = in_a_unit(lambda unit: _listed(unit, limit))
    table = Table(identified("id"), "name", identified("organization"), "administrators", "members")
    for row in rows:
        named = ", ".join(administrators[row.id])
        table.add_row(str(row.id), row.name, str(row.organization_id), named, str(row.member_count))
    console().print(table)


@app.command("set")
def set_(
    program_id: UUID,
    *,
    name: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
    administrator: Administrators = None,
    no_administrator: Annotated[
        list[str] | None, typer.Option("--no-administrator", help="Username that administers it no longer.")
    ] = None,
) -> None:
    """Change a program, from the next request on; what is not named stays as it is."""

    async def change(unit: Unit) -> None:
        if name is not None:
            await programs.change_program(unit, program_id, ProgramFields.whole({"name": name}))
        for username in administrator or []:
            await programs.add_administrator(unit, program_id, username)
        for username in no_administrator or []:
            await programs.remove_administrator(unit, program_id, username)

    in_a_unit(change)
    typer.echo(f"{program_id} is changed.")


@app.command()
def remove(
    program_id: UUID, *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Forget a program with its invitations, memberships and exports. Its members keep their data."""
    if not yes:
        typer.confirm(f"The program {program_id} and its exports will be gone. Go on?", abort=True)
    in_a_unit(lambda unit: programs.remove_program(unit, program_id))
    typer.echo("It is gone.")


async def _listed(unit: Unit, limit: int) -> tuple[Sequence[Row[Any]], dict[UUID, list[str]]]:
    page = await programs.list_programs(unit, Listing(order=(Order("name"),), limit=limit))
    return page.rows, await programs.administrators_of(unit, [row.id for row in page.rows])
