"""What the gateway says to people, in the languages it has a catalogue for; English is what the code says itself."""

from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from domain.sentences import Sentence

__all__ = ["ENGLISH", "LANGUAGES", "catalogue", "in_language"]

ENGLISH = "en"
TRANSLATED = ("de", "es", "fr")
LANGUAGES = (ENGLISH, *TRANSLATED)


def in_language(text: str, language: str) -> str:
    """The text in that language, as far as its catalogue goes; values that are sentences themselves are said too."""
    if language not in TRANSLATED:
        return str(text)
    if not isinstance(text, Sentence):
        return _translated(text, language)
    values = {name: _value(value, language) for name, value in text.values.items()}
    with suppress(KeyError, IndexError, ValueError):
        return _translated(text.template, language).format(**values)
    return str(text)


@cache
def catalogue(language: str) -> Catalog:
    with (files(__name__) / f"{language}.po").open(encoding="utf-8") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _translated(template: str, language: str) -> str:
    message = catalogue(language).get(template) if template else None
    return str(message.string) if message and message.string and not message.fuzzy else template


def _value(value: Any, language: str) -> Any:
    return in_language(value, language) if isinstance(value, Sentence) else value
