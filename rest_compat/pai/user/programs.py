"""Invitations to programs in the User API: whoever was invited accepts, declines, or leaves the program again."""

from fastapi import APIRouter

from domain.programs import accepting
from rest_compat.pai.auth import Door
from rest_compat.pai.program.views import OWN_INVITATION
from rest_compat.pai.resources import resource


def add_invitations(router: APIRouter, door: Door) -> None:
    """Leaving is DELETE of the accepted invitation: nothing else of a program is the user's (ADR 0021)."""
    resource(
        router,
        door,
        "/programinvitations",
        "program invitation",
        OWN_INVITATION,
        item="/{invitationId}",
        many=accepting.list_own_invitations,
        one=accepting.get_own_invitation,
        add=accepting.accept,
        remove=accepting.decline_or_leave,
        writes=accepting.AcceptanceFields,
    )
