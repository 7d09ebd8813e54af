"""What can be asked, and who sees what."""

import base64
import itertools

import pytest

from tests.gateway.walking import TYPES

pytestmark = pytest.mark.anyio

NAME = {
    "users": "firstName",
    "activities": "name",
    "paiSummaries": "date",
    "fitFiles": "summaryId",
    "workoutTemplates": "name",
    "trainingPlanTemplates": "name",
}
ORDER_TYPES = {"users": "UserOrder", "activities": "ActivityOrder", "paiSummaries": "PaiSummaryOrder"}


async def named(data, root, where="{}", who="admin", **ids):
    """The names of what a filter finds; `$one` in it stands for the id given as `one`."""
    for name, given in ids.items():
        where = where.replace(f"${name}", f'"{given}"')
    query = f"{{ {root}(first: 100, filter: {where}) {{ totalCount nodes {{ {NAME[root]} }} }} }}"
    found = (await data(query, who))[root]
    assert found["totalCount"] == len(found["nodes"])
    return [node[NAME[root]] for node in found["nodes"]]


async def walked(data, root, size, order="", *, backward=False):
    """Every page of a connection: the ids in the order they came, and each page's size."""
    first, after = ("last", "before") if backward else ("first", "after")
    ids, sizes, cursor = [], [], None
    while True:
        page = (
            await data(
                f"query($cursor: String) {{ {root}({first}: {size}, {after}: $cursor{order}) {{ totalCount "
                "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } }",
                cursor=cursor,
            )
        )[root]
        here = [edge["node"]["id"] for edge in page["edges"]]
        ids, sizes = (here + ids if backward else ids + here), [*sizes, len(here)]
        info = page["pageInfo"]
        assert (info["startCursor"], info["endCursor"]) == (
            page["edges"][0]["cursor"],
            page["edges"][-1]["cursor"],
        )
        assert info["hasPreviousPage" if not backward else "hasNextPage"] == (cursor is not None)
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            assert page["totalCount"] == len(ids) == len(set(ids))
            return ids, sizes
        cursor = info["startCursor" if backward else "endCursor"]


async def test_the_viewer_is_who_the_credential_says(client, records, world):
    families = {
        "admin token": world.bearer("admin"),
        "user token": world.bearer("joe"),
        "PAI admin": await world.pai_headers(client),
        "PAI user": await world.pai_headers(client, "joe"),
        "partner": world.partner_headers,
        "key": records.headers("key"),
        "nobody": {},
    }
    query = {"query": "{ viewer { kind scopes organizationId user { firstName } } }"}

    seen = {
        name: (await client.post("/graphql", json=query, headers=headers)).json()["data"]["viewer"]
        for name, headers in families.items()
    }

    assert {name: viewer["kind"] for name, viewer in seen.items()} == {
        "admin token": "ADMINISTRATOR",
        "user token": "USER",
        "PAI admin": "ADMINISTRATOR",
        "PAI user": "USER",
        "partner": "PARTNER",
        "key": "API_KEY",
        "nobody": "ANONYMOUS",
    }
    assert {name for name, viewer in seen.items() if viewer["user"] == {"firstName": "Joe"}} == {
        "user token",
        "PAI user",
    }
    assert seen["key"]["scopes"] == ["plan_templates:read", "workout_templates:read"]
    assert seen["nobody"]["scopes"] == []
    assert {viewer["organizationId"] for viewer in seen.values()} == {str(world.organization), None}


HEALTH = ("users", "activities", "paiSummaries", "fitFiles")
SHELVES = ("workoutTemplates", "trainingPlanTemplates")
SEEN = {
    "admin": {
        "users": ["Ann", "Joe", "Åse"],
        "activities": 7,
        "paiSummaries": 10,
        "fitFiles": 7,
        "workoutTemplates": ["Easy", "Hidden", "Old"],
        "trainingPlanTemplates": ["Mine", "Plan"],
    },
    "other-admin": {
        "users": ["Eve"],
        "activities": ["eve 0"],
        "paiSummaries": 2,
        "fitFiles": ["eve-0.fit"],
        "workoutTemplates": ["Easy", "Theirs"],
        "trainingPlanTemplates": ["Plan"],
    },
    "joe": {
        "users": ["Joe"],
        "activities": [f"joe {n}" for n in range(5)],
        "paiSummaries": 7,
        "fitFiles": [f"joe-{n}.fit" for n in range(5)],
        "workoutTemplates": ["Easy"],
        "trainingPlanTemplates": ["Plan"],
    },
    "partner": {
        "users": ["Joe"],
        "activities": [f"joe {n}" for n in range(5)],
        "paiSummaries": 7,
        "fitFiles": [f"joe-{n}.fit" for n in range(5)],
        **dict.fromkeys(SHELVES, "FORBIDDEN"),
    },
    "key": {
        **dict.fromkeys(HEALTH, "FORBIDDEN"),
        "workoutTemplates": ["Easy"],
        "trainingPlanTemplates": ["Plan"],
    },
    "anonymous": dict.fromkeys((*HEALTH, *SHELVES), "UNAUTHORIZED"),
}


