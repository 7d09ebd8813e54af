"""A partner's ping: files it has for users it is linked to; what cannot be taken is refused file by file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import col

from domain import fit_files
from domain.announcing import Announcement, announce_all
from domain.fetching import FetchError, FetchPolicy, check_url
from domain.fit_files import FitFile
from domain.identity.partner_users import PartnerUser
from domain.identity.partners import known_user, linked_users, partner_of
from domain.ingestion import policy_of
from domain.listing import Listing, Page, page_of
from domain.raw_files import keep_all
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope

UNKNOWN_USER = "No user with this id is connected to the partner"


@dataclass(frozen=True)
class Ping:
    """`sha256`: of the content."""

    index: int
    external_user_id: str
    source: str
    summary_id: str
    activity_name: str | None
    started_at: datetime
    url: str | None
    content: bytes | None
    sha256: str | None
    overwrite: bool
    at_once: bool


@dataclass(frozen=True)
class Rejected:
    """A file that was not taken: which of the ping's it is, a code, and what to change."""

    index: int
    summary_id: str
    code: str
    message: str


async def receive(unit: Unit, files: Sequence[Ping | Rejected]) -> list[Rejected]:
    """Store the good ones, all in one commit; the refused ones come back, in the order of the ping.

    Links to users, contents, files: in this order (ADR 0025).
    """
    unit.viewer.require(Scope.IMPORTS_WRITE)
    partner = await partner_of(unit)
    judged = [_judged(file, policy_of(unit.settings, partner.callback_hosts)) for file in files]
    rejected = [file for file in judged if isinstance(file, Rejected)]
    good = [file for file in judged if isinstance(file, Ping)]
    meant = await linked_users(unit, {file.external_user_id for file in good})
    taken = [(meant[file.external_user_id], file) for file in good if file.external_user_id in meant]
    unknown = [file for file in good if file.external_user_id not in meant]
    rejected += [Rejected(f.index, f.summary_id, "unknown_user", UNKNOWN_USER) for f in unknown]
    await keep_all(unit, {f.sha256: f.content for _, f in taken if f.sha256 and f.content is not None})
    await announce_all(
        unit,
        [
            _announcement(file, partner.partner_id, user_id, partner.organization_id)
            for user_id, file in taken
        ],
    )
    return sorted(rejected, key=lambda r: r.index)


async def list_files(unit: Unit, external_user_id: str | None, listing: Listing) -> Page:
    """The files that the viewing partner announced, of one user or of all, each with what it calls the user."""
    unit.viewer.require(Scope.IMPORTS_READ)
    partner = await partner_of(unit)
    name = (
        select(func.min(PartnerUser.external_id))
        .where(col(PartnerUser.partner_id) == partner.id, col(PartnerUser.user_id) == col(FitFile.user_id))
        .correlate(FitFile)
        .scalar_subquery()
    )
    own = fit_files.visible_to(unit)
    if external_user_id is not None:
        user_id = await known_user(unit, external_user_id)
        own = and_(own, col(FitFile.user_id) == user_id)
    return await page_of(unit, {**fit_files.COLUMNS, "external_user_id": name}, own, listing)


def _judged(file: Ping | Rejected, policy: FetchPolicy) -> Ping | Rejected:
    """A URL that may never be fetched is known at once; the worker that fetches judges again."""
    if isinstance(file, Rejected) or file.url is None:
        return file
    try:
        check_url(file.url, policy)
    except FetchError as error:
        return Rejected(file.index, file.summary_id, error.code, error.message)
    return file


def _announcement(file: Ping, partner_id: str, user_id: UUID, organization_id: UUID) -> Announcement:
    return Announcement(
        user_id=user_id,
        organization_id=organization_id,
        origin=partner_id,
        source=file.source,
        summary_id=file.summary_id,
        activity_name=file.activity_name,
        started_at=file.started_at,
        url=file.url,
        sha256=file.sha256,
        overwrite=file.overwrite,
        at_once=file.at_once,
    )
