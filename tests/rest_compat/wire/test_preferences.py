import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest_compat.wire.preferences import coding, language, media_type, weights

OFFERED = ("en", "de", "zh-Hant")


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("de", "de"),
        ("DE-at", "de"),
        ("fr, de;q=0.1", "de"),
        ("de;q=0.3, en;q=0.4", "en"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh", "en"),
        ("de-AT, de;q=0", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=2", "en"),
        ("de;q=0", "en"),
        ("x" * 5000 + ", de", "en"),
    ],
)
def test_the_best_offered_language_is_spoken(header, spoken):
    assert language(header, OFFERED, "en") == spoken


@pytest.mark.parametrize(
    ("header", "coded"),
    [
        ("gzip, deflate, br", "gzip"),
        ("deflate, gzip;q=0.9", "deflate"),
        ("*", "gzip"),
        ("*;q=0.5, gzip;q=0", "deflate"),
        ("gzip;q=0, deflate;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("identity;q=0.5, deflate;q=0.5", "deflate"),
        ("br", None),
        ("", None),
    ],
)
def test_the_best_offered_coding_is_used(header, coded):
    assert coding(header, ("gzip", "deflate")) == coded


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv, */*", "text/csv"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/csv;q=0.5, */*;q=0.1", "text/csv"),
        ("application/json;q=0.1, text/csv;q=0", "application/json"),
        ("application/json;q=0, */*", "text/csv"),
        ("text/csv;q=2", "application/json"),
        ("text/csv;q=0", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_the_best_offered_media_type_is_used(header, chosen):
    assert media_type(header, ("application/json", "text/csv")) == chosen


@given(st.text(alphabet="degzip*/,;=q.01- \t\0ü", max_size=60))
def test_any_header_can_be_read(header):
    assert all(0 <= weight <= 1 for weight in weights(header).values())
    assert language(header, OFFERED, "en") in OFFERED
    assert coding(header, ("gzip", "deflate")) in {"gzip", "deflate", None}
    assert media_type(header, ("g/z", "d/e")) in {"g/z", "d/e"}
