import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.listing.filters import Compare, Every, Operator, Some
from rest_compat.pai.q import parse
from tests.rest_compat.pai.writing import LISTS, Writing

FIELDS = {
    "paiScore": "pai_score",
    "userId": "user_id",
    "accountType": "account_type",
    "accountStatus": "account_status",
    "firstName": "first_name",
    "country": "country",
    "modifiedOn": "modified_on",
    "id": "id",
    "a": "a",
    "b": "b",
}
SPELLINGS = {name: spelling for spelling, name in FIELDS.items()}
SYMBOLS = tuple(operator for operator in Operator if not operator.isalpha() and operator not in LISTS)


def read(text):
    return parse(text, FIELDS)


def refusal(text):
    with pytest.raises(Invalid) as refused:
        read(text)
    return refused.value.message


def equal(field, value):
    return Compare(field, Operator.EQUAL, value)


def test_the_vendors_first_example_means_what_it_says():
    text = '(paiScore>=100 AND paiScore<=160) OR userId IN ["id123", "id456"]'

    low = Compare("pai_score", Operator.GREATER_OR_EQUAL, "100")
    high = Compare("pai_score", Operator.LESS_OR_EQUAL, "160")
    assert read(text) == Some((Every((low, high)), Compare("user_id", Operator.IN, ("id123", "id456"))))


def test_the_vendors_second_example_means_what_it_says():
    text = "accountType=Regular AND (accountStatus LIKE _ct%)"

    like = Compare("account_status", Operator.LIKE, "_ct%")
    assert read(text) == Every((equal("account_type", "Regular"), like))


@pytest.mark.parametrize("operator", SYMBOLS)
@pytest.mark.parametrize("form", ["a{}1", "a {} 1", "  a  {}1  ", 'a{}"1"'])
def test_symbols_need_no_spaces(operator, form):
    assert read(form.format(operator)) == Compare("a", operator, "1")


@pytest.mark.parametrize("operator", [Operator.LIKE, Operator.ILIKE])
def test_like_takes_a_pattern(operator):
    assert read(f"firstName {operator} %a_b%") == Compare("first_name", operator, "%a_b%")


@pytest.mark.parametrize("text", ["a IN [1,2,3]", "a IN [ 1 , 2,3 ]", 'a  IN  ["1","2", 3]'])
def test_lists_are_in_square_brackets(text):
    assert read(text) == Compare("a", Operator.IN, ("1", "2", "3"))


def test_not_in_may_have_extra_spaces():
    assert read("a NOT   IN [Mary  Ann, AND, x=y]") == Compare(
        "a", Operator.NOT_IN, ("Mary Ann", "AND", "x=y")
    )


def test_and_binds_tighter_than_or():
    a, b = equal("a", "1"), equal("b", "2")

    assert read("a=1 OR a=1 AND b=2") == Some((a, Every((a, b))))
    assert read("a=1 AND b=2 OR a=1") == Some((Every((a, b)), a))
    assert read("(a=1 OR a=1) AND b=2") == Every((Some((a, a)), b))


def test_four_levels_of_parentheses_are_the_most():
    assert read("((((a=1))))") == equal("a", "1")
    assert refusal("a=1 OR (((((a=1)))))").endswith(
        "4 levels of parentheses; a deeper one opens at character 12"
    )


