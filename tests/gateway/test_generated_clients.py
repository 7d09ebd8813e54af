"""Clients that public tools generate as docs/clients.md says: of every example, compiled, and answered."""

import asyncio
import importlib
import json
import re
import shutil
import sys
from string import ascii_uppercase

import httpx
import pytest

from gateway.examples import EXAMPLES
from tests import tools
from tests.databases import ONE_DATABASE
from tests.tools import CLIENTS, ROOT

pytestmark = pytest.mark.anyio

IN_README = re.compile(r"""-d '(\{"query".+\})'""")
BEST = {"Ann": 20.5, "Joe": 60.5, "Åse": 0}
"""Of the scores in records."""
CALLS = """
import { Gateway } from './built/gateway.js';
import { addTeam, teamWeek } from './built/team.js';
const gateway = new Gateway(process.env.URL, process.env.TOKEN);
console.log(JSON.stringify([Object.fromEntries(await teamWeek(gateway)), await addTeam(gateway, 'Early birds')]));
await teamWeek(new Gateway(process.env.URL, 'nobody')).catch(({ code }) => console.log(code));
"""
WRONG = """
import { Gateway } from './gateway.js';
import { TeamWeekDocument } from './generated.js';
const { users } = await new Gateway('', '').send(TeamWeekDocument, { first: 'ten' });
console.log(users?.nodes[0]?.shoeSize);
"""


def documents():
    """What the explorer offers and the README sends; generators want a name for each operation."""
    sent = [json.loads(body)["query"] for body in IN_README.findall((ROOT / "README.md").read_text())]
    assert len(sent) > 1
    named = [f"query Readme{letter} {query}" for letter, query in zip(ascii_uppercase, sent, strict=False)]
    return "\n\n".join([example.query for example in EXAMPLES] + named)


@pytest.fixture
def recipe(tmp_path):
    """The folder of a client as a frontend would have it, with the examples as operations besides its own."""

    def laid(name):
        folder = tmp_path / name
        shutil.copytree(CLIENTS / name, folder, ignore=shutil.ignore_patterns("node_modules", "generated.ts"))
        shutil.copytree(CLIENTS / "operations", folder / "operations")
        (folder / "operations" / "examples.graphql").write_text(documents())
        shutil.copy(ROOT / "schema.graphql", folder)
        return folder

    return laid


@ONE_DATABASE
@pytest.mark.tools(tools.TYPESCRIPT)
async def test_typescript_is_generated_strict_and_answered(recipe, url, records):
    folder = recipe("typescript")
    (folder / "node_modules").symlink_to(tools.TYPESCRIPT.node_modules)

    await asyncio.to_thread(tools.run, "npm", "run", "generate", cwd=folder)
    await asyncio.to_thread(tools.run, "npm", "run", "build", cwd=folder)

    generated = (folder / "src" / "generated.ts").read_text()
    assert all(f"export const {name}Document" in generated for name in operations())
    assert ": any" not in generated
    (folder / "calls.js").write_text(CALLS)
    environment = {"URL": url, "TOKEN": records.world.tokens["admin"], "PATH": "/usr/bin:/usr/local/bin"}
    calling = await asyncio.create_subprocess_exec(
        shutil.which("node"), "calls.js", cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
    )
    answer, failure = (await calling.communicate())[0].decode().splitlines()
    assert json.loads(answer) == [BEST, "Early birds"]
    assert failure == "UNAUTHORIZED"
    (folder / "src" / "wrong.ts").write_text(WRONG)
    told = await asyncio.to_thread(tools.refused, "npm", "run", "build", cwd=folder)
    assert "Type 'string' is not assignable to type 'number'" in told
    assert "Property 'shoeSize' does not exist" in told


@ONE_DATABASE
@pytest.mark.tools(tools.PYTHON)
async def test_python_is_generated_and_answered(recipe, client, records, monkeypatch):
    folder = recipe("python")

    await asyncio.to_thread(tools.run, tools.PYTHON.program("ariadne-codegen"), cwd=folder)

    monkeypatch.syspath_prepend(folder)
    generated, team = importlib.import_module("gateway_client"), importlib.import_module("team")
    try:
        client.headers.update(records.headers("admin"))
        asked = generated.Client("http://gateway.test/graphql", http_client=client)
        assert await team.team_week(asked) == BEST
        assert await team.add_team(asked, "Early birds") == "Early birds"
        client.headers["Authorization"] = "Bearer nobody"
        with pytest.raises((generated.GraphQLClientError, httpx.HTTPError)):
            await team.team_week(asked)
        assert {snake(name) for name in operations()} <= set(dir(generated.Client))
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in ("gateway_client", "team")]:
            del sys.modules[name]


def operations():
    return re.findall(r"^(?:query|mutation|subscription) (\w+)", documents(), re.MULTILINE)


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
