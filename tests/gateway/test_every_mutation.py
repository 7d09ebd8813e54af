"""Every mutation, by everybody: whoever may carries it out, all others are refused and leave nothing behind."""

import re
from datetime import UTC, datetime

import pytest
from graphql import GraphQLNonNull, get_named_type
from sqlalchemy import event
from sqlmodel import SQLModel

from domain.sql import select
from gateway.global_ids import global_id
from tests.databases import ONE_DATABASE
from tests.gateway import whole as everything_of
from tests.gateway.walking import TYPES
from tests.gateway.whole import COACH

pytestmark = pytest.mark.anyio

ADMIN, BOTH, USER, PARTNER, PROGRAM = {"admin"}, {"admin", "joe"}, {"joe"}, {"partner"}, {COACH}
HABITS = "activityFrequency: NEVER, activityIntensity: EASY, activityDuration: UNDER_15"
STEPS = "[{type: STEADY, durationSeconds: 600}]"
BLOCKS = '[{name: "Base", phase: BASE, weeks: [{week: 1, days: []}]}]'
FILE = 'userId: "1234", source: "a", summaryId: "a.fit", startedAt: "2024-06-01T12:00:00Z", callbackUrl: "https://a.example/a"'
MUTATIONS = {
    "createUser": ('input: {firstName: "New"}', ADMIN),
    "changeUser": ('id: "$User.joe", input: {lastName: "Li"}', ADMIN),
    "changeProfile": ('userId: "$User.joe", input: {heightCm: 180, sex: MALE}', BOTH),
    "createAccount": ('input: {username: "new", userId: "$User.ann"}', ADMIN),
    "changeAccount": ('id: "$Account.joe", input: {locale: "de"}', ADMIN),
    "changeOwnAccount": ('input: {phoneNumber: "2"}', USER),
    "createGroup": ('input: {name: "New"}', ADMIN),
    "changeGroup": ('id: "$Group.joe", input: {name: "Joes"}', ADMIN),
    "addGroupMember": ('groupId: "$Group.joe", userId: "$User.ann", role: LEADER', ADMIN),
    "removeGroupMember": ('groupId: "$Group.joe", userId: "$User.ann"', ADMIN),
    "removeGroup": ('id: "$Group.ann"', ADMIN),
    "createProgram": ('input: {name: "Run", administrators: ["joe"]}', ADMIN),
    "changeProgram": ('id: "$Program.ours", input: {name: "Walk on"}', ADMIN),
    "addProgramAdministrator": ('programId: "$Program.ours", username: "admin"', ADMIN),
    "removeProgramAdministrator": ('programId: "$Program.ours", username: "admin"', ADMIN),
    "withdrawProgramInvitation": ('id: "$ProgramInvitation.ann"', PROGRAM),
    "inviteToProgram": ('programId: "$Program.ours", input: {userId: "$User.ann"}', PROGRAM),
    "requestProgramExport": ('programId: "$Program.ours", input: {fromDate: "2024-05-01"}', PROGRAM),
    "removeProgramMember": ('id: "$ProgramMember.joe"', PROGRAM),
    "acceptProgramInvitation": ('input: {id: "$ProgramInvitation.joe"}', USER),
    "declineOrLeaveProgram": ('invitationId: "$ProgramInvitation.joe"', USER),
    "recordBiometrics": ('userId: "$User.joe", date: "2024-01-05", input: {weightKg: 70}', BOTH),
    "changeBiometrics": ('id: "$Biometric.joe", input: {weightKg: 71}', BOTH),
    "recordVo2MaxAssessment": (f'userId: "$User.joe", input: {{date: "2024-06-01", {HABITS}}}', BOTH),
    "recordHeartRate": (
        'userId: "$User.joe", date: "2024-06-01", measurements: [{timestamp: "2024-06-01T19:00:00Z", bpm: 90}]', BOTH,
    ),
    "replaceHeartRate": (
        'id: "$HeartRateDay.joe", measurements: [{timestamp: "2024-06-01T19:00:00Z", bpm: 91}]', BOTH,
    ),
    "recordTrainingAssessment": ('userId: "$User.joe", input: {kind: FALL_RISK, level: LOW}', BOTH),
    "requestPaiCalculation": ('userId: "$User.joe", date: "2024-06-01"', BOTH),
    "removeBiometrics": ('id: "$Biometric.joe"', BOTH),
    "announceFitFiles": (f"files: [{{{FILE}, priority: AFTER_TRANSFER}}]", PARTNER),
    "completeBulkTransfer": ('input: {userId: "1234", source: "a", isInitialImport: false, eventId: "e"}', PARTNER),
    "removeFitFile": ('id: "$FitFile.joe"', BOTH),
    "createWorkoutTemplate": (f'input: {{name: "New", category: EASY, steps: {STEPS}}}', ADMIN),
    "changeWorkoutTemplate": (f'id: "$WorkoutTemplate.ours", input: {{steps: {STEPS}}}', ADMIN),
    "publishWorkoutTemplate": ('id: "$WorkoutTemplate.ours"', ADMIN),
    "hideWorkoutTemplate": ('id: "$WorkoutTemplate.ours"', ADMIN),
    "archiveWorkoutTemplate": ('id: "$WorkoutTemplate.ours"', ADMIN),
    "removeWorkoutTemplate": ('id: "$WorkoutTemplate.ours"', ADMIN),
    "createTrainingPlanTemplate": (f'input: {{name: "New", goalDistance: TEN_K, blocks: {BLOCKS}}}', ADMIN),
    "changeTrainingPlanTemplate": (f'id: "$TrainingPlanTemplate.ours", input: {{blocks: {BLOCKS}}}', ADMIN),
    "publishTrainingPlanTemplate": ('id: "$TrainingPlanTemplate.ours"', ADMIN),
    "hideTrainingPlanTemplate": ('id: "$TrainingPlanTemplate.ours"', ADMIN),
    "archiveTrainingPlanTemplate": ('id: "$TrainingPlanTemplate.ours"', ADMIN),
    "removeTrainingPlanTemplate": ('id: "$TrainingPlanTemplate.ours"', ADMIN),
    "createRoutineTemplate": ('input: {name: "New", steps: [{kind: GUIDED, title: "Breathe"}]}', ADMIN),
    "changeRoutineTemplate": ('id: "$RoutineTemplate.ours", input: {intensity: LOW, riskTiers: []}', ADMIN),
    "publishRoutineTemplate": ('id: "$RoutineTemplate.ours"', ADMIN),
    "changeRoutineCatalogue": ('enabledTemplateIds: ["$RoutineTemplate.library"]', ADMIN),
    "changeRoutineRun": ('id: "$RoutineRun.joe", input: {currentStepIndex: 0}', USER),
    "syncRoutineRun": ('id: "$RoutineRun.joe", input: {sequenceIndex: 1, guidedComplete: true}', USER),
    "generateTrainingPlan": ('userId: "$User.joe", input: {goal: "balance", intensity: LOW, frequency: 2}', BOTH),
    "assignRoutineTemplate": (
        'userId: "$User.joe", routineTemplateId: "$RoutineTemplate.ours", allowDuplicates: true, queueIndex: 0', ADMIN,
    ),
    "startRoutineRun": ('routineInstanceId: "$RoutineInstance.joe", startedFrom: "test"', USER),
    "deferRoutineInstance": ('id: "$RoutineInstance.joe"', USER),
    "recordExerciseSession": ('input: {exerciseId: "march-library", repCount: 3, caloriesBurnedKcal: 4.5}', USER),
    "retryJobs": ("filter: {state: {eq: FAILED}}", ADMIN),
    "retryJob": ('id: "$Job.ours"', ADMIN),
    "createWebhook": ('input: {url: "https://a.example.org/", kinds: [IMPORT_COMPLETED]}', ADMIN),
    "changeWebhook": ('id: "$Webhook.ours", input: {active: true}', ADMIN),
    "rotateWebhookSecret": ('id: "$Webhook.ours"', ADMIN),
    "sendTestEvent": ('webhookId: "$Webhook.ours"', ADMIN),
    "resendDelivery": ('id: "$WebhookDelivery.ours"', ADMIN),
    "removeWebhook": ('id: "$Webhook.ours"', ADMIN),
    "createApiKey": ('input: {name: "New", scopes: [WORKOUTS]}', ADMIN),
    "rotateApiKey": ('id: "$ApiKey.ours", overlapHours: 1', ADMIN),
    "revokeApiKey": ('id: "$ApiKey.ours"', ADMIN),
    "removeAccount": ('id: "$Account.joe"', ADMIN),
    "removeProgram": ('id: "$Program.ours"', ADMIN),
    "removeUser": ('id: "$User.ann"', ADMIN),
}  # fmt: skip
"""In an order in which each can follow those before it → its arguments, and who may."""
CANNOT = {
    "rotateApiKey": "BAD_REQUEST",
    "deferRoutineInstance": "CONFLICT",
    "startRoutineRun": "CONFLICT",
    "retryJob": "CONFLICT",
    "acceptProgramInvitation": "CONFLICT",
    "declineOrLeaveProgram": "NOT_FOUND",
}
"""What the world's only row of a kind does not allow any more; that it is said shows who may ask."""


