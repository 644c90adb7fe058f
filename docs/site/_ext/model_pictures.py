"""The pictures of a model's page: its matrix or tree, the map of its regimes, a thumbnail.

They are files of their own, drawn by the package, which browsers load when they come into view.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import cos, pi, prod, sin
from pathlib import Path
from typing import Any

from model_answers import Answer

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError
from deterrence.explorer.axes import Views
from deterrence.explorer.model_part import start_values
from deterrence.face.pages import picture
from deterrence.figures.drawing.style import FILLS, GREY, LINES, PAPER
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.graph_model.concepts import stable
from deterrence.graph_model.conflict import conflict_of
from deterrence.modelfile.model import SymbolicModel
from deterrence.words.blocks import Block, Figure

_SIZE = re.compile(r'<svg [^>]*?width="([0-9.]+)(?:pt)?" height="([0-9.]+)(?:pt)?"')
#: Pixels for a point: letters of 7 points are as large as the small letters of a page.
_PIXELS = 1.6
#: Width of the graph of moves in mm.
_MOVES = 130.0
#: Pixels of a thumbnail.
WIDTH, HEIGHT = 160, 100
#: States up to which those of a thumbnail are large, and moves up to which they are drawn.
_DOTS, _LINES = 24, 600


@dataclass(frozen=True)
class Picture:
    """A picture: its place in the site, size in pixels, words for it, and how it is made."""

    place: str
    width: int
    height: int
    words: str
    command: str = ""


def game_picture(model: SymbolicModel, extra: Path) -> Picture | Block:
    """Return the matrix or the tree, as a picture where one is drawn."""
    block = picture(_game(model), model)
    if not isinstance(block, Figure) or not block.svg:
        return block
    return _written(extra, f"{model.name}-game", block.svg, block.words)


def _game(model: SymbolicModel) -> Any:
    try:
        return model.at()
    except DeterrenceError:  # parameters without a value
        return model.tree if model.tree is not None else model.symbolic()


def map_picture(model: SymbolicModel, answer: Answer, extra: Path) -> Picture | None:
    """Return the map of the regimes over the two parameters that show most of them."""
    axes = map_axes(model, answer)
    if axes is None:
        return None
    from deterrence.face.plotting import plot
    from deterrence.figures.drawing.files import to_bytes

    with contextlib.suppress(DeterrenceError):
        figure = plot(model, "regimes", *axes)
        svg = to_bytes(figure, "svg").decode()
        thumbnail(model, extra, figure)
        asked = " ".join(f"-p {name}" for name in axes)
        command = f"deterrence plot regimes {model.name} {asked} -o map.svg"
        return _written(extra, f"{model.name}-map", svg, figure.description, command)
    return None


def map_axes(model: SymbolicModel, answer: Answer) -> tuple[str, str] | None:
    """Return the two parameters over which most regimes are in view, as the explorer does.

    There are none where the effort of a page was too little for all regimes.
    """
    if answer.analysis is None or answer.analysis.cover != "proven":
        return None
    regions: list[Sequence[Sequence[Expression]]] = [
        [r.conditions] for r in answer.analysis.regimes
    ]
    regions = regions or [r.terms for r in answer.analysis.results]
    axes = Views(model, start_values(model, None, {}), regions).best()
    return (axes[0], axes[1]) if len(axes) > 1 else None


def moves_picture(model: SymbolicModel, extra: Path) -> Picture | None:
    """Return the graph of moves between the states of a conflict, None where it is too large."""
    from deterrence.face.plotting import plot
    from deterrence.figures.drawing.files import to_bytes

    try:
        figure = plot(model, "moves", width=_MOVES)
    except DeterrenceError:
        return None
    svg = to_bytes(figure, "svg").decode()
    return _written(extra, f"{model.name}-moves", svg, figure.description)


def _written(extra: Path, name: str, svg: str, words: str, command: str = "") -> Picture:
    """Write a picture into the folder of the site's own files."""
    place = f"pictures/{name}.svg"
    (extra / place).parent.mkdir(parents=True, exist_ok=True)
    (extra / place).write_text(svg, encoding="utf-8")
    found = _SIZE.search(svg)
    assert found is not None, name
    width, height = (round(_PIXELS * float(side)) for side in found.groups())
    return Picture(place, width, height, words, command)


# ---- thumbnails ----------------------------------------------------------------------------
def thumbnail_place(name: str) -> str:
    """Return where a model's thumbnail stands in the site."""
    return f"pictures/{name}-small.svg"


def thumbnail(model: SymbolicModel, extra: Path, figure: Any = None) -> None:
    """Write a small picture of a model: the areas of its map, or else its tree or matrix."""
    if figure is not None:
        inside = "".join(_areas(figure))
    elif model.tree is not None:
        inside = _small_tree(model.tree)
    elif model.why_no_table:
        inside = "".join(_small_graph(model))
    else:
        inside = "".join(_small_matrix(model))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}"><rect width="{WIDTH}" height="{HEIGHT}" '
        f'fill="{PAPER}"/>{inside}</svg>\n'
    )
    path = extra / thumbnail_place(model.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg, encoding="utf-8")


