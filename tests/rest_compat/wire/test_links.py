from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse

from rest_compat.wire.links import address, link_header, page_links, page_starts
from tests.rest_compat.wire.asgi import client_of

pytestmark = pytest.mark.anyio

HERE = "https://api.test/users?sort=-lastName&q=a%3D1+AND+b%3D2&offset=5&limit=20&fields=a&fields=b"


async def echo_address(scope, receive, send):
    await PlainTextResponse(str(address(scope)))(scope, receive, send)


@pytest.mark.parametrize(
    ("offset", "limit", "total", "starts"),
    [
        (0, 20, 53, {"first": 0, "next": 20, "last": 40}),
        (20, 20, 53, {"first": 0, "prev": 0, "next": 40, "last": 40}),
        (40, 20, 53, {"first": 0, "prev": 20, "last": 40}),
        (0, 20, 40, {"first": 0, "next": 20, "last": 20}),
        (0, 20, 20, {"first": 0, "last": 0}),
        (0, 20, 1, {"first": 0, "last": 0}),
    ],
)
def test_aligned_pages_are_linked(offset, limit, total, starts):
    assert page_starts(offset, limit, total) == starts


def test_walking_next_from_the_unaligned_offset_of_the_vendors_example_ends_at_last():
    assert page_starts(5, 20, 53) == {"first": 0, "prev": 0, "next": 25, "last": 45}
    assert page_starts(25, 20, 53) == {"first": 0, "prev": 5, "next": 45, "last": 45}
    assert page_starts(45, 20, 53) == {"first": 0, "prev": 25, "last": 45}


@pytest.mark.parametrize("offset", [0, 5, 100])
def test_an_empty_collection_has_first_and_last_only(offset):
    assert page_starts(offset, 20, 0) == {"first": 0, "last": 0}


def test_past_the_end_there_is_no_next_and_prev_leads_back_to_what_there_is():
    assert page_starts(100, 20, 53) == {"first": 0, "prev": 40, "last": 40}
    assert page_starts(105, 20, 53) == {"first": 0, "prev": 45, "last": 45}
    assert page_starts(25, 20, 3) == {"first": 0, "prev": 0, "last": 0}


@given(st.integers(0, 300), st.integers(1, 50), st.integers(0, 300))
def test_following_next_ends_at_last_and_leaves_nothing_out(offset, limit, total):
    at = offset
    while "next" in (starts := page_starts(at, limit, total)):
        assert starts["next"] == at + limit
        assert starts["last"] == page_starts(offset, limit, total)["last"]
        at = starts["next"]

    assert offset >= total or at == starts["last"]
    assert starts["last"] < max(total, 1)


def test_filters_and_sorting_are_carried_along():
    target = page_links(HERE, offset=5, limit=20, total=53)["next"]

    assert parse_qsl(urlsplit(target).query) == [
        ("sort", "-lastName"),
        ("q", "a=1 AND b=2"),
        ("fields", "a"),
        ("fields", "b"),
        ("offset", "25"),
        ("limit", "20"),
    ]


def test_the_header_lists_pages_and_related_links():
    pages = page_links("https://api.test/users", offset=0, limit=20, total=0)

    assert link_header({"collection": "https://api.test/o/1", **pages}) == (
        '<https://api.test/o/1>; rel="collection", '
        '<https://api.test/users?offset=0&limit=20>; rel="first", '
        '<https://api.test/users?offset=0&limit=20>; rel="last"'
    )


@given(st.text())
def test_no_address_can_end_its_brackets_or_the_line(text):
    header = link_header({"self": f"https://api.test/{text}"})

    address_part = header.removeprefix("<").removesuffix('>; rel="self"')
    assert not set(address_part) & set('<>" \r\n\t\\^`{|}')
    assert header.isascii()
    assert header.isprintable()


@pytest.mark.parametrize("name", ["", "Next", 'x"; rel="y', "a b", "é", "a\n"])
def test_a_relation_is_a_plain_name(name):
    with pytest.raises(ValueError, match="relation"):
        link_header({name: "https://api.test/"})


async def test_the_address_is_fully_qualified():
    async with client_of(echo_address) as client:
        assert (await client.get("/a/b?x=1&y=a%20b")).text == "https://api.test/a/b?x=1&y=a%20b"


async def test_the_address_survives_hostile_paths_queries_and_hosts():
    path = "/a>%0d%0aSet-Cookie:%20x=1,%3Cb"
    async with client_of(echo_address) as client:
        answer = await client.get(path, headers={"Host": 'evil>; rel="next'})

    assert answer.text.startswith("https://api.test:")
    assert answer.text.endswith("/a%3E%0D%0ASet-Cookie:%20x=1,%3Cb")


def test_raw_bytes_in_the_query_are_escaped():
    scope = {
        "type": "http",
        "scheme": "https",
        "path": "/a",
        "query_string": b"q=\xff<>%20",
        "headers": [(b"host", b"api.test:8443")],
    }

    assert str(address(scope)) == "https://api.test:8443/a?q=%FF%3C%3E%20"
