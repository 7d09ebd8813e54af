"""`gateway schema`: the GraphQL schema as a document."""

import difflib
from pathlib import Path
from typing import Annotated

import typer

from gateway.schema import schema as graphql

GOLDEN = Path("schema.graphql")


def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Compare with schema.graphql; differences fail.")
    ] = False,
) -> None:
    """Print the GraphQL schema."""
    current = graphql.as_str() + "\n"
    if not check:
        typer.echo(current, nl=False)
        return
    kept = GOLDEN.read_text() if GOLDEN.exists() else ""
    if kept != current:
        lines = difflib.unified_diff(
            kept.splitlines(), current.splitlines(), str(GOLDEN), "the code", lineterm=""
        )
        typer.echo("\n".join(lines))
        typer.echo("schema.graphql is not what the code says: run `make schema` and commit the change")
        raise typer.Exit(1)
