"""Refusals that remember what their sentence was made from, for surfaces that say it in other languages."""

from typing import Any


class ToldError(Exception):
    def __init__(self, template: str, **values: Any) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values