def test_parentheses_beside_each_other_are_no_depth():
    assert len(read(" AND ".join(["((((a=1))))"] * 20)).parts) == 20


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=Mary Ann", "Mary Ann"),
        ("a=  Mary   Ann  ", "Mary Ann"),
        ('a="  Mary   Ann  "', "  Mary   Ann  "),
        ('a="say \\"(hi)\\" \\\\ AND b=1"', 'say "(hi)" \\ AND b=1'),
        ('a=""', ""),
        ("a=2017-09-27T22:39:28Z", "2017-09-27T22:39:28Z"),
        ("a=2017-09-27T22:39:28 02:00", "2017-09-27T22:39:28 02:00"),
        ("a=Zoë-Łukasz 東京", "Zoë-Łukasz 東京"),
        ("a=c2Vj==", "c2Vj=="),
        ("a=1,2", "1,2"),
        ("a=[x]", "[x]"),
        ("a=back\\slash", "back\\slash"),
        ("a=Hello world!", "Hello world!"),
        ("a=rock and roll or so", "rock and roll or so"),
        ("a=ANDREW ORSON", "ANDREW ORSON"),
        ("a=WALK IN CLINIC", "WALK IN CLINIC"),
        ("a=DO NOT", "DO NOT"),
    ],
)
def test_a_value_reads_as_it_is_meant(text, value):
    assert read(text) == equal("a", value)
    assert read(f"({text})") == equal("a", value)
    assert read(f"{text} AND b=2") == Every((equal("a", value), equal("b", "2")))
    assert read(f"b=2 OR {text} OR b=2").parts[1] == equal("a", value)


@pytest.mark.parametrize("code", ["IN", "OR", "AND", "NOT", "LIKE"])
def test_a_code_that_looks_like_a_keyword_is_a_value_right_after_its_operator(code):
    assert read(f"country={code}") == equal("country", code)
    assert read(f"country={code} AND b=2") == Every((equal("country", code), equal("b", "2")))
    assert read(f"country={code} OR b=2") == Some((equal("country", code), equal("b", "2")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "q: expected a field or ( at character 1, where it ends"),
        ("   ", "q: expected a field or ( at character 4, where it ends"),
        ("a", "q: expected an operator at character 2, where it ends"),
        ("a=", "q: expected a value at character 3, where it ends"),
        ("a==1", "q: expected a value at character 3"),
        ("a<>1", "q: expected a value at character 3"),
        ("a=(1)", "q: expected a value at character 3"),
        ("a!1", "q: expected an operator at character 2"),
        ("()", "q: expected a field or ( at character 2"),
        ("a=1)", "q: expected AND, OR or the end at character 4"),
        ("(a=1", "q: expected AND, OR or ) at character 5, where it ends"),
        ("(a=1 AND b=2", "q: expected AND, OR or ) at character 13, where it ends"),
        ("a=1 AND ", "q: expected a field or ( at character 9, where it ends"),
        ("firstName=Joe country=CA", "q: expected AND, OR or the end at character 15"),
        ("a=x country >= 3", "q: expected AND, OR or the end at character 13"),
        ("a=1 and b=2", "q: expected AND, OR or the end at character 9"),
        ('a="x" y', "q: expected AND, OR or the end at character 7"),
        ("a IN []", "q: expected a value at character 7"),
        ("a IN [1,]", "q: expected a value at character 9"),
        ("a IN [1", "q: expected a comma or ] at character 8, where it ends"),
        ("a IN (1)", "q: expected [ at character 6"),
        ("a IN 1", "q: expected [ at character 6"),
        ('"a"=1', "q: expected a field or ( at character 1"),
    ],
)
def test_a_mistake_is_told_with_what_was_expected_and_where(text, message):
    assert refusal(text) == message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('a IN["x"]', 3),
        ("a in [1]", 3),
        ("a NOT LIKE x", 3),
        ("a=1 AND", 5),
        ("a=1 AND(b=2)", 5),
        ('a="x"AND b=2', 6),
        ("(a=1)OR b=2", 6),
        ("a=1 OR OR b=1", 8),
        ("a= AND b=1", 4),
        ("a LIKE OR", 8),
        ("AND b=1", 1),
        ("a=x b LIKE y", 7),
        ("a=x b NOT IN [y]", 7),
    ],
)
def test_a_keyword_out_of_place_is_explained(text, place):
    message = refusal(text)

    assert f"at character {place};" in message
    assert "a keyword is upper case between spaces" in message


@pytest.mark.parametrize("value", ['"x', '"x\\"', '"\\n"', '"'])
def test_bad_quoting_is_explained(value):
    assert refusal(f"a={value}").startswith("q: expected a value at character 3; between double quotes write")


