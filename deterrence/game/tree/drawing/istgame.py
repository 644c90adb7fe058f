r"""A game tree as LaTeX, for the package istgame (In-Sung Cho; part of TeX Live).

The picture is laid out as the figures are (:mod:`deterrence.game.tree.drawing.layout`), with the
widths of texts estimated; small trees keep the size of their letters, larger ones are scaled
to the width of the page.  Labels are escaped, so whatever stands in a file compiles.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> game = ExtensiveGame.from_tree(("A",), Decision("A", "first_move", {
...     "go": Leaf("gain"), "stay": Leaf("loss")}), {"gain": ("1/3",), "loss": (0,)})
>>> text = tree_latex(game, profile={"A": {"first_move": {"go": 1}}})
>>> print(text.splitlines()[0])
% Needs \usepackage{istgame} in the preamble.
>>> r"{\shortstack{\textbf{A}\\first\_move}}" in text
True
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deterrence.errors import UsageError
from deterrence.game.tree.drawing.picture import PAGE, Picture, Texts
from deterrence.game.tree.drawing.view import View, view
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.words.markup import plain
from deterrence.words.scripts import with_remark

#: The colours of players, as in the figures: Okabe and Ito 2008, darkened for lines.
COLOURS = ("0072B2", "D55E00", "007A59", "A3447C", "000000", "8A6200", "2B7FA8", "6B6B6B")
#: Columns of a long chain, and the distance between them (mm).
_COLUMNS, _GUTTER = 8, 6.0
#: Nodes that TeX should be asked to draw.
MAX_NODES = 1_500


def tree_latex(
    game: ExtensiveGame,
    *,
    symbols: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
    profile: Mapping[str, Any] | None = None,
    beliefs: Mapping[str, Mapping[str, Any]] | None = None,
    direction: str = "auto",
    depth: int | None = None,
) -> str:
    """Return the tree as an ``istgame`` picture.

    ``symbols`` maps parameters to their LaTeX, ``titles`` outcomes to what they are called.
    With a behaviour ``profile`` the moves that are taken are thick and mixtures have their
    probabilities; ``beliefs`` stand at the nodes, as in ``TreeEquilibrium.beliefs``.  The
    tree grows ``down`` or ``right``; ``depth`` folds up what follows so many moves.  Raises
    :class:`UsageError` for trees of more than :data:`MAX_NODES` nodes.
    """
    shown = view(game, depth)
    if len(shown.nodes) > MAX_NODES:
        raise UsageError(
            f"a picture of {len(shown.nodes):,} nodes is more than LaTeX can make readable",
            remedy="fold up what comes late, or take the text or the figure",
        )
    if direction not in ("auto", "down", "right"):
        raise UsageError(f"no direction {direction!r}", remedy="down, right or auto")
    ways = ("down", "right") if direction == "auto" else (direction,)
    known = (dict(symbols or {}), dict(titles or {}), profile, dict(beliefs or {}))

    def pictures(views: tuple[View, ...], way: str) -> tuple[Picture, ...]:
        return tuple(Picture(Texts(v, *known), way == "down") for v in views)

    plans = [pictures((shown,), way) for way in ways]
    if "down" in ways and shown.straight and _strain(plans[0]) > 1:
        for count in range(2, _COLUMNS + 1):
            views = shown.columns(count)
            if len(views) == count:
                plans.append(pictures(views, "down"))
    return _written(game, min(plans, key=lambda p: max(_strain(p), 1.0)))


def _size(pictures: tuple[Picture, ...]) -> tuple[float, float]:
    wide, tall = zip(*(p.size for p in pictures), strict=True)
    return sum(wide) + _GUTTER * (len(wide) - 1), max(tall)


def _strain(pictures: tuple[Picture, ...]) -> float:
    """Return how far pictures side by side are from fitting a page: 1 or less fits."""
    return max(a / b for a, b in zip(_size(pictures), PAGE, strict=True))


def _written(game: ExtensiveGame, pictures: tuple[Picture, ...]) -> str:
    lines = [r"% Needs \usepackage{istgame} in the preamble."]
    if game.title:
        lines.append(f"% {plain(game.title)}")
    lines += [r"\begingroup", *_styles(game), r"\setistmathTF000"]
    width, height = _size(pictures)
    if _strain(pictures) > 1:
        by_width = width / PAGE[0] >= height / PAGE[1]
        to = r"{\linewidth}{!}{%" if by_width else r"{!}{0.9\textheight}{%"
        lines.append(r"\noindent\resizebox" + to)
    for k, picture in enumerate(pictures):
        if k:
            lines[-1] += rf"\hspace{{{_GUTTER:g}mm}}%"
        lines += picture.write()
    if _strain(pictures) > 1:
        lines[-1] += "}"
    return with_remark("\n".join([*lines, r"\endgroup"]))


def _styles(game: ExtensiveGame) -> list[str]:
    players = game.players
    lines = []
    for i, _ in enumerate(players, 1):
        lines.append(rf"\definecolor{{treeplayer{i}}}{{HTML}}{{{COLOURS[(i - 1) % 8]}}}")
    lines += [
        r"\tikzset{tree move/.style={rectangle,rounded corners=1mm,"
        r"inner sep=1mm,solid,thin},",
        r"  tree chance/.style={tree move,rounded corners=0pt,chamfered rectangle,"
        r"chamfered rectangle xsep=1mm,inner sep=0.7mm,draw=gray,fill=gray!12},",
        r"  tree set/.style={densely dashed,semithick},",
        r"  tree line/.style={thin},tree idle/.style={very thin,draw=gray},",
        r"  tree ready/.style={thick},tree played/.style={line width=1.8pt},",
        r"  tree label/.style={pos=0,fill=white,inner sep=0.6pt},",
        r"  tree knee/.style={edge from parent path="
        r"{(\tikzparentnode) -- ([#1]\tikzchildnode.center) -- (\tikzchildnode)}},",
    ]
    lines += [
        rf"  tree player {i}/.style={{draw=treeplayer{i},fill=treeplayer{i}!8}},"
        for i, _ in enumerate(players, 1)
    ]
    lines[-1] = lines[-1].removesuffix(",") + "}"
    return lines
