"""How much one document may ask for: the numbers, and the refusals that name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

MAX_PAGE = 100
DEFAULT_POINTS = 1000
REMEDY = "ask for smaller pages, fewer lists inside lists, or fewer fields"


@dataclass(frozen=True)
class Limits:
    """Of the text, of its syntax once fragments are spread out, and of what it asks for times the rows it asks for.

    `nesting`: of selections and fragments in each other, so that no recursion meets the interpreter's limit.
    """

    characters: int = 100_000
    tokens: int = 2000
    name_characters: int = 200
    operations: int = 20
    fragments: int = 100
    variables: int = 50
    nesting: int = 50
    depth: int = 10
    aliases: int = 15
    root_fields: int = 20
    directives: int = 50
    fields: int = 500
    repeats: int = 30
    nodes: int = 10_000
    cost: int = 150_000
    variable_values: int = 2000


def refusal(code: str, sentence: str) -> GraphQLError:
    return GraphQLError(sentence, extensions={"code": code})


def check_variables(variables: Mapping[str, Any], limits: Limits) -> None:
    """A document's literals are bounded by its tokens, the values of its variables here."""
    if values_within(variables) > limits.variable_values:
        raise refusal(
            "TOO_MANY_VARIABLE_VALUES",
            f"The variables hold more than the {limits.variable_values} values allowed",
        )


def values_within(given: Any) -> int:
    """How many values JSON holds, itself included."""
    count, waiting = 0, [given]
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return count
