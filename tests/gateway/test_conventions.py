"""What ADR 0026 promises of every name, type and description in the schema."""

import re

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)

from gateway.schema import schema
from tests.gateway.walking import TYPES, is_connection, node_of, nodes

OURS = {name: kind for name, kind in TYPES.items() if not name.startswith("__")}
FIELDED = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)
SENTENCE = re.compile(r"[A-Z0-9`\[h].*[.\]]", re.DOTALL)
MEASURES = re.compile(
    r"(duration|distance|weight|height|waist|power|calories|ascent|descent|elapsed|timer)", re.IGNORECASE
)
UNITS = re.compile(r"(Seconds|Minutes|Weeks|Ms|Meters|Kg|Cm|Kcal|Watts|Bpm|_kcal)$")
NO_MEASURES = {
    "activityDuration", "goalDistance", "totalCaloriesBurned",
}  # fmt: skip
"""Words that name no quantity, and one field that is deprecated for its missing unit."""


def described():
    """Everything that can be described → its description."""
    told = {"the schema": schema.graphql.description}
    for name, kind in OURS.items():
        told[name] = kind.description
        for field_name, field in getattr(kind, "fields", {}).items():
            told[f"{name}.{field_name}"] = field.description
            for argument, one in getattr(field, "args", {}).items():
                told[f"{name}.{field_name}({argument})"] = one.description
        if isinstance(kind, GraphQLEnumType):
            told |= {f"{name}.{value}": one.description for value, one in kind.values.items()}
    return told


def test_everything_is_described_for_a_person():
    silent = [where for where, words in described().items() if not words]
    sloppy = [where for where, words in described().items() if words and not SENTENCE.fullmatch(words)]

    assert silent == []
    assert sloppy == []


def test_what_may_be_left_out_is_no_null_by_default():
    """`filter: UserFilter` says it; ` = null` after it would be read four times for each list."""
    fields = [field for kind in OURS.values() if isinstance(kind, FIELDED) for field in kind.fields.values()]
    given = [one for field in fields for one in getattr(field, "args", {}).values()]
    inputs = [kind for kind in OURS.values() if isinstance(kind, GraphQLInputObjectType)]
    given += [field for kind in inputs for field in kind.fields.values()]

    assert given
    assert [one for one in given if one.default_value is None] == []


def test_names_are_spelled_as_graphql_spells_them():
    fields = [name for kind in OURS.values() if isinstance(kind, FIELDED) for name in kind.fields]
    values = [name for kind in OURS.values() if isinstance(kind, GraphQLEnumType) for name in kind.values]

    assert [name for name in fields if not re.fullmatch(r"[a-z][A-Za-z0-9]*", name)] == []
    assert [name for name in values if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name)] == []
    assert [name for name in OURS if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []


def test_every_node_has_both_ids_and_its_stamps_are_instants():
    for name, kind in nodes().items():
        assert str(kind.fields["id"].type) == "ID!", name
        assert str(kind.fields["uuid"].type) == "UUID!", name
        for field_name, field in kind.fields.items():
            if field_name.endswith("At") or field_name == "previousUntil":
                assert get_named_type(field.type).name == "DateTime", (name, field_name)
            if field_name == "date" or field_name.endswith("Date"):
                assert get_named_type(field.type).name == "Date", (name, field_name)


def test_quantities_say_their_unit():
    unsaid = {
        f"{name}.{field_name}"
        for name, kind in OURS.items()
        if isinstance(kind, FIELDED) and not name.endswith(("Filter", "Connection"))
        for field_name, field in kind.fields.items()
        if MEASURES.search(field_name)
        and get_named_type(field.type).name in ("Int", "Float")
        and not UNITS.search(field_name)
        and field_name not in NO_MEASURES
    }

    assert unsaid == set()


def test_edges_can_be_null_and_lists_are_connections():
    for name, kind in nodes().items():
        for field_name, field in kind.fields.items():
            if node_of(field) is None:
                continue
            if is_connection(get_named_type(field.type)):
                assert {"first", "after", "last", "before"} <= field.args.keys(), (name, field_name)
            else:
                assert not isinstance(field.type, GraphQLNonNull), (name, field_name)


def test_whatever_can_be_refused_can_be_null():
    roots = {**TYPES["Query"].fields, **TYPES["Mutation"].fields}
    edges = {
        f"{name}.{field_name}": field
        for name, kind in nodes().items()
        for field_name, field in kind.fields.items()
        if field.args or node_of(field) is not None
    }
    sure = {name for name, field in {**roots, **edges}.items() if isinstance(field.type, GraphQLNonNull)}

    assert sure == {"viewer"}


def test_what_is_deprecated_says_what_to_use():
    for name, kind in nodes().items():
        for field_name, field in kind.fields.items():
            if field.deprecation_reason:
                [named] = re.findall(r"`(\w+)", field.deprecation_reason)
                assert named in kind.fields, (name, field_name)


def test_mutations_speak_the_verbs_of_the_domain():
    for name, field in TYPES["Mutation"].fields.items():
        assert not re.match("update|edit|modify|delete", name), name
        given = [getattr(get_named_type(one.type), "fields", {}) for one in field.args.values()]
        assert not (name.startswith("change") and any("id" in one for one in given)), name
        if name.startswith("remove") and "id" in field.args:
            assert "removed" in get_named_type(field.type).fields, name


def test_every_mutation_takes_a_key_and_tells_what_to_mend():
    for name, field in TYPES["Mutation"].fields.items():
        assert str(field.args["idempotencyKey"].type) == "String", name
        payload = get_named_type(field.type)
        assert payload.name.endswith("Payload"), name
        assert str(payload.fields["userErrors"].type) == "[UserError!]!", name
