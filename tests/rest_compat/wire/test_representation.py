from datetime import UTC, datetime, timedelta, timezone

import pytest

from rest_compat.wire.representation import Representation
from tests.rest_compat.wire.asgi import client_of

pytestmark = pytest.mark.anyio

MODIFIED = datetime(2009, 6, 15, 20, 45, 30, 999_999, UTC)
DATE = "Mon, 15 Jun 2009 20:45:30 GMT"
PAGING = {"X-Pagination-Count": "53", "X-Pagination-Offset": "5", "X-Pagination-Limit": "20"}


def get(request_headers=None, /, content=None, method="GET", **options):
    app = Representation({"id": 1} if content is None else content, **{"modified": MODIFIED, **options})
    return client_of(app).request(method, "/", headers=request_headers)


def tag_of(content=None, **options):
    return Representation({"id": 1} if content is None else content, **options).headers["ETag"]


async def test_it_carries_its_validators():
    answer = await get()

    assert answer.json() == {"id": 1}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Last-Modified"] == DATE
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Vary"] == "Accept-Encoding, Accept-Language, Authorization"
    assert answer.headers["ETag"].startswith('W/"')


async def test_without_a_date_there_is_no_last_modified():
    assert "Last-Modified" not in (await get(modified=None)).headers


async def test_bytes_are_sent_as_they_are_and_nothing_is_null():
    assert (await get(content=b'{"rendered": true}')).content == b'{"rendered": true}'
    assert Representation(None).body == b"null"


async def test_dates_in_json_are_utc_with_a_z():
    assert Representation([MODIFIED.replace(microsecond=0)]).body == b'["2009-06-15T20:45:30Z"]'


async def test_headers_that_were_given_are_not_replaced():
    answer = await get(headers={"Cache-Control": "no-store", "Vary": "Origin"})

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Origin"


async def test_the_tag_changes_with_the_body_and_with_the_headers_that_belong_to_it():
    several = [
        tag_of(),
        tag_of({"id": 2}),
        tag_of(headers=PAGING),
        tag_of(headers=PAGING | {"X-Pagination-Count": "54"}),
        tag_of(headers={"Content-Language": "de"}),
        tag_of(headers={"Content-Language": "fr"}),
        tag_of(headers={"Link": '<https://api.test/>; rel="self"'}),
        tag_of(media_type="application/problem+json"),
    ]

    assert len(set(several)) == len(several)


async def test_the_tag_does_not_change_with_other_headers_or_their_order():
    assert tag_of(headers={"X-Request-Id": "1"}) == tag_of(headers={"X-Request-Id": "2"})
    assert tag_of(headers=PAGING) == tag_of(headers=dict(reversed(PAGING.items())))


@pytest.mark.parametrize("form", ["{0}", '"other", {0}', '"a,b" ,W/"c",{0}', "*", " * "])
async def test_a_matching_tag_is_not_modified(form):
    assert (await get({"If-None-Match": form.format(tag_of())})).status_code == 304


async def test_tags_are_compared_weakly():
    assert (await get({"If-None-Match": tag_of().removeprefix("W/")})).status_code == 304


async def test_tags_may_be_spread_over_several_headers():
    assert (await get([("If-None-Match", '"a"'), ("If-None-Match", tag_of())])).status_code == 304


@pytest.mark.parametrize("value", ['"other"', "", "nonsense", '"*"', '"unfinished', "*, *", '""'])
async def test_another_tag_gets_the_representation(value):
    assert (await get({"If-None-Match": value})).status_code == 200


async def test_a_tag_that_does_not_match_wins_over_a_date_that_does():
    assert (await get({"If-None-Match": '"other"', "If-Modified-Since": DATE})).status_code == 200


async def test_a_tag_that_matches_wins_over_a_date_that_does_not():
    old = "Mon, 15 Jun 1998 20:45:30 GMT"

    assert (await get({"If-None-Match": tag_of(), "If-Modified-Since": old})).status_code == 304


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (DATE, 304),
        ("Mon, 15 Jun 2009 20:45:31 GMT", 304),
        ("Mon, 15 Jun 2009 20:45:29 GMT", 200),
        ("Monday, 15-Jun-09 20:45:30 GMT", 304),
        ("Mon Jun 15 20:45:30 2009", 304),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 304),
    ],
)
async def test_a_date_is_compared_by_whole_seconds(since, status):
    assert (await get({"If-Modified-Since": since})).status_code == status


@pytest.mark.parametrize(
    "since",
    [
        "",
        "nonsense",
        "2100-01-01T00:00:00Z",
        "Fri, 01 Jan 2100 00:00:00 +0000",
        "Fri, 32 Jan 2100 00:00:00 GMT",
        "Fri, 01 Jan 2100 25:00:00 GMT",
        "Fri, 01 Jxn 2100 00:00:00 GMT",
        "Fri, 00 Jan 0000 00:00:00 GMT",
        "Mon Xyz 15 20:45:30 2009",
        f"{DATE}, {DATE}",
    ],
)
async def test_what_is_no_http_date_is_ignored(since):
    assert (await get({"If-Modified-Since": since})).status_code == 200


async def test_more_than_one_date_is_ignored():
    assert (await get([("If-Modified-Since", DATE), ("If-Modified-Since", DATE)])).status_code == 200


async def test_a_collection_does_not_trust_its_date_but_its_tag():
    assert (await get({"If-Modified-Since": DATE}, trust_date=False)).status_code == 200
    assert (await get({"If-None-Match": tag_of()}, trust_date=False)).status_code == 304


async def test_without_a_date_of_its_own_it_ignores_the_clients():
    assert (await get({"If-Modified-Since": DATE}, modified=None)).status_code == 200


async def test_dates_are_read_in_their_zone_and_as_utc_without_one():
    west = MODIFIED.astimezone(timezone(timedelta(hours=-7)))

    assert Representation(1, modified=west).headers["Last-Modified"] == DATE
    assert Representation(1, modified=MODIFIED.replace(tzinfo=None)).headers["Last-Modified"] == DATE


async def test_not_modified_keeps_what_a_cache_needs_and_nothing_about_the_body():
    link = {"Link": '<https://api.test/>; rel="first"'}
    headers = {**PAGING, **link, "Content-Language": "de", "X-Request-Id": "7"}

    answer = await get({"If-None-Match": "*"}, headers=headers)

    assert answer.status_code == 304
    assert answer.content == b""
    kept = {"etag", "last-modified", "cache-control", "vary", "link", "x-request-id", *map(str.lower, PAGING)}
    assert set(answer.headers) == kept


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_only_get_and_head_are_conditional(method):
    assert (await get({"If-None-Match": "*"}, method=method)).status_code == 200
    assert (await get({"If-None-Match": "*"}, method="HEAD")).status_code == 304


async def test_only_200_turns_into_304():
    assert (await get({"If-None-Match": "*"}, status_code=404)).status_code == 404


async def test_the_bare_answer_keeps_validators_and_location():
    bare = Representation({"id": 1}, status_code=201, headers={"Location": "https://api.test/1"}).bare(201)

    assert bare.status_code == 201
    assert bare.headers["Location"] == "https://api.test/1"
    assert bare.headers["ETag"] == tag_of()
    assert bare.headers["Content-Length"] == "0"
    assert "Content-Type" not in bare.headers