async def test_every_list_shows_what_the_viewer_may_see_and_nothing_else(ask):
    seen = {who: {} for who in SEEN}
    for who, root in itertools.product(SEEN, NAME):
        answer = await ask(f"{{ {root}(first: 100) {{ totalCount nodes {{ {NAME[root]} }} }} }}", who)
        if "errors" in answer:
            assert answer["data"] == {root: None}
            seen[who][root] = answer["errors"][0]["extensions"]["code"]
            continue
        found = answer["data"][root]
        names = sorted(node[NAME[root]] for node in found["nodes"])
        assert found["totalCount"] == len(names)
        seen[who][root] = len(names) if isinstance(SEEN[who][root], int) else names

    assert seen == SEEN


async def test_a_user_is_found_by_those_who_may_see_them_and_null_to_others(ask, world):
    ids = {"Ann": world.ann, "Joe": world.joe, "Eve": world.eve}
    query = (
        "query($id: ID!) { user(id: $id) { firstName "
        "activities(first: 9) { totalCount } paiSummaries(first: 9) { totalCount } } }"
    )

    seen = {}
    for who, (name, user) in itertools.product(SEEN, ids.items()):
        answer = await ask(query, who, id=str(user))
        seen[who, name] = (
            answer.get("errors", [{}])[0].get("extensions", {}).get("code") or answer["data"]["user"]
        )

    ann = {"firstName": "Ann", "activities": {"totalCount": 2}, "paiSummaries": {"totalCount": 3}}
    joe = {"firstName": "Joe", "activities": {"totalCount": 5}, "paiSummaries": {"totalCount": 7}}
    eve = {"firstName": "Eve", "activities": {"totalCount": 1}, "paiSummaries": {"totalCount": 2}}
    assert seen == {
        **{(who, name): None for who in ("admin", "other-admin", "joe", "partner") for name in ids},
        **{(who, name): "FORBIDDEN" for who in ("key",) for name in ids},
        **{(who, name): "UNAUTHORIZED" for who in ("anonymous",) for name in ids},
        ("admin", "Ann"): ann,
        ("admin", "Joe"): joe,
        ("other-admin", "Eve"): eve,
        ("joe", "Joe"): joe,
        ("partner", "Joe"): joe,
    }


async def test_a_filter_cannot_reach_what_is_hidden(data, world):
    for who, hidden in (
        ("admin", world.eve),
        ("other-admin", world.joe),
        ("joe", world.ann),
        ("partner", world.ann),
    ):
        for root in ("activities", "paiSummaries", "fitFiles"):
            assert await named(data, root, "{user: {eq: $one}}", who, one=str(hidden)) == []
            either = "{or: [{user: {eq: $one}}, {user: {in: [$one]}}]}"
            assert await named(data, root, either, who, one=str(hidden)) == []
        assert await named(data, "users", "{id: {eq: $one}}", who, one=str(hidden)) == []


async def test_relations_lead_both_ways(data):
    down = await data(
        "{ users(first: 3, orderBy: [{field: FIRST_NAME}]) { nodes { firstName "
        "activities(first: 1, orderBy: [{field: STARTED_AT}]) { nodes { name user { firstName } } } "
        "paiSummaries(last: 2) { nodes { date user { firstName paiSummaries(first: 1) { totalCount } } } } } } }"
    )
    up = await data("{ activities(first: 100) { nodes { name user { firstName } } } }")

    ann, joe, ase = down["users"]["nodes"]
    assert ann == {
        "firstName": "Ann",
        "activities": {"nodes": [{"name": "ann 0", "user": {"firstName": "Ann"}}]},
        "paiSummaries": {
            "nodes": [
                {"date": day, "user": {"firstName": "Ann", "paiSummaries": {"totalCount": 3}}}
                for day in ("2024-06-02", "2024-06-01")
            ]
        },
    }
    assert joe["activities"]["nodes"] == [{"name": "joe 0", "user": {"firstName": "Joe"}}]
    assert ase == {"firstName": "Åse", "activities": {"nodes": []}, "paiSummaries": {"nodes": []}}
    assert all(
        node["name"].split()[0].title() == node["user"]["firstName"] for node in up["activities"]["nodes"]
    )


