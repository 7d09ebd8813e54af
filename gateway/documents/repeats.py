"""How often one place of the answer is selected: validation compares all who meet there in pairs."""

from collections import Counter
from collections.abc import Iterator

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode

from gateway.limits import Limits, refusal

MOST_STEPS = 25_000
"""Selections that are looked at; what is within the other limits and in no circle has fewer."""
Place = tuple[str, ...]


def check_repeats(document: DocumentNode, limits: Limits) -> None:
    """Fields with fields in them only: plain values are compared at little cost."""
    fragments = {
        one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    places: Counter[tuple[int, Place]] = Counter()
    steps = 0
    for index, definition in enumerate(document.definitions):
        selections = getattr(definition, "selection_set", None)
        for place in _places(selections, fragments) if selections else ():
            steps += 1
            if place is not None:
                places[index, place] += 1
            if steps > MOST_STEPS or places[index, place or ()] > limits.repeats:
                raise refusal(
                    "TOO_MANY_REPEATS",
                    f"This query selects one object more than the {limits.repeats} times allowed in one place",
                )


def _places(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]
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
