"""What the schema says in words only, said to schemathesis: each rule makes of a document one that has to be taken.

Where a value has the wrong type, no rule touches it: that has to be refused.
"""

from uuid import UUID, uuid5

import schemathesis
from graphql import (
    ArgumentNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)

SPACE = UUID("2188a980-70a2-4b24-b145-8139cb7f9106")
MOST_TOKENS, MOST_CONDITIONS, MOST_NESTING = 2000, 100, 4
FILTER, NESTS = "filter", ("and", "or")
NOTHING, PAGE = NullValueNode(), IntValueNode(value="2")
NUMBER, CURSOR = (IntValueNode, NullValueNode), (StringValueNode, NullValueNode)
PAGING = {"first": NUMBER, "last": NUMBER, "after": CURSOR, "before": CURSOR}
NODE_ID = "VXNlcjoyMTg4YTk4MDcwYTI0YjI0YjE0NTgxMzljYjdmOTEwNg"
"""`User:2188a98070a24b24b1458139cb7f9106`, which is nobody: there need not be a row, only an id."""


@schemathesis.hook
def map_body(context, body):
    schema = context.operation.schema.client_schema
    info = TypeInfo(schema)
    return visit(body, TypeInfoVisitor(info, Rules(info, schema.query_type.fields)))


@schemathesis.hook
def filter_body(context, body):
    """A document has 2,000 tokens at most, a filter 100 conditions; the generator knows lists of no length."""
    largest = Largest()
    visit(body, largest)
    return largest.filter <= MOST_CONDITIONS and (parse(print_ast(body)).token_count or 0) <= MOST_TOKENS


class Largest(Visitor):
    """How many values the largest filter of a document compares with."""

    filter = 0

    def enter_argument(self, node, *_):
        if node.name.value == FILTER:
            self.filter = max(self.filter, values_in(node.value))


class Rules(Visitor):
    def __init__(self, info, roots):
        super().__init__()
        self.info = info
        self.any = [roots["node"], roots["nodes"]]

    def enter_field(self, node, *_):
        """One of first and last, from 1 to 100, and 10,000 rows in all; cursors come out of answers alone."""
        definition = self.info.get_field_def()
        if definition is None or "first" not in definition.args:
            return None
        given = {one.name.value: one.value for one in node.arguments or ()}
        if not all(fits(given.get(name, NOTHING), PAGING[name]) for name in PAGING):
            return None
        way = "first" if isinstance(given.get("last", NOTHING), NullValueNode) else "last"
        others = [one for one in node.arguments or () if one.name.value not in PAGING]
        page = ArgumentNode(name=NameNode(value=way), value=PAGE)
        return replaced(node, arguments=(*others, page))

    def enter_string_value(self, node, *_):
        """An id is a UUID, or for node(id) and nodes(ids) a global id."""
        if not named(self.info.get_input_type(), "ID"):
            return None
        of_any = any(self.info.get_field_def() is one for one in self.any)
        return StringValueNode(value=NODE_ID if of_any else str(uuid5(SPACE, node.value)))

    enter_int_value = enter_string_value

    def enter_argument(self, node, *_):
        """A chart has 4 to 2,000 points, and a filter is nested four deep at most."""
        name, value = node.name.value, node.value
        if name == "maxPoints" and fits(value, IntValueNode):
            return replaced(node, value=IntValueNode(value=str(4 + int(value.value) % 1997)))
        return replaced(node, value=shallow(value, MOST_NESTING)) if name == FILTER else None

    def leave_list_value(self, node, *_):
        """Each field sorts once."""
        kind = get_named_type(self.info.get_input_type())
        if kind is None or not kind.name.endswith("Order"):
            return None
        return replaced(node, values=tuple({sorted_by(one): one for one in node.values}.values()))


def fits(value, kinds):
    """GraphQL's Int has 32 bits."""
    return isinstance(value, kinds) and (
        not isinstance(value, IntValueNode) or -(2**31) <= int(value.value) < 2**31
    )


def values_in(value):
    if isinstance(value, ObjectValueNode):
        return sum(values_in(one.value) for one in value.fields)
    if isinstance(value, ListValueNode):
        return sum(map(values_in, value.values))
    return int(not isinstance(value, NullValueNode))


def shallow(value, depth):
    """A filter without what is nested deeper in its `and` and `or`."""
    if isinstance(value, ListValueNode):
        return replaced(value, values=tuple(shallow(one, depth) for one in value.values))
    if not isinstance(value, ObjectValueNode):
        return value
    inner = [
        replaced(one, value=shallow(one.value, depth - 1)) if one.name.value in NESTS else one
        for one in value.fields
        if depth > 1 or one.name.value not in NESTS
    ]
    return replaced(value, fields=tuple(inner))


def sorted_by(order):
    fields = {one.name.value: one.value for one in getattr(order, "fields", ())}
    return getattr(fields.get("field"), "value", id(order))


def named(kind, name):
    return kind is not None and get_named_type(kind).name == name


def replaced(node, **changes):
    return type(node)(**{key: getattr(node, key) for key in node.keys} | changes)