def test_an_unknown_field_is_named():
    with pytest.raises(Invalid) as refused:
        read("a=1 AND user-id=3")

    assert refused.value.message == "user-id is not a field to filter by (at character 9)"
    assert [detail.field for detail in refused.value.details] == ["user-id"]
    assert refusal("nonsense").startswith("nonsense is not a field")
    assert refusal("pai_score=1").startswith("pai_score is not a field")


def test_an_unknown_field_is_not_repeated_at_length():
    assert len(refusal("f" * 5000)) < 150


def test_5000_characters_are_the_most():
    assert read(f"a={'x' * 4998}") == equal("a", "x" * 4998)
    assert refusal(f"a={'x' * 4999}") == "q may have 5000 characters at most, not 5001"


def test_conditions_and_lists_are_bounded():
    assert len(read(" OR ".join(["a=1"] * 250)).parts) == 250
    assert "250 conditions" in refusal(" OR ".join(["a=1"] * 251))
    assert len(read(f"a IN [{','.join('1' * 1001)}]").value) == 1001
    assert "1000 commas" in refusal(f"a IN [{','.join('1' * 1002)}]")


@pytest.mark.parametrize("bad", ["\x00", "\n", "\t", "\x1f", "\x7f", "\x85", "\ud800"])
@pytest.mark.parametrize("form", ["a={}", 'a="{}"', "a{}=1", "{}"])
def test_control_characters_and_lone_surrogates_are_refused(bad, form):
    message = refusal(form.format(bad))

    assert message == f"q has a control character at character {form.index('{') + 1}"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        ")" * 5000,
        '"' * 5000,
        'a="' + "\\" * 4997,
        " " * 5000,
        "a=" + " " * 4998,
        "a=x" + " " * 4996 + "=",
        "a=" + "x " * 2498 + "(",
        "a=x " + "NOT " * 1248 + "(",
        "a NOT" + " " * 4995,
        "a IN [" + "1," * 2497,
        "a IN [" + "x " * 2497,
        'a IN ["' + '","' * 1664,
        "a=1 OR " * 714,
        "a=1 " + "AND " * 1249,
        "a " * 2500,
        "<" * 5000,
        "a=1 AND (" * 555,
        "x" * 10_000_000,
    ],
)
def test_hostile_text_is_refused_fast(text):
    start = time.process_time()

    assert len(refusal(text)) < 300
    assert time.process_time() - start < 0.5


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12)
NAMES = st.sampled_from(sorted(SPELLINGS))
CONDITIONS = st.one_of(
    st.builds(Compare, NAMES, st.sampled_from([*SYMBOLS, Operator.LIKE, Operator.ILIKE]), WORDS),
    st.builds(Compare, NAMES, st.sampled_from(LISTS), st.lists(WORDS, min_size=1, max_size=4).map(tuple)),
)


def nested(depth):
    if depth == 0:
        return CONDITIONS
    parts = st.lists(nested(depth - 1), min_size=2, max_size=3).map(tuple)
    return CONDITIONS | st.builds(Every, parts) | st.builds(Some, parts)


@given(nested(3), st.data())
def test_a_filter_that_is_written_out_reads_back_as_the_same(filter_, data):
    written = Writing(lambda low, high: data.draw(st.integers(low, high)), SPELLINGS).text(filter_)

    assert read(written) == filter_


PIECES = st.sampled_from(
    [
        *FIELDS,
        *Operator,
        *'()[],"\\ =!',
        " AND ",
        " OR ",
        " IN [",
        "NOT ",
        "]",
        '"x"',
        "x",
        "é",
        "\x00",
        "\u2028",
    ]
)


@given(st.text() | st.lists(PIECES).map("".join))
def test_random_text_is_read_or_refused(text):
    try:
        found = read(text)
    except Invalid:
        return

    assert isinstance(found, Compare | Every | Some)
