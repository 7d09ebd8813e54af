"""What an operator sets of GOFA's clients: their names, their secrets, and the modules they may use."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row
from sqlmodel import col

from domain.clients import Client
from domain.columns import storable
from domain.errors import Conflict, Invalid, NotFound
from domain.identity.client_tokens import new_secret
from domain.inserting import insert_unless_there
from domain.organizations import Organization
from domain.secrets import fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope


async def register(unit: Unit, organization_id: UUID, client_id: str, name: str | None) -> str:
    """Make an organization a client; its secret, which is kept as a fingerprint only."""
    unit.viewer.require(Scope.CLIENTS_ANY)
    if not client_id or not storable(client_id) or "/" in client_id:
        raise Invalid("A client id stands in paths: letters, digits and hyphens, such as gofa")
    if await unit.value(select(Organization.id).where(col(Organization.id) == organization_id)) is None:
        raise NotFound("No such organization")
    secret = new_secret()
    client = Client(
        id=uuid4(),
        organization_id=organization_id,
        client_id=client_id,
        name=name or client_id,
        secret_hash=fingerprint(secret),
        catalog_modified_at=unit.now,
        created_at=unit.now,
        modified_at=unit.now,
    )
    if not await insert_unless_there(unit, client):
        raise Conflict("The client id is taken, or the organization is a client already")
    return secret


async def change(unit: Unit, client_id: str, **values: bool | None) -> None:
    """`ai_training_enabled` and `cross_client`; what is None stays."""
    await _keep(unit, client_id, **{name: value for name, value in values.items() if value is not None})


async def rotate(unit: Unit, client_id: str) -> str:
    """A new secret in the place of the former, whose tokens end with it."""
    secret = new_secret()
    await _keep(unit, client_id, secret_hash=fingerprint(secret))
    return secret


async def revoke(unit: Unit, client_id: str) -> None:
    """No secret and no client token opens anything until there is a new one; people still sign in as themselves."""
    await _keep(unit, client_id, secret_hash=None)


async def list_clients(unit: Unit) -> Sequence[Row[Any]]:
    unit.viewer.require(Scope.CLIENTS_ANY)
    columns = (
        Client.client_id, Client.name, Client.organization_id, Client.ai_training_enabled, Client.cross_client,
        col(Client.secret_hash).is_not(None).label("has_secret"),
    )  # fmt: skip
    return await unit.rows(select(*columns).order_by(col(Client.client_id)))


async def _keep(unit: Unit, client_id: str, **values: Any) -> None:
    unit.viewer.require(Scope.CLIENTS_ANY)
    client = await unit.entity(Client, col(Client.client_id) == client_id)
    if client is None:
        raise NotFound("No such client")
    client.sqlmodel_update({**values, "modified_at": unit.now})
    await unit.flush()
