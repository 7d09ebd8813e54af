"""How many SQL statements a query may cost, as data: no relation runs per row, no list reads what nobody asked."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from graphql import get_named_type
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlmodel import col

from domain.ai_move.exercises import Exercise
from domain.identity.accounts import Account
from domain.identity.api_keys import ApiKey
from domain.imports.tables import BulkImport, ImportState
from domain.jobs import JobRecord
from domain.plans import GenerationSource, TrainingPlan
from domain.routines.templates import RoutineTemplate
from domain.templates import TrainingPlanTemplate, WorkoutTemplate
from domain.users import User
from domain.webhooks import deliveries
from domain.webhooks.tables import Delivery, DeliveryAttempt, Webhook
from gateway.global_ids import global_id
from tests.databases import ONE_DATABASE
from tests.gateway import whole as everything_of
from tests.gateway.records import STAMPS, activity, fit_file, summary
from tests.gateway.walking import TYPES, asked, is_connection, node_of
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio

SIGN_IN = 1  # the token with its account
BUDGET = {
    "{ __typename }": 0,
    "{ viewer { kind } }": 0,
    "{ viewer { user { firstName } } }": 0,
    "{ users(first: 50) { nodes { firstName } } }": 1,
    "{ users(first: 50) { totalCount } }": 2,
    "{ users(last: 50) { totalCount edges { cursor node { id firstName } } pageInfo { hasNextPage } } }": 2,
    "{ users(first: 50) { nodes { paiSummaries(first: 30) { nodes { date } } } } }": 2,
    "{ users(first: 50) { nodes { paiSummaries(first: 30) { totalCount nodes { date } } } } }": 3,
    """{ users(first: 50) { totalCount nodes { firstName
         activities(first: 10) { nodes { name user { lastName } } }
         paiSummaries(first: 30) { totalCount nodes { date paiScore user { country } } } } } }""": 7,
    """{ users(first: 50) { nodes { a: activities(first: 2) { nodes { id } }
         b: activities(first: 3) { nodes { id } } } } }""": 3,
    """{ users(first: 50) { nodes { a: activities(first: 2) { nodes { id } }
         b: activities(first: 2) { nodes { id } } } } }""": 2,
    "{ activities(first: 100) { nodes { user { firstName } } edges { node { user { firstName } } } } }": 2,
    "{ paiSummaries(first: 100) { nodes { user { activities(first: 1) { nodes { user { id } } } } } } }": 3,
    """{ webhookDeliveries(first: 50) { nodes { webhook { url }
         attempts(first: 10) { totalCount nodes { status } } } } }""": 4,
    "{ imports(first: 50) { nodes { source plan { goal user { firstName } } } } }": 3,
    "{ fitFiles(first: 100) { nodes { summaryId state } } workoutTemplates(first: 9) { nodes { name } } }": 2,
}


async def more_users(world, count):
    partner = await world.partner_viewer()
    async with world.store.writing() as unit:
        for number in range(count):
            user = User(id=uuid4(), organization_id=world.organization, first_name=f"User {number}", **STAMPS)
            file = fit_file(user.id, world.organization, f"{number}.fit")
            await unit.add(user)
            await unit.add_all([summary(user.id, world.organization, day) for day in range(3)])
            await unit.add(file)
            await unit.add_all([activity(file, f"{number}", 0)])
        await unit.add_all(
            [deliveries.new_delivery(unit, **told) for told in await webhooks(unit, world, count)]
        )
        await imports(unit, world, partner.partner_id, count)


async def webhooks(unit, world, count):
    """What there is to deliver to a few more webhooks: one more than there are users, so that there is one."""
    organization = world.organization
    made = [
        Webhook(organization_id=organization, url="https://a.example", kinds=[], secret="", **STAMPS)
        for _ in range(count + 1)
    ]
    await unit.add_all(made)
    told = {"organization_id": organization, "kind": "webhook.test", "body": "{}"}
    return [told | {"webhook_id": webhook.id} for webhook in made]


async def imports(unit, world, partner_id, count):
    """A few more of Joe's, each with its plan; one more than there are users, so that there is one."""
    joes = {"organization_id": world.organization, "user_id": world.joe, **STAMPS}
    made = [
        BulkImport(
            partner_id=partner_id,
            external_user_id="1234",
            source="watch",
            is_initial_import=True,
            state=ImportState.COMPLETE,
            started_at=LONG_AGO,
            **joes,
        )
        for _ in range(count + 1)
    ]
    await unit.add_all(made)
    await unit.add_all(
        [
            TrainingPlan(bulk_import_id=one.id, generation_source=GenerationSource.IMPORT, **joes)
            for one in made
        ]
    )


async def test_a_query_costs_its_budget_of_statements_whatever_the_number_of_users(data, world, statements):
    costs = []
    for count in (0, 20):
        await more_users(world, count)
        cost = {}
        for query in BUDGET:
            statements.clear()
            await data(query)
            cost[query] = len(statements) - SIGN_IN
        costs.append(cost)

    over = [{query: cost[query] for query in BUDGET if cost[query] != BUDGET[query]} for cost in costs]
    assert over == [{}, {}]


