"""What the viewer may still spend, asked for beside anything else."""

from datetime import datetime, timedelta

import strawberry

from gateway.context import Context

Info = strawberry.Info[Context, None]


@strawberry.type(
    description="Your budget of points. It fills up evenly; an operation is paid for before it runs, at most, and what "
    "it did not use comes back."
)
class RateLimit:
    limit: int = strawberry.field(description="Points there are when nothing was spent lately.")
    remaining: int = strawberry.field(description="Points that are left now that this operation is paid for.")
    cost: int = strawberry.field(description="Points that this operation costs at most.")
    reset_at: datetime = strawberry.field(
        description="When all points are there again, if nothing more is spent."
    )


@strawberry.type
class RateLimitQuery:
    @strawberry.field(description="What this operation costs, and what you may still spend.")
    def rate_limit(self, info: Info) -> RateLimit | None:
        purse = info.context.purse
        if purse is None or purse.balance is None:
            return None
        balance = purse.balance
        return RateLimit(
            limit=balance.allowance.amount,
            remaining=balance.remaining,
            cost=purse.cost,
            reset_at=info.context.unit.now + timedelta(seconds=balance.full_in),
        )
