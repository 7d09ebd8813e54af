"""Sentences that remember what they were made from, so that whoever shows them can say them in another language."""

from typing import Any


class Sentence(str):
    """English text with its template and values; a plain string is its own template."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]


def said(template: str, **values: Any) -> Sentence:
    """`said("{name} may be sent once", name="q")`; the templates are what the catalogues translate."""
    sentence = Sentence(template.format(**values))
    sentence.template, sentence.values = template, values
    return sentence


def one_of(words: Any) -> str:
    """`a, b or c`, each word in its own right."""
    *others, last = words
    return said("{words} or {last}", words=listed(others), last=last) if others else last


def listed(words: Any) -> Sentence:
    """Some words with commas between them, translated one by one."""
    names = [f"word{number}" for number in range(len(words))]
    template = ", ".join(f"{{{name}}}" for name in names)
    return said(template, **dict(zip(names, words, strict=True)))
