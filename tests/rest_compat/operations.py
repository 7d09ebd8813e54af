"""One documented operation as data: what its vendor says of it, whether it is served, and how to try it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    SERVED = "served"
    OPEN = "open"


class Credential(StrEnum):
    """What an operation asks for: nothing, a PAI account by its role, a partner's key, an API key, a GOFA token."""

    NONE = "none"
    ADMINISTRATOR = "administrator"
    USER = "user"
    PROGRAM = "program"
    PARTNER = "partner"
    KEY = "key"
    END_USER = "end user"
    CLIENT_ADMIN = "client administrator"


@dataclass(frozen=True)
class Example:
    """A request: query parameters, a form or JSON. `{names}` in texts are filled in like those of paths."""

    params: dict[str, str] | None = None
    form: dict[str, str] | None = None
    json: Any = None

    def filled(self, names: dict[str, Any]) -> dict[str, Any]:
        parts = {"params": self.params, "data": self.form, "json": self.json}
        return {part: _filled(value, names) for part, value in parts.items() if value is not None}


@dataclass(frozen=True)
class Operation:
    """`bad`: requests that are refused with 400, by what is wrong with them. `issue`: which one will serve it.

    `again`: what the same request answers when it is repeated, where that is something else.
    """

    method: str
    path: str
    purpose: str
    api: str
    credential: Credential
    source: str = "contracts"
    success: int = 200
    again: int | None = None
    issue: int | None = None
    example: Example = Example()
    bad: dict[str, Example] = field(default_factory=dict)

    @property
    def state(self) -> State:
        return State.SERVED if self.issue is None else State.OPEN

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _filled(value: Any, names: dict[str, Any]) -> Any:
    match value:
        case str():
            return value.format_map(names) if "{" in value else value
        case dict():
            return {key: _filled(inner, names) for key, inner in value.items()}
        case list():
            return [_filled(inner, names) for inner in value]
        case _:
            return value
