"""Every field of every type, as every kind of viewer: what each sees, what each is refused, and nothing else."""

import itertools
import json
import re
from uuid import UUID

import pytest
from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type

from gateway.global_ids import global_id, read_any_id
from gateway.types.nodes import NODES
from tests.databases import ONE_DATABASE
from tests.gateway import whole as everything_of
from tests.gateway.walking import TYPES, asked, everything, is_connection, node_of, nodes
from tests.gateway.whole import COACH, LIBRARY, OURS, THEIRS

pytestmark = pytest.mark.anyio

VIEWERS = ("admin", "other-admin", "joe", COACH, "partner", "key", "anonymous")
FORBIDDEN, UNAUTHORIZED = "FORBIDDEN", "UNAUTHORIZED"
FEW = 20  # fields at a time, within the limits of a document
HEALTH = {
    "User", "Biometric", "HeartRateDay", "Activity", "TrainingDay", "PaiSummary", "PaiCalculation", "Vo2MaxSummary",
    "Vo2MaxCalculation", "Vo2MaxAssessment", "FitFile", "BulkImport",
}  # fmt: skip
PERSONAL = {
    "Group", "GroupMembership", "GroupEvent", "TrainingAssessment", "TrainingPlan", "RoutineInstance", "RoutineRun",
    "ExerciseSession",
}  # fmt: skip
OF_ADMINISTRATORS = {"Webhook", "WebhookDelivery", "DeliveryAttempt", "Job", "ApiKey"}
TEMPLATES = {"WorkoutTemplate", "TrainingPlanTemplate"}
BY_USER = {"admin": {"ann", "joe"}, "other-admin": {"eve"}, "joe": {"joe"}, COACH: set()}
NOBODYS = {"key": FORBIDDEN, "anonymous": UNAUTHORIZED}
SEEN = {
    **dict.fromkeys(HEALTH, BY_USER | {"partner": {"joe"}} | NOBODYS),
    **dict.fromkeys(PERSONAL, BY_USER | {"partner": FORBIDDEN} | NOBODYS),
    **dict.fromkeys(
        OF_ADMINISTRATORS,
        {"admin": {OURS}, "other-admin": {THEIRS}, "joe": FORBIDDEN, COACH: FORBIDDEN, "partner": FORBIDDEN}
        | NOBODYS,
    ),
    **dict.fromkeys(
        TEMPLATES,
        {
            "admin": {OURS},
            "other-admin": {THEIRS},
            "joe": set(),
            COACH: set(),
            "partner": FORBIDDEN,
            "key": set(),
        }
        | {"anonymous": UNAUTHORIZED},
    ),
    **dict.fromkeys(
        ("Organization", "Client"),
        {"admin": {OURS}, "other-admin": {THEIRS}, "joe": {OURS}, COACH: {OURS}, "partner": FORBIDDEN}
        | NOBODYS,
    ),
    **dict.fromkeys(
        ("Program", "ProgramExport"),
        {"admin": {OURS}, "other-admin": {THEIRS}, "joe": FORBIDDEN, COACH: {OURS}, "partner": FORBIDDEN}
        | NOBODYS,
    ),
    **dict.fromkeys(
        ("RoutineTemplate", "Exercise"),
        {
            "admin": {OURS, LIBRARY},
            "other-admin": {THEIRS, LIBRARY},
            "joe": {OURS, LIBRARY},
            COACH: {OURS, LIBRARY},
            "partner": FORBIDDEN,
        }
        | NOBODYS,
    ),
    "Account": {"admin": {OURS, "joe", COACH}, "other-admin": {THEIRS}, "joe": {"joe"}, COACH: {COACH}}
    | {"partner": FORBIDDEN}
    | NOBODYS,
    "ProgramInvitation": BY_USER | {COACH: {"ann", "joe"}, "partner": FORBIDDEN} | NOBODYS,
    "ProgramMember": BY_USER | {COACH: {"joe"}, "partner": FORBIDDEN} | NOBODYS,
    "MemberPaiSummary": BY_USER
    | {"admin": {"joe"}, "joe": FORBIDDEN, COACH: {"joe"}, "partner": FORBIDDEN}
    | NOBODYS,
}
"""Whose rows of each type each viewer sees, or with what code they are refused: the rule, written out."""


@pytest.fixture
async def whole(world, records):
    return await everything_of.made(world)


