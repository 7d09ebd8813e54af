"""The same rows with the same values over GraphQL and over the vendor's REST API that shows them too."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from graphql import GraphQLEnumType, get_named_type
from sqlmodel import col
from strawberry.utils.str_converters import to_camel_case

from domain.clients import Client
from domain.identity import client_tokens, signing
from domain.sql import select
from rest_compat.pai.admin import views as pai
from rest_compat.pai.health import views as health
from rest_compat.pai.program.views import OWN_INVITATION
from tests.gateway import whole as everything_of
from tests.gateway.walking import TYPES, node_of

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ADMIN, USER = "/api/v2/admin/organizations/{}", "/api/v2/user/organizations/{}"
PAI = {
    ("admin", "users"): (ADMIN + "/users", pai.USER),
    ("other-admin", "users"): (ADMIN + "/users", pai.USER),
    ("admin", "accounts"): (ADMIN + "/accounts", pai.ACCOUNT),
    ("other-admin", "accounts"): (ADMIN + "/accounts", pai.ACCOUNT),
    ("admin", "groups"): (ADMIN + "/groups", pai.GROUP),
    ("admin", "paiSummaries"): (ADMIN + "/pai/summaries", health.PAI_SUMMARY),
    ("other-admin", "paiSummaries"): (ADMIN + "/pai/summaries", health.PAI_SUMMARY),
    ("joe", "groups"): (USER + "/groups", pai.GROUP),
    ("joe", "programInvitations"): (USER + "/programinvitations", OWN_INVITATION),
    ("joe", "groupMemberships"): (USER + "/groupmemberships", pai.MEMBERSHIP),
}
"""Who asks, and the list in GraphQL → the list in REST, and how it spells the columns."""


@pytest.fixture
async def whole(world, records):
    return await everything_of.made(world)


async def test_pai_shows_the_same_rows_with_the_same_values(whole, data, client, world):
    for (who, root), (path, view) in PAI.items():
        organization = world.other_organization if who == "other-admin" else world.organization
        headers = await world.pai_headers(client, who)
        shown = (await client.get(path.format(organization), params={"limit": 100}, headers=headers)).json()
        names = comparable(root, view)
        rows = (
            await data(f"{{ {root}(first: 100) {{ nodes {{ uuid {' '.join(names.values())} }} }} }}", who)
        )[root]

        there = {row["id"]: {name: plain(row[name]) for name in names} for row in shown}
        here = {
            row["uuid"]: {name: plain(row[mine]) for name, mine in names.items()} for row in rows["nodes"]
        }
        assert here == there, (who, root)
        assert here
        assert names


def comparable(root, view):
    """REST's name → GraphQL's, of what both say in the same words; enums are spelled otherwise."""
    fields = TYPES[node_of(TYPES["Query"].fields[root]).name].fields
    named = {name: to_camel_case(column) for name, column in view.columns.items() if name != "id"}
    return {
        name: mine
        for name, mine in named.items()
        if mine in fields and not isinstance(get_named_type(fields[mine].type), GraphQLEnumType)
    }


def plain(value):
    """Instants as instants, whatever zone they are written in."""
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(value)
    return value


@pytest.fixture
async def gofas(whole, world, store):
    """Headers of an administrator and of Joe at GOFA's door."""
    now = datetime.now(UTC) - timedelta(seconds=1)
    [client_id] = whole.ids["Client"]["ours"]
    async with store.reading() as unit:
        client = await unit.row(select(Client.id, Client.secret_hash).where(col(Client.id) == client_id))
    token = client_tokens.signed(store.secret, client, now, timedelta(hours=1))
    joes = signing.id_token(store.settings, world.joe, now, timedelta(hours=1))
    return {"admin": {"ClientToken": token}, "joe": {"Authorization": f"Bearer {joes}"}}


GOFA = {
    ("admin", "routineTemplates"): (
        "/api/b2b/ai-training/routine-templates",
        "routineTemplates",
        "routineTemplateId",
    ),
    ("admin", "routineRuns"): ("/api/ai-training/records", "records", "routineRunId"),
    ("joe", "routineRuns"): ("/api/ai-training/routine-runs", "routineRuns", "routineRunId"),
    ("joe", "routineInstances"): (
        "/api/ai-training/my-routine-queue",
        "routineInstances",
        "routineInstanceId",
    ),
    ("joe", "exercises"): ("/api/ai-move/exercises", "exercises", "exerciseId"),
}
SAME = {
    "routineTemplates": ("name", "goal", "equipment", "tags", "estimatedDurationMinutes"),
    "routineRuns": ("startedFrom", "currentStepIndex", "routineTemplateName"),
    "routineInstances": ("queueIndex", "deferCount", "routineTemplateName"),
    "exercises": ("name", "category", "targetValue", "imageUrl"),
}
"""What both spell alike."""


async def test_gofa_shows_the_same_routines_runs_and_exercises(gofas, data, client):
    for (who, root), (path, key, id_name) in GOFA.items():
        mine = "exerciseId" if root == "exercises" else "uuid"
        answer = await client.get(path, headers=gofas[who])
        there = {row[id_name]: {name: row[name] for name in SAME[root]} for row in answer.json()[key]}
        below = " ".join((mine, *SAME[root]))
        rows = (await data(f"{{ {root}(first: 100) {{ nodes {{ {below} }} }} }}", who))[root]["nodes"]
        here = {row[mine]: {name: row[name] for name in SAME[root]} for row in rows}
        assert here == there, (who, root)
        assert here


async def test_partners_see_the_same_files_and_imports_and_keys_the_same_templates(
    whole, data, client, records
):
    partner = records.headers("partner")
    files = (await client.get("/api/fit_partner_ping/", headers=partner)).json()["activity_files"]
    imports = (await client.get("/api/task_partner/", headers=partner)).json()["imports"]
    here = await data(
        """{ fitFiles(first: 100) { nodes { summaryId source activityName import { uuid } } }
        imports(first: 100) { nodes { uuid source eventIds isInitialImport progress { total imported failed } } } }""",
        "partner",
    )
    assert [
        (one["summary_id"], one["source"], one["activity_name"], one["import_id"])
        for one in by(files, "summary_id")
    ] == [
        (one["summaryId"], one["source"], one["activityName"], one["import"] and one["import"]["uuid"])
        for one in by(here["fitFiles"]["nodes"], "summaryId")
    ]
    names = (
        "id",
        "source",
        "event_ids",
        "is_initial_import",
        "files_total",
        "files_imported",
        "files_failed",
    )
    assert [[one[name] for name in names] for one in imports] == [
        [one["uuid"], one["source"], one["eventIds"], one["isInitialImport"], *one["progress"].values()]
        for one in here["imports"]["nodes"]
    ]
    key = records.headers("key")
    for root, path in (
        ("workoutTemplates", "/api/workout-templates"),
        ("trainingPlanTemplates", "/api/training-plan-templates"),
    ):
        shown = (await client.get(path, headers=key)).json()["items"]
        rows = (await data(f"{{ {root}(first: 100) {{ nodes {{ uuid name version }} }} }}", "key"))[root][
            "nodes"
        ]
        assert by([(one["id"], one["name"], one["version"]) for one in shown], 0) == by(
            [tuple(one.values()) for one in rows], 0
        )


def by(rows, name):
    return sorted(rows, key=lambda row: row[name])
