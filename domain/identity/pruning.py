"""Tokens that nobody can use any more."""

from dataclasses import dataclass

from domain.identity import mailed_tokens, tokens
from domain.jobs import Job
from domain.unit import Unit


@dataclass(frozen=True)
class PruneTokens(Job):
    """Periodic: forget refresh tokens and mailed tokens that expired."""

    @property
    def purpose(self) -> str:
        return "Forget tokens that expired"


async def prune(unit: Unit) -> None:
    await tokens.prune(unit)
    await mailed_tokens.prune(unit)
