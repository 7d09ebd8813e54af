"""Making, renewing and ending API keys; the secret is told once, when a key is made."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.identity import key_issuing
from domain.identity.key_issuing import Minted
from domain.unit import Unit
from domain.viewer import Scope
from gateway.context import Context
from gateway.documents.prices import HASHING
from gateway.global_ids import read_global_id
from gateway.mutations import Outcome, Payload, mutation
from gateway.types.api_keys import ApiKeyScope
from gateway.types.nodes import Id, field
from gateway.types.payloads import changed

DAY_HOURS = 24
Overlap = Annotated[
    float, strawberry.argument(description="For how many hours the old key goes on; a day unless said.")
]


@strawberry.input(description="A key to make.")
class CreateApiKeyInput:
    name: str = field("Which integration it is for.")
    scopes: list[ApiKeyScope] = field("What it may read.")
    expires_at: datetime | None = field("When it ends; never unless said.", default=None)


@strawberry.type(description="The key as it is now.")
class RevokeApiKeyPayload(Payload):
    api_key = changed("api_keys.ApiKey", "The key as it is now.")


@strawberry.type(description="A new key, and its secret, which nobody can read again.")
class NewApiKeyPayload(Payload):
    api_key = changed("api_keys.ApiKey", "The new key.")
    key: str | None = field(
        "Give it to the partner over a secure channel.",
        resolver=lambda root: root.outcome and root.outcome.secret,
    )


async def minted(context: Context, **_: Any) -> Minted:
    """Bcrypt comes before the unit."""
    context.worked += HASHING
    return await key_issuing.minted(context.unit.settings.env)


@strawberry.type
class ApiKeyMutation:
    @mutation(NewApiKeyPayload, Scope.KEYS_WRITE, prepare=minted, weight=HASHING)
    async def create_api_key(self, unit: Unit, input: CreateApiKeyInput, prepared: Minted) -> Outcome:
        """Make a key for a partner's integration."""
        scopes = [Scope(str(scope.value)) for scope in input.scopes]
        key = await key_issuing.issue(
            unit, prepared, name=input.name, scopes=scopes, expires_at=input.expires_at
        )
        return Outcome(id=key.id, secret=prepared.text)

    @mutation(NewApiKeyPayload, Scope.KEYS_WRITE, prepare=minted, weight=HASHING)
    async def rotate_api_key(
        self, unit: Unit, id: Id, prepared: Minted, overlap_hours: Overlap = DAY_HOURS
    ) -> Outcome:
        """A new key that may do the same; the old one ends after the overlap."""
        overlap = key_issuing.overlap_of(overlap_hours)
        key = await key_issuing.rotate(unit, read_global_id("ApiKey", id), prepared, overlap=overlap)
        return Outcome(id=key.id, secret=prepared.text)

    @mutation(RevokeApiKeyPayload, Scope.KEYS_WRITE)
    async def revoke_api_key(self, unit: Unit, id: Id) -> UUID:
        """End a key: the next request with it is refused."""
        return (await key_issuing.revoke(unit, read_global_id("ApiKey", id))).id
