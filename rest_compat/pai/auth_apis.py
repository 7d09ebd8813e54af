"""PAI Global and Open API: sign in, register, confirm an e-mail address, reset a password; none asks for a token."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from domain.errors import DomainError
from domain.fields import Fields
from domain.identity import registration
from domain.identity.mailed_tokens import Purpose
from domain.identity.registration import NewPasswordFields, RegistrationFields, WhoseFields
from domain.languages import in_language
from domain.sentences import said
from rest_compat.guessing import admit_mail, admit_stranger
from rest_compat.pai import documentation, oauth
from rest_compat.pai.admin.views import ACCOUNT
from rest_compat.pai.bodies import read_object, wants_resource
from rest_compat.pai.errors import tongue_of
from rest_compat.pai.user import DOOR
from rest_compat.pai.views import HREF, View
from rest_compat.serving import store_of
from rest_compat.wire.limits import address_of
from rest_compat.wire.links import address
from rest_compat.wire.prefixed import PrefixedRouter
from rest_compat.wire.representation import Representation

NO_STORE = {"Cache-Control": "no-store"}
UNDER_WAY = said("If there is such an account, a mail is on its way to its e-mail address")
SENT = View(
    {
        "organizationId": "organization_id",
        "clientId": "client_id",
        "firstName": "first_name",
        "lastName": "last_name",
        "dateOfBirth": "date_of_birth",
        "phoneNumber": "phone_number",
    },
    path="",
)
"""How the bodies spell what they hold; what is not named here is spelled alike."""


async def register(request: Request) -> Response:
    """Register an account, which can be signed in to once its e-mail address is confirmed."""
    values = await _values(request, RegistrationFields)
    await admit_mail(request, values["organization_id"], values["email"])
    try:
        account = await registration.register(store_of(request), values)
    except DomainError as error:
        raise SENT.spelled(error) from None
    base = address(request.scope).replace(query="", fragment="")
    prefix = DOOR.prefixes[0].format(organizationId=account.organization_id)
    href = str(base.replace(path=f"{prefix}/account"))
    shown = ACCOUNT.shown(account, ACCOUNT.names, "") | {HREF: href}
    answer = Representation(
        shown, modified=account.modified_at, status_code=201, headers=NO_STORE | {"Location": href}
    )
    return answer if wants_resource(request) else answer.bare(201)


async def ask_for_new_password(request: Request) -> Response:
    """Ask for a mail with which a new password can be set."""
    return await _asked(request, Purpose.PASSWORD_RESET)


async def set_new_password(request: Request) -> Response:
    """Set a new password with the token of a mail; whoever is signed in is signed out."""
    values = await _values(request, NewPasswordFields)
    token, whence = request.path_params["token"], address_of(request.scope)
    await registration.set_password(store_of(request), token, values["password"], whence)
    return Response(status_code=204, headers=NO_STORE)


async def ask_for_confirmation(request: Request) -> Response:
    """Ask for the confirmation mail again."""
    return await _asked(request, Purpose.CONFIRMATION)


async def confirm(request: Request) -> Response:
    """Confirm an account's e-mail address with the token of a mail."""
    await admit_stranger(request)
    await registration.confirm(store_of(request), request.path_params["token"])
    return Response(status_code=204, headers=NO_STORE)


async def _asked(request: Request, purpose: Purpose) -> Response:
    values = await _values(request, WhoseFields)
    await admit_mail(request, values["organization_id"], values["username"])
    await registration.ask_for(store_of(request), purpose, values)
    tongue = tongue_of(request)
    body = {"message": in_language(UNDER_WAY, tongue)}
    return JSONResponse(body, 202, NO_STORE | {"Content-Language": tongue})


async def _values(request: Request, fields: type[Fields]) -> dict[str, Any]:
    await admit_stranger(request)
    try:
        return fields.whole(SENT.read(await read_object(request), fields, whole=False))
    except DomainError as error:
        raise SENT.spelled(error) from None


def _router(api: str, sign_in: Any, prefixes: Sequence[str], *, confirms: bool) -> APIRouter:
    router = PrefixedRouter(prefixes)
    routes: list[tuple[str, str, Any, type[Fields] | None, int]] = [
        ("POST", "/registration", register, RegistrationFields, 201),
        ("POST", "/passwordreset", ask_for_new_password, WhoseFields, 202),
        ("PUT", "/passwordreset/{token}", set_new_password, NewPasswordFields, 204),
    ]
    if confirms:
        routes += [
            ("POST", "/confirmation", ask_for_confirmation, WhoseFields, 202),
            ("PUT", "/confirmation/{token}", confirm, None, 204),
        ]
    router.add_api_route(
        "/oauth",
        sign_in,
        methods=["POST"],
        **documentation.of_auth(api, sign_in, "/oauth", oauth.FORM_BODY, 200),
    )
    for method, path, serve, fields, status in routes:
        body = documentation.json_body(SENT, fields) if fields else None
        described = documentation.of_auth(api, serve, path, body, status)
        router.add_api_route(path, serve, methods=[method], **described)
    return router


GLOBAL_PREFIXES, OPEN_PREFIXES = ("/api/v2/auth",), ("/api/v2/open/auth", "/open/api/v2/auth")
GLOBAL = _router("Global", oauth.global_oauth, GLOBAL_PREFIXES, confirms=False)
OPEN = _router("Open", oauth.oauth, OPEN_PREFIXES, confirms=True)
ROUTERS = dict.fromkeys(GLOBAL_PREFIXES, GLOBAL) | dict.fromkeys(OPEN_PREFIXES, OPEN)
