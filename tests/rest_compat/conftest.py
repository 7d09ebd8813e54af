"""Every family's credentials, and the names that documented paths and examples are filled in with."""

import base64
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from sqlmodel import col

from domain.fit.encoder import encode_activity
from domain.groups.tables import EventType, Group, GroupEvent, GroupMembership
from domain.identity import mailed_tokens, passwords
from domain.identity.accounts import Account
from domain.identity.api_keys import ApiKey, new_key
from domain.identity.mailed_tokens import Purpose
from domain.imports import starting
from domain.imports.starting import BulkTask
from domain.templates import plans, workouts
from domain.users import Sex, User
from domain.viewer import TEMPLATES_READ
from tests.domain.templates.examples import author, plan, workout
from tests.rest_compat.health import health_of
from tests.rest_compat.programs import invited, program_of, token_of
from tests.world import CHEAP, LONG_AGO, PASSWORD


@dataclass
class Credentials:
    """Headers by family. Each is valid for its own family, and must open no other's door."""

    pai: dict[str, dict[str, str]] = field(default_factory=dict)
    families: dict[str, dict[str, str]] = field(default_factory=dict)


@pytest.fixture
async def programs(world):
    """One for each of three administrators, the last of whom is in the other organization; Joe is in the first."""
    whose = {
        "coach": (world.organization, world.joe),
        "rival": (world.organization, world.ann),
        "other-coach": (world.other_organization, world.eve),
    }
    made = {}
    for name, (organization, member) in whose.items():
        await account_of(world, organization, name)
        made[name] = await program_of(world, organization, name, member)
    return made


@pytest.fixture
async def credentials(world, client, programs):
    await account_of(world, world.other_organization, "eve", user_id=world.eve)
    names = ("admin", "joe", "other-admin", "eve", *programs)
    pai = {name: await world.pai_headers(client, name) for name in names}
    key = await _api_key(world)
    form = {
        "grant_type": "password",
        "organization_id": str(world.organization),
        "client_id": str(world.client_id),
        "username": "admin",
        "password": PASSWORD,
    }
    pair = (await client.post("/api/v2/auth/oauth", data=form)).json()
    partner_id = {"Partner-Id": world.partner_id}
    families = {
        "GraphQL token": world.bearer("admin") | partner_id,
        "API key": {"X-API-Key": key} | partner_id,
        "API key as bearer": {"Authorization": f"Bearer {key}"} | partner_id,
        "refresh token": {"Authorization": f"Bearer {pair['refresh_token']}"} | partner_id,
        "partner": world.partner_headers,
        "PAI account": pai["admin"] | partner_id,
    }
    return Credentials(pai, families)


async def _api_key(world):
    key = new_key("test")
    _, _, lookup, secret = key.split("_", 3)
    async with world.store.writing() as unit:
        await unit.add(
            ApiKey(
                organization_id=world.organization,
                name="test",
                env="test",
                lookup=lookup,
                secret_hash=await passwords.hashed(secret, cost=CHEAP),
                scopes=sorted(TEMPLATES_READ),
                created_at=LONG_AGO,
            )
        )
    return key


async def _import(world):
    """The event_id of an import of the partner's that is complete."""
    async with world.store.writing(await world.partner_viewer()) as unit:
        await starting.start(unit, BulkTask("1234", "polar", initial=False, event_id="polar-1"))
    return "polar-1"


async def _templates(store, world):
    async with store.writing(author(world.organization)) as unit:
        easy = await workouts.create_workout(unit, workout())
        made = await plans.create_plan(unit, plan(easy.id))
        await workouts.publish_workout(unit, easy.id)
        await plans.publish_plan(unit, made.id)
    return {"workoutId": str(easy.id), "planId": str(made.id)}


class Names(dict[str, Any]):
    """What is not known is an id that nobody has."""

    def __missing__(self, name):
        return str(uuid4())


