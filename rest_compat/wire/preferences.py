"""What a client prefers: lists of words with weights, as Accept, Accept-Encoding and Accept-Language have them."""

import re
from collections.abc import Collection, Sequence

MAX_LENGTH, MAX_ITEMS = 2000, 50
ITEM = re.compile(
    r"\s*([A-Za-z0-9*][A-Za-z0-9*_.-]*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
RANGE = re.compile(r"[\w*!#$&^.+-]+/[\w*!#$&^.+-]+", re.ASCII)
WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?", re.ASCII)
ANY, ANY_TYPE = "*", "*/*"


def weights(header: str) -> dict[str, float]:
    """Each word in lower case and its weight, heaviest first; what cannot be read is passed over (RFC 9110, 12.4.2)."""
    items = (ITEM.fullmatch(item) for item in header[:MAX_LENGTH].split(",")[:MAX_ITEMS])
    read = [(found[1].lower(), float(found[2] or 1)) for found in items if found]
    return dict(sorted(read, key=lambda pair: -pair[1]))


def language(header: str, offered: Collection[str], otherwise: str) -> str:
    """The offered language a client likes best: `de-AT` is served with `de` (RFC 4647, 3.4: lookup)."""
    given = weights(header)
    for tag, weight in given.items():
        if weight and tag != ANY and (found := _looked_up(tag, offered, given)):
            return found
    return otherwise


def coding(header: str, offered: Collection[str]) -> str | None:
    """The offered content coding with the most weight, the first of equals; None for none (RFC 9110, 12.5.3)."""
    given = weights(header)
    weighed = {name: given.get(name, given.get(ANY, 0.0)) for name in offered}
    best = max(weighed, key=lambda name: weighed[name])
    return best if weighed[best] > 0 and weighed[best] >= given.get("identity", 0.0) else None


def _looked_up(tag: str, offered: Collection[str], given: dict[str, float]) -> str | None:
    """The tag itself or what is left of it after cutting parts from its end, unless the client refuses that."""
    names = {name.lower(): name for name in offered}
    while tag:
        if tag in names and given.get(tag, 1):
            return names[tag]
        tag = tag.rpartition("-")[0]
    return None


def media_type(header: str, offered: Sequence[str]) -> str:
    """The offered type that a client likes best, the first of equals and where none fits (RFC 9110, 12.5.1)."""
    given = ranges(header)
    return max(offered, key=lambda name: _liking(name, given))


def ranges(header: str) -> dict[str, float]:
    """Each media range in lower case and its weight; what cannot be read is passed over (RFC 9110, 12.5.1)."""
    items = [item.lower().split(";") for item in header[:MAX_LENGTH].split(",")[:MAX_ITEMS]]
    read = [(name.strip(), _quality(parameters)) for name, *parameters in items]
    return {name: weight for name, weight in read if RANGE.fullmatch(name) and weight is not None}


def closest(name: str, given: dict[str, float]) -> str | None:
    """The range that decides on a type: the most specific of those that hold it."""
    return next((one for one in (name, f"{name.partition('/')[0]}/*", ANY_TYPE) if one in given), None)


def _quality(parameters: Sequence[str]) -> float | None:
    """1 where no parameter is a weight, None where one cannot be read."""
    given = {name.strip(): value.strip() for name, _, value in (one.partition("=") for one in parameters)}
    weight = given.get("q", "1")
    return float(weight) if WEIGHT.fullmatch(weight) else None


def _liking(name: str, given: dict[str, float]) -> tuple[float, int]:
    """Its weight, and how many stars name it: the fewer the better. What is refused comes last of all."""
    named = closest(name, given)
    if named is None:
        return 0, 0
    return (given[named], -named.count("*")) if given[named] else (-1, 0)
