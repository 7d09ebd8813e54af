"""The explorer in a real browser that reaches this host only: `python -m tests.trials.explorer_page [FOLDER]`.

It wants `make explorer` before, and puts pictures into the folder.
"""

import sys
import tempfile
from pathlib import Path

import httpx
import orjson

from domain.settings import Settings
from tests.processes import Command
from tests.trials.browser import browser
from tests.trials.deployment import Deployment

PHONE, DESKTOP = {"width": 390, "height": 780, "mobile": True}, {"width": 1400, "height": 900}
EXAMPLE, REST, PRINCIPAL = "#examples-menu", "#rest-menu", "#principals"
RUN, TOLD = ".graphiql-execute-button", "document.getElementById('told').textContent"
TWINS = "document.getElementById('twins-list').textContent"
NOT_SEEN = "console.error = console.warn = (...words) => (window.complaints ??= []).push(words.join(' '));"
RECORD = (
    "mutation($user: ID!, $date: Date!, $at: DateTime!)"
    " { recordHeartRate(userId: $user, date: $date, measurements: [{timestamp: $at, bpm: 160}])"
    " { userErrors { message } } }"
)
MORNING = "{ viewer { user { id paiSummaries(first: 1) { nodes { date } } } } }"


class Explorer:
    """A tab with the page in it."""

    def __init__(self, tab, base, folder, *, dark=False):
        self.tab, self.folder, self.base = tab, folder, base
        if dark:
            scheme = {"name": "prefers-color-scheme", "value": "dark"}
            tab.call("Emulation.setEmulatedMedia", features=[scheme])
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=NOT_SEEN)
        tab.open(f"{base}/graphql")
        tab.until("document.querySelectorAll('.view-line').length > 9")

    def pick(self, opener, menu, words):
        self.tab.click(opener)
        wanted = f"one => one.textContent.replaceAll('\\u200b', '').includes({orjson.dumps(words).decode()})"
        self.tab.run(f"[...document.querySelectorAll('{menu} button')].find({wanted}).click()")

    def sign_in(self, name):
        self.pick("#sign-in", PRINCIPAL, name)
        self.tab.until(f"document.getElementById('who').textContent === {orjson.dumps(name).decode()}")

    def told(self, *words):
        for word in words:
            self.tab.until(f"{TOLD}.includes({orjson.dumps(word).decode()})")

    def asked(self, name, *words):
        """Run what is open: the editor may need a moment until it knows the operation's name."""
        self.tab.until(f"document.querySelector('.graphiql-tab-active').textContent.includes('{name}')")
        self.tab.click(RUN)
        self.told(name, *words)

    def picture(self, name):
        self.tab.picture(self.folder / f"{name}.png")

    def is_quiet(self):
        assert self.tab.run("window.complaints ?? []") == []
        assert all(url.startswith((self.base, "data:")) for url in self.tab.requests)
        assert self.tab.run("document.documentElement.scrollWidth <= innerWidth")


def questions(page):
    """Sign-in, an example, its cost, SQL and twin, the way back from REST, history."""
    page.sign_in("Administrator")
    page.asked("UsersAndTheirWeek", "time", "cost")
    page.tab.until("document.getElementById('show-sql').textContent === '3 SQL statements'")
    for sheet in ("sql", "twins"):
        page.tab.click(f"#show-{sheet}")
        page.tab.until(f"document.getElementById('{sheet}').open")
        page.picture(sheet)
        if sheet == "twins":
            page.tab.until(f"{TWINS}.includes('limit=10&') && {TWINS}.includes('Without your orderBy')")
        page.tab.run(f"document.getElementById('{sheet}').close()")
    page.pick("#from-rest", REST, "/pai/summaries")
    page.asked("PaiSummaries", "cost")
    page.tab.click(".graphiql-sidebar button[aria-label*='istory']")
    page.tab.until("document.querySelectorAll('.graphiql-history-item-label').length === 2")
    page.tab.run("document.querySelectorAll('.graphiql-history-item-label')[1].click()")
    page.asked("UsersAndTheirWeek", "cost")
    page.picture("history")


def credentials(page, key):
    """An API key is no bearer token; what is not accepted says so."""
    page.sign_in("SmartRunning partner")
    page.pick("#from-rest", REST, "/api/workout-templates")
    page.asked("WorkoutTemplates", "cost")
    for token, refused in ((key, False), ("nonsense", True)):
        page.tab.click("#sign-in")
        page.tab.run(f"document.querySelector('#token-form textarea').value = '{token}'")
        page.tab.click("#token-form .primary")
        page.tab.until(f"document.getElementById('who').textContent.startsWith('token …{token[-6:]}')")
        page.tab.until(
            f"(document.getElementById('who').dataset.state === 'refused') === {str(refused).lower()}"
        )


def events(page, ask):
    """The panel tells of a subscription's events, and of nothing that was before it."""
    viewer = ask(MORNING)["viewer"]["user"]
    page.sign_in("Administrator")
    page.asked("UsersAndTheirWeek", "cost")
    page.pick("#examples", EXAMPLE, "Watch a user")
    page.asked("WatchPai", "waiting for its first event")
    date = viewer["paiSummaries"]["nodes"][0]["date"]
    ask(RECORD, user=viewer["id"], date=date, at=f"{date}T09:00:00-08:00")
    page.told("WatchPai", "event 1", "cost")
    page.picture("events")
    page.tab.click(RUN)
    page.told("WatchPai", "over after 1 event")
    page.picture("over")


def small(page):
    """On a phone the query has the room, and what is opened beside it lies over it."""
    page.sign_in("User")
    page.asked("UsersAndTheirWeek", "cost")
    page.tab.click(".graphiql-toggle-editor-tools")
    inside = "document.querySelector('.graphiql-editors').getBoundingClientRect()"
    tool = "document.querySelector('.graphiql-editor-tool').getBoundingClientRect()"
    page.tab.until(f"{tool}.height > 90 && {tool}.bottom <= {inside}.bottom + 1")
    page.picture("phone")
    page.tab.click(".graphiql-sidebar button")
    page.tab.until("document.querySelector('.graphiql-doc-explorer') !== null")
    page.picture("phone-documentation")


def main():
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(data_dir=Path(directory), database_url=f"sqlite:///{directory}/gateway.db")
        deployment = Deployment(settings)
        deployment.environment |= {"GATEWAY_DEMO": "true"}
        told, _ = Command("demo", "--json", environment=deployment.environment).communicate()
        known = orjson.loads(told)
        with deployment.running(), browser() as tab:
            base = f"http://127.0.0.1:{deployment.port}"
            headers = {"Authorization": f"Bearer {known['graphql']['user_token']}"}

            def ask(query, **variables):
                body = {"query": query, "variables": variables}
                return httpx.post(f"{base}/graphql", json=body, headers=headers).json()["data"]

            trials = (
                (questions, DESKTOP, {"dark": True}, ()),
                (credentials, DESKTOP, {}, (known["smartrunning"]["other_key"],)),
                (events, DESKTOP, {}, (ask,)),
                (small, PHONE, {}, ()),
            )
            for trial, screen, look, given in trials:
                page = Explorer(tab(**screen), base, folder, **look)
                trial(page, *given)
                page.is_quiet()
                print(f"{trial.__name__}: held")


if __name__ == "__main__":
    main()
