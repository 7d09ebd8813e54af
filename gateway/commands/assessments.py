"""`gateway assessments`: what was found out about users that decides how hard their training may be."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table
from sqlalchemy import Row

from domain import assessments
from domain.assessments import AssessmentKind
from domain.listing import Compare, Listing, Operator, Order, Page
from domain.viewer import SYSTEM
from gateway.commands.opening import carried_out, console, identified, opened
from gateway.commands.people import owner_of

app = typer.Typer(no_args_is_help=True, help="Record what was found out about users, and what they prefer.")
LATEST_FIRST = (Order("assessed_at", descending=True),)
Whose = Annotated[str, typer.Argument(help="Our id, the organization's external id, or e-mail.")]


@app.command()
def record(
    user: Whose,
    kind: AssessmentKind,
    *,
    level: Annotated[
        str | None, typer.Option(help="As the assessment words it, such as INTERMEDIATE for fallRisk.")
    ] = None,
    preferences: Annotated[
        str | None, typer.Option(help="A JSON object: goal, intensity, frequency, minutes, likes, dislikes.")
    ] = None,
    on: Annotated[datetime | None, typer.Option(help="When, in UTC; now, if not given.")] = None,
) -> None:
    """Record an assessment of a user; it counts from the next plan on."""
    told = None if preferences is None else _object(preferences)
    assessed_at = on and on.replace(tzinfo=UTC)

    async def recorded() -> None:
        async with opened() as store:
            whose = await owner_of(store, user)
            async with store.writing(SYSTEM) as unit:
                await assessments.record_assessment(
                    unit, whose.id, kind, level=level, preferences=told, assessed_at=assessed_at
                )

    carried_out(recorded())
    typer.echo("It counts from the next plan on.")


@app.command("list")
def list_(user: Whose) -> None:
    """What is known of a user, the latest first."""
    table = Table("kind", "level", "preferences", "assessed", identified("id"))

    async def listed() -> Page:
        async with opened() as store:
            whose = await owner_of(store, user)
            of_user = Compare("user_id", Operator.EQUAL, whose.id)
            async with store.reading(SYSTEM) as unit:
                listing = Listing(of_user, LATEST_FIRST, limit=1000, counted=False)
                return await assessments.list_assessments(unit, listing)

    for row in carried_out(listed()).rows:
        table.add_row(*_told(row))
    console().print(table)


def _told(row: Row[Any]) -> tuple[str, ...]:
    answers = {name: value for name, value in row.answers.items() if value}
    shown = orjson.dumps(answers).decode() if answers else ""
    return row.kind, row.level or "", shown, f"{row.assessed_at:%Y-%m-%d %H:%M}", str(row.id)


def _object(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise typer.BadParameter('is a JSON object such as {"goal": "strength"}', param_hint="--preferences")
    return value
