"""PAI summaries of made-up days, without any heart rate behind them."""

from datetime import date, timedelta

from domain.pai import PaiSummary
from tests.world import LONG_AGO

FIRST_DAY = date(2024, 5, 1)


async def score(store, organization, user, values):
    """One summary a day with these scores, each modified a day later than the one before; their ids."""
    rows = [
        PaiSummary(
            organization_id=organization,
            user_id=user,
            date=FIRST_DAY + timedelta(days=day),
            time_zone="UTC",
            pai_score=value,
            daily_pai=value / 10,
            algorithm_version="open-pai-1",
            created_at=LONG_AGO,
            modified_at=LONG_AGO + timedelta(days=day, microseconds=1),
        )
        for day, value in enumerate(values)
    ]
    async with store.writing() as unit:
        await unit.add_all(rows)
    return [row.id for row in rows]
