"""`gateway webhooks`: who is told of what, what did not arrive and why, and another try."""

from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import typer
from rich.table import Table

from domain.listing import Listing, Order, Page
from domain.listing.filters import Compare, Operator
from domain.viewer import SYSTEM
from domain.webhooks import history, subscriptions
from domain.webhooks.tables import DeliveryState
from gateway.commands.opening import carried_out, console, identified, opened

app = typer.Typer(no_args_is_help=True, help="Look into webhooks and their deliveries.")
Limit = Annotated[int, typer.Option(min=1, max=1000)]
NEWEST_FIRST = (Order("created_at", descending=True),)


@app.command("list")
def list_(limit: Limit = 20) -> None:
    """The latest webhooks: their hosts, kinds and state."""
    page = carried_out(_webhooks(limit))
    table = Table(identified("id"), identified("organization", folded=True), "host", "kinds", "state")
    for row in page.rows:
        host = urlsplit(row.url).hostname  # the rest of a URL may hold a token
        table.add_row(str(row.id), str(row.organization_id), host, "\n".join(row.kinds), _state(row))
    _print(table, page)


@app.command()
def deliveries(
    state: Annotated[DeliveryState | None, typer.Option(help="Only deliveries in this state.")] = None,
    limit: Limit = 20,
) -> None:
    """The latest deliveries: state, attempts and last error."""
    page = carried_out(_deliveries(state, limit))
    table = Table(identified("id"), "kind", "state", "attempts", "created", "next attempt", "last error")
    for row in page.rows:
        upcoming = f"{row.next_attempt_at:%Y-%m-%d %H:%M:%S}" if row.next_attempt_at else None
        error = f"{row.last_error} {row.last_status or ''}" if row.last_error else None
        created = f"{row.created_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(row.id), row.kind, row.state, str(row.attempts), created, upcoming, error)
    _print(table, page)


@app.command()
def resend(delivery_id: UUID) -> None:
    """Send a delivery again, with the same webhook-id and a whole schedule of retries."""
    carried_out(_resend(delivery_id))
    typer.echo("It waits again; a worker will send it.")


def _state(row: Any) -> str:
    if not row.active:
        return f"off: {row.disabled_reason}"
    return f"failing since {row.failing_since:%Y-%m-%d %H:%M}" if row.failing_since else "on"


def _print(table: Table, page: Page) -> None:
    terminal = console()
    terminal.print(table)
    terminal.print(f"{len(page.rows)} of {page.total}")


async def _webhooks(limit: int) -> Page:
    async with opened() as store, store.reading(SYSTEM) as unit:
        return await subscriptions.WEBHOOKS.page(unit, Listing(order=NEWEST_FIRST, limit=limit))


async def _deliveries(state: DeliveryState | None, limit: int) -> Page:
    only = Compare("state", Operator.EQUAL, state.value) if state else None
    async with opened() as store, store.reading(SYSTEM) as unit:
        return await history.DELIVERIES.page(unit, Listing(filter=only, order=NEWEST_FIRST, limit=limit))


async def _resend(delivery_id: UUID) -> None:
    async with opened() as store, store.writing(SYSTEM) as unit:
        await history.resend(unit, delivery_id)
