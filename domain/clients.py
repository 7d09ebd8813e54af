"""Clients: an organization as GOFA knows it, with its name there, its secret and the modules it has enabled."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, true
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference, storable
from domain.errors import Forbidden, NotFound
from domain.listing import Aggregate, Columns
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, Viewer, ViewerKind

LIBRARY = "gofa"
"""The client under whose name the library of routines and exercises stands (contracts 4.1)."""


class Client(SQLModel, table=True):
    """`client_id` is what GOFA calls the organization.

    `cross_client`: its administrators and client tokens may act for every client.
    """

    __tablename__ = "clients"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id", unique=True)
    client_id: str = Field(unique=True)
    name: str
    secret_hash: str | None = None
    ai_training_enabled: bool = True
    cross_client: bool = False
    catalog_modified_at: datetime = instant()
    created_at: datetime = instant()
    modified_at: datetime = instant()


COLUMNS: Columns = {name: getattr(Client, name) for name in Client.model_fields if name != "secret_hash"}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """An organization sees the client it is itself."""
    if unit.viewer.kind is ViewerKind.SYSTEM:
        return true()
    return col(Client.organization_id) == unit.viewer.organization_id


CLIENTS = Aggregate("No such client", Scope.ORGANIZATIONS_READ, COLUMNS, visible_to)


async def client_named(unit: Unit, client_id: str) -> Row[Any] | None:
    if not storable(client_id):
        return None
    columns = (Client.id, Client.organization_id, Client.client_id, Client.secret_hash)
    return await unit.row(select(*columns).where(col(Client.client_id) == client_id))


async def own_client(unit: Unit) -> Row[Any]:
    """The viewer's client."""
    columns = (Client.id, Client.client_id, Client.ai_training_enabled, Client.catalog_modified_at)
    row = await unit.row(select(*columns).where(col(Client.organization_id) == unit.viewer.organization_id))
    if row is None:
        raise Forbidden("Your organization is no client of GOFA")
    return row


async def client_id_of(unit: Unit) -> str:
    """What GOFA calls the viewer's organization; refused unless AI Training is enabled there."""
    row = await own_client(unit)
    if not row.ai_training_enabled:
        raise Forbidden("AI Training module is not enabled")
    return str(row.client_id)


async def enter(unit: Unit, scope: Scope) -> None:
    """AI Training's door: who may do nothing behind it hears so first, and then whether it is open to the client."""
    unit.viewer.require(scope)
    await client_id_of(unit)


async def acting_for(unit: Unit, client_id: str) -> Viewer:
    """The viewer as it acts for this client: its own, or any with cross-client access."""
    client = await client_named(unit, client_id)
    if client is not None and client.organization_id == unit.viewer.organization_id:
        return unit.viewer
    if Scope.CLIENTS_ANY not in unit.viewer.scopes:
        raise Forbidden("Access denied")
    if client is None:
        raise NotFound("Client not found")
    return replace(unit.viewer, organization_id=client.organization_id)
