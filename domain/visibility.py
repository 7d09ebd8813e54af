"""Whose data a viewer may see; every aggregate's `visible_to` is built from this one rule."""

from typing import Any

from sqlalchemy import ColumnElement, false, true
from sqlmodel import col

from domain.identity.partner_users import PartnerUser
from domain.sql import select
from domain.unit import Unit
from domain.viewer import ViewerKind


def of_users(unit: Unit, *, organization: Any, user: Any) -> ColumnElement[bool]:
    """Rows that belong to a user: administrators see their organization's, users their own, partners their users'."""
    viewer = unit.viewer
    match viewer.kind:
        case ViewerKind.SYSTEM:
            return true()
        case ViewerKind.ADMINISTRATOR:
            return organization == viewer.organization_id  # type: ignore[no-any-return]
        case ViewerKind.USER:
            return user == viewer.user_id  # type: ignore[no-any-return]
        case ViewerKind.PARTNER:
            linked = select(PartnerUser.user_id).where(col(PartnerUser.partner_id) == viewer.partner_id)
            return user.in_(linked)  # type: ignore[no-any-return]
        case _:
            return false()


def of_organizations(unit: Unit, *, organization: Any) -> ColumnElement[bool]:
    """Rows that belong to an organization as a whole: its administrators see them, and nobody else.

    What belongs to no organization serves all, and is the operator's.
    """
    viewer = unit.viewer
    match viewer.kind:
        case ViewerKind.SYSTEM:
            return true()
        case ViewerKind.ADMINISTRATOR if viewer.organization_id:
            return organization == viewer.organization_id  # type: ignore[no-any-return]
        case _:
            return false()