@pytest.fixture
def settings(settings):
    """Every mutation is sent within a minute."""
    return settings.model_copy(update={"key_requests_per_minute": 1000})


@pytest.fixture
async def whole(world, records):
    return await everything_of.made(world)


def document(name, arguments, whole):
    def id_of(match):
        kind, whose = match.groups()
        return global_id(kind, min(whole.ids[kind][whose]))

    given = re.sub(r"\$(\w+)\.(\w+)", id_of, arguments)
    return (
        f"mutation {{ {name}({given}) {{ __typename {below(name)} userErrors {{ field code message }} }} }}"
    )


def below(name):
    """What else the payload holds, as shortly as can be said."""
    fields = get_named_type(TYPES["Mutation"].fields[name].type).fields
    shown = {one: get_named_type(field.type) for one, field in fields.items() if one != "userErrors"}
    return " ".join(
        one + (" { __typename }" if hasattr(kind, "fields") else "") for one, kind in shown.items()
    )


def test_every_mutation_is_here():
    assert MUTATIONS.keys() == TYPES["Mutation"].fields.keys()


@pytest.fixture
def begun(store):
    """What was said when each transaction began."""
    seen = []

    def hear(_connection, _cursor, statement, *_):
        if statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", hear)
    yield seen
    event.remove(store.engine.sync_engine, "before_cursor_execute", hear)