async def test_siblings_that_ask_differently_get_what_each_asked_for(data, world):
    found = await data(
        "query($id: ID!) { user(id: $id) { late: paiSummaries(first: 2) { nodes { date } } "
        "early: paiSummaries(first: 2, orderBy: [{field: DATE}]) { totalCount nodes { paiScore } } "
        "high: paiSummaries(first: 9, filter: {paiScore: {gte: 50}}) { totalCount edges { node { dailyPai } } } "
        'few: paiSummaries(first: 9, filter: {user: {in: [$id]}, date: {lt: "2024-06-03"}}) { totalCount } } }',
        id=str(world.joe),
    )

    assert found["user"] == {
        "late": {"nodes": [{"date": "2024-06-07"}, {"date": "2024-06-06"}]},
        "early": {"totalCount": 7, "nodes": [{"paiScore": 0.5}, {"paiScore": 10.5}]},
        "high": {"totalCount": 2, "edges": [{"node": {"dailyPai": 0.0}}, {"node": {"dailyPai": 2.0}}]},
        "few": {"totalCount": 2},
    }


async def test_fragments_and_aliases_anywhere_select_the_same_columns(data):
    plain = "first: 2) { edges { cursor node { id name sport user { firstName lastName } } } nodes { startedAt } }"
    written = (
        "first: 2) { e: edges { ...E ... { at: cursor } } "
        "... on ActivityConnection { n: nodes { when: startedAt } } }"
    )
    fragments = (
        "fragment E on ActivityEdge { it: node { ...A user { first: firstName } ... on Activity { user { ...U } } } }"
        "fragment A on Activity { __typename key: id title: name ...S } fragment S on Activity { what: sport }"
        "fragment U on User { last: lastName }"
    )

    expected = (await data("{ activities(" + plain + "}"))["activities"]
    found = (await data("{ activities(" + written + "}" + fragments))["activities"]

    assert found == {
        "e": [
            {
                "at": edge["cursor"],
                "it": {
                    "__typename": "Activity",
                    "key": edge["node"]["id"],
                    "title": edge["node"]["name"],
                    "what": edge["node"]["sport"],
                    "user": {
                        "first": edge["node"]["user"]["firstName"],
                        "last": edge["node"]["user"]["lastName"],
                    },
                },
            }
            for edge in expected["edges"]
        ],
        "n": [{"when": node["startedAt"]} for node in expected["nodes"]],
    }


async def test_cursors_walk_everything_exactly_once(data):
    for root, backward in itertools.product(NAME, (False, True)):
        whole, _ = await walked(data, root, 100)

        ids, sizes = await walked(data, root, 2, backward=backward)

        assert ids == whole
        assert set(sizes[:-1]) <= {2}


async def test_every_order_walks_everything_both_ways(data):
    for root, type_name in ORDER_TYPES.items():
        whole, _ = await walked(data, root, 100)
        for name in TYPES[f"{type_name}Field"].values:
            up, _ = await walked(data, root, 3, f", orderBy: [{{field: {name}}}]")
            down, _ = await walked(
                data, root, 3, f", orderBy: [{{field: {name}, direction: DESC}}]", backward=True
            )
            assert sorted(up) == sorted(down) == sorted(whole), name


async def test_orders_sort_by_one_field_after_the_other_and_missing_values_last(data):
    query = "{ activities(first: 7, orderBy: [%s]) { nodes { name distanceMeters } } }"

    up = (await data(query % "{field: DISTANCE_METERS}, {field: STARTED_AT, direction: DESC}"))["activities"]
    down = (await data(query % "{field: DISTANCE_METERS, direction: DESC}"))["activities"]

    assert [node["distanceMeters"] for node in up["nodes"]] == [0, 0, 2000, 4000, None, None, None]
    assert up["nodes"][4]["name"] == "joe 3"
    assert [node["distanceMeters"] for node in down["nodes"]] == [None, None, None, 4000, 2000, 0, 0]


