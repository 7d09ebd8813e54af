"""The catalogue of a client: which of the library's routine templates its users may be given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from domain.clients import Client, own_client
from domain.errors import Detail, Invalid, NotFound
from domain.routines.catalog_entries import CatalogEntry, enable
from domain.routines.templates import IN_LIBRARY, RoutineTemplate
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope


@dataclass(frozen=True)
class Catalogue:
    client_id: str
    enabled: tuple[UUID, ...]
    modified_at: datetime


async def get_catalogue(unit: Unit) -> Catalogue:
    """In the order of the templates' names."""
    unit.viewer.require(Scope.ROUTINES_AUTHOR)
    client = await own_client(unit)
    rows = await unit.rows(
        select(RoutineTemplate.id)
        .join(CatalogEntry, col(CatalogEntry.routine_template_id) == col(RoutineTemplate.id))
        .where(IN_LIBRARY, col(CatalogEntry.organization_id) == unit.viewer.organization_id)
        .order_by(col(RoutineTemplate.name), col(RoutineTemplate.id))
    )
    return Catalogue(client.client_id, tuple(row.id for row in rows), client.catalog_modified_at)


async def change_catalogue(unit: Unit, template_ids: Sequence[UUID]) -> None:
    """These of the library and no others; an id that is not the library's refuses the whole change."""
    unit.viewer.require(Scope.ROUTINES_AUTHOR)
    client = await unit.entity(Client, col(Client.organization_id) == unit.viewer.organization_id)
    if client is None:
        raise NotFound("Client not found")
    known = {row.id for row in await unit.rows(select(RoutineTemplate.id).where(IN_LIBRARY))}
    if unknown := [index for index, template_id in enumerate(template_ids) if template_id not in known]:
        raise not_in_library(unknown)
    await enable(unit, client, template_ids)


def not_in_library(places: Iterable[int]) -> Invalid:
    """The refusal of a choice, for what stands at these places of it."""
    field = "enabledLibraryTemplateIds"
    details = [Detail("is no template of the GOFA library", field, index=place) for place in places]
    return Invalid(f"{field} names templates that the library does not have", *details)