def seen_by(whole, kind, who):
    """The ids of a type that a viewer should see; none where they are refused."""
    mine = SEEN[kind][who]
    return set() if isinstance(mine, str) else set().union(*(whole.ids[kind].get(one, set()) for one in mine))


def refused(kind, who):
    return isinstance(SEEN[kind][who], str)


def edges_of(owner):
    """The fields of a type that lead to nodes → the type they lead to."""
    found = {name: node_of(field) for name, field in TYPES[owner].fields.items()}
    return {name: kind.name for name, kind in found.items() if kind}


async def read(ask, who, kind, ids, below):
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename ... on {kind} {{ {below} }} }} }}"
    return await ask(query, who, ids=[global_id(kind, one) for one in ids])


def test_the_rule_speaks_of_every_type():
    assert SEEN.keys() == nodes().keys() == NODES.keys()


@ONE_DATABASE
async def test_nobody_sees_more_or_less_than_their_own_by_global_id(whole, ask):
    for kind, who in itertools.product(SEEN, VIEWERS):
        everybodys = sorted(set().union(*whole.ids[kind].values()))
        answer = await read(ask, who, kind, everybodys, "uuid")
        if refused(kind, who):
            assert {error["extensions"]["code"] for error in answer["errors"]} == {SEEN[kind][who]}, (
                kind,
                who,
            )
            assert answer["data"] is None or set(answer["data"]["nodes"]) == {None}
            continue
        assert "errors" not in answer, (kind, who, answer["errors"])
        found = {UUID(node["uuid"]) for node in answer["data"]["nodes"] if node}
        assert found == seen_by(whole, kind, who), (kind, who)


async def test_every_field_is_answered_and_tells_nobody_of_what_they_may_not_see(whole, ask):
    """A field that is null, empty or refused for everybody has not been looked at: it fails here until the world has
    a row that shows it.
    """
    answered = set()
    for kind, who in itertools.product(SEEN, VIEWERS):
        mine = seen_by(whole, kind, who)
        if not mine:
            continue
        fields = [name for name in TYPES[kind].fields if not refused(edges_of(kind).get(name, kind), who)]
        for some in (fields[at : at + FEW] for at in range(0, len(fields), FEW)):
            answer = await read(ask, who, kind, sorted(mine), " ".join(asked(kind, name) for name in some))
            assert "errors" not in answer, (kind, who, answer["errors"])
            assert_nothing_leaks(whole, who, answer)
            for node in answer["data"]["nodes"]:
                note(answered, kind, node)

    assert answered_fields() - answered == set()


async def test_a_node_shows_a_field_whatever_it_is_called_as_lists_show_it(whole, ask):
    for kind, root in (("Job", "jobs"), ("WebhookDelivery", "webhookDeliveries")):
        [listed] = (await ask(f"{{ {root}(first: 1) {{ nodes {{ id kind }} }} }}"))["data"][root]["nodes"]
        query = f"query($id: ID!) {{ node(id: $id) {{ id ... on {kind} {{ kind }} }} }}"
        assert (await ask(query, id=listed["id"]))["data"]["node"] == listed


async def test_an_edge_to_what_one_may_not_read_is_refused(whole, ask):
    for kind, who in itertools.product(SEEN, VIEWERS):
        mine = sorted(seen_by(whole, kind, who))
        for name, target in edges_of(kind).items() if mine else ():
            if refused(target, who):
                answer = await read(ask, who, kind, mine, asked(kind, name))
                assert {one["extensions"]["code"] for one in answer.get("errors", ())} == {FORBIDDEN}, (
                    kind,
                    name,
                    who,
                )
                assert not ids_in(answer), (kind, name, who)


@ONE_DATABASE
async def test_every_edge_leads_to_rows_that_the_viewer_sees(whole, ask):
    """Also through another's: from each node one step on, and the ids found there are the viewer's own."""
    for kind, who in itertools.product(SEEN, VIEWERS):
        for name, target in edges_of(kind).items():
            mine = sorted(seen_by(whole, kind, who))
            if not mine or refused(target, who):
                continue
            answer = await read(ask, who, kind, mine, asked(kind, name))
            known = set().union(*whole.ids[target].values())
            found = {one for of, one in ids_in(answer) if of == target}
            assert found & known <= seen_by(whole, target, who), (kind, name, who)


