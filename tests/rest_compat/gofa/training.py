"""AI Training in the small world: two clients, a library of two routines, and routines of their own."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col

from domain import plans
from domain.ai_move.exercises import Exercise
from domain.clients import Client
from domain.identity import signing
from domain.identity.accounts import Account
from domain.routines.catalog_entries import CatalogEntry
from domain.routines.states import TemplateStatus
from domain.routines.steps import Block, Step, StepKind, checked
from domain.routines.templates import RoutineTemplate
from domain.secrets import fingerprint
from domain.sql import select
from tests.world import LONG_AGO, World

STAMPS: dict[str, Any] = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
SECRET = "the client's own secret"
STEPS = (
    Step("warm", Block.WARMUP, StepKind.AI_MOVE, "march-basic", target_value=20),
    Step("work", Block.MAIN, StepKind.AI_MOVE, "squat", target_value=10, rest_seconds_after=15),
    Step("again", Block.MAIN, StepKind.AI_MOVE, "squat", target_value=10),
    Step("rest", Block.COOLDOWN, StepKind.GUIDED, title="Breathe", duration_seconds=60),
)


@dataclass
class Training:
    """`templates` by name: two of the library, one of them switched on; two of gofa's, one a draft; one of other's."""

    world: World
    templates: dict[str, UUID] = field(default_factory=dict)
    accounts: dict[str, UUID] = field(default_factory=dict)

    @staticmethod
    async def made(world: World) -> "Training":
        training = Training(world)
        async with world.store.writing() as unit:
            rows = await unit.rows(select(Account.id, Account.username))
            training.accounts = {row.username: row.id for row in rows}
            await unit.add_all([_exercise(name) for name in ("march-basic", "squat")])
            for name, organization, status in (
                ("Library on", None, TemplateStatus.PUBLISHED),
                ("Library off", None, TemplateStatus.PUBLISHED),
                ("Own", world.organization, TemplateStatus.PUBLISHED),
                ("Draft", world.organization, TemplateStatus.DRAFT),
                ("Theirs", world.other_organization, TemplateStatus.PUBLISHED),
            ):
                template = _template(name, organization, status)
                training.templates[name] = template.id
                await unit.add(template)
            for client_id, organization in (
                ("gofa", world.organization),
                ("other", world.other_organization),
            ):
                await unit.add(
                    Client(
                        organization_id=organization,
                        client_id=client_id,
                        name=client_id,
                        secret_hash=fingerprint(SECRET),
                        catalog_modified_at=LONG_AGO,
                        **STAMPS,
                    )
                )
            on = training.templates["Library on"]
            await unit.add(
                CatalogEntry(organization_id=world.organization, routine_template_id=on, created_at=LONG_AGO)
            )
        return training

    def id_token(self, uid: UUID, **profile: Any) -> str:
        now = datetime.now(UTC) - timedelta(seconds=1)
        return signing.id_token(self.world.store.settings, uid, now, timedelta(hours=1), **profile)

    @property
    def user(self) -> dict[str, str]:
        """Joe's headers."""
        return {"Authorization": f"Bearer {self.id_token(self.world.joe)}"}

    def admin(self, username: str = "admin") -> dict[str, str]:
        return {"ClientToken": self.id_token(self.accounts[username])}

    async def sign_up(self, user: UUID, organization: UUID) -> dict[str, str]:
        """An account for one more of the world's users; their headers."""
        async with self.world.store.writing() as unit:
            await unit.add(
                Account(
                    username=str(user),
                    password_hash="-",
                    organization_id=organization,
                    user_id=user,
                    **STAMPS,
                )
            )
        return {"Authorization": f"Bearer {self.id_token(user)}"}

    async def plan(self, user: UUID | None = None) -> UUID:
        async with self.world.store.writing() as unit:
            return await plans.generate_plan(unit, user or self.world.joe)

    async def change_client(self, client_id: str, **values: Any) -> None:
        async with self.world.store.writing() as unit:
            client = await unit.entity(Client, col(Client.client_id) == client_id)
            assert client is not None
            client.sqlmodel_update(values)
            await unit.flush()


def _exercise(name: str) -> Exercise:
    return Exercise(
        id=uuid4(),
        exercise_id=name,
        name=name.title(),
        name_zh="動作",
        category="strength",
        difficulty="easy",
        target_value=10,
        estimated_calories=5,
        **STAMPS,
    )


def _template(name: str, organization: UUID | None, status: TemplateStatus) -> RoutineTemplate:
    return RoutineTemplate(
        id=uuid4(),
        organization_id=organization,
        name=name,
        goal="balance",
        estimated_duration_minutes=20,
        steps=checked(STEPS),
        status=status,
        published_at=LONG_AGO if status == TemplateStatus.PUBLISHED else None,
        **STAMPS,
    )
