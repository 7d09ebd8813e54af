"""Hostile documents, each with the code of the limit that it breaks."""

HUNDRED = "first: 100"
LISTS = "{ users(first: 100) { nodes { paiSummaries(%s) { nodes { %s } } } } }"
B = "fragment B on User { paiSummaries(first: 100) { ... { edges { node { id } } } } }"
DOUBLING, CIRCLE = "fragment f{0} on Query {{ ...f{1} ...f{1} }}", (*range(1, 30), 0)
NAME, USERS = "viewer { kind }", "users(first: 1, filter: %s) { totalCount }"


def doubling(levels, inner=NAME):
    """Fragments that each spread the next one twice: 2 to the power of `levels` once written out."""
    chain = "".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(levels))
    return f"{{ ...f0 }} {chain} fragment f{levels} on Query {{ {inner} }}"


def tower(floors, height):
    """Fragments within the limit each, spread before the next one that stands on them."""
    opened, closed = "... {" * height, "}" * height
    floor = f"fragment f{{0}} on Query {{{{ {opened.replace('{', '{{')} ...f{{1}} {closed.replace('}', '}}')} }}}}"
    stood = "".join(floor.format(level, level - 1) for level in range(1, floors))
    return "{" + each(floors, "...f{0}") + "} fragment f0 on Query { __typename } " + stood


def doubling_in_fields(levels):
    link = "fragment f{0} on User {{ activities(first: 1) {{ nodes {{ user {{ ...f{1} ...f{1} }} }} }} }}"
    chain = "".join(link.format(level, level + 1) for level in range(levels))
    return "{ viewer { user { ...f0 } } }" + chain + f"fragment f{levels} on User {{ id }}"


def nested(levels):
    user = "kind"
    for _ in range(levels):
        user = f"user {{ paiSummaries(first: 1) {{ nodes {{ {user if user != 'kind' else 'id'} }} }} }}"
    return f"{{ viewer {{ {user} }} }}"


def each(count, text, separator=" "):
    return separator.join(text.format(number) for number in range(count))


