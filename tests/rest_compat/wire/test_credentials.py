import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from rest_compat.wire.credentials import BadCredentials, bearer, one_value

BOTH = ("Authorization", "HTTP_AUTHORIZATION")
PARTNER = ("Partner-Id", "Partner_Id", "HTTP_PARTNER_ID")


def headers(*pairs):
    return Headers(raw=[(name.lower().encode(), value.encode("latin-1")) for name, value in pairs])


@pytest.mark.parametrize("value", ["Bearer abc.DEF-_~+/=", "bearer x", "BEARER   x", " Bearer x\t"])
def test_a_bearer_token_is_read(value):
    assert bearer(headers(("Authorization", value))) == value.split()[1]


def test_without_a_header_there_is_no_token():
    assert bearer(headers()) is None
    assert one_value(headers(), *PARTNER) is None


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Bearer a b", "Basic abc", "Bearerabc", "Bearer a, Bearer b", "Bearer\tx"]
    + [f"Bearer a{bad}b" for bad in "\x00\x01\n\r\t\x7f\x80é\xa0"],
)
def test_what_is_no_single_clean_token_is_refused_without_repeating_it(value):
    with pytest.raises(BadCredentials) as refused:
        bearer(headers(("Authorization", value)))

    assert "\n" not in str(refused.value)
    assert "abc" not in str(refused.value)


def test_a_value_may_have_8_kib_and_no_more():
    assert bearer(headers(("Authorization", "Bearer " + "x" * (8192 - 7))))

    with pytest.raises(BadCredentials, match="longer than 8192"):
        bearer(headers(("Authorization", "Bearer " + "x" * (8193 - 7))))


def test_the_other_spelling_is_read_only_when_asked_for():
    sent = headers(("HTTP_AUTHORIZATION", "Bearer x"))

    assert bearer(sent) is None
    assert bearer(sent, *BOTH) == "x"


def test_both_spellings_and_repeated_headers_may_say_the_same():
    twice = headers(("Authorization", "Bearer x"), ("Authorization", "Bearer x"))

    assert bearer(twice) == "x"
    assert bearer(headers(("Authorization", "Bearer x"), ("HTTP_AUTHORIZATION", "bearer  x")), *BOTH) == "x"


@pytest.mark.parametrize("second", BOTH)
@pytest.mark.parametrize("value", ["Bearer y", "Basic x", ""])
def test_headers_that_differ_are_refused(second, value):
    with pytest.raises(BadCredentials):
        bearer(headers(("Authorization", "Bearer x"), (second, value)), *BOTH)


@pytest.mark.parametrize("spelling", [*PARTNER, "partner-id"])
def test_one_value_is_read_from_any_spelling(spelling):
    assert one_value(headers((spelling, " 17 a ")), *PARTNER) == "17 a"


def test_one_value_refuses_what_differs_between_spellings():
    same = headers(("Partner-Id", "17"), ("HTTP_PARTNER_ID", "17"))
    other = headers(("Partner-Id", "17"), ("HTTP_PARTNER_ID", "18"))

    assert one_value(same, *PARTNER) == "17"
    with pytest.raises(BadCredentials, match="Partner-Id and Partner_Id and HTTP_PARTNER_ID"):
        one_value(other, *PARTNER)


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_any_header_is_read_or_refused(value):
    try:
        token = bearer(headers(("Authorization", value)))
    except BadCredentials:
        return

    assert token
    assert token.isascii()
    assert token.isprintable()
