"""Who answers which path; each app is a few lines that say their name."""

import httpx
import pytest
from starlette.responses import PlainTextResponse

from rest_compat.surfaces import Surfaces

pytestmark = pytest.mark.anyio


@pytest.fixture
def answered_by():
    surfaces = Surfaces(
        {
            "/api/v2": PlainTextResponse("pai"),
            "/api/v2/open": PlainTextResponse("open"),
            "/api/fit_partner_ping": PlainTextResponse("aiendurance"),
        },
        otherwise=PlainTextResponse("our own"),
    )

    async def ask(path, method="GET"):
        transport = httpx.ASGITransport(surfaces)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
            return (await client.request(method, path)).text

    return ask


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v2", "pai"),
        ("/api/v2/", "pai"),
        ("/api/v2/admin/organizations", "pai"),
        ("/api/v2?next=/api/fit_partner_ping", "pai"),
        ("/api/fit_partner_ping", "aiendurance"),
        ("/api/fit_partner_ping/", "aiendurance"),
        ("/api/fit_partner_ping/x/y", "aiendurance"),
    ],
)
async def test_a_prefix_answers_itself_and_all_below_it(answered_by, path, name):
    assert await answered_by(path) == name


@pytest.mark.parametrize("path", ["/api/v2x", "/api/v20", "/api/v2.json", "/api/fit_partner_pings/"])
async def test_a_prefix_is_whole_segments(answered_by, path):
    assert await answered_by(path) == "our own"


@pytest.mark.parametrize("path", ["/", "/api", "/api/", "/graphql", "/x/api/v2", "//api/v2", "/API/v2"])
async def test_everything_else_is_our_own(answered_by, path):
    assert await answered_by(f"http://gateway.test{path}") == "our own"


@pytest.mark.parametrize("path", ["/api/v2/open", "/api/v2/open/auth"])
async def test_the_longest_prefix_decides(answered_by, path):
    assert await answered_by(path) == "open"
    assert await answered_by("/api/v2/opening") == "pai"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "DELETE"])
async def test_the_method_does_not_matter(answered_by, method):
    assert await answered_by("/api/v2/x", method) == ("" if method == "HEAD" else "pai")


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
async def test_what_is_no_request_is_our_own(kind):
    seen = []

    async def own(scope, _receive, _send):
        seen.append(scope["type"])

    surfaces = Surfaces({"/api/v2": PlainTextResponse("pai")}, otherwise=own)
    await surfaces({"type": kind, "path": "/api/v2"}, None, None)

    assert seen == [kind]
