"""The catalogues: everything PAI may say is in every language, with the same values in it."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_file

from domain.languages import LANGUAGES, TRANSLATED, catalogue, in_language
from domain.sentences import listed, one_of, said

ROOT = Path(__file__).parents[2]
SPEAKERS = dict.fromkeys(
    (
        "said",
        "Invalid",
        "NotFound",
        "Conflict",
        "Forbidden",
        "Unauthorized",
        "Stale",
        "BadCredentials",
        "BadJson",
        "invalid_url",
        "forbidden_url",
    )
)
SIGNING_IN = ("accounts", "administration", "credentials", "mailed_tokens", "registration", "tokens")
SPOKEN = [
    *(ROOT / "rest_compat" / "pai").rglob("*.py"),
    ROOT / "rest_compat" / "refusals.py",
    *(ROOT / "rest_compat" / "wire" / f"{name}.py" for name in ("body", "credentials")),
    *(ROOT / "domain" / "groups").glob("*.py"),
    *(ROOT / "domain" / "identity" / f"{name}.py" for name in SIGNING_IN),
    *(ROOT / "domain" / "listing").glob("*.py"),
    *(ROOT / "domain" / "mailing").glob("*.py"),
    *(ROOT / "domain" / "programs").glob("*.py"),
    *(ROOT / "domain" / "exports").glob("*.py"),
    *(ROOT / "domain" / f"{name}.py" for name in (
        "biometrics", "fields", "heart_rate", "local_days", "measurements", "moves", "organizations", "pai", "profiles",
        "recalculation", "sentences", "user_removal", "users", "viewer", "vo2max", "vo2max_assessments",
    )),
    ROOT / "domain" / "webhooks" / "subscriptions.py",
    *(ROOT / "domain" / "fetching").glob("*.py"),
]  # fmt: skip
UNSPOKEN = {"domain/listing/cursors.py", "domain/programs/export_rows.py"}
"""What only other surfaces say."""


def said_in_code():
    for path in SPOKEN:
        if str(path.relative_to(ROOT)) not in UNSPOKEN:
            for _, message, *_ in extract_from_file("python", path, keywords=SPEAKERS):
                yield message


def values_in(template):
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name)


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_said_in_every_language(language):
    known = {message.id for message in catalogue(language) if message.id and message.string}
    in_code = set(said_in_code())

    assert len(in_code) > 80
    assert in_code - known == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_values_of_its_template(language):
    for message in catalogue(language):
        assert values_in(message.id) == values_in(message.string), message.id


def test_values_are_said_too_if_they_are_sentences_and_only_then():
    wanted = one_of([said("a field"), "(", said("the end")])
    sentence = said(
        "q: expected {wanted} {place}", wanted=wanted, place=said("at character {position}", position=3)
    )

    assert sentence == "q: expected a field, ( or the end at character 3"
    assert in_language(sentence, "de") == "q: erwartet wird ein Feld, ( oder das Ende bei Zeichen 3"
    assert "a field" in in_language(said("{name} may be sent once only", name="a field"), "de")


@pytest.mark.parametrize("language", [*LANGUAGES, "ja", ""])
def test_braces_and_nonsense_from_outside_are_said_as_they_are(language):
    for text in ("{x}", "{", "{0}", "%s", "\0", ""):
        assert in_language(text, language) == text
        assert in_language(said("{field} {problem}", field=text, problem=text), language) == f"{text} {text}"
    assert in_language(listed(["{a}", "{b}"]), language) == "{a}, {b}"
