"""What the world's users have done: activities, files and scores to read, and templates to see or not to see."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from domain.activities import Activity
from domain.fit_files import FitFile, FitFileState
from domain.identity import passwords
from domain.identity.api_keys import ApiKey, new_key
from domain.pai import PaiSummary
from domain.templates import TemplateStatus, TrainingPlanTemplate, Visibility, WorkoutTemplate
from domain.users import User
from domain.viewer import TEMPLATES_READ
from tests.world import CHEAP, LONG_AGO, World

FIRST_DAY = date(2024, 6, 1)
STAMPS = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
TEMPLATES = (
    ("Easy", "easy", Visibility.PUBLIC, TemplateStatus.ACTIVE, True),
    ("Hidden", "long", Visibility.PRIVATE, TemplateStatus.ACTIVE, True),
    ("Old", "easy", Visibility.PUBLIC, TemplateStatus.ARCHIVED, True),
    ("Theirs", "easy", Visibility.PRIVATE, TemplateStatus.ACTIVE, False),
)
STEPS = [{"type": "steady", "duration": {"unit": "open"}, "target": {"metric": "open"}}]
PLANS = {"Plan": Visibility.PUBLIC, "Mine": Visibility.PRIVATE}


@dataclass
class Records:
    """Ann has 2 activities and 3 summaries, Joe 5 and 7, Eve of the other organization 1 and 2, Åse nothing."""

    world: World
    ase: UUID
    api_key: str

    def headers(self, who: str) -> dict[str, str]:
        """GraphQL headers for each kind of viewer."""
        if who == "partner":
            return self.world.partner_headers
        if who == "key":
            return {"X-API-Key": self.api_key}
        return {} if who == "anonymous" else self.world.bearer(who)


async def made(world: World) -> Records:
    records = Records(world, uuid4(), new_key(world.store.settings.env))
    _, env, lookup, secret = records.api_key.split("_", 3)
    async with world.store.writing() as unit:
        await unit.add(
            User(
                id=records.ase,
                organization_id=world.organization,
                external_id="ext-1",
                first_name="Åse",
                email="ase@example.org",
                sex="Female",
                time_zone="Europe/Oslo",
                created_at=LONG_AGO,
                modified_at=LONG_AGO + timedelta(days=1),
            )
        )
        for user, organization, name, activities, days in (
            (world.ann, world.organization, "ann", 2, 3),
            (world.joe, world.organization, "joe", 5, 7),
            (world.eve, world.other_organization, "eve", 1, 2),
        ):
            await unit.add_all([summary(user, organization, day) for day in range(days)])
            for number in range(activities):
                file = fit_file(user, organization, f"{name}-{number}.fit")
                await unit.add(file)
                await unit.add(activity(file, f"{name} {number}", number))
        await unit.add_all(
            [
                WorkoutTemplate(
                    organization_id=world.organization if ours else world.other_organization,
                    name=name,
                    category=category,
                    steps=STEPS,
                    visibility=visibility,
                    status=status,
                    created_at=LONG_AGO,
                    modified_at=LONG_AGO + timedelta(seconds=number),
                )
                for number, (name, category, visibility, status, ours) in enumerate(TEMPLATES)
            ]
        )
        await unit.add_all([plan(world.organization, name, number) for number, name in enumerate(PLANS)])
        await unit.add(
            ApiKey(
                organization_id=world.organization,
                name="test",
                env=env,
                lookup=lookup,
                secret_hash=await passwords.hashed(secret, cost=CHEAP),
                scopes=sorted(TEMPLATES_READ),
                created_at=LONG_AGO,
            )
        )
    return records


def plan(organization: UUID, name: str, number: int) -> TrainingPlanTemplate:
    return TrainingPlanTemplate(
        organization_id=organization,
        name=name,
        goal_distance="10k",
        level="beginner",
        duration_weeks=1,
        sessions_per_week=1,
        blocks=[{"name": "Base", "phase": "base", "weeks": []}],
        visibility=PLANS[name],
        created_at=LONG_AGO,
        modified_at=LONG_AGO + timedelta(seconds=number),
    )


def summary(user: UUID, organization: UUID, day: int) -> PaiSummary:
    return PaiSummary(
        organization_id=organization,
        user_id=user,
        date=FIRST_DAY + timedelta(days=day),
        time_zone="UTC",
        pai_score=day * 10 + 0.5,
        daily_pai=day % 3,
        low_zone_minutes=day,
        medium_zone_pai=2.5,
        high_zone_lower_limit_bpm=160,
        algorithm_version="open-pai-1",
        **STAMPS,
    )


def fit_file(user: UUID, organization: UUID, name: str) -> FitFile:
    return FitFile(
        origin="acme",
        organization_id=organization,
        user_id=user,
        source="garmin",
        summary_id=name,
        state=FitFileState.INGESTED if name.endswith("0.fit") else FitFileState.QUEUED,
        file_types=["activity"],
        **STAMPS,
    )


def activity(file: FitFile, name: str, number: int) -> Activity:
    """Every other one has no distance, so that orders meet missing values."""
    started = datetime(2024, 6, 1, 12, tzinfo=UTC) + timedelta(days=number)
    return Activity(
        organization_id=file.organization_id,
        user_id=file.user_id,
        fit_file_id=file.id,
        name=name,
        source=file.source,
        sport="running" if number % 2 else "cycling",
        started_at=started,
        local_date=started.date(),
        time_zone="UTC",
        elapsed_seconds=1800.0,
        distance_meters=None if number % 2 else 1000.0 * number,
        **STAMPS,
    )
