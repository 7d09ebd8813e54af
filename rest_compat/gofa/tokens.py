"""The sign-in routes: custom tokens for apps that open the play page, and client tokens for clients' servers."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from domain.errors import Invalid
from domain.identity import firebase_sign_in
from domain.identity.firebase_sign_in import Profile
from rest_compat.gofa.auth import keys_of
from rest_compat.gofa.bodies import LongText, Sent, Text, read
from rest_compat.guessing import admit_sign_in, admit_stranger
from rest_compat.serving import store_of
from rest_compat.wire.credentials import bearer
from rest_compat.wire.limits import address_of

NO_STORE = {"Cache-Control": "no-store"}

router = APIRouter()


class Exchange(Sent):
    id_token: LongText | None = None


class Password(Sent):
    client_id: Text | None = None
    email: Text | None = None
    password: LongText | None = None


class CustomSignIn(Sent):
    custom_token: LongText


class Link(Sent):
    client_id: Text
    id_token: LongText


class ClientSecret(Sent):
    client_id: Text
    client_secret: LongText


@router.post("/api/auth/exchange-token")
async def exchange_token(request: Request) -> JSONResponse:
    """The ID token as Bearer, or as `idToken` in the body."""
    id_token = bearer(request.headers)
    if id_token is None:
        id_token = (await read(request, Exchange)).id_token
    token = await firebase_sign_in.exchange(store_of(request), keys_of(request), id_token)
    return JSONResponse({"customToken": token}, headers=NO_STORE)


@router.post("/api/auth/custom-token")
async def custom_token(request: Request) -> JSONResponse:
    sent = await read(request, Password)
    if not sent.client_id:
        raise Invalid("Missing clientId")
    if not sent.email or not sent.password:
        raise Invalid("Missing email or password")
    await admit_stranger(request)
    store = store_of(request)
    asked = await firebase_sign_in.asked_for(store, sent.client_id, sent.email)
    await admit_sign_in(request, asked.organization, asked.name)
    token, profile = await firebase_sign_in.by_password(
        store, asked, sent.password, address_of(request.scope)
    )
    return JSONResponse({"customToken": token, "user": _user(profile)}, headers=NO_STORE)


@router.post("/api/auth/sign-in-with-custom-token")
async def sign_in_with_custom_token(request: Request) -> JSONResponse:
    """What Firebase's own client does elsewhere: an ID token for a custom token, which is used up."""
    sent = await read(request, CustomSignIn)
    session = await firebase_sign_in.by_custom_token(store_of(request), sent.custom_token)
    return JSONResponse({"idToken": session.id_token, "expiresIn": session.expires_in}, headers=NO_STORE)


@router.post("/api/auth/set-claims")
async def set_claims(request: Request) -> JSONResponse:
    sent = await read(request, Link)
    profile = await firebase_sign_in.link(store_of(request), keys_of(request), sent.client_id, sent.id_token)
    claims = {"clientId": sent.client_id, "roles": list(profile.roles)}
    return JSONResponse({"success": True, "claims": claims, "user": _user(profile)}, headers=NO_STORE)


@router.post("/api/client/token", include_in_schema=False)
@router.post("/api/client/token/")
async def client_token(request: Request) -> JSONResponse:
    """By address only: nobody guesses 256 bits, but anybody could use up a client's tries."""
    sent = await read(request, ClientSecret)
    await admit_stranger(request)
    token = await firebase_sign_in.client_token(store_of(request), sent.client_id, sent.client_secret)
    return JSONResponse({"token": token}, headers=NO_STORE)


def _user(profile: Profile) -> dict[str, Any]:
    return {
        "uid": str(profile.uid),
        "email": profile.email,
        "displayName": profile.name,
        "photoURL": None,
        "emailVerified": profile.email_verified,
        "disabled": False,
    }
