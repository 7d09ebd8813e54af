"""How often one place of the answer is selected: validation compares all who meet there in pairs."""

from collections import Counter
from collections.abc import Iterator, Mapping

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode

from gateway.limits import Limits, refusal

MOST_STEPS = 25_000
"""Selections of one definition that are looked at; what is within the other limits and in no circle has fewer."""
Place = tuple[str, ...]


def check_repeats(document: DocumentNode, limits: Limits) -> None:
    """Fields with fields in them only: plain values are compared at little cost."""
    fragments = {
        one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    for definition in document.definitions:
        if selections := getattr(definition, "selection_set", None):
            _check(selections, fragments, limits.repeats)


def _check(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], most: int) -> None:
    places: Counter[Place] = Counter()
    for step, place in enumerate(_places(selections, fragments)):
        if step == MOST_STEPS:
            raise refusal("TOO_DEEP", "This query spreads its fragments in each other too often to be read")
        if place is not None:
            places[place] += 1
            if places[place] > most:
                raise refusal(
                    "TOO_MANY_REPEATS",
                    f"This query selects one object more than the {most} times allowed in one place",
                )


def _places(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[Place | None]:
    """Where each object is selected, by the names it has in the answer; None for anything else."""
    waiting: list[tuple[Place, SelectionSetNode, frozenset[str]]] = [((), selections, frozenset())]
    while waiting:
        place, chosen, within = waiting.pop()
        for one in chosen.selections:
            if isinstance(one, FragmentSpreadNode):
                name = one.name.value
                if name in fragments and name not in within:
                    waiting.append((place, fragments[name].selection_set, within | {name}))
                yield None
            elif isinstance(one, FieldNode) and one.selection_set:
                there = (*place, one.alias.value if one.alias else one.name.value)
                waiting.append((there, one.selection_set, within))
                yield there
            else:
                inner = getattr(one, "selection_set", None)
                waiting += [(place, inner, within)] if inner else []
                yield None