@ONE_DATABASE
async def test_no_relation_of_any_type_runs_per_row(data, world, records, statements):
    """Every edge, of one row and of several: 1 statement for the rows, 1 for what is beyond the edge, 1 to count it."""
    whole = await everything_of.made(world)
    await second_rows(whole)
    for kind, owners in whole.ids.items():
        ids = [global_id(kind, one) for whose in ("joe", "ann", "ours") for one in owners.get(whose, ())]
        assert len(ids) > 1 or kind in ALONE, kind
        for names, allowed in parts(kind):
            costs = []
            below = " ".join(asked(kind, name, below="uuid") for name in names)
            for some in (ids[:1], ids):
                statements.clear()
                await data(NODES % (kind, below), ids=some)
                costs.append(len(statements) - SIGN_IN)
            assert costs[0] == costs[1], (kind, names)
            assert costs[0] in allowed, (kind, names, costs)


def parts(kind):
    """Each edge alone, and what leads to no node some at a time: the names of fields, and what they may cost."""
    beyond = {name: node_of(field) for name, field in TYPES[kind].fields.items()}
    for name in filter(beyond.get, beyond):
        counted = is_connection(get_named_type(TYPES[kind].fields[name].type))
        yield [name], {2 + counted}
    plain = [name for name in beyond if not beyond[name]]
    for at in range(0, len(plain), FEW):
        yield plain[at : at + FEW], {*range(1, MOST + 1)}


async def second_rows(whole):
    """Ours again, of what the world has one of: a statement per row shows among several rows only."""
    async with whole.world.store.writing() as unit:
        for kind, (table, other) in SECOND.items():
            [first] = whole.ids[kind][everything_of.OURS]
            row = await unit.entity(table, col(table.id) == first)
            second = table(**row.model_dump(exclude={"id"}) | other)
            await unit.add(second)
            whole.note(kind, everything_of.OURS, second)
        coach = await unit.entity(Account, col(Account.username) == everything_of.COACH)
        await everything_of.add_program(unit, whole, everything_of.OURS, coach, joined="ann")


FEW = 20  # fields at a time, within the limits of a document
ALONE = {"Organization", "Client"}  # who asks sees one of each
SECOND = {
    "Webhook": (Webhook, {}),
    "ApiKey": (ApiKey, {"lookup": "another"}),
    "Job": (JobRecord, {}),
    "WebhookDelivery": (Delivery, {}),
    "DeliveryAttempt": (DeliveryAttempt, {"number": 2}),
    "WorkoutTemplate": (WorkoutTemplate, {"modified_at": LONG_AGO + timedelta(days=1)}),
    "TrainingPlanTemplate": (TrainingPlanTemplate, {"modified_at": LONG_AGO + timedelta(days=1)}),
    "RoutineTemplate": (RoutineTemplate, {}),
    "Exercise": (Exercise, {"exercise_id": "another"}),
}  # fmt: skip
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on %s { %s } } }"
MOST = (
    4  # an import's failures, and its progress, which is remembered from its end on and counted while it runs
)


async def test_a_list_selects_only_the_columns_asked_for(data, statements):
    await data(
        "{ activities(first: 1) { edges { node { ...Name } } } } fragment Name on Activity { title: name }"
    )
    read = columns_of(statements[-1])
    statements.clear()
    await data(
        "{ users(first: 1) { nodes { paiSummaries(first: 1) { nodes { ... on PaiSummary { paiScore } } } } } }"
    )

    assert read == {"id", "name", "started_at"}
    assert columns_of(statements[-2]) == {"id"}
    inner = statements[-1].partition("(SELECT")[2]
    assert columns_of("SELECT " + inner) == {"id", "pai_score", "date", "owner_of_row", "rank_in_owner"}


async def test_a_total_is_counted_only_where_it_was_asked_for(data, statements):
    await data("{ users(first: 1) { nodes { id activities(first: 1) { nodes { id } } } } }")

    assert not [statement for statement in statements if "count(" in statement]


async def test_a_total_reads_no_validators_which_only_conditional_requests_ask_for(data, statements):
    await data("{ users(first: 1) { totalCount } paiSummaries(first: 1) { totalCount } }")

    totals = [statement for statement in statements if "count(" in statement]
    assert len(totals) == 2
    assert not [statement for statement in totals if "modified_at" in statement]


async def test_no_list_loads_an_entity(data):
    loaded = []

    def hear(_, instance):
        loaded.append(instance)

    event.listen(Session, "loaded_as_persistent", hear)
    for query in BUDGET:
        await data(query)
    event.remove(Session, "loaded_as_persistent", hear)

    assert loaded == []


def columns_of(statement):
    """The names that a SELECT gives its columns."""
    return set(re.findall(r" AS \"?(\w+)\"?", statement.partition("FROM")[0]))
