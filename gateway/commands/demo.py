"""`gateway demo`: seed the demo and say how to use it."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from domain.settings import Settings
from domain.store import Store, utc_now
from gateway.commands.opening import opened
from gateway.demo.credentials import DemoCredentials
from gateway.demo.hearts import sample_file
from gateway.demo.people import SIGNED_UP
from gateway.demo.seed import seed
from workers.drain import drain

SAMPLE = Path("demo") / "run.fit"
STEPS = 16  # what seeding announces: credentials, organizations, and each person


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Print the credentials as JSON.")] = False,
    as_shell: Annotated[
        bool, typer.Option("--shell", help="Print them as shell variables, for eval.")
    ] = False,
) -> None:
    """Seed the demo, if it is not there yet, and print its credentials."""
    asyncio.run(prepare(finish=True))
    credentials = demo_credentials()
    if as_json:
        typer.echo(json.dumps(credentials, indent=2))
    elif as_shell:
        typer.echo("\n".join(f"{name}='{value}'" for name, value in shell_variables(credentials).items()))
    else:
        welcome(Settings().public_url)


async def prepare(*, finish: bool = False) -> None:
    """Seed and score, showing progress on the terminal; nothing happens the second time.

    `finish`: do what an interrupted run left to do, too; a server leaves that to its workers.
    """
    async with opened() as store:
        await _seed(store, finish=finish)
        sample = store.settings.data_dir / SAMPLE
        sample.parent.mkdir(exist_ok=True)
        sample.write_bytes(sample_file(SIGNED_UP))


async def _seed(store: Store, *, finish: bool) -> None:
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        seeding = bars.add_task("Seeding the demo", total=STEPS)
        credentials = DemoCredentials.of(store.settings)
        new = await seed(store, credentials, lambda step: bars.update(seeding, advance=1, description=step))
        if not (new or finish):
            return
        working = bars.add_task("Reading and scoring", total=None)
        await drain(store, lambda done, left: bars.update(working, completed=done, total=done + left))


def demo_credentials() -> dict[str, Any]:
    settings = Settings()
    credentials = DemoCredentials.of(settings)
    printed = credentials.as_json(SIGNED_UP.email, SIGNED_UP.id)
    return printed | {"gofa": credentials.gofa(settings, SIGNED_UP.email, SIGNED_UP.id, utc_now())}


def shell_variables(credentials: dict[str, Any]) -> dict[str, str]:
    """The names that the README's commands use."""
    pai, endurance = credentials["pai"], credentials["aiendurance"]
    return {
        "ADMIN_TOKEN": credentials["graphql"]["admin_token"],
        "USER_TOKEN": credentials["graphql"]["user_token"],
        "ORGANIZATION_ID": pai["organization_id"],
        "CLIENT_ID": pai["client_id"],
        "ADMIN_USERNAME": pai["admin"]["username"],
        "ADMIN_PASSWORD": pai["admin"]["password"],
        "USER_USERNAME": pai["user"]["username"],
        "USER_PASSWORD": pai["user"]["password"],
        "USER_ID": pai["user"]["user_id"],
        "PROGRAM_ID": pai["program"]["id"],
        "PROGRAM_USERNAME": pai["program"]["username"],
        "PROGRAM_PASSWORD": pai["program"]["password"],
        "PARTNER_ID": endurance["partner_id"],
        "PARTNER_KEY": endurance["auth_key"],
        "API_KEY": credentials["smartrunning"]["key"],
        "GOFA_TOKEN": credentials["gofa"]["user_token"],
        "GOFA_ADMIN_TOKEN": credentials["gofa"]["admin_token"],
        "FIT_FILE": str(Settings().data_dir / SAMPLE),
    }


def welcome(url: str) -> None:
    """Where to look, and two calls that work as they stand."""
    names = shell_variables(demo_credentials())
    users = f"{url}/api/v2/admin/organizations/{names['ORGANIZATION_ID']}/users?limit=2"
    query = '{"query": "{ users(first: 3) {nodes { firstName paiSummaries(first: 1) { nodes { date paiScore } } } } }"}'
    typer.echo(
        f"""
The demo is ready.

  Explore GraphQL   {url}/graphql
  SmartRunning API  {url}/api/docs
  Health            {url}/healthz  {url}/readyz

Ask GraphQL:
  curl -s {url}/graphql -H 'Authorization: Bearer {names["ADMIN_TOKEN"]}' \\
    -H 'Content-Type: application/json' -d '{query}'

Sign in to the PAI Health API and list users:
  TOKEN=$(curl -s {url}/api/v2/auth/oauth -d grant_type=password -d organization_id={names["ORGANIZATION_ID"]} \\
    -d client_id={names["CLIENT_ID"]} -d username={names["ADMIN_USERNAME"]} -d password={names["ADMIN_PASSWORD"]} \\
    | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s '{users}' -H "Authorization: Bearer $TOKEN"

List workouts as a SmartRunning partner:
  curl -s '{url}/api/workout-templates?per_page=2' -H 'X-API-Key: {names["API_KEY"]}'

All credentials: gateway demo --json
""",
        err=True,
    )
