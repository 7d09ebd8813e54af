"""What a person of the whole world has: groups, scores, files and what is in them, training."""

from datetime import UTC, datetime

import numpy as np
from sqlalchemy import update
from sqlmodel import col

from domain.activities import ActivityStream
from domain.ai_move.sessions import ExerciseSession
from domain.assessments import Assessment, AssessmentKind
from domain.biometrics import Biometric
from domain.groups.tables import EventType, Group, GroupEvent, GroupMembership, MembershipStatus
from domain.heart_rate import HeartRateDay, HeartRateRecording
from domain.identity.partners import Partner
from domain.imports.tables import BulkImport, ImportEvent, ImportState
from domain.packing import pack, pack_times
from domain.pai import PaiCalculation
from domain.plans import TrainingPlan
from domain.raw_files import keep
from domain.routines.queue import RoutineInstance
from domain.routines.runs import RoutineRun
from domain.routines.states import InstanceStatus
from domain.routines.steps import Named, copied, recomputed
from domain.sql import select
from domain.training_days import TrainingDay
from domain.users import User
from domain.vo2max import Vo2MaxAssessment, Vo2MaxCalculation, Vo2MaxSummary
from tests.gateway.records import activity, fit_file, summary
from tests.gateway.whole_names import DAY, STAMPS, STEPS
from tests.world import LONG_AGO

FAR = 50  # days from the scores that the records have
NOON = int(datetime(2024, 6, 1, 12, tzinfo=UTC).timestamp())
TIMES = pack_times(np.array([NOON, NOON + 1]))
BEATS = pack(np.array([100, 120], dtype=np.uint8))
VALUES = pack(np.array([1.5, 2.5]))
METRICS = (
    "heart_rate", "power", "speed", "distance", "cadence", "altitude", "latitude", "longitude", "temperature", "grade",
    "respiration_rate", "vertical_oscillation", "stance_time", "step_length", "core_temperature", "developer:none",
)  # fmt: skip
FIGURES = {
    "sub_sport": "trail", "timer_seconds": 1700.5, "distance_meters": 5000.5, "calories_kcal": 300,
    "average_heart_rate_bpm": 140, "max_heart_rate_bpm": 170, "average_power_watts": 200, "max_power_watts": 400,
    "normalized_power_watts": 220, "ascent_meters": 10, "descent_meters": 20, "training_stress_score": 50.5,
    "record_count": 2, "trimp_banister": 60.5, "trimp_edwards": 70.5, "heart_rate_stress_score": 55.5,
    "threshold_heart_rate_bpm": 165.5, "threshold_estimated": True, "training_load": 50.5,
    "training_load_source": "training_stress_score", "training_load_reason": "None",
}  # fmt: skip


async def made(unit, whole, name, *, whose, admin, library):
    world = whole.world
    user_id = getattr(world, name)
    organization = admin.organization_id
    mine = {"organization_id": organization, "user_id": user_id, **STAMPS}
    about = {"external_id": name, "email": f"{name}@example.org", "sex": "Female", "locale": "en-CA"}
    await unit.change(update(User).where(col(User.id) == user_id).values(**about))
    whole.note("User", name, await unit.entity(User, col(User.id) == user_id))
    [measured] = await unit.entities(Biometric, col(Biometric.user_id) == user_id)
    measured.sqlmodel_update(
        {"threshold_heart_rate_bpm": 160, "weight_kg": 70.5, "height_cm": 170.5, "waist_cm": 80.5}
    )
    whole.note("Biometric", name, measured)
    await _groups(unit, whole, name, admin, mine)
    await _scores(unit, whole, name, mine)
    bulk = await _files(unit, whole, name, mine)
    await _training(unit, whole, name, mine, bulk=bulk, admin=admin, routine=library[whose])


async def _groups(unit, whole, name, admin, mine):
    group = Group(organization_id=mine["organization_id"], name=f"{name}'s", description="Of one", **STAMPS)
    await unit.add(group)
    here = {"group_id": group.id, **mine}
    now = GroupMembership(joined_at=LONG_AGO, **here)
    past = GroupMembership(joined_at=LONG_AGO, left_at=LONG_AGO, status=MembershipStatus.REMOVED, **here)
    event = GroupEvent(event_type=EventType.JOINED, occurred_at=LONG_AGO, actor_account_id=admin.id, **here)
    await unit.add_all([now, past, event])
    for kind, entity in (
        ("Group", group),
        ("GroupMembership", now),
        ("GroupMembership", past),
        ("GroupEvent", event),
    ):
        whole.note(kind, name, entity)


async def _scores(unit, whole, name, mine):
    score = summary(mine["user_id"], mine["organization_id"], FAR)
    estimate = Vo2MaxSummary(
        date=DAY,
        vo2max=40.5,
        fitness_age=40,
        source="PAI",
        calibration_status="Calibrated",
        algorithm_version="open-1",
        **mine,
    )
    await unit.add_all([score, estimate])
    run = {
        "date": DAY,
        "reason": "None",
        "algorithm_version": "open-1",
        "started_at": LONG_AGO,
        "completed_at": LONG_AGO,
    }
    pai = PaiCalculation(trigger_id=score.id, status="Completed", pai_summary_id=score.id, **run, **mine)
    vo2max = Vo2MaxCalculation(
        trigger="PaiSummary",
        trigger_id=score.id,
        status="Completed",
        vo2max_summary_id=estimate.id,
        **run,
        **mine,
    )
    said = Vo2MaxAssessment(
        date=DAY,
        activity_frequency="never",
        activity_intensity="easy",
        activity_duration="lt15",
        resting_heart_rate_bpm=60,
        weight_kg=70,
        height_cm=170,
        waist_cm=80,
        vo2max_summary_id=estimate.id,
        **mine,
    )
    day = TrainingDay(
        date=DAY, activity_count=1, load=10, ctl=1, atl=2, tsb=-1, monotony=1.5, strain=15, **mine
    )
    await unit.add_all([pai, vo2max, said, day])
    for kind, entity in (
        ("PaiSummary", score), ("Vo2MaxSummary", estimate), ("PaiCalculation", pai), ("Vo2MaxCalculation", vo2max),
        ("Vo2MaxAssessment", said), ("TrainingDay", day),
    ):  # fmt: skip
        whole.note(kind, name, entity)


