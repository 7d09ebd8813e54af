import pytest
from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse

from rest_compat.wire.methods import answer_every_method
from rest_compat.wire.representation import Representation
from tests.rest_compat.wire.asgi import client_of, sent_by

pytestmark = pytest.mark.anyio


def in_the_vendors_words(_, error):
    return JSONResponse({"errors": [{"code": error.status_code}]}, error.status_code, error.headers)


def vendor_app(*, gzip=False):
    app, router = FastAPI(), APIRouter(prefix="/users")

    @router.get("/{id}")
    async def get(id: int):
        return Representation({"id": id, "name": "x" * 2000}, headers={"X-Pagination-Count": "1"})

    @router.delete("/{id}")
    async def remove(id: int):
        return {"removed": id}

    @router.post("")
    async def add():
        raise HTTPException(405, headers={"Allow": "BREW"})

    @app.get("/stream")
    async def stream():
        return StreamingResponse(iter(["a", "b"]))

    @app.head("/own")
    async def own_head():
        return PlainTextResponse("own", headers={"X-Own": "yes"})

    @app.options("/own")
    async def own_options():
        return PlainTextResponse("own")

    app.get("/own")(lambda: None)
    app.include_router(router)
    app.mount("/mounted", PlainTextResponse("mounted", 405, {"Allow": "PURGE"}))
    app.add_exception_handler(HTTPException, in_the_vendors_words)
    if gzip:
        app.add_middleware(GZipMiddleware)
    answer_every_method(app)
    return app


async def ask(method, path, headers=None, **options):
    async with client_of(vendor_app(**options)) as client:
        return await client.request(method, path, headers=headers)


@pytest.mark.parametrize("gzip", [True, False])
async def test_head_answers_the_headers_of_get(gzip):
    head, get = await ask("HEAD", "/users/1", gzip=gzip), await ask("GET", "/users/1", gzip=gzip)

    assert head.status_code == 200
    assert head.headers == get.headers
    assert head.headers["X-Pagination-Count"] == "1"
    assert int(head.headers["Content-Length"]) > (40 if gzip else 2000)


@pytest.mark.parametrize("path", ["/users/1", "/users", "/unknown", "/stream", "/own", "/openapi.json"])
async def test_head_never_has_a_body(path):
    sent = await sent_by(vendor_app(), "HEAD", path)

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[-1]["body"] == b""


async def test_head_is_conditional_like_get():
    assert (await ask("HEAD", "/users/1", {"If-None-Match": "*"})).status_code == 304


async def test_head_keeps_the_errors_of_get():
    assert (await ask("HEAD", "/users/not-a-number")).status_code == 422
    assert (await ask("HEAD", "/unknown")).status_code == 404


async def test_head_where_there_is_no_get_is_not_allowed():
    answer = await ask("HEAD", "/users")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"


async def test_a_declared_head_or_options_is_left_alone():
    assert (await ask("HEAD", "/own")).headers["X-Own"] == "yes"
    assert (await ask("OPTIONS", "/own")).text == "own"


async def test_options_lists_what_all_routes_of_the_path_allow():
    answer = await ask("OPTIONS", "/users/1")

    assert answer.status_code == 204
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert answer.content == b""


async def test_options_on_an_unknown_path_is_the_vendors_404():
    answer = await ask("OPTIONS", "/unknown")

    assert answer.json() == {"errors": [{"code": 404}]}
    assert "Allow" not in answer.headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST", "BREW"])
async def test_a_405_has_a_complete_allow_and_the_vendors_own_body(method):
    answer = await ask(method, "/users/1")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert answer.json() == {"errors": [{"code": 405}]}


async def test_a_405_that_an_endpoint_raises_keeps_its_own_allow():
    assert (await ask("POST", "/users")).headers["Allow"] == "BREW"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
async def test_a_mounted_app_answers_for_itself(method):
    answer = await ask(method, "/mounted/x")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "PURGE"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/users/1/", "/users/", "/stream/"])
async def test_a_trailing_slash_never_redirects(method, path):
    assert (await ask(method, path)).status_code == 404


async def test_other_protocols_pass():
    sent = []

    async def receive():
        return {"type": "lifespan.startup" if not sent else "lifespan.shutdown"}

    async def send(message):
        sent.append(message["type"])

    await vendor_app()({"type": "lifespan", "state": {}}, receive, send)

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
