"""States of one thing: a table says which may follow which, and whatever it does not allow is refused in words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from domain.errors import Conflict
from domain.sentences import said

Moves = Mapping[Any, tuple[Any, ...]]


def check_move(moves: Moves, what: str, now: str, wanted: StrEnum) -> None:
    """Staying is no move and always allowed."""
    if now != wanted:
        check_step(moves, what, now, wanted)


def check_step(moves: Moves, what: str, now: str, wanted: StrEnum) -> None:
    """For what happens once: here staying is refused like any other move that is not in the table."""
    allowed = moves[type(wanted)(now)]
    if wanted in allowed:
        return
    told = {"what": what, "now": now, "wanted": wanted.value}
    if not allowed:
        raise Conflict(said("{what} is {now} and cannot become {wanted}; that is final", **told))
    then = " or ".join(allowed)
    raise Conflict(
        said("{what} is {now} and cannot become {wanted}; it can become {then}", then=then, **told)
    )
