"""Routers that know where their paths begin."""

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class PrefixedRouter(APIRouter):
    """Where there is a router for each of many prefixes, a path is compared with the routes of its own alone."""

    def __init__(self, prefixes: Iterable[str]) -> None:
        """Each up to its first parameter: what they are included with."""
        super().__init__()
        self._beginnings = tuple(prefix.partition("{")[0] for prefix in prefixes)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not scope["path"].startswith(self._beginnings):
            return Match.NONE, {}
        return super().matches(scope)
