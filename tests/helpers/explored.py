"""An explorer's page, open in a browser: waited for, set, and read as its reader does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from browsing import Visit

#: The page's own word that all is drawn: map and strips, too.
_SETTLED = "#explorer[data-state=settled], .explorer[data-state=settled]"


#: Texts of the tree, of the map and under the tracks, each as a group, that lie on each other.
_COLLISIONS = """() => ["[data-part=game] svg text", ".labels span", ".ticks span"].flatMap(k => {
  const all = [...document.querySelectorAll(k)].filter(e => e.getClientRects().length)
    .map(e => [e, e.getBoundingClientRect()])
  return all.flatMap(([a, p], i) => all.slice(0, i).filter(([b, q]) => !b.contains(a)
    && Math.min(p.right, q.right) - Math.max(p.left, q.left) > 2
    && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 0.35 * Math.min(p.height, q.height)
  ).map(([b]) => `${a.textContent} | ${b.textContent}`))
})"""


def collisions(seen: Visit) -> list[str]:
    """Return the texts that lie on each other, two and two."""
    told: list[str] = seen.page.evaluate(_COLLISIONS)
    return told


def settled(seen: Visit) -> None:
    """Wait until nothing is left to be worked out or drawn."""
    seen.page.wait_for_selector(_SETTLED, timeout=60_000)


def go_to(seen: Visit, values: Mapping[str, str]) -> None:
    """Set the guesses as a link does, and wait for the answer."""
    seen.page.evaluate(
        """async told => {
          const step = new Promise(done => addEventListener("hashchange", () =>
            requestAnimationFrame(() => requestAnimationFrame(done)), {once: true}))
          if ((location.hash || "#") === told) return
          location.hash = told
          await step
        }""",
        "#" + "&".join(f"{name}={value}" for name, value in values.items()),
    )


def labels(seen: Visit) -> list[str]:
    """Return what the listed equilibria are called, as ``#9``."""
    found = seen.page.locator("[data-part=equilibria] article[data-label]")
    return [each.get_attribute("data-label") for each in found.all()]


def results(seen: Visit) -> int:
    """Return how many results are listed."""
    found: int = seen.page.locator("[data-part=equilibria] section.result").count()
    return found


def numbers(text: str) -> list[float]:
    """Return the numbers of a text; exact ones in brackets after a decimal are left out.

    >>> numbers("0 to 0.5459"), numbers("\u22121.5 (\u22123/2)"), numbers("12 %")
    ([0.0, 0.5459], [-1.5], [0.12])
    """
    bare = re.sub(r"\([^)]*\)", "", text.replace("\u2212", "-"))
    share = 100 if "%" in bare else 1
    return [float(x) / share for x in re.findall(r"-?[0-9.]+(?:e-?[0-9]+)?", bare)]


def ranges(seen: Visit) -> dict[str, list[float]]:
    """Return the least and the largest value of every measure over the equilibria."""
    found = {}
    for row in seen.page.locator("[data-part=equilibria] [data-measure]").all():
        told = numbers(row.locator("td").first.inner_text())
        found[row.get_attribute("data-measure")] = [told[0], told[-1]]
    return found


def field(seen: Visit, name: str) -> Any:
    """Return where the value of a guess is typed."""
    return seen.page.locator(f"input[type=text][data-name={name}]")


def slider(seen: Visit, name: str) -> Any:
    """Return what a guess is moved by."""
    return seen.page.locator(f"input[type=range][data-name={name}]")


def verdict(seen: Visit) -> str:
    """Return what happens, in words."""
    told = seen.page.locator("[data-part=verdict] .answer p:not([aria-live])")
    return "\n".join(told.all_inner_texts())
