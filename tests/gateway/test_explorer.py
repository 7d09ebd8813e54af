"""The explorer page: what it may load, what it escapes, and how its files are served."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from gateway.explorer import Example, ExplorerConfig, Principal, RestCall, assets, page

pytestmark = pytest.mark.anyio

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028 '\""
CONFIG = ExplorerConfig(
    endpoint=HOSTILE,
    examples=(Example(HOSTILE, "query Users { users { id } }", {HOSTILE: 1}, HOSTILE),),
    principals=(Principal(HOSTILE, HOSTILE, HOSTILE, partner_id=HOSTILE),),
    rest_calls=(RestCall(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def built(tmp_path):
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / "explorer-1A2B.js").write_text("run()")
    (folder / "explorer-3C4D.css").write_text("body {}")
    (folder / "manifest.json").write_text('{"script": "explorer-1A2B.js", "style": "explorer-3C4D.css"}')
    (tmp_path / "__init__.py").write_text("secret = 1")
    return folder


@pytest.fixture
async def client(built):
    async def graphql(_: Request) -> Response:
        html, headers = page(CONFIG, built)
        return Response(html, headers=headers)

    app = Starlette(routes=[Route("/graphql", graphql), Mount("/explorer", assets(built))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://explorer") as client:
        yield client


class Scripts(HTMLParser):
    """Every script of a page: its attributes and the text in it."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.found.append((dict(attrs), ""))

    def handle_data(self, data):
        if self.lasttag == "script" and data.strip() and self.found and not self.found[-1][1]:
            self.found[-1] = (self.found[-1][0], data)


def policy_of(headers):
    directives = (part.split() for part in headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


async def test_hostile_words_stay_data(client):
    answer = await client.get("/graphql")

    (block, text), *others = Scripts(answer.text).found

    assert block == {"type": "application/json", "id": "explorer-config"}
    assert "alert" not in answer.text.replace(text, "")
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {
        "endpoint": HOSTILE,
        "examples": [
            {
                "title": HOSTILE,
                "query": "query Users { users { id } }",
                "variables": {HOSTILE: 1},
                "audience": HOSTILE,
            }
        ],
        "principals": [{"name": HOSTILE, "description": HOSTILE, "token": HOSTILE, "partnerId": HOSTILE}],
        "restCalls": [dict.fromkeys(("field", "api", "call", "title", "curl", "query"), HOSTILE)],
    }
    assert [attributes for attributes, _ in others] == [
        {"type": "module", "src": "/explorer/explorer-1A2B.js"}
    ]


def test_the_place_of_the_files_is_escaped(built):
    html, _ = page(ExplorerConfig(assets_url='"><script>'), built)

    assert '"><script>' not in html


async def test_the_built_page_may_load_from_its_own_origin_only(client):
    answer = await client.get("/graphql")

    policy = policy_of(answer.headers)

    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["worker-src"] == policy["connect-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert not re.search("https?:", answer.headers["Content-Security-Policy"])
    assert not re.search("(src|href)=.?https?:", answer.text)
    assert "make explorer" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_page_not_built_says_so_and_pins_its_public_copy(tmp_path):
    html, headers = page(ExplorerConfig(), tmp_path)

    policy = policy_of(headers)
    foreign = [attributes for attributes, _ in Scripts(html).found if "integrity" in attributes]

    assert "Run <code>make explorer</code>" in html
    assert policy["script-src"] == ["'self'", *(script["src"] for script in foreign)]
    assert len(foreign) == 3
    assert all(re.search(r"@\d+\.\d+\.\d+/", script["src"]) for script in foreign)
    assert all(re.fullmatch("sha384-[A-Za-z0-9+/]{64}", script["integrity"]) for script in foreign)
    assert "'unsafe-inline'" not in policy["script-src"]


async def test_built_files_are_kept_for_good(client):
    answer = await client.get("/explorer/explorer-1A2B.js")

    assert answer.status_code == 200
    assert answer.text == "run()"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_our_own_sources_are_asked_for_anew_and_may_be_unchanged(client):
    first = await client.get("/explorer/src/public.js")

    second = await client.get("/explorer/src/public.js", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    assert second.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/explorer/../__init__.py",
        "/explorer/%2e%2e/__init__.py",
        "/explorer/..%2f__init__.py",
        "/explorer/%2e%2e%2f__init__.py",
        "/explorer/..%5c__init__.py",
        "/explorer/%252e%252e/__init__.py",
        "/explorer/src/../../__init__.py",
        "/explorer/src/%2e%2e/__init__.py",
        "/explorer/src/..%2f__init__.py",
        "/explorer/src/..%2fpage.html",
        "/explorer//etc/passwd",
        "/explorer/%2fetc/passwd",
        "/explorer/",
        "/explorer/src/",
        "/explorer/absent.js",
        "/explorer/explorer-1A2B.js%00",
    ],
)
async def test_nothing_but_the_files_of_the_page_is_served(built, path):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    app = Starlette(routes=[Mount("/explorer", assets(built))])
    # httpx would tidy the path up: what a server hands over is the path as sent, unquoted once
    scope = {"type": "http", "method": "GET", "path": unquote(path), "headers": [], "query_string": b""}
    await app(scope, receive, send)

    assert sent[0]["status"] == 404


async def test_a_missing_file_is_not_remembered(client):
    answer = await client.get("/explorer/absent-0000.js")

    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


async def test_without_a_built_copy_its_files_are_absent(tmp_path):
    app = assets(tmp_path / "never")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://explorer") as client:
        assert (await client.get("/explorer.js")).status_code == 404
        assert (await client.get("/src/page.css")).status_code == 200