@pytest.fixture
async def names(world, store, programs):
    health = await health_of(store, world.organization, world.joe)
    await _complete(world)
    group, event = await group_of(world, world.organization, world.joe)
    spare = await account_of(world, world.organization, "spare")
    fit = encode_activity(1717243200, {"heart_rate": [150] * 60}, sport="running")
    return Names(
        organizationId=str(world.organization),
        clientId=str(world.client_id),
        password=PASSWORD,
        userId=str(world.joe),
        id=health["paiSummaryId"],
        **health,
        groupId=group,
        eventId=event,
        accountId=spare,
        **ids_of(programs["coach"]),
        **await _waiting(world, programs),
        **await tokens_of(world),
        lonelyId=str(world.ann),
        strangerId=str(world.eve),
        importId=await _import(world),
        **await _templates(store, world),
        fitFile=base64.b64encode(fit).decode(),
    )


@pytest.fixture
async def foreign_names(world, store, programs):
    """The same things in the other organization."""
    health = await health_of(store, world.other_organization, world.eve)
    group, event = await group_of(world, world.other_organization, world.eve)
    spare = await account_of(world, world.other_organization, "spare")
    return {
        "userId": str(world.eve),
        "id": health["paiSummaryId"],
        **health,
        "groupId": group,
        "eventId": event,
        "accountId": spare,
        **ids_of(programs["other-coach"]),
        "waitingId": str(programs["other-coach"].sent),
    }


async def _waiting(world, programs):
    """Invitations of Joe's that he may accept or decline."""
    await account_of(world, world.organization, "third")
    third = await program_of(world, world.organization, "third", world.ann)
    to_accept = await invited(world, programs["rival"].id, user_id=world.joe)
    to_decline = await invited(world, third.id, user_id=world.joe)
    return {"invitationToken": token_of(world, to_accept), "waitingId": str(to_decline)}


def ids_of(program):
    return {
        "programId": str(program.id),
        "invitationId": str(program.joined),
        "sentId": str(program.sent),
        "exportId": str(program.export),
    }


async def _complete(world):
    """What an estimate of VO2 max needs to know of Joe, beside what an assessment says."""
    async with world.store.writing() as unit:
        joe = await unit.entity(User, col(User.id) == world.joe)
        joe.sex = Sex.MALE


async def group_of(world, organization, user):
    """A group with one member, and the event that says since when."""
    whose = {"organization_id": organization, "created_at": LONG_AGO, "modified_at": LONG_AGO}
    async with world.store.writing() as unit:
        group = await unit.add(Group(name="Walkers", **whose))
        of = whose | {"group_id": group.id, "user_id": user}
        await unit.add(GroupMembership(joined_at=LONG_AGO, **of))
        event = await unit.add(GroupEvent(event_type=EventType.JOINED, occurred_at=LONG_AGO, **of))
    return str(group.id), str(event.id)


async def tokens_of(world):
    """One token of each kind as it would stand in a mail, each for an account of its own."""
    kinds = {
        "globalResetToken": Purpose.PASSWORD_RESET,
        "resetToken": Purpose.PASSWORD_RESET,
        "confirmationToken": Purpose.CONFIRMATION,
    }
    tokens = {}
    for name, purpose in kinds.items():
        email = f"{name}@example.org"
        account = await account_of(world, world.organization, name.lower(), email=email)
        async with world.store.writing() as unit:
            token_id = await mailed_tokens.issue(unit, UUID(account), purpose, email)
        tokens[name] = mailed_tokens.plain(world.store.secret, token_id)
    return tokens


async def account_of(world, organization, username, **details):
    """An account that signs in with the world's password."""
    hashed = await passwords.hashed(PASSWORD, cost=CHEAP)
    stamps = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
    async with world.store.writing() as unit:
        account = await unit.add(
            Account(
                organization_id=organization, username=username, password_hash=hashed, **details, **stamps
            )
        )
    return str(account.id)


@pytest.fixture
def forged_tokens(credentials):
    """Access tokens that look right and are not."""
    token = credentials.pai["admin"]["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    head, body, signature = token.split(".")
    return {
        "another key": jwt.encode(claims, "x" * 32, algorithm="HS256"),
        "no signature": jwt.encode(claims, None, algorithm="none"),
        "a changed signature": f"{head}.{body}.{signature[::-1]}",
        "no JWT": "nonsense",
        "very long": "a" * 5000,
    }
