"""What of a schema would break its clients, and which of that was decided."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphql import build_schema
from graphql.utilities import find_breaking_changes, find_dangerous_changes

DECISION = re.compile(r"^- `(.+?)\.?`: *\S", re.MULTILINE)


@dataclass(frozen=True)
class SchemaChanges:
    """`breaking`: operations that were valid are no more. `dangerous`: they are, and may be answered otherwise."""

    breaking: Sequence[str]
    dangerous: Sequence[str]

    @staticmethod
    def between(before: str, after: str) -> "SchemaChanges":
        old, new = build_schema(before, assume_valid=True), build_schema(after, assume_valid=True)
        return SchemaChanges(
            [change.description for change in find_breaking_changes(old, new)],
            [change.description for change in find_dangerous_changes(old, new)],
        )

    def undecided(self, decisions: str) -> list[str]:
        """Breaking changes that do not stand in this list with a reason."""
        decided = DECISION.findall(decisions)
        return [change for change in self.breaking if change.rstrip(".") not in decided]

    def stale(self, decisions: str) -> list[str]:
        """Decisions in this list about what is no change."""
        made = {change.rstrip(".") for change in self.breaking}
        return [decided for decided in DECISION.findall(decisions) if decided not in made]
