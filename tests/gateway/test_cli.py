"""The command line as a stranger runs it: real processes, on both databases.

Most are forked from one that has imported the gateway; those that are started anew show that this changes nothing.
"""

import base64
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from domain.fit.encoder import encode_activity
from domain.settings import Settings
from gateway.cli import app
from gateway.commands.demo import demo_credentials
from gateway.demo.credentials import DemoCredentials
from gateway.demo.people import SIGNED_UP
from tests import databases
from tests.processes import Command

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from gateway.cli import main; main()")
SHAPE = {
    "graphql": {"url", "admin_token", "user_token"},
    "pai": {"organization_id", "client_id", "admin", "user", "program"},
    "smartrunning": {"key", "other_key"},
    "aiendurance": {"partner_id", "auth_key", "user_id"},
    "gofa": {"client_id", "user_token", "admin_token", "other_client_id", "other_admin_token"},
}
START = 1717243200
PATIENCE = 90
SQLITE = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
"""For what does not depend on the database: each command is a process, and takes its time."""


class Deployment:
    """A data directory and a database, and the commands run on them."""

    def __init__(self, data_dir, database_url):
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "PORT"))
        }
        self.data_dir = data_dir
        self.environment = kept | {
            "GATEWAY_DATA_DIR": str(data_dir),
            "GATEWAY_DATABASE_URL": database_url,
            "GATEWAY_SHUTDOWN_GRACE": "PT3S",
            "GATEWAY_SWEEP_INTERVAL": "PT0.2S",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
        }

    def start(self, *words):
        return Command(*words, environment=self.environment)

    def start_anew(self, *words):
        return subprocess.Popen(
            (*COMMAND, *words),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words, code=0):
        process = self.start(*words)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, err[-2000:]
        return out if code == 0 else out + err

    @contextmanager
    def serving(self, *words, anew=False):
        """A client of a server in its own process, which is stopped as a supervisor does it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with (
            self.running("serve", "--port", str(port), *words, anew=anew) as process,
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client,
        ):
            until(lambda: answers(client), process)
            yield client

    @contextmanager
    def running(self, *words, anew=False):
        process = (self.start_anew if anew else self.start)(*words)
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=PATIENCE)
            assert process.returncode in {0, -signal.SIGTERM}, err[-2000:]
            assert "unexpected_error" not in err, err[-3000:]
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


def answers(client):
    with suppress(httpx.TransportError):
        return client.get("/readyz").status_code == 200
    return False


def until(holds, process=None, patience=PATIENCE):
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it never came"
        assert process is None or process.poll() is None, process.communicate()[1][-2000:]
        time.sleep(0.1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def deployment(request, tmp_path_factory):
    """One for all tests of this file, its demo seeded by the first that asks."""
    data_dir = tmp_path_factory.mktemp("deployment")
    url = f"sqlite:///{data_dir}/gateway.db"
    if request.param == "postgresql":
        url = databases.emptied(request.getfixturevalue("postgresql"))
    return Deployment(data_dir, url)


@pytest.fixture(scope="module")
def demo(deployment):
    """Seeded by two processes at once, which must agree."""
    anew = (
        deployment.start_anew
        if "sqlite" in deployment.environment["GATEWAY_DATABASE_URL"]
        else deployment.start
    )
    both = [start("demo", "--json") for start in (anew, deployment.start)]
    printed = [process.communicate(timeout=2 * PATIENCE) for process in both]
    assert [process.returncode for process in both] == [0, 0], printed
    assert printed[0][0] == printed[1][0]
    return json.loads(printed[0][0])


def ask(client, query, headers):
    answer = client.post("/graphql", json={"query": query}, headers=headers).json()
    assert "errors" not in answer, answer
    return answer["data"]


def offered(deployment):
    """Whom the explorer lets one be."""
    return DemoCredentials.of(Settings(data_dir=deployment.data_dir)).principals(SIGNED_UP.email)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def fit(path, hour=0, **more):
    path.write_bytes(
        encode_activity(START + hour * 3600, {"heart_rate": [140] * 600}, sport="running", **more)
    )
    return str(path)


def test_the_demo_prints_every_familys_credentials(demo):
    assert {family: set(members) for family, members in demo.items()} == SHAPE
    assert demo["pai"]["organization_id"] == "2188a980-70a2-4b24-b145-8139cb7f9106"
    assert demo["graphql"]["url"] == "/graphql"
    assert demo["aiendurance"]["user_id"] == "1234"
    assert set(demo["pai"]["user"]) == {"username", "password", "user_id"}
    assert {key.split("_")[1] for key in demo["smartrunning"].values()} == {"test"}


def test_the_demo_is_seeded_once_and_every_credential_works_on_its_surface(deployment, demo):
    again = json.loads(deployment.run("demo", "--json"))

    assert again == demo
    with deployment.serving("--no-worker") as client:
        admin, user = bearer(demo["graphql"]["admin_token"]), bearer(demo["graphql"]["user_token"])
        partner = bearer(demo["aiendurance"]["auth_key"]) | {"Partner-Id": demo["aiendurance"]["partner_id"]}
        everything = (
            "{ users(first: 100) { totalCount } paiSummaries(first: 1) { totalCount } "
            "fitFiles(first: 100) { nodes { state } } }"
        )
        seen = ask(client, everything, admin)
        assert seen["users"]["totalCount"] == 10
        assert seen["paiSummaries"]["totalCount"] >= 900
        assert {file["state"] for file in seen["fitFiles"]["nodes"]} == {"INGESTED"}
        viewer = "{ viewer { kind user { uuid } } }"
        assert ask(client, viewer, user)["viewer"]["user"] == {"uuid": demo["pai"]["user"]["user_id"]}
        assert ask(client, viewer, partner)["viewer"]["kind"] == "PARTNER"
        [coach] = [one for one in offered(deployment) if one.name == "Program administrator"]
        ours = ask(client, "{ viewer { kind } programs(first: 9) { totalCount } }", bearer(coach.token))
        assert ours == {"viewer": {"kind": "USER"}, "programs": {"totalCount": 1}}
        for key in demo["smartrunning"].values():
            found = ask(
                client, "{ viewer { kind } workoutTemplates(first: 9) { totalCount } }", {"X-API-Key": key}
            )
            assert found["viewer"]["kind"] == "API_KEY"
            assert found["workoutTemplates"]["totalCount"] > 0
        program = demo["pai"]["program"]
        for account in (demo["pai"]["admin"], demo["pai"]["user"], program):
            form = {name: demo["pai"][name] for name in ("organization_id", "client_id")} | {
                "grant_type": "password",
                "username": account["username"],
                "password": account["password"],
            }
            token = bearer(client.post("/api/v2/auth/oauth", data=form).json()["access_token"])
            users = client.get(
                f"/api/v2/admin/organizations/{demo['pai']['organization_id']}/users", headers=token
            )
            assert users.status_code == (200 if account is demo["pai"]["admin"] else 403)
            assert ask(client, viewer, token)["viewer"]["kind"] in {"ADMINISTRATOR", "USER"}
            path = f"/api/v2/program/organizations/{demo['pai']['organization_id']}/programs/{program['id']}"
            members = client.get(f"{path}/members", headers=token)
            assert members.status_code == (200 if account is program else 403)
        assert members.json()
        assert all(member["paiScore"] for member in members.json())


@SQLITE
def test_another_deployment_has_other_credentials(deployment, demo, tmp_path, monkeypatch):
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path))

    secrets = [
        {text for text in leaves(found) if len(text) in {16, 43, 47} or "_" in text}
        for found in (demo, demo_credentials())
    ]
    assert len(secrets[0]) >= 7
    assert not secrets[0] & secrets[1]


def leaves(value):
    return (
        [text for inner in value.values() for text in leaves(inner)] if isinstance(value, dict) else [value]
    )


def test_the_kept_schema_is_current_and_a_difference_fails(tmp_path, monkeypatch):
    (tmp_path / "schema.graphql").write_text("type Query { x: Int }\n")

    def check_in(directory):
        monkeypatch.chdir(directory)
        return CliRunner().invoke(app, ["schema", "--check"])

    same, other = check_in(ROOT), check_in(tmp_path)
    assert (same.exit_code, same.output) == (0, "")
    assert other.exit_code == 1
    assert "+type Query {" in other.output


def test_files_are_imported_for_a_user_and_broken_ones_are_named(deployment, demo, tmp_path):
    good, broken, empty = fit(tmp_path / "good.fit"), tmp_path / "broken.fit", tmp_path / "empty.fit"
    broken.write_bytes(Path(good).read_bytes()[:-40])
    empty.write_bytes(b"")
    user = demo["pai"]["user"]

    mixed = deployment.run("import", good, str(broken), str(empty), "--user", user["username"])
    again = deployment.run("import", good, "--user", user["user_id"])
    refused = deployment.run("import", str(broken), "--user", user["username"], code=1)

    rows = {cells[0]: cells for cells in table(mixed)}
    assert rows["good.fit"][1:6] == ["ingested", "1", "600", "600", "84000"]
    assert {rows[name][1] for name in ("broken.fit", "empty.fit")} == {"failed"}
    assert all(rows[name][6] for name in ("broken.fit", "empty.fit"))
    assert "1 imported, 2 refused" in mixed
    assert table(again) == [rows["good.fit"]]
    assert "0 imported, 1 refused" in refused


@SQLITE
def test_an_import_for_nobody_or_of_nothing_changes_nothing(deployment, demo, tmp_path):
    assert demo
    good = fit(tmp_path / "good.fit")

    assert "names no user" in deployment.run("import", good, "--user", "nobody", code=2)
    absent = deployment.run(
        "import", str(tmp_path / "absent"), "--user", demo["pai"]["user"]["user_id"], code=1
    )
    assert "unreadable" in absent


def table(printed):
    return [
        [cell.strip() for cell in line.strip("│\n").split("│")]
        for line in printed.splitlines()
        if line.startswith("│")
    ]


@SQLITE
def test_jobs_are_counted_listed_and_explained_and_only_failed_ones_tried_again(deployment, demo):
    assert demo
    listed = deployment.run("jobs", "list", "--limit", "3")
    job_id = table(listed)[-1][0]
    shown = dict(table(deployment.run("jobs", "show", job_id)))

    assert "oldest due" in listed
    assert {"IngestFit", "ScorePai"} <= {row[0] for row in table(listed)}
    assert shown["stands"].startswith("Done at 2")
    assert shown["attempts"] == "1 of 5"
    assert "No such job" in deployment.run("jobs", "retry", str(uuid4()), code=1)
    assert "Only a failed job" in deployment.run("jobs", "retry", job_id, code=1)


@SQLITE
def test_failed_jobs_are_tried_again_by_kind(deployment, demo):
    assert demo
    with closing(sqlite3.connect(deployment.data_dir / "gateway.db")) as database, database:
        failed = "SELECT id FROM jobs WHERE kind = 'IngestFit' LIMIT 2"
        database.execute(f"UPDATE jobs SET state = 'failed', attempts = 5 WHERE id IN ({failed})")

    assert "2 wait again" in deployment.run("jobs", "retry", "--failed", "--kind", "IngestFit")
    assert "2 of 2" in deployment.run("jobs", "list", "--state", "waiting", "--kind", "IngestFit")


def pinged(client, demo, path):
    file = {
        "file_type": "FIT",
        "activity_name": path,
        "priority": 1,
        "user_id": "1234",
        "source": "test",
        "overwrite_mode": False,
        "start_time_in_seconds": str(START),
        "callback_url": base64.b64encode(Path(path).read_bytes()).decode(),
        "summary_id": path,
    }
    headers = bearer(demo["aiendurance"]["auth_key"]) | {"Partner-Id": demo["aiendurance"]["partner_id"]}
    answer = client.post("/api/fit_partner_ping/", json={"activity_files": [file]}, headers=headers)
    assert answer.json()["accepted"] == 1

    def state():
        query = "{ fitFiles(first: 1) { nodes { summaryId state } } }"
        [latest] = ask(client, query, headers)["fitFiles"]["nodes"]
        assert latest["summaryId"] == path
        return latest["state"]

    return state


@SQLITE
def test_a_server_does_jobs_itself_and_stops_when_told(deployment, demo, tmp_path):
    with deployment.serving() as client:
        state = pinged(client, demo, fit(tmp_path / "alone.fit", 48))
        until(lambda: state() == "INGESTED")


def test_a_worker_does_the_jobs_of_a_server_without_one(deployment, demo, tmp_path):
    with deployment.serving("--no-worker") as client:
        state = pinged(client, demo, fit(tmp_path / "apart.fit", 72))
        time.sleep(0.5)
        assert state() == "QUEUED"
        with deployment.running("worker"):
            until(lambda: state() == "INGESTED")
    assert "0 of 0" in deployment.run("jobs", "list", "--state", "running"), (
        "what was not done was given back"
    )


@SQLITE
def test_two_server_processes_serve_and_stop_together(deployment, demo):
    with deployment.serving("--workers", "2", anew=True) as client:
        token = bearer(demo["graphql"]["admin_token"])
        for _ in range(5):
            assert ask(client, "{ viewer { kind } }", token) == {"viewer": {"kind": "ADMINISTRATOR"}}
