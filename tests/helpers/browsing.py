"""Pages in a real browser: opened from disk, with the network off, and watched.

Chromium is the system's own, driven by Playwright; neither is needed for anything else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

#: What distributions call the browser.
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
#: Nothing is asked for that a page did not ask for.
SWITCHES = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}

#: What stands out of the page to the right, and in no box that scrolls by itself or that is one
#: pixel large, for screen readers only.
_OUTSIDE = """() => {
  const room = document.documentElement.clientWidth + 1
  const kept = e => {
    for (let a = e.parentElement; a && a !== document.body; a = a.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(a).overflowX) || a.clientWidth <= 1
          && getComputedStyle(a).position === "absolute") return true
    return false
  }
  const told = [...document.body.querySelectorAll("*")]
    .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > room && !kept(e))
    .map(e => `<${e.localName} class="${e.getAttribute("class") || ""}"> to `
      + `${Math.round(e.getBoundingClientRect().right)}: ${e.textContent.trim().slice(0, 40)}`)
  const all = document.scrollingElement.scrollWidth
  if (all > room && !told.length) told.push(`the page is ${all} wide`,
    ...[...document.body.querySelectorAll("p, li, dd, td, h1, h2, h3, label")]
      .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.slice(0, 40)))
  return told
}"""


class NoBrowserError(Exception):
    """There is no browser, or nothing that drives it; says what to install."""


@contextmanager
def browser() -> Iterator[Any]:
    """Start the browser, without a window; it ends with the block."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        raise NoBrowserError("no Chromium here; apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        told = "no Playwright here; pip install 'deterrence[test]'"
        raise NoBrowserError(told) from None
    root = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=[*SWITCHES, *root])
        try:
            yield started
        finally:
            started.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine only; the address of its pages is yielded."""

    class Silent(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            """Give what is there; browsers ask for a picture that few sites have."""
            if self.path == "/favicon.ico":
                self.send_response(204)
                return self.end_headers()
            return super().do_GET()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class Visit:
    """A page that is open; ``complaints`` has what it should not have said, asked for or met.

    What it asks for is itself, or begins with ``home``.
    """

    def __init__(self, context: Any, address: str, home: str = "") -> None:
        self.context = context
        self.page = context.new_page()
        self.address = address
        self.home = home
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        context.on("request", self._request)
        self.page.goto(address)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        # Workers and pictures that the page itself made are no requests.
        own = request.url.partition("#")[0] == self.address.partition("#")[0]
        allowed = ("data:", "blob:", *([self.home] if self.home else []))
        if not own and not request.url.startswith(allowed):
            self.complaints.append(f"request: {request.url}")

    def violations(self, *rules: str) -> list[str]:
        """Return what axe holds against the page (by all its rules), a line for every place."""
        self.page.evaluate(_axe())
        # Without `preload` axe asks for no style sheet by itself, perhaps at a wrong place.
        asked = {"resultTypes": ["violations"], "preload": False} | (
            {"runOnly": list(rules)} if rules else {}
        )
        found = self.page.evaluate("asked => axe.run(document, asked)", asked)
        return [
            f"{rule['id']} ({rule['impact']}): {node['html'][:160]} -- "
            f"{node['failureSummary'].splitlines()[-1].strip()[:160]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def outside(self) -> list[str]:
        """Return what makes the page scroll sideways."""
        told: list[str] = self.page.evaluate(_OUTSIDE)
        return told


@cache
def _axe() -> str:
    import axe_playwright_python

    source = Path(axe_playwright_python.__file__).with_name("axe.min.js")
    return source.read_text(encoding="utf-8")


#: Opens a file (or an address of one with a hash); keywords go to Playwright's `new_context`.
Opener = Callable[..., Visit]


def opener(started: Any, visits: list[Visit]) -> Opener:
    """Return what opens pages, each in a context of its own, and keeps them in ``visits``."""

    def visit(page: Path | str, home: str = "", **context: Any) -> Visit:
        address = page if isinstance(page, str) else page.resolve().as_uri()
        settings = {"viewport": DESK, "offline": not home, "color_scheme": "light", **context}
        visits.append(Visit(started.new_context(**settings), address, home))
        return visits[-1]

    return visit
