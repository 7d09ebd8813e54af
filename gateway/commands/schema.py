"""`gateway schema`: the GraphQL schema as a document, and whether it is what was promised."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from graphql import GraphQLError

from gateway import federation
from gateway.schema import schema as graphql
from gateway.schema_changes import SchemaChanges

GOLDEN, RELEASED = Path("schema.graphql"), Path("schema.released.graphql")
DECISIONS = Path("docs/schema-changes.md")
ONE_OF = "give one of --check, --since and --federation; the first two compare the schema without federation"


def schema(
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=f"Compare with {GOLDEN}, and with {RELEASED}: what differs from the one, or would break"
            f" clients of the other and is not decided in {DECISIONS}, fails.",
        ),
    ] = False,
    since: Annotated[
        typer.FileText | None,
        typer.Option(
            help="Tell what has changed since this document (- reads it); what breaks clients fails."
        ),
    ] = None,
    subgraph: Annotated[
        bool, typer.Option("--federation", help="With the directives that a federated graph is composed by.")
    ] = False,
) -> None:
    """Print the GraphQL schema."""
    if check + (since is not None) + subgraph > 1:
        raise typer.BadParameter(ONE_OF)
    current = graphql.as_str() + "\n"
    if check:
        _check_golden(current)
        _check_released(current)
    elif since is not None:
        changes = _changes(since.name, since.read(), current)
        _tell(changes.breaking, changes.dangerous)
        raise typer.Exit(1 if changes.breaking else 0)
    else:
        typer.echo(federation.document() if subgraph else current.rstrip("\n"))


def _check_golden(current: str) -> None:
    kept = GOLDEN.read_text() if GOLDEN.exists() else ""
    if kept != current:
        lines = difflib.unified_diff(
            kept.splitlines(), current.splitlines(), str(GOLDEN), "the code", lineterm=""
        )
        typer.echo("\n".join(lines))
        _fail(f"{GOLDEN} is not what the code says: run `make schema` and commit the change")


def _check_released(current: str) -> None:
    if not RELEASED.exists():
        _fail(f"{RELEASED} is missing: it is a copy of {GOLDEN} as clients know it")
    changes = _changes(str(RELEASED), RELEASED.read_text(), current)
    decisions = DECISIONS.read_text() if DECISIONS.exists() else ""
    undecided, stale = changes.undecided(decisions), changes.stale(decisions)
    _tell(undecided, changes.dangerous)
    for decided in stale:
        typer.echo(f"no change: {decided}")
    if undecided:
        _fail(f"This would break clients of {RELEASED}: deprecate instead, or decide it in {DECISIONS}")
    if stale:
        _fail(f"{DECISIONS} decides what is no change: take it out")


def _changes(name: str, before: str, current: str) -> SchemaChanges:
    try:
        return SchemaChanges.between(before, current)
    except (GraphQLError, TypeError) as error:
        _fail(f"{name} is no GraphQL schema: {error}")


def _tell(breaking: Sequence[str], dangerous: Sequence[str]) -> None:
    for change in breaking:
        typer.echo(f"breaking: {change}")
    for change in dangerous:
        typer.echo(f"dangerous: {change}")


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence)
    raise typer.Exit(1)
