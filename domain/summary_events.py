"""What subscribers hear of PAI summaries: each that a unit wrote, once, after all its changes."""

from collections.abc import Iterable

from domain.events import Event, EventKind, publish_all
from domain.news import Subject, Topic
from domain.pai import PaiSummary
from domain.unit import Unit


async def publish_changes(unit: Unit, summaries: Iterable[PaiSummary]) -> None:
    """One INSERT for all of them; a summary that came out the same is no news."""
    changed = [summary for summary in summaries if summary.modified_at == unit.now]
    for user_id in {summary.user_id for summary in changed}:
        unit.tell(Topic(Subject.PAI, user_id))
    await publish_all(unit, [_written(summary) for summary in sorted(changed, key=lambda s: s.date)])


def _written(summary: PaiSummary) -> Event:
    new = summary.created_at == summary.modified_at
    return Event(
        organization_id=summary.organization_id,
        user_id=summary.user_id,
        kind=EventKind.PAI_SUMMARY_CREATED if new else EventKind.PAI_SUMMARY_UPDATED,
        subject_id=summary.id,
        data={
            "date": summary.date.isoformat(),
            "pai_score": summary.pai_score,
            "daily_pai": summary.daily_pai,
        },
        occurred_at=summary.modified_at,
    )