@ONE_DATABASE
async def test_who_lacks_the_scope_is_refused_before_anybody_has_to_wait(ask, whole, begun):
    for name, (arguments, may) in MUTATIONS.items():
        for who in {"partner", "joe"} - may:
            begun.clear()
            await ask(document(name, arguments, whole), who)
            assert begun, name
            assert "BEGIN IMMEDIATE" not in begun, (name, who)


@ONE_DATABASE
async def test_whoever_may_not_is_refused_and_leaves_nothing_behind(ask, whole, world, store):
    before = await rows(store)
    for name, (arguments, may) in MUTATIONS.items():
        for who, code in {
            "anonymous": "UNAUTHORIZED",
            **dict.fromkeys(("key", "partner", "joe", *([] if "joe" in may else [COACH])), "FORBIDDEN"),
        }.items():
            if who not in may:
                answer = await ask(document(name, arguments, whole), who)
                assert [one["extensions"]["code"] for one in answer["errors"]] == [code], (name, who, answer)
        others = ["other-admin", *([COACH] if "joe" in may else [])]
        for who in others if re.search(r"\.(joe|ann|ours)", arguments) else ():
            answer = await ask(document(name, arguments, whole), who)
            codes = [one["extensions"]["code"] for one in answer.get("errors", ())]
            codes += [one["code"] for one in ((answer["data"] or {}).get(name) or {}).get("userErrors", ())]
            assert set(codes) <= {"FORBIDDEN", "NOT_FOUND", "INVALID_FIELD"}, (name, who, answer)
            assert codes, (name, who)

    assert await rows(store) == before


@ONE_DATABASE
@pytest.mark.parametrize("who", sorted({one for _, may in MUTATIONS.values() for one in may}))
async def test_whoever_may_carries_it_out(ask, whole, world, store, who):
    """What one of them may not do, another does: later mutations need what the earlier ones left."""
    store.clock = lambda: datetime(2024, 6, 2, tzinfo=UTC)
    for name, (arguments, may) in MUTATIONS.items():
        answer = await ask(document(name, arguments, whole), who if who in may else min(may))
        assert "errors" not in answer, (name, answer)
        payload = answer["data"][name]
        codes = [error["code"] for error in payload.pop("userErrors")]
        assert codes == ([CANNOT[name]] if name in CANNOT else []), (name, answer)
        if not codes:
            shown = {one: value for one, value in payload.items() if one not in ("__typename", "rejected")}
            assert shown, name
            assert all(value not in (None, False) for value in shown.values()), (name, payload)


@ONE_DATABASE
async def test_a_null_is_taken_or_is_one_thing_to_mend_however_it_is_sent(ask, whole):
    changing = [one for one in MUTATIONS if one.startswith("change") and "input" in arguments_of(one)]
    for name, (field, kind) in [(one, each) for one in changing for each in fields_of(one).items()]:
        given = re.sub(r"input: {.*}", f"input: {{{field}: null}}", MUTATIONS[name][0])
        sent = document(name, given, whole)
        by_variable = f"mutation($n: {kind}) " + sent.removeprefix("mutation").replace("null", "$n")
        for query in (sent, by_variable):
            answer = await ask(query, max(MUTATIONS[name][1]), n=None)
            assert "errors" not in answer, (name, field, answer)
            for error in answer["data"][name]["userErrors"]:
                told = (error["field"], error["code"], error["message"].partition(" ")[0])
                ours = {(field, "INVALID_FIELD", "takes"), (field, "INVALID_FIELD", "must")}
                words = ours | OTHERWISE.get(name, set())
                assert told in words or error["field"].partition(".")[0] in STORED.get(name, ()), error


OTHERWISE = {
    "changeProfile": {("externalId", "INVALID_FIELD", "is")},
    "changeBiometrics": {(None, "NOT_FOUND", "No")},
    "changeRoutineRun": {(None, "BAD_REQUEST", "Send")},
}
"""What a change to nothing says beside what null says."""
STORED = {"changeWorkoutTemplate": {"steps"}, "changeTrainingPlanTemplate": {"blocks"}}
"""What the world's templates hold is not whole, which is told first."""


def arguments_of(name):
    return TYPES["Mutation"].fields[name].args


def fields_of(name):
    fields = get_named_type(arguments_of(name)["input"].type).fields
    return {field: one.type for field, one in fields.items() if not isinstance(one.type, GraphQLNonNull)}


async def rows(store):
    """What each table holds; an API key may say that it was used."""
    async with store.reading() as unit:
        return {
            table.name: sorted(map(repr, await unit.rows(select(*read_of(table)))))
            for table in SQLModel.metadata.sorted_tables
        }


def read_of(table):
    return [column for column in table.c if column.name != "last_used_at"]
