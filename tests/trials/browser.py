"""A headless Chromium, spoken to by its DevTools protocol: as much of it as driving one page takes."""

import base64
import itertools
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager

import orjson
from websockets.sync.client import connect

AHEAD = """
const real = performance.now.bind(performance);
window.ahead = 0;
performance.now = () => real() + window.ahead;
"""
"""A page's clock can be moved on."""
PATIENCE = 30


@contextmanager
def browser():
    """Tabs of one Chromium; it and its profile go at the end."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise SystemExit("Chromium is needed for this trial")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            program,
            "--headless",
            "--no-sandbox",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
        ]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            line = next(line for line in process.stderr if "DevTools listening on" in line)
            with connect(re.search(r"ws://\S+", line)[0], max_size=None) as socket:
                yield lambda **screen: Tab(socket, **screen)
        finally:
            process.terminate()
            process.wait(PATIENCE)


class Tab:
    """`lost`: what of a path fails once, before it is sent (Request) or when its answer is on its way (Response)."""

    numbers = itertools.count(1)

    def __init__(self, socket, *, width, height, mobile=False):
        self.socket, self.session, self.requests, self.lost = socket, None, [], {}
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        stages = [{"urlPattern": "*/api/*", "requestStage": stage} for stage in ("Request", "Response")]
        self.call("Fetch.enable", patterns=stages)
        self.call("Page.addScriptToEvaluateOnNewDocument", source=AHEAD)
        shown = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.call("Emulation.setDeviceMetricsOverride", **shown)

    def call(self, method, **parameters):
        number = next(Tab.numbers)
        sent = {"id": number, "method": method, "params": parameters}
        self.socket.send(orjson.dumps(sent | ({"sessionId": self.session} if self.session else {})).decode())
        while True:
            told = orjson.loads(self.socket.recv(PATIENCE))
            if told.get("id") == number:
                assert "error" not in told, (method, told)
                return told["result"]
            self._heard(told)

    def _heard(self, told):
        if told.get("method") == "Network.requestWillBeSent":
            self.requests.append(told["params"]["request"]["url"])
        if told.get("method") != "Fetch.requestPaused":
            return
        paused = told["params"]
        stage = "Response" if "responseStatusCode" in paused or "responseErrorReason" in paused else "Request"
        path = paused["request"]["url"].rpartition("/")[2]
        fails = self.lost.get(path) == stage
        if fails:
            del self.lost[path]
        answer = {
            "method": "Fetch.failRequest" if fails else "Fetch.continueRequest",
            "id": next(Tab.numbers),
        }
        parameters = {"requestId": paused["requestId"]} | (
            {"errorReason": "ConnectionReset"} if fails else {}
        )
        self.socket.send(
            orjson.dumps(answer | {"params": parameters, "sessionId": told["sessionId"]}).decode()
        )

    def run(self, script):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, script):
        """Wait for an expression to hold."""
        ends = time.monotonic() + PATIENCE
        while not (value := self.run(script)):
            assert time.monotonic() < ends, (script, self.text)
            time.sleep(0.05)
        return value

    def open(self, url):
        self.call("Page.navigate", url=url)

    def click(self, selector):
        self.run(f"document.querySelector({selector!r}).click()")

    def move_on(self, seconds):
        self.run(f"window.ahead += {seconds * 1000}")

    @property
    def text(self):
        return self.run("document.body.innerText")

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
