"""Every operation of AI Training by its table: ok, 401, 403, 404 and bad input, whoever asks."""

from uuid import uuid4

import pytest

from tests.rest_compat.answers import gofa_error
from tests.rest_compat.gofa.documents import OPERATIONS, spellings
from tests.rest_compat.gofa.training import SECRET
from tests.rest_compat.operations import Credential
from tests.world import PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
"""The walk and what happens at once ask both databases."""

PROTECTED = [o for o in OPERATIONS if o.credential is not Credential.NONE]
OF_TRAINING = [o for o in PROTECTED if "/ai-training" in o.path]
END_USERS = [o for o in OF_TRAINING if o.credential is Credential.END_USER]
ADMINS = [o for o in OPERATIONS if o.credential is Credential.CLIENT_ADMIN]
THINGS = (
    "routineRunId",
    "instance",
    "routineInstanceId",
    "template",
    "routineTemplateId",
    "library",
    "userId",
    "exerciseId",
)
NO_IDS = ("x", "0", "%00", "run_001", "urn:uuid:2188a980-70a2-4b24-b145-8139cb7f9106")


@pytest.fixture
async def names(training, started, ask, world):
    run = await started()
    queue = (await ask("GET", "/my-routine-queue"))["routineInstances"]
    joe = training.user["Authorization"].removeprefix("Bearer ")
    custom = await ask("POST", "/api/auth/exchange-token")
    return {
        "clientId": "gofa",
        "userId": str(world.joe),
        "routineRunId": run["routineRunId"],
        "instance": run["routineInstanceId"],
        "routineInstanceId": queue[1]["routineInstanceId"],
        "template": str(training.templates["Own"]),
        "routineTemplateId": str(training.templates["Draft"]),
        "library": str(training.templates["Library off"]),
        "exerciseId": "squat",
        "nobodys": str(uuid4()),
        "password": PASSWORD,
        "secret": SECRET,
        "id_token": joe,
        "custom_token": custom["customToken"],
    }


@pytest.fixture
def send(client, names, training):
    async def send(operation, path=None, headers=None, example=None, **changed):
        filled = names | changed
        if headers is None:
            headers = {
                Credential.NONE: {},
                Credential.END_USER: training.user,
                Credential.CLIENT_ADMIN: training.admin(),
            }[operation.credential]
        request = (example or operation.example).filled(filled)
        path = (path or operation.path).format_map(filled)
        return await client.request(operation.method, path, headers=headers, **request)

    return send


async def test_every_operation_answers_its_example(send):
    new_plans_last = sorted(OPERATIONS, key=lambda o: o.path.endswith(("generate", "assign-starter-plan")))
    for operation in new_plans_last:
        for path in spellings(operation.path):
            answer = await send(operation, path)

            wanted = (
                200
                if operation.path.endswith("/routine-runs") and operation.method == "POST"
                else operation.success
            )
            assert answer.status_code == wanted, (str(operation), answer.text)
            assert answer.headers["content-type"] == "application/json"
            assert isinstance(answer.json(), dict)


async def test_without_a_credential_or_with_a_bad_one_it_answers_401(send):
    bad = [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic YTph"},
        {"Authorization": "Bearer"},
    ]
    bad += [{"Authorization": ""}, {"ClientToken": "nonsense"}, {"AdminToken": ""}]
    for operation in PROTECTED:
        for headers in bad:
            gofa_error(await send(operation, headers=headers), 401)


async def test_another_familys_credential_does_not_open_it(send, credentials):
    families = credentials.families
    assert len(families) >= 6
    for operation in PROTECTED:
        for headers in families.values():
            gofa_error(await send(operation, headers=headers), 401)
            if token := headers.get("Authorization"):
                gofa_error(await send(operation, headers={"ClientToken": token.removeprefix("Bearer ")}), 401)


async def test_who_may_not_answers_403(send, training, client):
    for operation in ADMINS:
        gofa_error(await send(operation, headers=training.user), 403)
        if "{clientId}" in operation.path:
            gofa_error(await send(operation, headers=training.admin("other-admin")), 403)
            gofa_error(await send(operation, clientId="nobody"), 403)
    for operation in END_USERS:
        bearer = {"Authorization": "Bearer " + training.admin()["ClientToken"]}
        gofa_error(await send(operation, headers=bearer), 403)


async def test_a_client_without_the_module_is_refused(send, training):
    await training.change_client("gofa", ai_training_enabled=False)

    for operation in OF_TRAINING:
        error = gofa_error(await send(operation), 403)
        assert error["error"] == "AI Training module is not enabled"


async def test_what_is_unknown_malformed_or_hidden_is_not_found(send, training, world):
    hidden = {"userId": str(world.eve), "template": str(training.templates["Theirs"])}
    hidden["routineTemplateId"] = hidden["template"]
    for operation in OPERATIONS:
        named = [
            name
            for name in THINGS
            if f"{{{name}}}" in operation.path or f"{{{name}}}" in str(operation.example.json)
        ]
        for name in named:
            if operation.path.endswith("catalog"):
                continue
            for nobodys in (str(uuid4()), *NO_IDS, *([hidden[name]] if name in hidden else [])):
                gofa_error(await send(operation, **{name: nobodys}), 404)


async def test_bad_input_is_refused_in_words(send):
    for operation in OPERATIONS:
        for what, example in operation.bad.items():
            answer = await send(operation, example=example)
            assert answer.status_code == 400, (str(operation), what, answer.text)
            gofa_error(answer, 400)


async def test_the_frameworks_own_refusals_are_gofas_too(client, training):
    gofa_error(await client.get("/api/ai-training/nothing", headers=training.user), 404)
    gofa_error(await client.get("/api/b2b"), 404)
    refused = await client.delete("/api/ai-training/my-plan", headers=training.user)
    gofa_error(refused, 405)
    assert refused.headers["allow"] == "GET, HEAD, OPTIONS"
    huge = b"[" + b" " * 300_000 + b"]"
    post = "/api/ai-training/my-plan/generate"
    gofa_error(await client.post(post, content=huge, headers=training.user), 413)
    gofa_error(await client.post(post, content=b"{", headers=training.user), 400)
    gofa_error(await client.post(post, content=b'{"goal": "a", "goal": "b"}', headers=training.user), 400)


async def test_a_bug_says_nothing_internal(client, training, store, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret words")

    monkeypatch.setattr(store, "clock", broken)
    gofa_error(await client.get("/api/ai-training/my-plan", headers=training.user), 500)
