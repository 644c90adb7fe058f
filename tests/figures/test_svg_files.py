"""Small SVG files show what matplotlib's do: the same places, the same hatches, the same words."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from brink import BRINK
from figure_checks import words_in
from games_that_ship import GAMES
from hypothesis import given
from hypothesis import strategies as st

from deterrence import figures, load_model
from deterrence.figures.drawing import files, svg
from deterrence.figures.drawing.style import FILLS, OUTSIDE

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
BIPOLARITY = load_model(BRINK)


def places(path: str) -> list[tuple[float, float]]:
    """Return the absolute ends of all commands of a path, relative ones among them."""
    x = y = x0 = y0 = 0.0
    found = []
    for command, text in re.findall(r"([MLQCzmlqcvhHVa])([^MLQCzmlqcvhHVa]*)", path):
        n = [float(v) for v in re.findall(r"-?(?:\d*\.\d+|\d+)(?:e-?\d+)?", text)]
        size = {"M": 2, "L": 2, "Q": 4, "C": 6, "l": 2, "q": 4, "c": 6, "v": 1, "h": 1}.get(command)
        if command == "z":
            x, y = x0, y0
            continue
        assert size is not None, path
        assert len(n) % size == 0, path
        for k in range(0, len(n), size):
            part = n[k : k + size]
            if command == "v":
                y += part[0]
            elif command == "h":
                x += part[0]
            elif command.islower():
                x, y = x + part[-2], y + part[-1]
            else:
                x, y = part[-2], part[-1]
            if command == "M":
                x0, y0 = x, y
            found.append((x, y))
    return found


coordinate = st.floats(-999, 999).map(lambda v: round(v, 6))


@given(st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=60))
def test_steps_do_not_drift(corners: list[tuple[float, float]]) -> None:
    path = "M " + " L ".join(f"{x:f} {y:f}" for x, y in corners)
    drawn = places(svg.steps(path, 2))
    assert drawn[0] == pytest.approx(corners[0], abs=0.0051)
    assert drawn[-1] == pytest.approx(corners[-1], abs=0.0051)
    # Every corner lies on the line that is drawn.
    for px, py in corners:
        away = min(
            distance((px, py), a, b) for a, b in zip(drawn, drawn[1:] or drawn, strict=False)
        )
        assert away < 0.03


def distance(p: Any, a: Any, b: Any) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square)) if square else 0.0
    return float(((p[0] - a[0] - t * dx) ** 2 + (p[1] - a[1] - t * dy) ** 2) ** 0.5)


def as_matplotlib(figure: Any) -> ElementTree.Element:
    from matplotlib.figure import Figure

    buffer = io.BytesIO()
    with files.settings():
        Figure.savefig(figure, buffer, format="svg", metadata={"Date": None})
    return ElementTree.fromstring(buffer.getvalue())


def ink(root: ElementTree.Element) -> list[tuple[float, float]]:
    """Return the corners of everything that is drawn outside of definitions."""
    inside = {id(e) for d in root.iter(f"{SVG}defs") for e in d.iter()}
    found = []
    for e in root.iter(f"{SVG}path"):
        if id(e) not in inside:
            found += places(e.get("d"))
    return found


@pytest.mark.parametrize("draw", ["regimes", "sweep"])
def test_everything_stands_where_matplotlib_put_it(draw: str) -> None:
    about = ("k_R", "k_N") if draw == "regimes" else ("k_R", "war")
    figure = getattr(figures, draw)(BIPOLARITY, *about)
    small = ElementTree.fromstring(files.to_bytes(figure, "svg"))
    whole = as_matplotlib(figure)
    ours, theirs = ink(small), ink(whole)
    assert ours
    for x, y in ours:
        assert min(abs(x - a) + abs(y - b) for a, b in theirs) < 0.02
    assert len(small.findall(f".//{SVG}pattern")) == len(whole.findall(f".//{SVG}pattern"))


def test_every_reference_has_its_target_and_names_are_unique() -> None:
    for figure in (
        figures.regimes(BIPOLARITY, "k_R", "k_N"),
        figures.tree(load_model("rudimentary-deterrence"), concept="pbe"),
    ):
        root = ElementTree.fromstring(files.to_bytes(figure, "svg"))
        names = [e.get("id") for e in root.iter() if e.get("id")]
        assert len(set(names)) == len(names)
        asked = {e.get(f"{LINK}href")[1:] for e in root.iter() if e.get(f"{LINK}href")}
        text = ElementTree.tostring(root, encoding="unicode")
        asked |= set(re.findall(r"url\(#(\w+)\)", text))
        assert asked <= set(names)


def test_two_figures_on_one_page_share_no_name_for_two_things() -> None:
    """Pages hold several figures: what has the same name has the same outline."""
    known: dict[str, str] = {}
    for figure in (
        figures.payoffs(BIPOLARITY),
        figures.best_response(load_model("chicken")),
        figures.regimes(BIPOLARITY, "k_R", "k_N"),
    ):
        root = ElementTree.fromstring(files.to_bytes(figure, "svg"))
        for e in root.iter():
            if e.get("id"):
                text = ElementTree.tostring(e, encoding="unicode").strip()
                assert known.setdefault(e.get("id"), text) == text


def test_a_screen_reader_is_told_title_and_description() -> None:
    figure = figures.regimes(BIPOLARITY, "k_R", "k_N")
    root = ElementTree.fromstring(files.to_bytes(figure, "svg"))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert (title.text, desc.text) == (figure.heading, figure.description)


@pytest.mark.parametrize("fill", [*FILLS, OUTSIDE], ids=lambda fill: fill.hatch or "none")
def test_a_tile_repeats_the_hatch(fill: Any) -> None:
    """As many lines (or dots) on an inch as matplotlib draws."""
    if not fill.hatch:
        return
    from matplotlib.patches import Rectangle

    with files.settings():
        from deterrence.figures.drawing.page import Page

        page = Page(89)
        page.add(Rectangle((10, 10), 40, 40, **fill.patch))
        page.y = 60
        figure = page.finish("A hatch.")
    (pattern,) = as_matplotlib(figure).iter(f"{SVG}pattern")
    (tile,) = ElementTree.fromstring(files.to_bytes(figure, "svg")).iter(f"{SVG}pattern")
    whole = pattern.find(f"{SVG}path").get("d")
    drawn, size = tile.find(f"{SVG}path").get("d"), float(tile.get("width"))
    assert tile.find(f"{SVG}rect").get("fill") == fill.tint
    per_inch = 72 / size
    assert per_inch == pytest.approx(round(per_inch), abs=0.01)
    if "C" in whole:
        assert drawn.count("M") == 2
        centres = whole.count("M") / (2 if fill.hatch[0] == "o" else 1)
        expected = 2 * per_inch * 72 / float(tile.get("height"))
        assert centres == pytest.approx(expected, rel=0.2)
        assert ("fill:none" in tile.find(f"{SVG}path").get("style")) == (fill.hatch[0] == "o")
    else:
        kinds = {"/": 3, "\\": 3, "-": 1, "|": 1, "x": 6, "+": 2}[fill.hatch[0]]
        assert drawn.count("M") == kinds
        lines = whole.count("M") / {"x": 2, "+": 2}.get(fill.hatch[0], 1)
        slanted = fill.hatch[0] in "/\\x"
        assert lines == pytest.approx(per_inch * (2 if slanted else 1), abs=1.5)


@pytest.mark.parametrize("name", GAMES)
def test_figures_of_the_shipped_models_are_small(name: str) -> None:
    """Figures of a matrix, ladders, and trees that fit a page."""
    model = load_model(name)
    drawn = []
    if model.ladder is not None:
        drawn.append(figures.ladder(model))
    if model.tree is None:
        drawn.append(figures.payoffs(model))
        if model.at().shape == (2, 2):
            drawn.append(figures.best_response(model))
    elif len(model.tree.nodes) < 35:
        drawn.append(figures.tree(model))
    for figure in drawn:
        # A ladder of 44 rungs with titles has more letters than others.
        assert len(files.to_bytes(figure, "svg")) < max(60_000, 40 * len(words_in(figure)))
        assert figure.key_share < 0.25
