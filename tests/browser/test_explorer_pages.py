"""The explorer's pages: the numbers on them, and whether everybody can see and reach them."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from browsing import PHONE, Opener, Visit
from explored import collisions, go_to, labels, ranges, results, settled, verdict
from games_that_ship import GAMES

from deterrence import load_model
from deterrence.explorer.explorer import Explorer

#: Matrices, trees with types and in turn, three players, and answers on a grid.
MODELS = {
    "asymmetric-bipolarity",
    "unilateral-deterrence",
    "brinkmanship",
    "escalation-ladder",
    "weakest-link",
    "correlated-mediator",
}
POINTS = Path(__file__).parents[1] / "explorer" / "points"
#: So many of the stored points are looked up on the page; node compares them all.
ON_PAGE = 5


def points(name: str, solver: dict[str, Any]) -> list[dict[str, Any]]:
    """Return points with exact answers: some that are stored, ties first; or the defaults alone."""
    path = POINTS / f"{name}.json.gz"
    kept = json.loads(gzip.decompress(path.read_bytes()))["points"] if path.exists() else []
    for axis in solver.get("axes", ()):
        # Between the places of its grid a page says that it has no answer.
        kept = [p for p in kept if p["values"].get(axis["name"]) in axis["values"]]
    if kept:
        kept.sort(key=lambda p: p["kind"] != "tie")
        return kept[:: max(1, len(kept) // ON_PAGE)]
    told = load_model(name).solve().to_dict()
    found = [
        (f"#{e['number']}{e['letter']}", [*e["measures"].values()]) for e in told["equilibria"]
    ]
    return [{"values": {}, "equilibria": found, "results": told["results"]}]


#: Those that every change is looked at with, besides their numbers.
SEEN = {"asymmetric-bipolarity", "unilateral-deterrence", "correlated-mediator"}


def shipped(few: set[str]) -> list[Any]:
    """Return the names of all games, those that not every change is tried with marked."""
    return [n if n in few else pytest.param(n, marks=pytest.mark.everything) for n in GAMES]


@pytest.mark.parametrize("name", shipped(MODELS))
def test_numbers_are_those_of_the_exact_solver(
    visit: Opener,
    page_of: Callable[[str], Path],
    explorer_of: Callable[[str], Explorer],
    name: str,
) -> None:
    """Equilibria, results and measures at points on and off boundaries, set by the link."""
    data = explorer_of(name).data
    seen = visit(page_of(name))
    settled(seen)
    for point in points(name, data["solver"]):
        go_to(seen, point["values"])
        assert results(seen) == len(point["results"]), point
        if data["solver"]["kind"] == "matrix":
            # Closed forms of trees name families, of which the solver lists the corners.
            assert sorted(labels(seen)) == sorted(label for label, _ in point["equilibria"]), point
        shown = ranges(seen)
        for measure, *exact in zip(
            data["measures"], *(numbers for _, numbers in point["equilibria"]), strict=True
        ):
            if None not in exact:
                ends = [float(f(map(Fraction, exact))) for f in (min, max)]
                told = shown[measure["name"]]
                assert told == pytest.approx(ends, rel=1e-3, abs=1e-4), (measure["name"], point)


@pytest.mark.parametrize("name", shipped(SEEN))
def test_everybody_can_see_and_reach_it(
    visit: Opener, page_of: Callable[[str], Path], name: str
) -> None:
    """With axe, all parts open, in both themes; on a phone; in grey."""
    seen = visit(page_of(name))
    settled(seen)
    told = verdict(seen)
    assert told
    seen.page.evaluate("() => { for (const d of document.querySelectorAll('details')) d.open = 1 }")
    settled(seen)
    assert not seen.violations("color-contrast")
    assert not seen.outside()
    assert not collisions(seen)
    seen.page.emulate_media(color_scheme="dark")
    seen.page.set_viewport_size(PHONE)
    settled(seen)
    assert not seen.violations()
    assert not seen.outside()
    assert not collisions(seen)
    assert verdict(seen).splitlines()[0] == told.splitlines()[0]
    for theme in ("light", "dark"):
        seen.page.emulate_media(color_scheme=theme)
        told_apart_in_grey(seen)


# ---- grey ---------------------------------------------------------------------------------------
#: The tiles of the legend in grey, row by row, and the share of the map's pixels that each covers.
_TILES = """async () => {
  const read = (source, wide, tall) => {
    const brush = Object.assign(document.createElement("canvas"), {width: wide, height: tall})
      .getContext("2d")
    brush.drawImage(source, 0, 0)
    return new Uint32Array(brush.getImageData(0, 0, wide, tall).data.buffer)
  }
  const grey = p => (0.2126 * (p & 255) + 0.7152 * (p >> 8 & 255) + 0.0722 * (p >> 16 & 255)) / 255
  const map = document.querySelector("[data-part=map] canvas"), found = {}
  const pixels = read(map, map.width, map.height)
  for (const item of document.querySelectorAll(".legend li")) {
    const picture = new Image()
    picture.src = getComputedStyle(item.querySelector(".swatch")).backgroundImage.slice(5, -2)
    await picture.decode()
    const side = picture.width, tile = read(picture, side, side)
    const covered = pixels.filter((p, k) =>
      p === tile[Math.floor(k / map.width) % side * side + k % map.width % side])
    found[item.textContent.trim()] = [Array.from(tile, grey), covered.length / pixels.length]
  }
  return found
}"""


def apart(first: list[float], second: list[float]) -> float:
    """Return how far two tiles differ in grey, however one is moved against the other."""
    side = round(len(first) ** 0.5)
    return min(
        sum(
            abs(first[y * side + x] - second[(y + v) % side * side + (x + u) % side])
            for y, x in itertools.product(range(side), repeat=2)
        )
        / side**2
        for v, u in itertools.product(range(side), repeat=2)
    )


def told_apart_in_grey(seen: Visit) -> None:
    """Hold the map's pixels against its legend: shares, and grey tiles that differ."""
    settled(seen)
    if not seen.page.locator("[data-part=map] canvas").count():
        return
    tiles = seen.page.evaluate(_TILES)
    for one, other in itertools.combinations(tiles, 2):
        assert apart(tiles[one][0], tiles[other][0]) > 0.03, (one, other)
    for name, (_, covered) in tiles.items():
        share = re.search(r"([0-9.]+) %", name)
        # Lines between regions take some pixels, and plain parts of tiles may be alike.
        assert not share or 100 * covered > 0.85 * float(share[1]) - 2, (name, covered)
