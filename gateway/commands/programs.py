"""`gateway programs`: what an organization's users can be invited to, and by whom."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Row

from domain.errors import DomainError
from domain.listing import Listing, Order
from domain.organizations import PAI_HEALTH
from domain.programs import programs
from domain.programs.programs import ProgramFields
from domain.unit import Unit
from domain.viewer import SYSTEM
from gateway.commands.opening import console, identified, opened

app = typer.Typer(no_args_is_help=True, help="Programs of the PAI Program API, and their administrators.")
Result = TypeVar("Result")
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

    typer.echo(_done(make))


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
    """The programs, their administrators and how many members they have."""
    rows, administrators = _done(lambda unit: _listed(unit, limit))
    table = Table(identified("id"), "name", identified("organization"), "administrators", "members")
    for row in rows:
        named = escape(", ".join(administrators[row.id]))
        table.add_row(str(row.id), escape(row.name), str(row.organization_id), named, str(row.member_count))
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

    _done(change)
    typer.echo(f"{program_id} is changed.")


@app.command()
def remove(program_id: UUID) -> None:
    """Forget a program with its invitations, memberships and exports. Its members keep their data."""
    _done(lambda unit: programs.remove_program(unit, program_id))
    typer.echo("It is gone.")


async def _listed(unit: Unit, limit: int) -> tuple[Sequence[Row[Any]], dict[UUID, list[str]]]:
    page = await programs.list_programs(unit, Listing(order=(Order("name"),), limit=limit))
    return page.rows, await programs.administrators_of(unit, [row.id for row in page.rows])


def _done(operation: Callable[[Unit], Awaitable[Result]]) -> Result:
    """In one unit; what an operator can mend is told in a sentence."""

    async def run() -> Result:
        async with opened() as store, store.writing(SYSTEM) as unit:
            return await operation(unit)

    try:
        return asyncio.run(run())
    except DomainError as error:
        sys.exit("\n".join([error.message, *(f"{d.field}: {d.message}" for d in error.details)]))