DEPTH = {
    "nested relations": (nested(4), "TOO_DEEP"),
    "nested inline fragments": ("{" + "... {" * 100 + NAME + "}" * 101, "TOO_DEEP"),
    "nesting without end": ("{" + "a {" * 30_000, "TOO_DEEP"),
    "a nested list": ("{ users(first: " + "[" * 90_000, "TOO_DEEP"),
    "a nested object": ("{ users(filter: " + "{and: [" * 900, "TOO_DEEP"),
    "a nested type": ("query($a: " + "[" * 900 + "Int" + "]" * 900 + ") { __typename }", "TOO_DEEP"),
    "a chain of fragments": (doubling(60), "TOO_DEEP"),
    "fragments upon fragments": (tower(13, 45), "TOO_DEEP"),
    "two fragments upon each other": (tower(3, 45), "TOO_DEEP"),
    "fragments that double in fields": (doubling_in_fields(15), "TOO_DEEP"),
}
WIDTH = {
    "doubling fragments": (doubling(40), "TOO_MANY_FIELDS"),
    "doubling fragments that are small": (doubling(12), "TOO_MANY_FIELDS"),
    "fragments that overlap": (
        "{" + each(40, "...f{0}") + "}" + each(40, "fragment f{0} on Query {{ " + "__typename " * 20 + "}}"),
        "TOO_MANY_FIELDS",
    ),
    "one field again and again": ("{ viewer {" + " kind" * 1900 + "} }", "TOO_MANY_FIELDS"),
    "one object in inline fragments": (
        "{ viewer {" + " ... { user { id } }" * 280 + "} }",
        "TOO_MANY_FIELDS",
    ),
    "one object again and again": ("{" + f" {NAME}" * 21 + "}", "TOO_MANY_ROOT_FIELDS"),
    "one object in one place": (
        "{ users(first: 1) { nodes { nope" + " organization { id }" * 160 + "} } }",
        "TOO_MANY_REPEATS",
    ),
    "one object in one place, by fragments": (
        "{ ...A ...B } fragment A on Query { viewer { ...U ...U } } fragment B on Query { viewer { ...U ...U } }"
        "fragment U on Viewer { nope" + " user { id }" * 9 + " }",
        "TOO_MANY_REPEATS",
    ),
    "a circle that doubles": (
        "{ ...f0 }" + "".join(map(DOUBLING.format, range(30), CIRCLE)),
        "TOO_DEEP",
    ),
    "many fragments in one place": (
        "{ viewer { nope" + each(218, " ...f{0}") + "} }" + each(218, " fragment f{0} on Viewer {{ kind }}"),
        "TOO_MANY_FRAGMENTS",
    ),
    "the top in fragments": (
        "{ ...A ...A ...A } fragment A on Query {" + f" {NAME}" * 7 + "}",
        "TOO_MANY_ROOT_FIELDS",
    ),
    "aliases": (
        "{" + each(16, "a{0}: " + NAME.replace("{", "{{").replace("}", "}}")) + "}",
        "TOO_MANY_ALIASES",
    ),
    "aliases in a fragment": (
        f"{{ ...A {NAME} x: {NAME} ...A }} fragment A on Query {{ {each(8, 'a{0}: __typename')} }}",
        "TOO_MANY_ALIASES",
    ),
    "aliases in many operations": (
        each(9, "query q{0} {{ a: __typename b: __typename }}"),
        "TOO_MANY_ALIASES",
    ),
    "operations by the hundred": (each(200, "query q{0} {{ __typename }}"), "TOO_MANY_OPERATIONS"),
    "mutations by the dozen": (
        "mutation {" + " retryJob(input: {id: 1}) { __typename }" * 30 + "}",
        "TOO_MANY_ROOT_FIELDS",
    ),
    "variables by the hundred": (
        "query(" + each(200, "$v{0}: Int") + ") { __typename }",
        "TOO_MANY_VARIABLES",
    ),
    "directives": ("{ viewer { kind" + " @skip(if: false)" * 270 + "} }", "TOO_MANY_DIRECTIVES"),
    "unknown directives": ("{ viewer { kind" + " @a" * 900 + "} }", "TOO_MANY_DIRECTIVES"),
    "directives in fragments": (
        "{" + " ...A" * 15 + "} fragment A on Query { __typename" + " @include(if: true)" * 4 + "}",
        "TOO_MANY_DIRECTIVES",
    ),
    "directives of variables": ("query($a: Int" + " @a" * 60 + ") { __typename }", "TOO_MANY_DIRECTIVES"),
}
TEXT = {
    "a flood of fragments": (each(9000, "fragment f{0} on Query {{ a }}")[:99_000], "TOO_MANY_TOKENS"),
    "more directives than tokens": ("{ viewer { kind" + " @a" * 30_000 + "} }", "TOO_MANY_TOKENS"),
    "comments": ("#\n" * 40_000 + "{ viewer { kind } }", "TOO_MANY_TOKENS"),
    "too much text": ("{ viewer { kind } }" + " " * 100_000, "TOO_LONG"),
    "a long name": ("{" + "a" * 90_000 + "}", "TOO_LONG_NAME"),
    "a long variable": ("query($" + "a" * 90_000 + ": Int) { __typename }", "TOO_LONG_NAME"),
    "a huge integer": ("{ users(first: " + "9" * 90_000 + ") { totalCount } }", "TOO_LONG_NAME"),
    "a huge fraction": ("{ users(first: 0." + "9" * 90_000 + ") { totalCount } }", "TOO_LONG_NAME"),
    "a huge exponent": (
        "{ activities(first: 1, filter: {distanceMeters: {gt: 1e999999999}}) { totalCount } }",
        "BAD_REQUEST",
    ),
    "a giant literal": ("{ " + USERS % ('{firstName: {eq: "' + "a" * 200_000 + '"}}') + " }", "TOO_LONG"),
    "a giant pattern": (
        "{ " + USERS % ('{firstName: {like: "' + "%a" * 45_000 + '"}}') + " }",
        "BAD_REQUEST",
    ),
    "escapes without end": (
        "{ " + USERS % ('{firstName: {eq: "' + "\\u0041" * 20_000 + '"}}') + " }",
        "TOO_LONG",
    ),
    "surrogates": ("{ " + USERS % '{firstName: {eq: "\\uD83D"}}' + " }", "GRAPHQL_PARSE_FAILED"),
    "a bell in the text": ("{ viewer { kind \u0007 } }", "GRAPHQL_PARSE_FAILED"),
    "names that are not ASCII": ("{ vïewer { kind } }", "GRAPHQL_PARSE_FAILED"),
    "flags and families": ("{ " + "🏃‍♀️" * 9000 + " }", "GRAPHQL_PARSE_FAILED"),
    "an open block string": ('{ user(id: """' + "\\n " * 30_000, "GRAPHQL_PARSE_FAILED"),
    "a block string of lines": ('{ user(id: """' + "\n " * 40_000 + '""") { id } }', "BAD_REQUEST"),
}
VALIDITY = {
    "fragments in a circle": (
        "{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a ...a viewer { kind } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a circle of many": (
        "{ ...f0 }" + each(99, "fragment f{0} on Query {{ ...f{0} }}"),
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "unknown fields": ("{ viewer {" + each(480, "kinds{0}") + "} }", "GRAPHQL_VALIDATION_FAILED"),
    "arguments twice": (
        "{ users(" + 'after: "a", ' * 480 + ") { totalCount } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "unused fragments": (
        each(90, "fragment f{0} on Query {{ __typename }}") + "{ __typename }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "introspection in itself": (
        "{ __schema { types {" + "fields { type {" * 4 + "name" + "} }" * 4 + "} } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a page size without end": (
        LISTS % ("first: 99999999999999999999999", "id"),
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "variables that are not given": (
        "query(" + each(49, "$v{0}: Int!") + ") { __typename }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
}
ROWS = {
    "lists in lists": (LISTS % (HUNDRED, "id"), "TOO_MANY_NODES"),
    "lists in lists by the last": (LISTS % ("last: 100", "id"), "TOO_MANY_NODES"),
    "a page of all integers": (LISTS % ("first: 2147483647", "id"), "TOO_MANY_NODES"),
    "a negative page to make up for it": (
        "{" + (LISTS % (HUNDRED, "id"))[1:-1] + "b: " + (LISTS % (HUNDRED, "id"))[1:].replace("100", "-9", 1),
        "TOO_MANY_NODES",
    ),
    "lists in fragments": (
        "{ users(first: 100) { ...A } } fragment A on UserConnection { nodes { ...B } }" + B,
        "TOO_MANY_NODES",
    ),
    "streams of everybody": (
        "{ activities(first: 100) { nodes { streams(maxPoints: 10000) { heartRateBpm powerWatts } } } }",
        "TOO_MANY_NODES",
    ),
    "relations of every row": (LISTS % ("first: 90", "user { id }"), "TOO_COMPLEX"),
    "a filter read anew for every row": (
        LISTS % ("first: 9, filter: {and: [" + "{}" * 90 + "]}", "id"),
        "TOO_COMPLEX",
    ),
    "introspection under few names, with what each field takes": (
        "{"
        + each(9, "a{0}: __schema {{ types {{ name fields {{ name args {{ name }} type {{ name }} }} }} }}")
        + "}",
        "TOO_COMPLEX",
    ),
    "all that has an id, with what its fields take": (
        (
            "{ ...A ...B } "
            'fragment A on Query { a: __type(name: "Node") { ...T } b: __type(name: "Node") { ...T } } '
            'fragment B on Query { c: __type(name: "Node") { ...T } d: __type(name: "Node") { ...T } } '
            "fragment T on __Type { possibleTypes { fields { args { name type { name } } } } }"
        ),
        "TOO_COMPLEX",
    ),
    "introspection under many names": (
        "{"
        + each(15, "a{0}: __schema {{ types {{ ...T }} }}")
        + "} fragment T on __Type { fields { args { type {"
        " inputFields { type { ofType { ofType { name } } } } } } } }",
        "TOO_COMPLEX",
    ),
}
DOCUMENTS = DEPTH | WIDTH | TEXT | VALIDITY | ROWS
VARIABLES = {
    "a wide list of filters": {"and": [{}] * 60_000},
    "a wide list of words": {"firstName": {"in": ["a"] * 60_000}},
    "many names": {f"name{i}": 1 for i in range(15_000)},
    "nested lists of lists": {"and": [{"or": [{"and": [{}] * 20}] * 20}] * 20},
}