USERS = {
    "{}": ["Ann", "Joe", "Åse"],
    '{firstName: {eq: "Ann"}}': ["Ann"],
    "{firstName: {eq: null}}": ["Ann", "Joe", "Åse"],
    '{firstName: {ne: "Ann"}}': ["Joe", "Åse"],
    '{firstName: {in: ["Ann", "Joe", "Bob"]}}': ["Ann", "Joe"],
    "{firstName: {in: []}}": [],
    '{firstName: {notIn: ["Ann"]}}': ["Joe", "Åse"],
    '{firstName: {like: "A%"}}': ["Ann"],
    '{firstName: {like: "a%"}}': [],
    '{firstName: {like: "_o_"}}': ["Joe"],
    '{firstName: {ilike: "a%"}}': ["Ann"],
    '{firstName: {ilike: "%SE"}}': ["Åse"],
    '{firstName: {like: "%\\\\%"}}': [],
    '{firstName: {like: "A%", ne: "Ann"}}': [],
    '{lastName: {ne: "Li"}}': ["Joe", "Åse"],
    '{country: {ne: "NO"}}': ["Joe", "Åse"],
    '{country: {notIn: ["NO"]}}': ["Joe", "Åse"],
    '{email: {ilike: "%@EXAMPLE.org"}}': ["Åse"],
    '{externalId: {eq: "ext-1"}}': ["Åse"],
    "{sex: {eq: FEMALE}}": ["Åse"],
    '{timeZone: {eq: "Europe/Oslo"}}': ["Ann", "Åse"],
    '{modifiedAt: {gt: "2024-01-01T00:00:00Z"}}': ["Åse"],
    '{modifiedAt: {gte: "2024-01-01T00:00:00Z", lt: "2024-01-02T00:00:00"}}': ["Ann", "Joe"],
    '{modifiedAt: {lte: "2024-01-01T01:00:00+01:00"}}': ["Ann", "Joe"],
    '{and: [{timeZone: {eq: "Europe/Oslo"}}, {country: {eq: "NO"}}]}': ["Ann"],
    '{or: [{firstName: {eq: "Joe"}}, {and: [{country: {eq: "NO"}}, {lastName: {eq: "Li"}}]}]}': [
        "Ann",
        "Joe",
    ],
    '{country: {eq: "NO"}, or: [{firstName: {eq: "Joe"}}, {firstName: {eq: "Ann"}}]}': ["Ann"],
    '{and: [{or: [{firstName: {eq: "Ann"}}, {firstName: {eq: "Åse"}}]}, {or: [{sex: {eq: FEMALE}}]}]}': [
        "Åse"
    ],
}
OTHERS = {
    ("activities", '{sport: {eq: "running"}}'): ["joe 3", "ann 1", "joe 1"],
    ("activities", '{source: {ne: "garmin"}}'): [],
    ("activities", '{localDate: {eq: "2024-06-03"}}'): ["joe 2"],
    ("activities", '{localDate: {gt: "2024-06-03", lte: "2024-06-05"}}'): ["joe 4", "joe 3"],
    ("activities", '{startedAt: {gte: "2024-06-04T14:00:00+02:00"}}'): ["joe 4", "joe 3"],
    ("activities", "{distanceMeters: {gt: 0, ne: 4000}}"): ["joe 2"],
    ("activities", "{distanceMeters: {ne: 0}}"): ["joe 4", "joe 3", "joe 2", "ann 1", "joe 1"],
    ("paiSummaries", "{paiScore: {gt: 40, lte: 60.5}}"): ["2024-06-07", "2024-06-06", "2024-06-05"],
    ("paiSummaries", '{dailyPai: {eq: 2}, date: {lt: "2024-06-04"}}'): ["2024-06-03", "2024-06-03"],
    ("fitFiles", "{state: {eq: INGESTED}}"): ["ann-0.fit", "joe-0.fit"],
    ("fitFiles", '{summaryId: {like: "ann%"}, source: {in: ["garmin"]}}'): ["ann-0.fit", "ann-1.fit"],
    ("workoutTemplates", "{category: {eq: EASY}}"): ["Easy", "Old"],
    ("workoutTemplates", '{name: {ilike: "h%"}, sport: {eq: RUNNING}}'): ["Hidden"],
}


async def test_users_are_filtered_by_every_operator_and_by_and_and_or(data):
    found = {where: sorted(await named(data, "users", where)) for where in USERS}

    assert found == USERS


async def test_every_other_list_is_filtered_by_its_fields(data):
    found = {(root, where): sorted(await named(data, root, where)) for root, where in OTHERS}

    assert found == {asked: sorted(names) for asked, names in OTHERS.items()}


async def test_ids_are_taken_as_global_ids_and_as_uuids(data, world):
    ann = (await data("query($id: ID!) { user(id: $id) { id uuid } }", id=str(world.ann)))["user"]
    activity = (await data("{ activities(first: 1) { nodes { id uuid user { id } } } }"))["activities"][
        "nodes"
    ][0]

    assert ann["uuid"] == str(world.ann)
    assert base64.urlsafe_b64decode(ann["id"] + "==").decode() == f"User:{world.ann.hex}"
    assert (await data("query($id: ID!) { user(id: $id) { uuid } }", id=ann["id"]))["user"] == {
        "uuid": ann["uuid"]
    }
    for one, two in ((ann["id"], str(world.joe)), (ann["uuid"].upper(), world.joe.hex)):
        assert sorted(await named(data, "users", "{id: {in: [$one, $two]}}", one=one, two=two)) == [
            "Ann",
            "Joe",
        ]
        assert len(await named(data, "activities", "{user: {in: [$one, $two]}}", one=one, two=two)) == 7
    for one in (activity["id"], activity["uuid"]):
        assert await named(data, "activities", "{id: {eq: $one}}", one=one) == ["joe 4"]
