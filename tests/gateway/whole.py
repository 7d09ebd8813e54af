"""A world with a row of everything: one set of Joe's, one of Ann's, and one of Eve's in the other organization."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
from sqlalchemy import update
from sqlmodel import col

from domain.activities import ActivityStream
from domain.ai_move.exercises import Exercise
from domain.ai_move.sessions import ExerciseSession
from domain.assessments import Assessment, AssessmentKind
from domain.biometrics import Biometric
from domain.clients import Client
from domain.exports import storing
from domain.exports.tables import Export, ExportPart, ExportState
from domain.groups.tables import EventType, Group, GroupEvent, GroupMembership, MembershipStatus
from domain.heart_rate import HeartRateDay, HeartRateRecording
from domain.identity.access_tokens import AccessToken, new_token
from domain.identity.accounts import Account
from domain.identity.api_keys import ApiKey
from domain.identity.partners import Partner
from domain.imports.tables import BulkImport, ImportEvent, ImportState
from domain.jobs import JobRecord
from domain.organizations import Organization
from domain.packing import pack, pack_times
from domain.pai import PaiCalculation
from domain.plans import TrainingPlan
from domain.programs.tables import (
    InvitationStatus,
    Program,
    ProgramAdministrator,
    ProgramInvitation,
    ProgramMember,
)
from domain.raw_files import keep
from domain.routines.catalog_entries import CatalogEntry
from domain.routines.queue import RoutineInstance
from domain.routines.runs import RoutineRun
from domain.routines.states import InstanceStatus
from domain.routines.steps import Block, Named, Step, StepKind, checked, copied, recomputed
from domain.routines.templates import RoutineTemplate
from domain.secrets import fingerprint
from domain.sql import select
from domain.templates import WorkoutTemplate
from domain.training_days import TrainingDay
from domain.users import User
from domain.vo2max import Vo2MaxAssessment, Vo2MaxCalculation, Vo2MaxSummary
from domain.webhooks.tables import Delivery, DeliveryAttempt, DeliveryState, Webhook
from tests.gateway.records import activity, fit_file, plan, summary
from tests.world import LONG_AGO, World

DAY = date(2024, 6, 1)
STEPS = checked(
    [
        Step(
            "a", Block.MAIN, StepKind.AI_MOVE, exercise_id="march-library", title="March", title_zh="例",
            target_value=10, duration_seconds=60, rest_seconds_after=5,
        ),
        Step("b", Block.MAIN, StepKind.GUIDED, title="Breathe"),
    ]
)  # fmt: skip
EFFORT = {
    "type": "work", "duration": {"unit": "seconds", "value": 60}, "note": "Hard",
    "target": {"metric": "heartRateZone", "low": 3, "high": 4},
}  # fmt: skip
LENGTH = {"type": "steady", "duration": {"unit": "meters", "value": 1000}, "target": {"metric": "open"}}
SET = {"type": "repeat", "count": 2, "steps": [EFFORT]}
WORKOUT = [EFFORT, LENGTH, {"type": "repeat", "count": 3, "steps": [SET, EFFORT]}]
FAR = 50  # days from the scores that the records have
STAMPS = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
OURS, THEIRS = "ours", "theirs"
LIBRARY = "library"
COACH = "pat"
"""Who runs our program, by an account that is no user's."""
SOON = datetime(2999, 1, 1, tzinfo=UTC)


@dataclass
class Whole:
    """`ids`: of each type of nodes, whose they are → their ids; whose: ann, joe, eve, pat, ours, theirs, library."""

    world: World
    ids: dict[str, dict[str, set[UUID]]]

    @property
    def told(self) -> dict[str, set[UUID]]:
        """Ids that a program tells who runs it of users they may not see otherwise: members, and who was invited."""
        return {COACH: {self.world.joe, self.world.ann}}

    def note(self, kind: str, whose: str, entity) -> None:
        self.ids.setdefault(kind, {}).setdefault(whose, set()).add(entity.id)


