"""Filters written out as `q`, spaced and quoted at random."""

from domain.listing.filters import Compare, Every, Operator, Some

LISTS = (Operator.IN, Operator.NOT_IN)
KEYWORDS = {"AND", "OR", "LIKE", "ILIKE", "IN", "NOT"}


class Writing:
    """`draw` chooses; `spellings` are the vendor's names of the domain's fields."""

    def __init__(self, draw, spellings):
        self.choose = draw
        self.spellings = spellings

    def text(self, node, outside=None):
        if isinstance(node, Compare):
            return self.condition(node)
        word = " AND " if isinstance(node, Every) else " OR "
        text = self.spaced(word).join(self.text(part, node) for part in node.parts)
        needed = outside is not None and not (isinstance(outside, Some) and isinstance(node, Every))
        return f"({self.gap()}{text}{self.gap()})" if needed else text

    def condition(self, node):
        name = self.spellings[node.field]
        if node.operator in LISTS:
            values = f"{self.gap()},{self.gap()}".join(self.value(value, ",[]") for value in node.value)
            return f"{name}{self.spaced(f' {node.operator} ')}[{self.gap()}{values}{self.gap()}]"
        sides = (
            self.spaced(f" {node.operator} ") if node.operator.isalpha() else f"{self.gap()}{node.operator}"
        )
        return f"{name}{sides}{self.gap()}{self.value(node.value, '<>=')}"

    def value(self, value, also):
        unquoted = (
            value == " ".join(value.split())
            and value
            and not KEYWORDS & set(value.split())
            and not set(value) & set('"()' + also)
        )
        if unquoted and self.choose(0, 1):
            return value
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    def gap(self):
        return " " * self.choose(0, 2)

    def spaced(self, word):
        return f"{self.gap()}{word}{self.gap()}".replace("NOT IN", f"NOT {self.gap()}IN")