@ONE_DATABASE
async def test_every_root_field_shows_what_node_shows(whole, ask):
    """Lists, lookups and `viewer`; nothing at the top is left out."""
    lists = {
        name: node_of(f).name
        for name, f in TYPES["Query"].fields.items()
        if is_connection(get_named_type(f.type))
    }
    assert set(TYPES["Query"].fields) - set(lists) == set(OTHER_ROOTS) | {"node", "nodes"}
    for (name, kind), who in itertools.product(lists.items(), VIEWERS):
        answer = await ask(f"{{ {asked('Query', name, below='id uuid')} }}", who)
        if refused(kind, who):
            assert [error["extensions"]["code"] for error in answer["errors"]] == [SEEN[kind][who]], (
                name,
                who,
            )
            continue
        known = set().union(*whole.ids[kind].values())
        found = {UUID(node["uuid"]) for node in answer["data"][name]["nodes"]}
        assert found & known == seen_by(whole, kind, who), (name, who)
        assert_nothing_leaks(whole, who, answer)


OTHER_ROOTS = {
    "rateLimit": lambda _: "rateLimit { limit remaining }",
    "viewer": lambda _: f"viewer {{ {everything('Viewer')} }}",
    "organization": lambda _: "organization { id }",
    "user": lambda whole: f'user(id: "{whole.world.eve}") {{ id }}',
    "job": lambda whole: f'job(id: "{min(whole.ids["Job"][THEIRS])}") {{ id }}',
    "routineCatalogue": lambda _: f"routineCatalogue {{ {everything('RoutineCatalogue')} }}",
}


async def test_the_other_root_fields_show_each_their_own(whole, ask):
    for (name, of), who in itertools.product(OTHER_ROOTS.items(), VIEWERS):
        answer = await ask(f"{{ {of(whole)} }}", who)
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {FORBIDDEN, UNAUTHORIZED}, (name, who, answer)
        assert_nothing_leaks(whole, who, answer)
        if name in ("user", "job"):
            assert bool((answer["data"] or {}).get(name)) is (who == "other-admin"), (name, who)


def assert_nothing_leaks(whole, who, answer):
    """No id of anything the viewer may not see, however it is spelled, stands anywhere in an answer."""
    text = json.dumps(answer)
    told = {UUID(one) for one in re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)}
    told |= {one for _, one in ids_in(answer)}
    own = {whole.world.organization} if who in ("partner", "key") else whole.told.get(who, set())
    seen = set().union(*(seen_by(whole, kind, who) for kind in SEEN))
    hidden = {
        one: (kind, whose)
        for kind, owners in whole.ids.items()
        for whose, ids in owners.items()
        for one in ids - seen - own
    }
    assert {one: hidden[one] for one in told & hidden.keys()} == {}, who


def ids_in(value):
    """Every global id in an answer: the type's name and the id."""
    if isinstance(value, dict):
        own = [read_any_id(value["id"])] if isinstance(value.get("id"), str) else []
        return [*own, *(one for inner in value.values() for one in ids_in(inner))]
    return [one for inner in value for one in ids_in(inner)] if isinstance(value, list) else []


def note(answered, owner, value):
    """Remember which fields of which types came with a value, however deep."""
    for name, inner in (value or {}).items():
        if inner in (None, [], {}) or name == "__typename":
            continue
        kind = get_named_type(TYPES[owner].fields[name].type)
        if is_connection(kind):
            if inner["nodes"]:
                answered.add((owner, name))
            continue
        answered.add((owner, name))
        if isinstance(kind, GraphQLObjectType | GraphQLUnionType) and kind.name not in nodes():
            for row in inner if isinstance(inner, list) else [inner]:
                note(answered, row.get("__typename", kind.name), row)


def answered_fields():
    """All fields of the types of nodes, and of what is theirs alone."""
    found, waiting = set(), [*nodes()]
    while waiting:
        owner = waiting.pop()
        for name, field in TYPES[owner].fields.items():
            found.add((owner, name))
            kind = get_named_type(field.type)
            for one in kind.types if isinstance(kind, GraphQLUnionType) else [kind]:
                own = (
                    isinstance(one, GraphQLObjectType) and not is_connection(one) and one.name not in nodes()
                )
                if own and not any(known == one.name for known, _ in found):
                    waiting.append(one.name)
    return found
