"""The explorer's pages, measured in a browser: size, first paint, a slider's step, the map.

``make bench-pages`` builds and measures the page of every shipped model;
``make bench-pages ARGS="brinkmanship chicken"`` those named.  ``--pages FOLDER`` keeps the pages,
and takes those that are there.  Times are those of an idle machine or they are nothing.

first paint   something stands there, the best of five times that the page was opened
ready         the answer stands there, best of five
settled       map and strips are done, best of five
step          a slider moved by hand: its handler, the frame after it, and the layout
resettled     map and strips are done after a step, median
block         the longest time without a reply to the reader, where above 50
"""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))

from browsing import browser, opener  # noqa: E402

from deterrence.words.markup import columns  # noqa: E402

OPENED, PER_SLIDER, SETTLED = 5, 12, 8
#: What SURFACE asks for: the heading of a column and its bound.
BARS = {"kB": 150.0, "first paint": 300.0, "step p95": 16.0}
COLUMNS = (
    "page", "kB", "gzipped", "first paint", "ready", "settled", "step", "step p95", "resettled",
    "block", "faults",
)  # fmt: skip

_STEP = """async ([names, steps]) => {
  window.blocks = []
  new PerformanceObserver(list => blocks.push(...list.getEntries().map(e => e.duration)))
    .observe({type: "longtask"})
  const frame = () => new Promise(requestAnimationFrame)
  const taken = []
  for (const slider of document.querySelectorAll("input[type=range]:not(:disabled)")) {
    const [low, high] = [Number(slider.min || 0), Number(slider.max || 100)]
    for (let k = 0; k < steps; k++) {
      // There and back, as a hand does, and never twice the same place.
      const share = k < steps / 2 ? 2 * k / steps : 2 - (2 * k + 1) / steps
      slider.value = low + share * (high - low)
      let first
      requestAnimationFrame(() => { first = performance.now() })
      const start = performance.now()
      slider.dispatchEvent(new Event("input", {bubbles: true}))
      const handled = performance.now() - start
      await frame()
      document.body.getBoundingClientRect()
      taken.push(handled + performance.now() - first)
      await frame()
    }
  }
  return taken
}"""
_SETTLE = """async times => {
  const root = document.getElementById("explorer"), taken = []
  const sliders = [...document.querySelectorAll("input[type=range]:not(:disabled)")]
  const settled = async () => {
    const end = performance.now() + 20000
    while (root.dataset.state !== "settled" && performance.now() < end)
      await new Promise(done => setTimeout(done, 1))
  }
  for (let k = 0; k < times; k++) {
    const slider = sliders[k % sliders.length]
    await settled()
    const start = performance.now()
    slider.value = Number(slider.min) + (k + 1) / (times + 1) * (Number(slider.max) - slider.min)
    slider.dispatchEvent(new Event("input", {bubbles: true}))
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    await settled()
    taken.push(performance.now() - start)
  }
  return taken
}"""
_MARKS = """() => Object.fromEntries([...performance.getEntriesByType("paint"),
  ...performance.getEntriesByType("mark")].reverse().map(e => [e.name, e.startTime]))"""
_ADDRESS = re.compile(r"\b(?:https?|wss?):|(?:src|href|action)=|url\(|@import|importScripts", re.I)


def pages_of(names: Sequence[str], folder: Path) -> Iterable[Path]:
    """Build the pages that are not there yet."""
    for name in names:
        page = folder / f"{name}.html"
        if not page.exists():
            command = [sys.executable, "-m", "deterrence", "explore", name, "-o", str(page)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        yield page


def measured(started: Any, page: Path) -> dict[str, Any]:
    """Return a line of the table."""
    text = page.read_bytes()
    found: dict[str, list[float]] = {"first-contentful-paint": []}
    visits: list[Any] = []
    visit = opener(started, visits)
    for _ in range(OPENED):
        seen = visit(page)
        seen.page.wait_for_selector("#explorer[data-state=settled]", timeout=60_000)
        for name, when in seen.page.evaluate(_MARKS).items():
            found.setdefault(name, []).append(when)
        if len(visits) < OPENED:
            seen.context.close()
    steps = sorted(seen.page.evaluate(_STEP, [[], PER_SLIDER]))
    blocks = seen.page.evaluate("() => blocks")
    again = seen.page.evaluate(_SETTLE, SETTLED) if steps else []
    seen.context.close()
    faults = [told for one in visits for told in one.complaints]
    # The data are packed, and no place of them can be asked for.
    bare = re.sub(rb'(<script type="application/json"[^>]*>)[^<]*', rb"\1", text).decode()
    faults += [f"address: {told}" for told in _ADDRESS.findall(bare)]
    return {
        "page": page.stem,
        "kB": len(text) / 1000,
        "gzipped": len(gzip.compress(text)) / 1000,
        "first paint": min(found["first-contentful-paint"]),
        "ready": min(found.get("explorer-ready", [float("nan")])),
        "settled": min(found.get("explorer-settled", [float("nan")])),
        "step": statistics.median(steps) if steps else None,
        "step p95": steps[int(0.95 * len(steps))] if steps else None,
        "resettled": statistics.median(again) if again else None,
        "block": max(blocks, default=None),
        "faults": len(faults),
        "told": faults,
    }


def cell(name: str, value: Any) -> str:
    """Return a value for the table; what is over its bar is marked."""
    if value is None or isinstance(value, str):
        return value or "-"
    mark = "!" if name in BARS and value >= BARS[name] else ""
    return f"{value:.0f}{mark}" if name in ("faults", "kB") or value >= 10 else f"{value:.1f}{mark}"


def main() -> None:
    """Measure and print; the exit code says whether every bar was met."""
    ask = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ask.add_argument("models", nargs="*", help="which (all that ship)")
    ask.add_argument("--pages", type=Path, help="where the pages are kept")
    given = ask.parse_args()
    names = given.models or sorted(path.stem for path in (ROOT / "models").glob("*.yaml"))
    rows = []
    with tempfile.TemporaryDirectory() as scratch, browser() as started:
        folder = given.pages or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for page in pages_of(names, folder):
            rows.append(measured(started, page))
            print(f"{page.stem} {rows[-1]['told'] or ''}", file=sys.stderr)
    cells = [[cell(name, row[name]) for name in COLUMNS] for row in rows]
    print("\n".join(columns([list(COLUMNS), *cells], right=range(1, len(COLUMNS)))))
    bars = ", ".join(f"{name} under {bar:.0f}" for name, bar in BARS.items())
    print(f"Times in milliseconds. ! is over the bar: {bars}.")
    over = [row for row in rows if row["faults"] or any(row[b] and row[b] >= BARS[b] for b in BARS)]
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
