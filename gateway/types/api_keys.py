"""API keys of partners' integrations; the secret is told once, when a key is made."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain.identity import key_issuing
from domain.identity.api_keys import ApiKey as StoredKey
from domain.listing import Order
from domain.viewer import Scope
from gateway.context import Context
from gateway.global_ids import global_id, read_global_id
from gateway.mutations import Operation, Payload, carried_out
from gateway.selection import Needs
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing

NEEDS: Needs = {"id": frozenset({"id"}), "uuid": frozenset({"id"})}
NEWEST_FIRST = (Order("created_at", descending=True),)
DAY_HOURS = 24
MOST_HOURS = 10_000
Info = strawberry.Info[Context, None]


@strawberry.enum(description="What a key may read.")
class ApiKeyScope(Enum):
    WORKOUTS = strawberry.enum_value(Scope.WORKOUT_TEMPLATES_READ.value, description="Workout templates.")
    PLANS = strawberry.enum_value(Scope.PLAN_TEMPLATES_READ.value, description="Training-plan templates.")


@strawberry.type(description="A key of the SmartRunning Partner API.")
class ApiKey:
    uuid: UUID = strawberry.field(resolver=lambda root: root.id)
    name: str = strawberry.field(description="Which integration it is for.")
    env: str = strawberry.field(description="live or test; it opens only such a deployment.")
    lookup: str = strawberry.field(description="The part that is no secret.")
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = strawberry.field(description="To the hour.")
    revoked_at: datetime | None

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("ApiKey", root.id))

    @strawberry.field
    def scopes(root: strawberry.Parent[Any]) -> list[ApiKeyScope]:
        return [ApiKeyScope(scope) for scope in root.scopes]


@strawberry.input(description="A key to make.")
class CreateApiKeyInput:
    name: str
    scopes: list[ApiKeyScope]
    expires_at: datetime | None = None


@strawberry.type(description="A new key, and its secret, which nobody can read again.")
class NewApiKeyPayload(Payload):
    api_key: ApiKey | None = None
    key: str | None = strawberry.field(
        description="Give it to the partner over a secure channel.", default=None
    )


@strawberry.type(description="The key as it is now.")
class RevokeApiKeyPayload(Payload):
    api_key: ApiKey | None = None


@strawberry.type
class ApiKeyQuery:
    @strawberry.field(
        description="Your organization's API keys, the newest first.", graphql_type=Connection[ApiKey]
    )
    async def api_keys(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, NEEDS, paging, None, NEWEST_FIRST)
        return ConnectedPage(await key_issuing.list_keys(info.context.unit, wanted), paging)


@strawberry.type
class ApiKeyMutation:
    @strawberry.mutation(description="Make a key for a partner's integration.")
    async def create_api_key(self, info: Info, input: CreateApiKeyInput) -> NewApiKeyPayload:
        scopes = [Scope(str(scope.value)) for scope in input.scopes]
        return await _made(
            info,
            lambda minted: (
                lambda unit: key_issuing.issue(
                    unit, minted, name=input.name, scopes=scopes, expires_at=input.expires_at
                )
            ),
        )

    @strawberry.mutation(description="A new key that may do the same; the old one ends after the overlap.")
    async def rotate_api_key(
        self, info: Info, id: strawberry.ID, overlap_hours: float = DAY_HOURS
    ) -> NewApiKeyPayload:
        overlap = timedelta(hours=max(-1.0, min(overlap_hours, MOST_HOURS)))
        return await _made(
            info,
            lambda minted: (
                lambda unit: key_issuing.rotate(unit, read_global_id("ApiKey", id), minted, overlap=overlap)
            ),
        )

    @strawberry.mutation(description="End a key: the next request with it is refused.")
    async def revoke_api_key(self, info: Info, id: strawberry.ID) -> RevokeApiKeyPayload:
        key, errors = await carried_out(
            info, lambda unit: key_issuing.revoke(unit, read_global_id("ApiKey", id))
        )
        return RevokeApiKeyPayload(user_errors=errors, api_key=_shown(key))


async def _made(info: Info, made: Any) -> NewApiKeyPayload:
    """Bcrypt comes before the unit, and who may make no key does not make us hash one."""
    info.context.viewer.require(Scope.KEYS_WRITE)
    minted = await key_issuing.minted(info.context.unit.settings.env)
    operation: Operation[StoredKey] = made(minted)
    key, errors = await carried_out(info, operation)
    return NewApiKeyPayload(user_errors=errors, api_key=_shown(key), key=minted.text if key else None)


def _shown(key: StoredKey | None) -> Any:
    """The stored key has every field that the type has."""
    return key
