import pytest
from fastapi import APIRouter, FastAPI

from rest_compat.wire.methods import answer_every_method
from rest_compat.wire.prefixed import PrefixedRouter
from tests.rest_compat.wire.asgi import client_of

pytestmark = pytest.mark.anyio

COLOURS = ("/api/colours/{shade}", "/colours/api/{shade}")
SHAPES = ("/api/shapes",)


@pytest.fixture
async def client():
    app = FastAPI()
    answer_every_method(app)
    for prefixes in (COLOURS, SHAPES):
        router = PrefixedRouter(prefixes)

        @router.get("/{name}")
        async def get(name: str, shade: str = "", prefixes=prefixes):
            return [prefixes[0], shade, name]

        for prefix in prefixes:
            app.include_router(router, prefix=prefix)
    async with client_of(app) as client:
        yield client


async def test_every_prefix_is_served_by_its_own_router(client):
    answers = [(await client.get(path)).json() for path in ("/api/colours/dark/red", "/colours/api/dark/red")]

    assert answers == [[COLOURS[0], "dark", "red"]] * 2
    assert (await client.get("/api/shapes/round")).json() == [SHAPES[0], "", "round"]


async def test_what_begins_otherwise_is_not_there_and_other_methods_are_told_apart(client):
    assert (await client.get("/api/sizes/large")).status_code == 404
    assert (await client.get("/api/shapes/round/red")).status_code == 404
    refused = await client.post("/api/shapes/round")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


async def test_no_route_of_another_prefix_is_compared_with_a_path(client, monkeypatch):
    compared = []
    usual = APIRouter.matches
    monkeypatch.setattr(APIRouter, "matches", lambda self, scope: compared.append(self) or usual(self, scope))

    await client.get("/api/shapes/round")

    assert len(compared) == 1
