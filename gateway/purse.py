"""What a viewer may spend on GraphQL in a while: operations are paid for before they run, and the rest comes back."""

from dataclasses import dataclass
from typing import Any

import structlog
from graphql import GraphQLError

from domain.settings import Settings
from domain.viewer import Viewer, ViewerKind
from rest_compat.wire.budgets import Allowance, Balance, Budgets

A_STRANGERS_PART = 10
"""Whoever sends no credential has a tenth of the budget, for all who share the address."""

log = structlog.get_logger(__name__)


class Throttled(GraphQLError):
    """The budget is spent; `retry_after` seconds from now it holds what was asked."""

    def __init__(self, balance: Balance) -> None:
        self.retry_after = balance.retry_after
        super().__init__(
            f"This query costs up to {balance.asked} points and {balance.remaining} of your {balance.allowance.amount} "
            f"are left: try again in {balance.retry_after} seconds, or ask for less",
            extensions={"code": "THROTTLED", "retryAfter": balance.retry_after},
        )


@dataclass
class Purse:
    """Of one viewer, for one operation; `cost` is what the operation was asked to pay at most."""

    budgets: Budgets
    bucket: str
    allowance: Allowance
    enforced: bool = True
    cost: int = 0
    balance: Balance | None = None

    async def pay(self, points: int) -> None:
        """Raises Throttled where there is not enough and budgets are enforced."""
        self.cost = points
        spent = self.budgets.spend(self.bucket, self.allowance, points, anyway=not self.enforced)
        self.balance = await spent
        if self.balance.enough:
            return
        log.warning("over_budget", whose=self.bucket.partition(":")[0], cost=points, enforced=self.enforced)
        if self.enforced:
            raise Throttled(self.balance)

    async def settle(self, actual: int) -> None:
        if actual < self.cost:
            self.balance = await self.budgets.give_back(self.bucket, self.allowance, self.cost - actual)

    def told(self, actual: int) -> dict[str, Any]:
        """What stands in an answer's `extensions.cost`."""
        cost: dict[str, Any] = {"requested": self.cost, "actual": actual}
        if self.balance is not None:
            budget = {
                "limit": self.allowance.amount,
                "remaining": self.balance.remaining,
                "restoredPerSecond": round(self.allowance.per_second, 1),
            }
            cost["budget"] = budget
        return cost


def purse_of(budgets: Budgets, settings: Settings, viewer: Viewer, address: str) -> Purse:
    """A budget belongs to whoever the credential is of; all tokens and keys of theirs draw on it."""
    seconds = max(1, int(settings.cost_window.total_seconds()))
    amount, bucket = settings.cost_budget, viewer.principal
    if viewer.kind is ViewerKind.ANONYMOUS:
        amount, bucket = max(1, amount // A_STRANGERS_PART), f"{viewer.kind}:{address}"
    return Purse(budgets, bucket, Allowance(amount, seconds), enforced=settings.cost_mode == "enforce")
