"""`gateway templates`: bring workouts and plans in from files, take them out again, and look at them."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from domain.errors import DomainError
from domain.listing import Listing, Order
from domain.organizations import PAI_HEALTH
from domain.store import Store
from domain.templates import files, plans, workouts
from domain.templates.files import Format
from domain.templates.workouts import Category
from domain.viewer import SYSTEM
from gateway.commands.opening import carried_out, console, identified, opened

app = typer.Typer(no_args_is_help=True, help="Workout and training-plan templates.")
Organization = Annotated[UUID, typer.Option(help="Whose templates they are.")]


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="ZWO files, or JSON documents of workouts and plans.")],
    organization: Organization = PAI_HEALTH,
    category: Annotated[Category, typer.Option(help="Of ZWO files that name none.")] = Category.EASY,
    publish: Annotated[bool, typer.Option("--publish", help="Show them to partners at once.")] = False,
) -> None:
    """Create templates, or change those of the same name; a file that cannot be read stops no other."""
    outcomes = carried_out(_import(paths, organization, category, publish=publish))
    table = Table("file", identified("id"), "outcome")
    for path, taken, outcome in outcomes:
        table.add_row(path.name, taken, outcome)
    console().print(table)
    if not all(taken for _, taken, _ in outcomes):
        raise typer.Exit(1)


@app.command()
def export(
    template_id: UUID,
    format: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.JSON,
    output: Annotated[Path | None, typer.Option(help="A file; else it goes to standard output.")] = None,
) -> None:
    """Write a template as JSON, or a workout as ZWO or FIT."""
    content = carried_out(_export(template_id, format))
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=1000)] = 100) -> None:
    """All templates of every organization, by name."""
    table = Table(identified("id"), "kind", "name", "visibility", "status", "version", "changed")
    for kind, row in carried_out(_listed(limit)):
        changed = f"{row.modified_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(row.id), kind, row.name, row.visibility, row.status, str(row.version), changed)
    console().print(table)


async def _import(
    paths: Sequence[Path], organization: UUID, category: Category, *, publish: bool
) -> list[tuple[Path, str, str]]:
    async with opened() as store:
        return [(path, *await _taken(store, path, organization, category, publish=publish)) for path in paths]


async def _taken(
    store: Store, path: Path, organization: UUID, category: Category, *, publish: bool
) -> tuple[str, str]:
    """Each file is a unit of its own: its template's id, if it was taken, and what happened."""
    try:
        content = await asyncio.to_thread(path.read_bytes)
        document = files.read_file(content, category=category, name=path.stem)
        async with store.writing(SYSTEM) as unit:
            template, new = await files.import_template(unit, document, organization_id=organization)
            if publish:
                publishing = plans.publish_plan if "blocks" in document else workouts.publish_workout
                template = await publishing(unit, template.id)
    except OSError as error:
        return "", error.strerror or "cannot be read"
    except DomainError as error:
        return "", "; ".join([error.message, *(f"{d.field}: {d.message}" for d in error.details)])
    return str(template.id), "created" if new else f"version {template.version}"


async def _export(template_id: UUID, format: Format) -> bytes:
    async with opened() as store, store.reading(SYSTEM) as unit:
        return await files.export_template(unit, template_id, format)


async def _listed(limit: int) -> list[tuple[str, Any]]:
    listing = Listing(order=(Order("name"),), limit=limit, counted=False)
    async with opened() as store, store.reading(SYSTEM) as unit:
        return [
            *(("workout", row) for row in (await workouts.list_workouts(unit, listing)).rows),
            *(("plan", row) for row in (await plans.list_plans(unit, listing)).rows),
        ]