def _areas(figure: Any) -> Iterator[str]:
    """Yield the areas of a map, as large as the thumbnail."""
    from matplotlib.colors import to_hex

    ax = figure.axes[0]
    box = ax.bbox
    for patch in ax.patches:
        steps = []
        for polygon in patch.get_path().transformed(ax.transData).to_polygons():
            points = [
                (round((x - box.x0) / box.width * WIDTH), round((box.y1 - y) / box.height * HEIGHT))
                for x, y in polygon
            ]
            kept = [p for p, last in zip(points, [None, *points], strict=False) if p != last]
            steps.append("M" + "L".join(f"{x} {y}" for x, y in kept) + "z")
        yield (
            f'<path d="{"".join(steps)}" fill="{to_hex(patch.get_facecolor())}" stroke="{GREY}"/>'
        )


def _small_matrix(model: SymbolicModel) -> Iterator[str]:
    """Yield the cells of a matrix, those shaded from which nobody would move away alone."""
    shape = [len(actions) for actions in model.actions]
    rows, columns = shape[0], prod(shape[1:])
    side = min(28, (HEIGHT - 16) // rows, (WIDTH - 16) // columns)
    left, top = (WIDTH - columns * side) / 2, (HEIGHT - rows * side) / 2
    rests = _at_rest(model)
    for number, at in enumerate(product(*map(range, shape))):
        row, column = divmod(number, columns)
        yield (
            f'<rect x="{left + column * side:g}" y="{top + row * side:g}" width="{side}" '
            f'height="{side}" fill="{FILLS[0].ink if at in rests else PAPER}" stroke="{GREY}"/>'
        )


def _small_graph(model: SymbolicModel) -> Iterator[str]:
    """Yield states on a circle with the moves between them, those shaded that are at rest."""
    conflict = conflict_of(model)
    graph, count = conflict.graph, len(conflict.states)
    rests = stable(graph, conflict.ranks(), "nash").all(axis=0)
    at = [
        (WIDTH / 2 + 62 * sin(2 * pi * k / count), HEIGHT / 2 - 40 * cos(2 * pi * k / count))
        for k in range(count)
    ]
    pairs = {
        (min(pair), max(pair))
        for arcs in graph.arcs
        for pair in zip(arcs.origins.tolist(), arcs.ends.tolist(), strict=True)
    }
    shown = sorted(pairs) if len(pairs) <= _LINES else []
    lines = "".join(
        f"M{at[a][0]:.0f} {at[a][1]:.0f}L{at[b][0]:.0f} {at[b][1]:.0f}" for a, b in shown
    )
    yield f'<path d="{lines}" fill="none" stroke="{GREY}" stroke-width="0.7"/>'
    radius = 4 if count <= _DOTS else 2
    for (x, y), rest in zip(at, rests.tolist(), strict=True):
        fill = FILLS[0].ink if rest else PAPER
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius}" fill="{fill}" stroke="{GREY}"/>'


def _at_rest(model: SymbolicModel) -> set[tuple[int, ...]]:
    """Return the cells of a matrix that are equilibria at the defaults."""
    try:
        payoffs = model.strategic_at().payoffs
    except DeterrenceError:  # parameters without a value
        return set()
    cells = list(product(*(range(len(actions)) for actions in model.actions)))
    worth = [dict(zip(cells, own, strict=True)) for own in payoffs]
    return {
        at
        for at in cells
        if all(
            own[at] >= own[(*at[:k], other, *at[k + 1 :])]
            for k, own in enumerate(worth)
            for other in range(len(model.actions[k]))
        )
    }


def _small_tree(tree: ExtensiveGame) -> str:
    """Return the moves of a tree as lines, from left to right."""
    nodes = tree.nodes
    depth, place = [0] * len(nodes), [0.0] * len(nodes)
    for k, node in enumerate(nodes):
        if node.parent >= 0:
            depth[k] = depth[node.parent] + 1
    ends = [k for k, node in enumerate(nodes) if not node.children]
    for n, k in enumerate(ends):
        place[k] = (n + 0.5) / len(ends)
    for k in reversed(range(len(nodes))):
        own = nodes[k].children
        if own:
            place[k] = sum(place[c] for c in own) / len(own)
    deepest = max(depth) or 1
    at = [
        f"{10 + (WIDTH - 20) * d / deepest:.0f} {6 + (HEIGHT - 12) * p:.0f}"
        for d, p in zip(depth, place, strict=True)
    ]
    lines = "".join(f"M{at[n.parent]}L{at[k]}" for k, n in enumerate(nodes) if n.parent >= 0)
    return f'<path d="{lines}" fill="none" stroke="{LINES[0].colour}" stroke-width="1.5"/>'