async def _files(unit, whole, name, mine):
    organization, user_id = mine["organization_id"], mine["user_id"]
    partner_id = await unit.value(select(Partner.id))
    bulk = BulkImport(
        partner_id=partner_id,
        external_user_id=name,
        source="watch",
        is_initial_import=True,
        state=ImportState.COMPLETE,
        files_total=2,
        files_imported=1,
        files_failed=1,
        failures=[{"summary_id": "b.fit", "error": "not_fit"}],
        started_at=LONG_AGO,
        finished_at=LONG_AGO,
        **mine,
    )
    await unit.add(bulk)
    file = fit_file(user_id, organization, f"{name}.fit")
    file.sqlmodel_update(
        {
            "sha256": await keep(unit, name.encode()),
            "bulk_import_id": bulk.id, "activity_name": "Run", "announced_start_at": LONG_AGO, "problem_code": "odd",
            "problem_message": "Odd", "record_count": 2, "heart_rate_count": 2, "session_count": 1,
            "ingested_at": LONG_AGO,
        }
    )  # fmt: skip
    event = ImportEvent(
        bulk_import_id=bulk.id, partner_id=partner_id, event_id=f"event-{name}", created_at=LONG_AGO
    )
    await unit.add_all([file, event])
    run = activity(file, name, 0)
    run.sqlmodel_update(FIGURES)
    await unit.add(run)
    await unit.add_all(
        [
            ActivityStream(activity_id=run.id, metric=metric, packed=packed)
            for metric, packed in {"time": TIMES, **dict.fromkeys(METRICS, VALUES)}.items()
        ]
    )
    day = HeartRateDay(
        date=DAY, time_zone="UTC", sample_count=2, min_bpm=100, max_bpm=120, average_bpm=110.5, **mine
    )
    samples = HeartRateRecording(
        user_id=user_id,
        date=DAY,
        time_zone="UTC",
        contribution="a",
        times=TIMES,
        bpm=BEATS,
        created_at=LONG_AGO,
    )
    await unit.add_all([day, samples])
    for kind, entity in (("BulkImport", bulk), ("FitFile", file), ("Activity", run), ("HeartRateDay", day)):
        whole.note(kind, name, entity)
    return bulk


async def _training(unit, whole, name, mine, *, bulk, admin, routine):
    mine_alone = {name: value for name, value in mine.items() if name != "modified_at"}
    plan_ = TrainingPlan(
        generation_source="import",
        bulk_import_id=bulk.id,
        assigned_by=admin.id,
        equipment=["mat"],
        assessments={"risk_tier": "low", "available": ["fallRisk"], "missing": ["preferences"]},
        picks=[{"template_id": str(routine.id), "name": "a", "reasons": ["It suits the goal"]}],
        notes=["The intensity is low instead of high"],
        **mine,
    )
    await unit.add(plan_)
    instance = RoutineInstance(
        plan_id=plan_.id,
        routine_template_id=routine.id,
        routine_template_name="a",
        queue_index=0,
        status=InstanceStatus.IN_PROGRESS,
        **mine,
    )
    await unit.add(instance)
    run = RoutineRun(
        plan_id=plan_.id,
        routine_instance_id=instance.id,
        routine_template_name="a",
        routine_template_name_zh="例",
        started_from="test",
        steps=copied(STEPS, {"march-library": Named("March", None, "rep")}),
        total_exercises=1,
        completed_at=LONG_AGO,
        **mine,
    )
    await unit.add(run)
    known = Assessment(kind=AssessmentKind.FALL_RISK, level="HIGH", assessed_at=LONG_AGO, **mine_alone)
    liked = Assessment(
        kind=AssessmentKind.PREFERENCES,
        answers={
            "goal": "balance", "intensity": "low", "frequency": 2, "minutes": 20, "likes": ["a"], "dislikes": ["b"],
        },
        assessed_at=LONG_AGO,
        **mine_alone,
    )  # fmt: skip
    await unit.add_all([known, liked])
    session = ExerciseSession(
        organization_id=mine["organization_id"],
        user_id=mine["user_id"],
        exercise_id="march",
        form_score=0.5,
        plan_id=plan_.id,
        routine_instance_id=instance.id,
        routine_run_id=run.id,
        sequence_index=0,
        created_at=LONG_AGO,
    )
    await unit.add(session)
    [first, *others] = run.steps
    run.steps = [recomputed({**first, "guided_complete": True, "skipped": True}, session), *others]
    for kind, entity in (
        ("TrainingAssessment", known), ("TrainingAssessment", liked), ("TrainingPlan", plan_),
        ("RoutineInstance", instance), ("RoutineRun", run), ("ExerciseSession", session),
    ):  # fmt: skip
        whole.note(kind, name, entity)
