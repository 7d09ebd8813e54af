"""The documents of AI Training, in GOFA's spelling."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.clients import LIBRARY
from domain.plans import GenerationSource
from domain.routines.catalogue import Catalogue
from domain.routines.progress import Day, Progress
from domain.routines.templates import OwnerType

GENERATED_BY = {
    GenerationSource.REQUEST: "rules",
    GenerationSource.IMPORT: "rules",
    GenerationSource.ASSIGNMENT: "admin",
}
"""How the routines were chosen: the rules choose for whoever asks, an administrator by hand."""


def instant(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds, as JavaScript writes it."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plan(row: Any, client_id: str) -> dict[str, Any]:
    known = row.assessments or {}
    return {
        "planId": str(row.id),
        "clientId": client_id,
        "userId": str(row.user_id),
        "status": row.status,
        "goal": row.goal,
        "intensity": row.intensity,
        "frequency": row.frequency,
        "preferredSessionDurationMinutes": row.preferred_session_minutes,
        "equipmentAvailability": row.equipment,
        "generationSource": GENERATED_BY[GenerationSource(row.generation_source)],
        "assignedBy": row.assigned_by and str(row.assigned_by),
        "assessmentSnapshot": {
            "latestRiskTier": known.get("risk_tier"),
            "availableInputs": known.get("available", []),
            "missingInputs": known.get("missing", []),
        },
        "generationReasons": [
            {"routineTemplateId": pick["template_id"], "reasons": pick["reasons"]} for pick in row.picks or []
        ],
        "generationNotes": row.notes or [],
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.modified_at),
    }


def instance(row: Any) -> dict[str, Any]:
    return {
        "routineInstanceId": str(row.id),
        "planId": str(row.plan_id),
        "routineTemplateId": str(row.routine_template_id),
        "routineTemplateName": row.routine_template_name,
        "queueIndex": row.queue_index,
        "status": row.status,
        "deferCount": row.defer_count,
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.modified_at),
    }


def run(row: Any) -> dict[str, Any]:
    return {
        "routineRunId": str(row.id),
        "routineInstanceId": str(row.routine_instance_id),
        "planId": str(row.plan_id),
        "routineTemplateName": row.routine_template_name,
        "routineTemplateNameZh": row.routine_template_name_zh,
        "status": row.status,
        "startedFrom": row.started_from,
        "currentStepIndex": row.current_step_index,
        "summary": {
            "completedExercises": row.completed_exercises,
            "totalExercises": row.total_exercises,
            "completionRate": row.completion_rate,
            "totalDurationSeconds": row.total_duration_seconds,
            "totalCaloriesBurned": row.total_calories_burned,
        },
        "exerciseSteps": [_run_step(step) for step in row.steps],
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.modified_at),
        "completedAt": instant(row.completed_at),
    }


def record(row: Any) -> dict[str, Any]:
    return {**run(row), "userId": str(row.user_id)}


def _run_step(step: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **template_step(step, step["sequence_index"]),
        "exerciseType": step["exercise_type"],
        "status": step["status"],
        "aiMoveSessionId": step["session_id"],
        "resultSeconds": step["seconds"],
        "caloriesBurned": step["calories"],
    }


def template_step(step: Mapping[str, Any], index: int) -> dict[str, Any]:
    return {
        "sequenceIndex": index,
        "stepId": step["step_id"],
        "exerciseId": step["exercise_id"],
        "block": step["block"],
        "kind": step["kind"],
        "title": step["title"],
        "titleZh": step["title_zh"],
        "targetValue": step["target_value"],
        "durationSeconds": step["duration_seconds"],
        "restSecondsAfter": step["rest_seconds_after"],
    }


def template(row: Any, client_id: str) -> dict[str, Any]:
    library = row.organization_id is None
    return {
        "routineTemplateId": str(row.id),
        "clientId": LIBRARY if library else client_id,
        "ownerType": OwnerType.LIBRARY if library else OwnerType.CLIENT,
        "name": row.name,
        "nameZh": row.name_zh,
        "description": row.description,
        "goal": row.goal,
        "intensity": row.intensity,
        "riskTiers": row.risk_tiers,
        "estimatedDurationMinutes": row.estimated_duration_minutes,
        "equipment": row.equipment,
        "tags": row.tags,
        "steps": [template_step(step, index) for index, step in enumerate(row.steps)],
        "status": row.status,
        "publishedAt": instant(row.published_at),
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.modified_at),
        "createdBy": row.created_by,
    }


def catalogue(value: Catalogue) -> dict[str, Any]:
    return {
        "clientId": value.client_id,
        "enabledLibraryTemplateIds": [str(template_id) for template_id in value.enabled],
        "updatedAt": instant(value.modified_at),
    }


def progress(value: Progress) -> dict[str, Any]:
    return {
        "adherence": value.adherence,
        "totalRuns": value.total,
        "completedRuns": value.completed,
        "completionRate": value.rate,
        "series": [_point(day) for day in value.days],
    }


def _point(day: Day) -> dict[str, Any]:
    """Labelled as in the seed: "Mar 27"."""
    return {
        "label": f"{day.date:%b} {day.date.day}",
        "completedRuns": day.completed,
        "totalRuns": day.total,
        "completionRate": day.rate,
    }


def exercise(row: Any, client_id: str) -> dict[str, Any]:
    return {
        "exerciseId": row.exercise_id,
        "clientId": LIBRARY if row.organization_id is None else client_id,
        "name": row.name,
        "nameZh": row.name_zh,
        "description": row.description,
        "category": row.category,
        "difficulty": row.difficulty,
        "imageUrl": row.image_url,
        "type": row.type,
        "targetValue": row.target_value,
        "estimatedCalories": row.estimated_calories,
        "algorithm": row.algorithm,
        "enabled": row.enabled,
        "sortOrder": row.sort_order,
    }


def session(row: Any) -> dict[str, Any]:
    return {
        "sessionId": str(row.id),
        "exerciseId": row.exercise_id,
        "userId": str(row.user_id),
        "status": row.status,
        "repCount": row.rep_count,
        "durationSeconds": row.duration_seconds,
        "caloriesBurned": row.calories_burned,
        "formScore": row.form_score,
        "context": {
            "planId": _text(row.plan_id),
            "routineInstanceId": _text(row.routine_instance_id),
            "routineRunId": _text(row.routine_run_id),
            "sequenceIndex": row.sequence_index,
        },
        "createdAt": instant(row.created_at),
    }


def many(rows: Sequence[Any], view: Any, *about: Any) -> list[dict[str, Any]]:
    return [view(row, *about) for row in rows]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
