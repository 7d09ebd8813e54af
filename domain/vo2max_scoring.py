"""VO2 max follows the PAI score of a day, or the assessment that its user gave on it.

An assessment counts from when it is given, over whatever was estimated. What is measured on enough days afterwards
counts more than what somebody said: a PAI score that is newer than the assessment, and calibrated, takes its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col

from domain import users
from domain.bodies import Body
from domain.diary import Diary
from domain.heart_rate import HeartRateDay
from domain.local_days import WEEK
from domain.pai import OPEN, CalculationStatus, PaiSummary
from domain.people import Person, person_of
from domain.scoring.pai import ALGORITHM_VERSION
from domain.scoring.vo2max import (
    Duration,
    Frequency,
    Intensity,
    calibration,
    fitness_age,
    pa_index,
    pa_index_from_pai,
    vo2max_nes,
    why_no_vo2max,
)
from domain.sql import select
from domain.summary_events import publish_vo2max
from domain.unit import Unit
from domain.vo2max import (
    CalibrationStatus,
    EstimateVo2MaxBacklog,
    Source,
    Vo2MaxAssessment,
    Vo2MaxCalculation,
    Vo2MaxSummary,
    Vo2MaxTrigger,
)

PORTION = 500
DECIMALS = 2
IMPOSSIBLE = "These measurements of the body give no VO2 max above zero."


@dataclass(frozen=True)
class Basis:
    """What a day's VO2 max is estimated from, and what caused it. `calibrated`: measured on enough days."""

    source: Source
    cause: UUID
    body: Body
    pa_index: float
    calibrated: bool


async def follow(unit: Unit, person: Person, days: Iterable[date], scores: Diary[PaiSummary]) -> None:
    """Estimate these days anew; `scores` holds their PAI summaries. The caller holds the user's lock."""
    days = sorted(days)
    if not days:
        return
    estimates = await Diary.opened(unit, Vo2MaxSummary, person.owner, days[0], days[-1])
    calculations = await Diary.opened(unit, Vo2MaxCalculation, person.owner, days[0], days[-1])
    assessed = await _assessments(unit, person.id, days[0], days[-1])
    measured = await _measured(unit, person.id, days[0] - WEEK, days[-1])
    for day in days:
        basis = _basis(person, day, assessed.get(day), scores.kept.get(day), measured)
        _estimate(estimates, calculations, day, basis)
    await estimates.write()
    await calculations.write()
    await publish_vo2max(estimates.unit, estimates.kept.values())


async def estimate(unit: Unit, user_id: UUID) -> None:
    """Complete a portion of the calculations that wait for another reason than a PAI score."""
    await users.lock(unit, user_id)
    person = await person_of(unit, user_id)
    waiting = (col(Vo2MaxCalculation.user_id) == user_id, col(Vo2MaxCalculation.status).in_(OPEN))
    newest_first = select(Vo2MaxCalculation.date).where(*waiting).order_by(col(Vo2MaxCalculation.date).desc())
    days = [row.date for row in await unit.rows(newest_first.limit(PORTION + 1))]
    if person is None or not days:
        return
    portion = days[:PORTION]
    scores = await Diary.opened(unit, PaiSummary, person.owner, portion[-1], portion[0])
    await follow(unit, person, portion, scores)
    if len(days) > PORTION:
        await unit.later(EstimateVo2MaxBacklog(user_id))


async def _assessments(unit: Unit, user_id: UUID, first: date, last: date) -> dict[date, Any]:
    """The latest of each day."""
    day = col(Vo2MaxAssessment.date)
    rows = await unit.rows(
        select(*Vo2MaxAssessment.__table__.c)  # type: ignore[attr-defined]
        .where(col(Vo2MaxAssessment.user_id) == user_id, day >= first, day <= last)
        .order_by(col(Vo2MaxAssessment.created_at), col(Vo2MaxAssessment.id))
    )
    return {row.date: row for row in rows}


