"""If-Match: whoever changes something says what they saw of it, and overwrites nothing else."""

import asyncio

import pytest

from tests.rest_compat.answers import pai_error
from tests.rest_compat.operations import Credential
from tests.rest_compat.pai.documents import OPERATIONS

pytestmark = pytest.mark.anyio

ACCOUNTS = {Credential.ADMINISTRATOR: "admin", Credential.USER: "joe", Credential.PROGRAM: "coach"}
CHANGES = [o for o in OPERATIONS if o.method in {"PUT", "PATCH", "DELETE"} and o.credential in ACCOUNTS]
AT_ONCE = 5


async def test_every_change_and_removal_is_refused_for_what_nobody_saw(client, names, credentials):
    for operation in CHANGES:
        headers = credentials.pai[ACCOUNTS[operation.credential]] | {"If-Match": '"what it was"'}
        path, example = operation.path.format_map(names), operation.example.filled(names)

        answer = await client.request(operation.method, path, headers=headers, **example)

        assert pai_error(answer, 412), operation


async def test_of_those_who_saw_the_same_one_alone_changes_it(admin, joe, world):
    """However they come in between each other: looking and changing are one, on both databases."""
    group = (await admin("POST", "/groups", {"name": "Team"}, 201)).json()
    account = (await admin("POST", "/accounts", {"username": "kim"}, 201)).json()
    weighed = (await joe("POST", "/biometrics", {"date": "2024-05-01", "weight": 70}, 201)).json()
    for caller, path, change in (
        (admin, f"/groups/{group['id']}", lambda n: {"name": f"Team {n}"}),
        (admin, f"/accounts/{account['id']}", lambda n: {"phoneNumber": f"{n}"}),
        (admin, f"/users/{world.ann}", lambda n: {"firstName": f"Ann {n}"}),
        (admin, f"/users/{world.ann}/profile", lambda n: {"weightKg": 60 + n}),
        (joe, "/account", lambda n: {"phoneNumber": f"{n}"}),
        (joe, "/profile", lambda n: {"firstName": f"Joe {n}"}),
        (joe, f"/biometrics/{weighed['id']}", lambda n: {"weight": 71 + n}),
    ):
        seen = (await caller("GET", path, status=200)).headers["etag"]
        sent = [change(n) for n in range(AT_ONCE)]

        answers = await asyncio.gather(*(caller("PATCH", path, each, If_Match=seen) for each in sent))

        statuses = [answer.status_code for answer in answers]
        assert sorted(statuses) == [200] + [412] * (AT_ONCE - 1), path
        kept = (await caller("GET", path, status=200)).json()
        assert sent[statuses.index(200)].items() <= kept.items()
