"""One of everything that PAI knows of a user's health, as rows."""

from datetime import date, datetime
from uuid import uuid4

from sqlmodel import col

from domain import heart_rate, users
from domain.biometrics import Biometric
from domain.pai import CalculationStatus, PaiCalculation
from domain.scoring.heart_rate import Samples
from domain.scoring.vo2max import Duration, Frequency, Intensity
from domain.sql import select
from domain.vo2max import (
    CalibrationStatus,
    Source,
    Vo2MaxAssessment,
    Vo2MaxCalculation,
    Vo2MaxSummary,
    Vo2MaxTrigger,
)
from domain.webhooks.signing import sealed
from domain.webhooks.tables import Webhook
from tests.rest_compat.scores import score
from tests.world import LONG_AGO

DAY = date(2024, 5, 1)
NOON = int(datetime.fromisoformat("2024-05-01T19:00:00Z").timestamp())


async def health_of(store, organization, user):
    """Its ids, by the names that documented paths have for them."""
    whose = {"organization_id": organization, "user_id": user}
    stamps = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
    run = whose | stamps | {"date": DAY, "algorithm_version": "open-pai-1"}
    done = {"status": CalculationStatus.COMPLETED}
    habits = {
        "activity_frequency": Frequency.ALMOST_DAILY,
        "activity_intensity": Intensity.EASY,
        "activity_duration": Duration.OVER_60,
    }
    estimate = {"source": Source.PAI, "calibration_status": CalibrationStatus.CALIBRATED}
    [summary] = await score(store, organization, user, [104.2])
    async with store.writing() as unit:
        await users.lock(unit, user)
        await heart_rate.record(
            unit, user_id=user, contribution="watch", samples=Samples.of([NOON, NOON + 1], [61, 64])
        )
        rows = {
            "paiCalculationId": PaiCalculation(**run, **done),
            "vo2MaxAssessmentId": Vo2MaxAssessment(
                **whose, **stamps, **habits, date=DAY, resting_heart_rate_bpm=58
            ),
            "vo2MaxSummaryId": Vo2MaxSummary(**run, **estimate, vo2max=44.1, fitness_age=38),
            "vo2MaxCalculationId": Vo2MaxCalculation(
                **run, **done, trigger=Vo2MaxTrigger.PAI_SUMMARY, trigger_id=uuid4()
            ),
            "webhookId": Webhook(
                organization_id=organization,
                url="https://partner.example.org/hook",
                kinds=["pai_summary.created"],
                secret=sealed(store.secret, "whsec_aHVzaA=="),
                **stamps,
            ),
        }
        await unit.add_all(list(rows.values()))
        ids = {name: row.id for name, row in rows.items()} | {"paiSummaryId": summary}
        for name, table in (("heartrateSummaryId", heart_rate.HeartRateDay), ("biometricId", Biometric)):
            ids[name] = await unit.value(select(table.id).where(col(table.user_id) == user))
    return {name: str(row_id) for name, row_id in ids.items()}
