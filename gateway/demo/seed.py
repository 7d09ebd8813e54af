"""Seeding the demo: idempotent, and through the same doors as everything else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col

from domain import heart_rate, recalculation, users
from domain.announcing import Announcement, announce
from domain.biometrics import Biometric
from domain.identity import partners, passwords
from domain.identity.access_tokens import AccessToken
from domain.identity.accounts import Account, AccountType
from domain.identity.api_keys import ApiKey
from domain.identity.partners import Partner
from domain.inserting import insert_unless_there
from domain.organizations import PAI_HEALTH, OAuthClient, Organization
from domain.secrets import fingerprint
from domain.sql import select
from domain.store import Store
from domain.templates import plans, workouts
from domain.unit import Unit
from domain.users import User
from domain.viewer import SCOPES, ViewerKind
from gateway.demo.credentials import (
    ADMINISTRATOR,
    CLIENT_ID,
    OTHER_ADMINISTRATOR,
    OTHER_ORGANIZATION,
    PARTNER_ID,
    PARTNER_USER,
    PROGRAM_ADMINISTRATOR,
    DemoCredentials,
    demo_id,
)
from gateway.demo.hearts import DAYS, everyday, workout_files
from gateway.demo.people import IN_OTHER_ORGANIZATION, PEOPLE, SIGNED_UP, Person
from gateway.demo.programs import seed_programs
from gateway.demo.training import seed_training
from gateway.demo.workouts import PLAN, PLAN_ID, WORKOUTS, workout_id

Progress = Callable[[str], None]
Stamps = dict[str, Any]
"""created_at and modified_at, for every row of the seed."""


async def seed(store: Store, credentials: DemoCredentials, progress: Progress) -> bool:
    """Whether anything was new. It is one commit: an interrupted one leaves nothing, and of two the second yields."""
    async with store.reading() as unit:
        if await unit.value(select(Organization.id).where(col(Organization.id) == PAI_HEALTH)):
            return False
    hashes = await _hashes(credentials, progress)
    async with store.writing() as unit:
        stamps: Stamps = {"created_at": unit.now, "modified_at": unit.now}
        progress("Organizations, users and accounts")
        if not await _organizations(unit, stamps):
            return False
        await unit.add_all([_user(person, stamps) for person in PEOPLE])
        await unit.add_all([_biometric(person, unit.now, stamps) for person in PEOPLE])
        await _accounts(unit, credentials, hashes, stamps)
        await seed_programs(unit, stamps)
        await _partner(unit, credentials, stamps)
        await _templates(unit)
        await seed_training(unit, stamps)
        for person in PEOPLE:
            progress(f"{DAYS} days of {person.first_name}'s heart")
            await _hearts(unit, person)
    return True


def organization_of(person: Person) -> Any:
    return OTHER_ORGANIZATION if person in IN_OTHER_ORGANIZATION else PAI_HEALTH


async def _hashes(credentials: DemoCredentials, progress: Progress) -> dict[str, str]:
    """Bcrypt is slow on purpose: none of it runs while the database waits."""
    progress("Passwords and keys")
    names = (ADMINISTRATOR, OTHER_ADMINISTRATOR, PROGRAM_ADMINISTRATOR, SIGNED_UP.email)
    hashed = {name: await passwords.hashed(credentials.password(name)) for name in names}
    keys = {name: await passwords.hashed(_secret(credentials.api_key(name))) for name in ("one", "two")}
    return hashed | keys


def _secret(key: str) -> str:
    return key.split("_", 3)[3]


async def _organizations(unit: Unit, stamps: Stamps) -> bool:
    """False when another process has seeded meanwhile: the insert waits for its commit."""
    if not await insert_unless_there(unit, Organization(id=PAI_HEALTH, name="PAI Health (demo)", **stamps)):
        return False
    await unit.add(Organization(id=OTHER_ORGANIZATION, name="Another clinic (demo)", **stamps))
    client = OAuthClient(
        id=CLIENT_ID, organization_id=PAI_HEALTH, name="Demo application", created_at=stamps["created_at"]
    )
    await unit.add(client)
    return True


def _user(person: Person, stamps: Stamps) -> User:
    return User(
        id=person.id,
        organization_id=organization_of(person),
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        country=person.country,
        sex=person.sex,
        date_of_birth=person.date_of_birth,
        time_zone=person.time_zone,
        **stamps,
    )


def _biometric(person: Person, now: datetime, stamps: Stamps) -> Biometric:
    return Biometric(
        organization_id=organization_of(person),
        user_id=person.id,
        date=(now - timedelta(days=DAYS)).date(),
        max_heart_rate_bpm=person.max_bpm,
        resting_heart_rate_bpm=person.resting_bpm,
        weight_kg=person.weight_kg,
        height_cm=person.height_cm,
        **stamps,
    )


async def _accounts(unit: Unit, credentials: DemoCredentials, hashes: dict[str, str], stamps: Stamps) -> None:
    who: list[tuple[str, dict[str, Any]]] = [
        (ADMINISTRATOR, {"organization_id": PAI_HEALTH, "account_type": AccountType.ADMINISTRATOR}),
        (
            OTHER_ADMINISTRATOR,
            {"organization_id": OTHER_ORGANIZATION, "account_type": AccountType.ADMINISTRATOR},
        ),
        (PROGRAM_ADMINISTRATOR, {"organization_id": PAI_HEALTH}),
        (SIGNED_UP.email, {"organization_id": PAI_HEALTH, "user_id": SIGNED_UP.id}),
    ]
    for name, details in who:
        account_id = demo_id("account", name)
        await unit.add(
            Account(
                id=account_id,
                username=name,
                email=name,
                email_confirmed=True,
                password_hash=hashes[name],
                **details,
                **stamps,
            )
        )
        token_hash = fingerprint(credentials.access_token(name))
        await unit.add(
            AccessToken(account_id=account_id, name="demo", token_hash=token_hash, created_at=unit.now)
        )
    await unit.add_all(
        [_api_key(credentials.api_key(name), hashes[name], unit.now) for name in ("one", "two")]
    )


def _api_key(key: str, secret_hash: str, now: datetime) -> ApiKey:
    _, env, lookup, _ = key.split("_", 3)
    return ApiKey(
        organization_id=PAI_HEALTH,
        name=f"demo {lookup}",
        env=env,
        lookup=lookup,
        secret_hash=secret_hash,
        scopes=sorted(SCOPES[ViewerKind.API_KEY]),
        created_at=now,
    )


async def _partner(unit: Unit, credentials: DemoCredentials, stamps: Stamps) -> None:
    partner = Partner(
        id=demo_id("partner"),
        partner_id=PARTNER_ID,
        organization_id=PAI_HEALTH,
        name="Demo partner",
        auth_key_hash=fingerprint(credentials.partner_key),
        **stamps,
    )
    await unit.add(partner)
    await partners.link(unit, partner.id, PARTNER_USER, SIGNED_UP.id)


async def _templates(unit: Unit) -> None:
    for workout in WORKOUTS:
        own_id = workout_id(workout["name"])
        await workouts.create_workout(unit, workout, organization_id=PAI_HEALTH, id=own_id)
        await workouts.publish_workout(unit, own_id)
    await plans.create_plan(unit, PLAN, organization_id=PAI_HEALTH, id=PLAN_ID)
    await plans.publish_plan(unit, PLAN_ID)


async def _hearts(unit: Unit, person: Person) -> None:
    """A wearable's stream, and files as a watch writes them; the workers score both like anybody's."""
    await users.lock(unit, person.id)
    days = await heart_rate.record(
        unit, user_id=person.id, contribution="wearable", samples=everyday(person, unit.now)
    )
    await recalculation.request_pai(unit, person.id, days)
    for file in workout_files(person, unit.now):
        await announce(
            unit,
            Announcement(
                user_id=person.id,
                organization_id=organization_of(person),
                origin=PARTNER_ID,
                source="demo watch",
                summary_id=file.name,
                started_at=file.started_at,
                content=file.content,
            ),
        )
