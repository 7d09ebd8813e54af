"""The end of an import: exactly once, with its totals, and everybody who asked is told."""

from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col

from domain import plans
from domain.events import EventKind, publish
from domain.fit_files import FitFile, FitFileState, on_its_way
from domain.identity.partner_settings import signing_secret
from domain.identity.partners import Partner
from domain.imports.tables import BulkImport, ImportEvent, ImportState, PlanAfterImport
from domain.news import Subject, Topic
from domain.sql import select
from domain.unit import Unit
from domain.webhooks.deliveries import deliver

KIND = EventKind.IMPORT_COMPLETED


async def complete(unit: Unit, bulk_import_id: UUID) -> None:
    """Complete it if it runs and no file of it is on its way. Its row is locked: of two that come, one does it."""
    bulk = await unit.entity(
        BulkImport, col(BulkImport.id) == bulk_import_id, col(BulkImport.state) == ImportState.RUNNING
    )
    if bulk is None or await on_its_way(unit, bulk_import_id):
        return
    bulk.sqlmodel_update(
        {
            **await _totals(unit, bulk_import_id),
            "state": ImportState.COMPLETE,
            "finished_at": unit.now,
            "modified_at": unit.now,
        }
    )
    unit.tell(Topic(Subject.IMPORT, bulk.id))
    await unit.flush()
    await _publish(unit, bulk)
    await _notify(unit, bulk)
    if bulk.is_initial_import:
        await unit.later(PlanAfterImport(bulk.id), organization_id=bulk.organization_id)


async def plan(unit: Unit, bulk_import_id: UUID) -> None:
    """Request the training plan that a first import is followed by."""
    user_id = await unit.value(select(BulkImport.user_id).where(col(BulkImport.id) == bulk_import_id))
    if user_id is not None:
        await plans.request_plan(unit, user_id, bulk_import_id=bulk_import_id)


async def _totals(unit: Unit, bulk_import_id: UUID) -> dict[str, Any]:
    mine = col(FitFile.bulk_import_id) == bulk_import_id
    imported = await unit.value(
        select(func.count()).select_from(FitFile).where(mine, col(FitFile.state) == FitFileState.INGESTED)
    )
    failed = await unit.rows(
        select(FitFile.summary_id, FitFile.problem_code)
        .where(mine, col(FitFile.state) == FitFileState.FAILED)
        .order_by(col(FitFile.summary_id), col(FitFile.id))
    )
    return {
        "files_total": imported + len(failed),
        "files_imported": imported,
        "files_failed": len(failed),
        "failures": [{"summary_id": row.summary_id, "error": row.problem_code} for row in failed],
    }


async def _publish(unit: Unit, bulk: BulkImport) -> None:
    figures = ("source", "is_initial_import", "files_total", "files_imported", "files_failed")
    await publish(
        unit,
        KIND,
        organization_id=bulk.organization_id,
        user_id=bulk.user_id,
        subject_id=bulk.id,
        data={name: getattr(bulk, name) for name in figures},
    )


async def _notify(unit: Unit, bulk: BulkImport) -> None:
    """Call the partner's event_url, once for each event_id it sent; not one that was switched off since."""
    partner = await unit.row(
        select(Partner.id, Partner.auth_key_hash, Partner.event_url).where(
            col(Partner.id) == bulk.partner_id, col(Partner.active), col(Partner.event_url).is_not(None)
        )
    )
    if partner is None:
        return
    secret = signing_secret(unit, partner.id, partner.auth_key_hash)
    events = select(ImportEvent.id, ImportEvent.event_id).where(col(ImportEvent.bulk_import_id) == bulk.id)
    for event in await unit.rows(events.order_by(col(ImportEvent.event_id))):
        delivery_id = await deliver(
            unit,
            organization_id=bulk.organization_id,
            url=partner.event_url,
            secret=secret,
            kind=KIND,
            payload=notice_of(bulk, event.event_id),
        )
        told = update(ImportEvent).where(col(ImportEvent.id) == event.id).values(delivery_id=delivery_id)
        await unit.change(told)


def notice_of(bulk: BulkImport, event_id: str) -> dict[str, Any]:
    """What a partner is told when its import is complete (contracts 3.3)."""
    assert bulk.finished_at is not None, "only a complete import is told of"  # noqa: S101
    return {
        "event_id": event_id,
        "user_id": bulk.external_user_id,
        "source": bulk.source,
        "status": bulk.state,
        "is_initial_import": bulk.is_initial_import,
        "files_total": bulk.files_total,
        "files_imported": bulk.files_imported,
        "files_failed": bulk.files_failed,
        "failed": bulk.failures,
        "finished_at": bulk.finished_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
