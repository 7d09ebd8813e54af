"""Which of the library's routine templates a client has switched on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, UniqueConstraint, delete
from sqlmodel import SQLModel, col

from domain.clients import Client
from domain.columns import identifier, instant, reference
from domain.sql import select
from domain.unit import Unit


class CatalogEntry(SQLModel, table=True):
    __tablename__ = "catalog_entries"
    __table_args__ = (UniqueConstraint("organization_id", "routine_template_id"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    routine_template_id: UUID = reference("routine_templates.id")
    created_at: datetime = instant()


def enabled_in(organization_id: UUID | None) -> Select[Any]:
    """The ids of the library templates that the organization has switched on."""
    return select(CatalogEntry.routine_template_id).where(
        col(CatalogEntry.organization_id) == organization_id
    )


async def enable(unit: Unit, client: Client, template_ids: Sequence[UUID]) -> None:
    """These and no others; the client is locked by whoever loaded it, so that two lists never mix."""
    await unit.change(delete(CatalogEntry).where(col(CatalogEntry.organization_id) == client.organization_id))
    await unit.add_all(
        [
            CatalogEntry(
                organization_id=client.organization_id,
                routine_template_id=template_id,
                created_at=unit.now,
            )
            for template_id in dict.fromkeys(template_ids)
        ]
    )
    client.sqlmodel_update({"catalog_modified_at": unit.now, "modified_at": unit.now})
    await unit.flush()
