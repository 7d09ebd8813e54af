"""What subscribers hear of a day's summaries: each that a unit wrote, once, after all its changes."""

from collections.abc import Iterable
from typing import TypeVar

from domain.events import Event, EventKind, publish_all
from domain.news import Subject, Topic
from domain.pai import PaiSummary
from domain.unit import Unit
from domain.vo2max import Vo2MaxSummary

Summary = TypeVar("Summary", PaiSummary, Vo2MaxSummary)


async def publish_pai(unit: Unit, summaries: Iterable[PaiSummary]) -> None:
    """One INSERT for all of them; a summary that came out the same is no news. Who watches a user's PAI hears of it."""
    changed = _changed(unit, summaries)
    for user_id in {summary.user_id for summary in changed}:
        unit.tell(Topic(Subject.PAI, user_id))
    kinds = EventKind.PAI_SUMMARY_CREATED, EventKind.PAI_SUMMARY_UPDATED
    await publish_all(unit, [_written(each, *kinds, "pai_score", "daily_pai") for each in changed])


async def publish_vo2max(unit: Unit, summaries: Iterable[Vo2MaxSummary]) -> None:
    kinds = EventKind.VO2MAX_SUMMARY_CREATED, EventKind.VO2MAX_SUMMARY_UPDATED
    figures = "vo2max", "source", "calibration_status"
    await publish_all(unit, [_written(each, *kinds, *figures) for each in _changed(unit, summaries)])


def _changed(unit: Unit, summaries: Iterable[Summary]) -> list[Summary]:
    changed = [summary for summary in summaries if summary.modified_at == unit.now]
    return sorted(changed, key=lambda summary: summary.date)


def _written(
    summary: PaiSummary | Vo2MaxSummary, created: EventKind, updated: EventKind, *figures: str
) -> Event:
    return Event(
        organization_id=summary.organization_id,
        user_id=summary.user_id,
        kind=created if summary.created_at == summary.modified_at else updated,
        subject_id=summary.id,
        data={"date": summary.date.isoformat()} | {name: getattr(summary, name) for name in figures},
        occurred_at=summary.modified_at,
    )
