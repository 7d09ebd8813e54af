"""What to select of a field, whatever it is: all there is below it, as far as the next node."""

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType, build_schema, get_named_type

from gateway.schema import schema

TYPES = build_schema(schema.as_str()).type_map
ARGUMENTS = {"ActivityStreams.developer": '(name: "none")'}
"""Arguments that a field cannot do without, apart from `first`."""


def nodes():
    """The types with a global id."""
    of_node = TYPES["Node"]
    return {
        name: kind
        for name, kind in TYPES.items()
        if isinstance(kind, GraphQLObjectType) and of_node in kind.interfaces
    }


def node_of(field):
    """The type of nodes that a field leads to, alone, in a list or as a connection; None for any other field."""
    kind = get_named_type(field.type)
    if is_connection(kind):
        kind = get_named_type(kind.fields["nodes"].type)
    return kind if kind.name in nodes() else None


def is_connection(kind):
    return kind.name.endswith("Connection")


def asked(owner, name, size=100, below="id"):
    """A field of the type called `owner`, with what is `below` where it leads to nodes."""
    field = TYPES[owner].fields[name]
    kind = get_named_type(field.type)
    if isinstance(kind, GraphQLUnionType):
        members = " ".join(f"... on {one.name} {{ {everything(one.name)} }}" for one in kind.types)
        return f"{name} {{ __typename {members} }}"
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return name + ARGUMENTS.get(f"{owner}.{name}", "")
    if is_connection(kind):
        rows = below if node_of(field) else everything(get_named_type(kind.fields["nodes"].type).name)
        return f"{name}(first: {size}) {{ totalCount nodes {{ {rows} }} }}"
    if kind.name in nodes():
        return f"{name} {{ {below} }}"
    return f"{name} {{ {everything(kind.name)} }}"


def everything(owner, size=100):
    """Every field of a type."""
    return " ".join(asked(owner, name, size) for name in TYPES[owner].fields)
