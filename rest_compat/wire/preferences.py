"""What a client prefers: lists of words with weights, as Accept, Accept-Encoding and Accept-Language have them."""

import re
from collections.abc import Collection, Sequence

MAX_LENGTH, MAX_ITEMS = 1000, 50
ITEM = re.compile(
    r"\s*([A-Za-z0-9*][A-Za-z0-9*_.-]*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
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
    given = dict(map(_range, header[:MAX_LENGTH].split(",")[:MAX_ITEMS]))
    return max(offered, key=lambda name: _liking(name, given))


def _range(item: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in item.split(";"))
    weight = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
    return name, float(weight) if WEIGHT.fullmatch(weight) else 0


def _liking(name: str, given: dict[str, float]) -> tuple[float, int]:
    """Its weight, and how closely it was named: the closest name decides. What is refused comes last of all."""
    names = (name, f"{name.partition('/')[0]}/*", ANY_TYPE)
    named = next((one for one in names if one in given), None)
    if named is None:
        return 0, -len(names)
    return (given[named], -names.index(named)) if given[named] else (-1, 0)