async def _measured(unit: Unit, user_id: UUID, first: date, last: date) -> set[date]:
    day = col(HeartRateDay.date)
    mine = (col(HeartRateDay.user_id) == user_id, day >= first, day <= last)
    return {row.date for row in await unit.rows(select(HeartRateDay.date).where(*mine))}


def _basis(
    person: Person, day: date, assessment: Any, score: PaiSummary | None, measured: set[date]
) -> Basis | None:
    body = person.history.on(day)
    days = sum(day - timedelta(days=n) in measured for n in range(7))
    calibrated = calibration(days).name == CalibrationStatus.CALIBRATED.name
    outdated = assessment and score and calibrated and score.modified_at > assessment.created_at
    if assessment is not None and not outdated:
        said = {name: getattr(assessment, name) for name in ("weight_kg", "height_cm", "waist_cm")}
        then = replace(body, resting_heart_rate_bpm=assessment.resting_heart_rate_bpm, **said)
        return Basis(Source.ASSESSMENT, assessment.id, then, index_of(assessment), calibrated=False)
    if score is None:
        return None
    return Basis(Source.PAI, score.id, body, pa_index_from_pai(score.pai_score), calibrated)


def index_of(assessment: Any) -> float:
    """The physical activity index of somebody's answers."""
    return pa_index(
        Frequency(assessment.activity_frequency),
        Intensity(assessment.activity_intensity),
        Duration(assessment.activity_duration),
    )


def _estimate(
    estimates: Diary[Vo2MaxSummary], calculations: Diary[Vo2MaxCalculation], day: date, basis: Basis | None
) -> None:
    if basis is None:
        estimates.remove(day)
        calculations.remove(day)
        return
    reason = why_not_estimated(basis.body, basis.pa_index)
    if reason:
        estimates.remove(day)
    else:
        estimates.put(day, _figures(basis))
    summary = estimates.kept.get(day)
    assessed = basis.source is Source.ASSESSMENT
    outcome = {
        "trigger": Vo2MaxTrigger.ASSESSMENT if assessed else Vo2MaxTrigger.PAI_SUMMARY,
        "trigger_id": basis.cause,
        "status": CalculationStatus.SKIPPED if reason else CalculationStatus.COMPLETED,
        "reason": reason,
        "algorithm_version": ALGORITHM_VERSION,
        "vo2max_summary_id": summary.id if summary else None,
    }
    calculations.put(day, outcome)
    if any(day in moved for diary in (estimates, calculations) for moved in (diary.new, diary.changed)):
        calculations.put(day, {"started_at": estimates.unit.now, "completed_at": estimates.unit.now})


def why_not_estimated(body: Body, index: float) -> str | None:
    """Why there is no VO2 max for such a body, as a sentence, or None if there is."""
    reason = why_no_vo2max(body.sex, body.age, body.resting_heart_rate_bpm, body.waist_cm, body.bmi)
    return reason or (IMPOSSIBLE if vo2max_of(body, index) <= 0 else None)


def vo2max_of(body: Body, index: float) -> float:
    """In mL/kg/min, of a body that `why_no_vo2max` has nothing against."""
    assert body.sex is not None and body.age is not None, "checked"  # noqa: S101, PT018
    assert body.resting_heart_rate_bpm is not None, "checked"  # noqa: S101
    resting = body.resting_heart_rate_bpm
    return vo2max_nes(body.sex, body.age, resting, index, waist_cm=body.waist_cm, bmi=body.bmi)


def _figures(basis: Basis) -> dict[str, Any]:
    vo2max = vo2max_of(basis.body, basis.pa_index)
    assert basis.body.sex is not None, "checked"  # noqa: S101
    calibrated = CalibrationStatus.CALIBRATED if basis.calibrated else CalibrationStatus.UNCALIBRATED
    return {
        "vo2max": round(vo2max, DECIMALS),
        "fitness_age": round(fitness_age(basis.body.sex, vo2max)),
        "source": basis.source,
        "calibration_status": calibrated,
        "algorithm_version": ALGORITHM_VERSION,
    }
