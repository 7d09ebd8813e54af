"""`gateway partners`: who may send FIT files, for whom and from where."""

from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import typer
from rich.table import Table

from domain.identity import partner_settings
from domain.identity.partner_settings import Issued, PartnerSettings
from domain.listing import Listing, Order, Page
from domain.viewer import SYSTEM
from gateway.commands.opening import carried_out, console, identified, in_a_unit, opened

app = typer.Typer(no_args_is_help=True, help="Take partners in, and say what they may do.")
Name = Annotated[str | None, typer.Option(help="What people call the partner.")]
Creates = Annotated[
    bool | None,
    typer.Option(
        "--creates-users/--no-creates-users", help="A user id seen for the first time becomes a user."
    ),
]
Hosts = Annotated[
    list[str] | None,
    typer.Option(
        "--callback-host",
        help="Files may be fetched from this host only; repeat it for more. .example.org: all below it.",
    ),
]
EventUrl = Annotated[str | None, typer.Option(help="Where the partner hears of the end of its imports.")]


@app.command()
def create(
    partner_id: str,
    *,
    organization: Annotated[UUID, typer.Option(help="The organization its users belong to.")],
    name: Name = None,
    creates_users: Creates = None,
    callback_host: Hosts = None,
    event_url: EventUrl = None,
) -> None:
    """Take a partner in. Its key and signing secret are shown now and never again."""
    chosen = PartnerSettings(name, None, creates_users, callback_host or None, event_url)
    _show(in_a_unit(lambda unit: partner_settings.create(unit, organization, partner_id, chosen)))


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
    """The partners and what they may do."""
    page = carried_out(_listed(limit))
    table = Table(
        identified("partner id", folded=True),
        "name",
        identified("organization"),
        "state",
        "creates users",
        "callback hosts",
        "event host",
    )
    for row in page.rows:
        table.add_row(row.partner_id, row.name, str(row.organization_id), *_told(row))
    terminal = console()
    terminal.print(table)
    terminal.print(f"{len(page.rows)} of {page.total}")


@app.command("set")
def set_(
    partner_id: str,
    *,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Inactive: no key works.")
    ] = None,
    name: Name = None,
    creates_users: Creates = None,
    callback_host: Hosts = None,
    any_host: Annotated[
        bool, typer.Option("--any-host", help="Files may come from any public host.")
    ] = False,
    event_url: EventUrl = None,
    no_event_url: Annotated[bool, typer.Option("--no-event-url", help="Tell it of no import's end.")] = False,
) -> None:
    """Change what a partner may do, from its next request on; what is not named stays as it is."""
    if (any_host and callback_host) or (no_event_url and event_url):
        raise typer.BadParameter("an option and its opposite were given")
    hosts = [] if any_host else callback_host or None
    chosen = PartnerSettings(name, active, creates_users, hosts, "" if no_event_url else event_url)
    in_a_unit(lambda unit: partner_settings.change(unit, partner_id, chosen))
    typer.echo(f"{partner_id} is changed.")


@app.command()
def rotate(partner_id: str) -> None:
    """Give a partner a new key and signing secret; the old ones stop working now."""
    _show(in_a_unit(lambda unit: partner_settings.rotate(unit, partner_id)))


def _show(issued: Issued) -> None:
    typer.echo(f"partner id      {issued.partner_id}")
    typer.echo(f"auth key        {issued.auth_key}")
    typer.echo(f"signing secret  {issued.signing_secret}")
    typer.echo("Keep them safe: they are not shown again.", err=True)


def _told(row: Any) -> tuple[str, ...]:
    hosts = "\n".join(row.callback_hosts) or "any public host"
    event_host = (urlsplit(row.event_url).hostname if row.event_url else None) or "none"
    return "on" if row.active else "off", "yes" if row.creates_users else "no", hosts, event_host


async def _listed(limit: int) -> Page:
    listing = Listing(order=(Order("partner_id"),), limit=limit)
    async with opened() as store, store.reading(SYSTEM) as unit:
        return await partner_settings.list_partners(unit, listing)