async def made(world: World) -> Whole:
    whole = Whole(world, {})
    async with world.store.writing() as unit:
        await _coach(unit, world)
        accounts = {row.username: row for row in await unit.entities(Account)}
        organizations = {OURS: world.organization, THEIRS: world.other_organization}
        for whose, organization in organizations.items():
            whole.note(
                "Organization", whose, await unit.entity(Organization, col(Organization.id) == organization)
            )
            await _of_organization(unit, whole, whose, organization)
        for name, account in accounts.items():
            account.sqlmodel_update({"email": "a@example.org", "phone_number": "+1", "locale": "en-CA"})
            whole.note("Account", {"admin": OURS, "other-admin": THEIRS}.get(name, name), account)
        library = await _library(unit, whole, organizations)
        for name, whose in (("joe", OURS), ("ann", OURS), ("eve", THEIRS)):
            admin = accounts["admin" if whose == OURS else "other-admin"]
            await _of_user(unit, whole, name, whose=whose, admin=admin, library=library)
        await add_program(unit, whole, OURS, accounts[COACH], joined="joe", invited="ann")
        await add_program(unit, whole, THEIRS, accounts["other-admin"], joined="eve")
    return whole


async def _coach(unit, world):
    [joe] = await unit.entities(Account, col(Account.user_id) == world.joe)
    account = Account(
        organization_id=world.organization, username=COACH, password_hash=joe.password_hash, **STAMPS
    )
    await unit.add(account)
    world.tokens[COACH] = new_token()
    token = fingerprint(world.tokens[COACH])
    await unit.add(AccessToken(account_id=account.id, name="test", token_hash=token, created_at=LONG_AGO))


async def add_program(unit, whole, whose, coach, *, joined, invited=None):
    """A program with a member and a completed export of one day; `invited` was invited and has not accepted."""
    user_id = getattr(whole.world, joined)
    of = {"organization_id": coach.organization_id, **STAMPS}
    program = Program(name=f"Walk {whose}", **of)
    await unit.add(program)
    await unit.add(ProgramAdministrator(program_id=program.id, account_id=coach.id, created_at=LONG_AGO))
    here = {"program_id": program.id, "expires_at": SOON, **of}
    invitations = {
        name: ProgramInvitation(
            user_id=getattr(whole.world, name),
            email=f"{name}@example.com",
            token_hash=f"{program.id} {name}",
            **here,
        )
        for name in (joined, invited)
        if name
    }
    invitations[joined].sqlmodel_update({"status": InvitationStatus.ACCEPTED, "accepted_at": LONG_AGO})
    await unit.add_all(list(invitations.values()))
    member = ProgramMember(
        program_id=program.id, user_id=user_id, invitation_id=invitations[joined].id, joined_at=LONG_AGO, **of
    )
    done = {"state": ExportState.COMPLETED, "percent": 100, "completed_at": LONG_AGO, "problem": "None"}
    export = Export(from_date=DAY, to_date=DAY, **done, **here)
    await unit.add_all([member, export])
    told = [user_id, joined, "Li", f"{joined}@example.org", "Active", LONG_AGO]
    await unit.add(
        ExportPart(
            export_id=export.id,
            user_id=user_id,
            number=1,
            row_count=2,
            content=storing.packed([told, [(50.5, 10.5, DAY), (None, None, None)]]),
            created_at=LONG_AGO,
        )
    )
    for kind, owner, entity in (
        ("Program", whose, program), ("ProgramMember", joined, member), ("ProgramExport", whose, export),
        *(("ProgramInvitation", name, invitation) for name, invitation in invitations.items()),
    ):  # fmt: skip
        whole.note(kind, owner, entity)
    whole.ids.setdefault("MemberPaiSummary", {})[joined] = whole.ids["PaiSummary"][joined]


