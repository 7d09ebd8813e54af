"""Who may use the Program API: an account that administers the program which the path names."""

from dataclasses import replace

from fastapi import Request

from domain.errors import Forbidden
from domain.programs import programs
from domain.unit import Unit
from domain.viewer import PROGRAM_ADMINISTRATION, Scope, Viewer, ViewerKind
from rest_compat.pai.auth import Door, identifier

PROGRAM = "programId"


class ProgramDoor(Door):
    """Whoever comes in sees the program and nothing else: what the account may do elsewhere stays outside."""

    def admit(self, viewer: Viewer) -> Viewer:
        if Scope.PROGRAMS_WRITE not in viewer.scopes:
            raise Forbidden("The Program API is for administrators of programs")
        return replace(viewer, kind=ViewerKind.USER, scopes=PROGRAM_ADMINISTRATION)

    async def _viewer(self, unit: Unit, request: Request) -> Viewer:
        """Whether a program of others exists is not told: both are forbidden."""
        unit.viewer = await super()._viewer(unit, request)
        if not await programs.administers(unit, identifier(request.path_params[PROGRAM])):
            raise Forbidden("The account does not administer the program in the path")
        return unit.viewer
