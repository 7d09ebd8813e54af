"""Tokens that nobody can use any more."""

from dataclasses import dataclass

from domain.identity import known_addresses, mailed_tokens, tokens
from domain.jobs import Job
from domain.unit import Unit


@dataclass(frozen=True)
class PruneTokens(Job):
    """Periodic: forget refresh tokens and mailed tokens that expired, and where accounts were long ago."""

    @property
    def purpose(self) -> str:
        return "Forget tokens that expired"


async def prune(unit: Unit) -> None:
    await tokens.prune(unit)
    await mailed_tokens.prune(unit)
    await known_addresses.prune(unit)
