"""A partner's own server: files are fetched from it, and it hears of the end of its imports."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook


class PartnerSite(ThreadingHTTPServer):
    """`calls` holds the messages by their id: a repeat is known by it."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.files = files
        self.secret = ""
        self.calls: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Request(BaseHTTPRequestHandler):
    server: PartnerSite

    def do_GET(self) -> None:
        content = self.server.files[self.path.strip("/")]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Webhook(self.server.secret).verify(body, {k.lower(): v for k, v in self.headers.items()})
        self.server.calls[self.headers["webhook-id"]] = json.loads(body)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """The trial tells of its progress itself."""


@contextmanager
def partner_site(files: dict[str, bytes]) -> Iterator[PartnerSite]:
    with PartnerSite(files) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield site
        site.shutdown()
