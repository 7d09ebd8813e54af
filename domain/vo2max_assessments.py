"""Recording a VO2 max assessment: what a user says of their habits becomes the day's summary at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain import users, vo2max_scoring
from domain.biometrics import checked
from domain.diary import Diary
from domain.errors import Invalid, NotFound
from domain.local_days import check_day
from domain.pai import PaiSummary
from domain.people import person_of
from domain.scoring.vo2max import Duration, Frequency, Intensity
from domain.sentences import said
from domain.unit import Unit
from domain.viewer import Scope
from domain.vo2max import Vo2MaxAssessment, Vo2MaxSummary

MEASURES = ("resting_heart_rate_bpm", "weight_kg", "height_cm", "waist_cm")


@dataclass(frozen=True)
class Answers:
    """A user's own words for a day. `measures` they know better than their biometrics, by the columns' names."""

    date: date
    frequency: Frequency
    intensity: Intensity
    duration: Duration
    measures: Mapping[str, float | None] = field(default_factory=dict)


async def record(unit: Unit, user_id: UUID, answers: Answers) -> UUID:
    """Keep the answers with the body they were given of; Invalid says what is missing for an estimate."""
    unit.viewer.require(Scope.VO2MAX_WRITE)
    await users.locked(unit, user_id)
    person = await person_of(unit, user_id)
    if person is None:
        raise NotFound("No such user")
    check_day(answers.date, person.today)
    given: dict[str, Any] = {n: v for n, v in checked(answers.measures).items() if v is not None}
    body = replace(person.history.on(answers.date), **given)
    assessment = Vo2MaxAssessment(
        organization_id=person.organization_id,
        user_id=person.id,
        date=answers.date,
        activity_frequency=answers.frequency,
        activity_intensity=answers.intensity,
        activity_duration=answers.duration,
        **{name: getattr(body, name) for name in MEASURES},
        created_at=unit.now,
        modified_at=unit.now,
    )
    if reason := vo2max_scoring.why_not_estimated(body, vo2max_scoring.index_of(assessment)):
        raise Invalid(said("{reason} Complete the biometrics or the profile first", reason=said(reason)))
    await unit.add(assessment)
    scores = await Diary.opened(unit, PaiSummary, person.owner, answers.date, answers.date)
    await vo2max_scoring.follow(unit, person, [answers.date], scores)
    estimates = await Diary.opened(unit, Vo2MaxSummary, person.owner, answers.date, answers.date)
    assessment.vo2max_summary_id = estimates.kept[answers.date].id
    await unit.flush()
    return assessment.id
