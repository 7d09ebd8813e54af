"""What an organization of the whole world has beside its people: a client, keys, jobs, deliveries, templates."""

from datetime import timedelta

from domain.clients import Client
from domain.identity.api_keys import ApiKey
from domain.jobs import JobRecord
from domain.secrets import fingerprint
from domain.templates import WorkoutTemplate
from domain.webhooks.tables import Delivery, DeliveryAttempt, DeliveryState, Webhook
from tests.gateway.records import plan
from tests.gateway.whole_names import OURS, STAMPS
from tests.world import LONG_AGO

EFFORT = {
    "type": "work", "duration": {"unit": "seconds", "value": 60}, "note": "Hard",
    "target": {"metric": "heartRateZone", "low": 3, "high": 4},
}  # fmt: skip
LENGTH = {"type": "steady", "duration": {"unit": "meters", "value": 1000}, "target": {"metric": "open"}}
SET = {"type": "repeat", "count": 2, "steps": [EFFORT]}
WORKOUT = [EFFORT, LENGTH, {"type": "repeat", "count": 3, "steps": [SET, EFFORT]}]


async def made(unit, whole, whose, organization):
    """What an organization has beside its people."""
    mine = {"organization_id": organization}
    await _client_and_job(unit, whole, whose, mine)
    await _deliveries(unit, whole, whose, mine)
    await _templates(unit, whole, whose, mine)


async def _client_and_job(unit, whole, whose, mine):
    client = Client(
        client_id=f"client-{whose}",
        name=whose,
        secret_hash=fingerprint(whose),
        catalog_modified_at=LONG_AGO,
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
    await unit.add_all([client, key, job])
    for kind, entity in (("Client", client), ("ApiKey", key), ("Job", job)):
        whole.note(kind, whose, entity)


async def _deliveries(unit, whole, whose, mine):
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
    await unit.add(webhook)
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
    await unit.add(attempt)
    for kind, entity in (("Webhook", webhook), ("WebhookDelivery", delivery), ("DeliveryAttempt", attempt)):
        whole.note(kind, whose, entity)


async def _templates(unit, whole, whose, mine):
    newest = whose == OURS
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
        modified_at=LONG_AGO + timedelta(hours=1 + newest),
    )
    template = plan(mine["organization_id"], "Mine", 100 + newest)
    template.description = whose
    training = {"day": 1, "type": "workout", "workoutTemplateId": str(workout.id), "workoutName": whose}
    week = {"week": 1, "focus": "Ease", "isRecovery": False, "days": [training, {"day": 2, "type": "rest"}]}
    template.blocks = [{"name": "Base", "phase": "base", "weeks": [week]}]
    await unit.add_all([workout, template])
    for kind, entity in (("WorkoutTemplate", workout), ("TrainingPlanTemplate", template)):
        whole.note(kind, whose, entity)
