"""Seeding AI Training: two clients, the library, what is known of a user, and the plan made from it."""

from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from domain import plans
from domain.ai_move.exercises import Exercise
from domain.assessments import AssessmentKind, record_assessment
from domain.clients import Client
from domain.organizations import PAI_HEALTH
from domain.routines.catalog_entries import CatalogEntry
from domain.routines.states import TemplateStatus
from domain.routines.steps import checked
from domain.routines.templates import RoutineTemplate
from domain.unit import Unit
from gateway.demo.credentials import GOFA_CLIENT, OTHER_GOFA_CLIENT, OTHER_ORGANIZATION, demo_id
from gateway.demo.exercises import EXERCISES
from gateway.demo.people import SIGNED_UP
from gateway.demo.routines import LIBRARY, OWN, SWITCHED_ON, Routine

CLIENTS = {
    GOFA_CLIENT: (PAI_HEALTH, "PAI Health (demo)"),
    OTHER_GOFA_CLIENT: (OTHER_ORGANIZATION, "Another clinic (demo)"),
}
LIKING = {"likes": ["standing"], "minutes": 20}
"""As in the seed's example, a moderate risk and preferences are known, and two assessments not made yet."""


async def seed_training(unit: Unit, stamps: dict[str, Any]) -> None:
    await unit.add_all(_exercises(stamps))
    await unit.add_all([_template(routine, None, stamps) for routine in LIBRARY])
    for client_id, (organization_id, name) in CLIENTS.items():
        await unit.add(
            Client(
                id=demo_id("gofa client", client_id),
                organization_id=organization_id,
                client_id=client_id,
                name=name,
                catalog_modified_at=unit.now,
                **stamps,
            )
        )
        await unit.add(_template(OWN[client_id], organization_id, stamps))
        await unit.add_all(_catalog(organization_id, SWITCHED_ON[client_id], unit))
    await record_assessment(unit, SIGNED_UP.id, AssessmentKind.FALL_RISK, level="INTERMEDIATE")
    await record_assessment(unit, SIGNED_UP.id, AssessmentKind.PREFERENCES, preferences=LIKING)
    await plans.generate_plan(unit, SIGNED_UP.id)


def _exercises(stamps: dict[str, Any]) -> list[SQLModel]:
    return [
        Exercise(
            id=demo_id("exercise", one.exercise_id),
            exercise_id=one.exercise_id,
            name=one.name,
            name_zh=one.name_zh,
            description=one.description,
            category=one.category,
            difficulty=one.difficulty,
            type=one.type,
            target_value=one.target_value,
            estimated_calories=one.calories,
            algorithm={"mode": "pose"},
            sort_order=order,
            **stamps,
        )
        for order, one in enumerate(EXERCISES)
    ]


def _template(routine: Routine, organization_id: UUID | None, stamps: dict[str, Any]) -> RoutineTemplate:
    return RoutineTemplate(
        id=demo_id("routine", routine.name),
        organization_id=organization_id,
        name=routine.name,
        name_zh=routine.name_zh,
        description=routine.description,
        goal=routine.goal,
        intensity=routine.intensity,
        risk_tiers=list(routine.risk_tiers),
        estimated_duration_minutes=routine.minutes,
        equipment=list(routine.equipment),
        tags=list(routine.tags),
        steps=checked(routine.steps),
        status=TemplateStatus.PUBLISHED,
        published_at=stamps["created_at"],
        **stamps,
    )


def _catalog(organization_id: UUID, names: tuple[str, ...], unit: Unit) -> list[SQLModel]:
    return [
        CatalogEntry(
            organization_id=organization_id, routine_template_id=demo_id("routine", name), created_at=unit.now
        )
        for name in names
    ]
