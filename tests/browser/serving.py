"""Pages in a real browser without a server: the test's own client answers what the browser asks.

So a test may look at hundreds of pages inside its transaction, each as whoever may see it.
"""

from contextvars import copy_context
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import BrowserContext, Route

#: A host that browsers trust without a certificate, as they would the real one.
ADDRESS = "http://localhost"
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}


class Served:
    """Answers a browser context as `client`, which may be exchanged between two pages.

    known: address to an answer that the client has got already.
    """

    def __init__(self, context: BrowserContext, client: Client) -> None:
        self.client = client
        self.known: dict[str, HttpResponse] = {}
        self._files: dict[str, bytes] = {}
        # Playwright answers in a context of its own, where Django would open another connection.
        self._context = copy_context()
        context.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            return self._file(route, parts.path.removeprefix("/static/"))
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        asked = {"HTTP_HX_REQUEST": "true"} if "hx-request" in route.request.headers else {}
        if route.request.method != "GET":
            return route.fulfill(status=204)
        answer = self.known.get(address)
        if answer is None or asked:
            answer = self._context.copy().run(self.client.get, address, **asked)
        return route.fulfill(
            status=answer.status_code, headers=dict(answer.headers), body=answer.getvalue()
        )

    def _file(self, route: Route, name: str) -> None:
        if name not in self._files:
            found = finders.find(name)
            self._files[name] = Path(found).read_bytes() if found else b""
        kind = KINDS.get(Path(name).suffix, "application/octet-stream")
        status = 200 if self._files[name] else 404
        route.fulfill(status=status, content_type=kind, body=self._files[name])