async def _of_organization(unit, whole, whose, organization):
    mine = {"organization_id": organization}
    client = Client(
        client_id=f"client-{whose}",
        name=whose,
        secret_hash=fingerprint(whose),
        catalog_modified_at=LONG_AGO,
        **mine,
        **STAMPS,
    )
    webhook = Webhook(
        url=f"https://{whose}.example/",
        description=whose,
        kinds=["activity.created"],
        secret="sealed",
        active=False,
        disabled_reason="Tired",
        failing_since=LONG_AGO,
        previous_until=LONG_AGO,
        **mine,
        **STAMPS,
    )
    key = ApiKey(
        name=whose,
        env="test",
        lookup=f"lookup-{whose}",
        secret_hash="",
        scopes=["plan_templates:read"],
        created_at=LONG_AGO,
        expires_at=LONG_AGO,
        last_used_at=LONG_AGO,
        rotated_at=LONG_AGO,
        revoked_at=LONG_AGO,
        **mine,
    )
    job = JobRecord(
        kind="PruneJobs",
        arguments={},
        priority=0,
        state="failed",
        attempts=5,
        max_attempts=5,
        problem=f"No {whose}",
        created_at=LONG_AGO,
        due_at=LONG_AGO,
        finished_at=LONG_AGO,
        **mine,
    )
    await unit.add_all([client, webhook, key, job])
    delivery = Delivery(
        webhook_id=webhook.id,
        kind="webhook.test",
        body="{}",
        state=DeliveryState.FAILED,
        attempts=1,
        last_status=500,
        last_error="status",
        next_attempt_at=LONG_AGO,
        ended_at=LONG_AGO,
        **mine,
        **STAMPS,
    )
    await unit.add(delivery)
    attempt = DeliveryAttempt(
        delivery_id=delivery.id, number=1, attempted_at=LONG_AGO, duration_ms=5, status=500, error="status"
    )
    workout = WorkoutTemplate(
        name=whose,
        description=whose,
        category="easy",
        tags=["a"],
        estimated_duration_seconds=60,
        estimated_distance_meters=60,
        estimated_load=1.5,
        steps=WORKOUT,
        **mine,
        created_at=LONG_AGO,
        modified_at=LONG_AGO + timedelta(hours=1 + (whose == OURS)),
    )
    template = plan(organization, "Mine", 100 + (whose == OURS))
    template.description = whose
    training = {"day": 1, "type": "workout", "workoutTemplateId": str(workout.id), "workoutName": whose}
    week = {"week": 1, "focus": "Ease", "isRecovery": False, "days": [training, {"day": 2, "type": "rest"}]}
    template.blocks = [{"name": "Base", "phase": "base", "weeks": [week]}]
    await unit.add_all([attempt, workout, template])
    for kind, entity in (
        ("Client", client), ("Webhook", webhook), ("ApiKey", key), ("Job", job), ("WebhookDelivery", delivery),
        ("DeliveryAttempt", attempt), ("WorkoutTemplate", workout), ("TrainingPlanTemplate", template),
    ):  # fmt: skip
        whole.note(kind, whose, entity)


async def _library(unit, whole, organizations):
    """A routine template and an exercise of the library's, which both clients have switched on."""
    found = {}
    for whose, organization in (*organizations.items(), (LIBRARY, None)):
        routine = RoutineTemplate(
            organization_id=organization,
            name=f"Routine {whose}",
            name_zh="例",
            description="Steps",
            goal="balance",
            risk_tiers=["low"],
            estimated_duration_minutes=10,
            equipment=["mat"],
            tags=["a"],
            steps=STEPS,
            status="published",
            published_at=LONG_AGO,
            **STAMPS,
        )
        exercise = Exercise(
            organization_id=organization,
            exercise_id=f"march-{whose}",
            name="March",
            name_zh="例",
            description="Up",
            category="legs",
            difficulty="easy",
            image_url="https://a.example/",
            target_value=10,
            estimated_calories=5.5,
            algorithm={"mode": "a"},
            sort_order=1,
            **STAMPS,
        )
        await unit.add_all([routine, exercise])
        whole.note("RoutineTemplate", whose, routine)
        whole.note("Exercise", whose, exercise)
        found[whose] = routine
    await unit.add_all(
        [
            CatalogEntry(organization_id=one, routine_template_id=found[LIBRARY].id, created_at=LONG_AGO)
            for one in organizations.values()
        ]
    )
    return found


async def _of_user(unit, whole, name, *, whose, admin, library):
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
