"""The play page in a real browser: `python -m tests.trials.play_page [FOLDER]` puts pictures into the folder."""

import sqlite3
import sys
import tempfile
from pathlib import Path
from uuid import UUID

import httpx
import orjson

from domain.settings import Settings
from tests.processes import Command
from tests.trials.browser import browser
from tests.trials.deployment import Deployment

PHONE, DESKTOP = {"width": 390, "height": 844, "mobile": True}, {"width": 1280, "height": 800}
DONE, SKIP, AGAIN = "footer > .primary", "footer .pair button:last-child", "footer button"
RUNS = "/api/ai-training/routine-runs"
LONGER_THAN_ANY_STEP = 300


class User:
    """The demo's, with a routine to do."""

    def __init__(self, base, token):
        transport = httpx.HTTPTransport(retries=10)
        headers = {"Authorization": f"Bearer {token}"}
        self.base = base
        self.http = httpx.Client(base_url=base, headers=headers, transport=transport, timeout=60)

    def started(self):
        made = self.http.post("/api/ai-training/my-plan/generate", json={}).json()
        body = {"routineInstanceId": made["routineInstances"][0]["routineInstanceId"], "startedFrom": "trial"}
        return self.http.post(RUNS, json=body).json()["routineRun"]

    def link(self, run, locale="en"):
        token = self.http.post("/api/auth/exchange-token").json()["customToken"]
        path = f"/ai-training/routine-run/{run['routineRunId']}/play"
        return f"{self.base}{path}?customToken={token}&locale={locale}"

    def run(self, run):
        return self.http.get(f"{RUNS}/{run['routineRunId']}").json()["routineRun"]


def on(tab, *screens):
    tab.until(f"document.querySelector('{', '.join(f'.stage.{name}' for name in screens)}') !== null")


def begun(tab, user, run, locale="en"):
    tab.open(user.link(run, locale))
    on(tab, "welcome")
    assert "customToken" not in tab.run("location.href + history.length")
    tab.click(DONE)
    on(tab, "step")


def done(tab):
    """Press it once it can be; the screen that is there now is marked as seen."""
    tab.until(f"!document.querySelector('{DONE}').disabled")
    tab.run("document.querySelector('h1').dataset.seen = 'yes'")
    tab.click(DONE)


def walk(tab, user, locale, name, folder):
    """From the start to the end: the first is tapped, the second skipped, all others take their time."""
    run = user.started()
    tab.open(user.link(run, locale))
    on(tab, "welcome")
    tab.picture(folder / f"{name}-welcome.png")
    begun(tab, user, run, locale)
    for index, step in enumerate(run["exerciseSteps"]):
        on(tab, "step")
        title = step["titleZh"] if locale == "zh-Hant" and step["titleZh"] else step["title"]
        tab.until(f"document.querySelector('h1').textContent === {orjson.dumps(title).decode()}")
        assert tab.run(f"document.querySelector('{DONE}').disabled"), "nothing was done yet"
        tab.picture(folder / f"{name}-step-{index}.png")
        if index == 0:
            tab.run("for (let n = 0; n < 3; n++) document.querySelector('.ring').click()")
        elif index == 1:
            tab.click(SKIP)
            continue
        else:
            tab.move_on(LONGER_THAN_ANY_STEP)
        done(tab)
        tab.until("!document.querySelector('[data-seen]')")
        if tab.run("document.querySelector('.stage.rest') !== null"):
            tab.click(DONE)
    on(tab, "finished")
    tab.picture(folder / f"{name}-finished.png")
    ended, count = user.run(run), len(run["exerciseSteps"])
    statuses = [step["status"] for step in ended["exerciseSteps"]]
    assert (ended["status"], statuses) == (
        "completed",
        ["completed", "skipped"] + ["completed"] * (count - 2),
    )
    assert all(url.startswith((user.base, "data:")) for url in tab.requests)
    print(f"{name}: {ended['status']}, {ended['summary']}")


def lost_sign_in(tab, user):
    tab.lost["sign-in-with-custom-token"] = "Request"
    tab.open(user.link(user.started()))
    on(tab, "problem")
    tab.click(AGAIN)
    on(tab, "welcome")


def same_link_again(tab, user):
    link = user.link(user.started())
    for _ in range(2):
        tab.open("about:blank")
        tab.open(link)
        on(tab, "welcome")


def ended_elsewhere(tab, user):
    run = user.started()
    begun(tab, user, run)
    user.http.patch(f"{RUNS}/{run['routineRunId']}", json={"status": "abandoned"})
    tab.click(".ring")
    done(tab)
    on(tab, "problem")
    assert "ended early" in tab.text


def lost_answers(tab, user, database):
    run = user.started()
    begun(tab, user, run)
    tab.lost |= {"sessions": "Response", "sync": "Response"}
    tab.click(".ring")
    done(tab)
    for _ in range(2):
        on(tab, "problem")
        tab.run("document.getElementById('stage').className = ''")
        tab.click(AGAIN)
    on(tab, "rest", "step")
    sessions = "SELECT count(*) FROM exercise_sessions WHERE routine_run_id = ?"
    with sqlite3.connect(database) as connection:
        assert connection.execute(sessions, (UUID(run["routineRunId"]).hex,)).fetchone() == (1,)


def main():
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(data_dir=Path(directory), database_url=f"sqlite:///{directory}/gateway.db")
        deployment = Deployment(settings)
        told, _ = Command("demo", "--json", environment=deployment.environment).communicate()
        with deployment.running(), browser() as tab:
            user = User(f"http://127.0.0.1:{deployment.port}", orjson.loads(told)["gofa"]["user_token"])
            for device, screen in (("phone", PHONE), ("desktop", DESKTOP)):
                for locale in ("en", "zh-Hant"):
                    walk(tab(**screen), user, locale, f"{device}-{locale}", folder)
            for trouble in (lost_sign_in, same_link_again, ended_elsewhere):
                trouble(tab(**PHONE), user)
                print(f"{trouble.__name__}: held")
            lost_answers(tab(**PHONE), user, settings.data_dir / "gateway.db")
            print("lost_answers: held, one session")


if __name__ == "__main__":
    main()
