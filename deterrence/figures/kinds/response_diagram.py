r"""Best-response diagram of a 2x2 game: what is best against every mixture, and where both meet.

With :math:`q` the probability of the column player's second action, the row player's
second action gains :math:`d(q) = (1-q)\,d_0 + q\,d_1` over the first.  The best response is
1 where :math:`d > 0`, 0 where :math:`d < 0`, and anything where :math:`d = 0`.  Equilibria
are where the two correspondences meet (Nash 1950); in degenerate games they can share
segments, which are drawn thick.

>>> from deterrence import load_model
>>> [tuple(map(str, corner)) for corner in response(load_model("chicken").at(), 0)]
[('0', '1'), ('1/10', '1'), ('1/10', '0'), ('1', '0')]
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError
from deterrence.figures.drawing.drawn_game import begin, drawn, need_two_players, subject
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import stroke
from deterrence.figures.drawing.on_axes import boxed, point, quarter_ticks
from deterrence.figures.drawing.page import COLUMN, EDGE, KeyEntry, KeySample, Page
from deterrence.figures.drawing.style import FAINT, INK, LINES, PAPER, SMALL, Look
from deterrence.figures.facts.equilibrium_labels import EquilibriumLabel, label_of
from deterrence.figures.options import Figure, GivenValues
from deterrence.figures.texts import exact_number, figure_number, safe
from deterrence.game.pattern_names import names_of

if TYPE_CHECKING:
    from deterrence.game.strategic import StrategicGame
    from deterrence.modelfile.model import SymbolicModel

ZERO, ONE = Fraction(0), Fraction(1)
SquareCorner = tuple[Fraction, Fraction]

#: The row player's line is broad and lies below, the column player's is thin, dashed, above.
_LINES: tuple[Look, ...] = (
    {"color": LINES[0].colour, "lw": 3.4, "ls": "-", "alpha": 0.55},
    {"color": LINES[1].colour, "lw": 1.3, "ls": (0, (4, 1.5)), "alpha": 1.0},
)
_SEGMENT: Look = {"facecolor": INK, "edgecolor": INK, "alpha": 0.25, "lw": 2.0}


@dataclass(frozen=True)
class Meeting:
    """A set of equilibria: a box of probabilities ``(low, high)`` of the second actions."""

    row: SquareCorner
    column: SquareCorner

    @property
    def boxes(self) -> tuple[SquareCorner, SquareCorner]:
        """Both ranges, the row player's first."""
        return self.row, self.column

    @property
    def is_point(self) -> bool:
        """Whether it is one equilibrium."""
        return self.row[0] == self.row[1] and self.column[0] == self.column[1]

    @property
    def marker(self) -> Look:
        """How one equilibrium is marked: a dot where nobody mixes, else a diamond."""
        pure = {self.row[0], self.column[0]} <= {ZERO, ONE}
        return {"marker": "o" if pure else "D", "mfc": INK, "mec": PAPER}


def response(game: StrategicGame, player: int) -> tuple[SquareCorner, ...] | None:
    """Return the corners ``(other's probability, own best response)`` of a correspondence.

    None where everything is always best.
    """
    a, b, c, d = game.payoffs[player]
    d0, d1 = (c - a, d - b) if player == 0 else (b - a, d - c)
    if d0 == d1 == 0:
        return None
    if d0 * d1 > 0:
        best = ONE if d0 > 0 else ZERO
        return ((ZERO, best), (ONE, best))
    # The best response jumps where d is 0.
    root = d0 / (d0 - d1)
    first = ONE if d0 > 0 or (d0 == 0 and d1 < 0) else ZERO
    corners = ((ZERO, first), (root, first), (root, ONE - first), (ONE, ONE - first))
    return tuple(dict.fromkeys(corners))


def meetings(game: StrategicGame) -> tuple[Meeting, ...]:
    """Return all equilibria of an exact 2x2 game, isolated ones first as the solver sorts them."""
    from deterrence.solvers import solve

    found = solve(game, solver="exact")
    result = []
    second = [actions[1] for actions in game.actions]
    for component in found.components:
        for subset in component.subsets:
            boxes = []
            for player, action in zip(game.players, second, strict=True):
                points = component.extreme_points[player]
                chances = [points[k].get(action, ZERO) for k in subset[player]]
                boxes.append((min(chances), max(chances)))
            result.append(Meeting(boxes[0], boxes[1]))
    if not found.components:
        for e in found.equilibria:
            p, q = (e.profile[x].get(a, ZERO) for x, a in zip(game.players, second, strict=True))
            result.append(Meeting((p, p), (q, q)))
    return tuple(result)


@drawn
def best_response(
    model: SymbolicModel | StrategicGame,
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    width: float = COLUMN,
    title: str | None = None,
) -> Figure:
    """Return the best-response diagram of a 2x2 game with all its equilibria.

    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` for games of another size.
    """
    it = subject(model, scenario, values)
    game = it.game
    need_two_players(game, "best-response")
    if game.shape != (2, 2):
        shape = " x ".join(map(str, game.shape))
        raise UsageError(
            f"a best-response figure needs two actions per player, and {game.name} is {shape}",
            remedy="`payoffs` draws games of other sizes",
        )
    shown = Heading.plain("Best responses and equilibria")
    page = begin(width, title, shown, it.title, scenario, values)
    size = min(width - 2 * EDGE - 14.0, 75.0)
    ax = page.axes(size)
    found = meetings(game)
    _draw_lines(ax, game)
    _draw_meetings(ax, found)
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, 1.0)
    quarter_ticks(ax.xaxis)
    quarter_ticks(ax.yaxis)
    labels = [
        safe(f"Probability of “{game.naming.action(p, a[1])}” by {p}")
        for p, a in zip(game.players, game.actions, strict=True)
    ]
    page.settle(ax, labels[0], labels[1], right=1.5)
    _x, y, w, h = page.rectangle_of(ax)
    if w > h:
        page.y = y
        page.settle(ax, labels[0], labels[1], right=1.5 + w - h)
    _draw_marks(page, ax, game, found)
    page.key(_key(game, found))
    return page.finish(describe(it.title, game, found))


def describe(title: str, game: StrategicGame, found: Sequence[Meeting]) -> str:
    """Say in a paragraph what the diagram shows."""
    if not found:
        return f"Best responses in {title}. No equilibrium was found."
    listed = ". ".join(_words(game, m, exact_number).removesuffix(".") for m in found)
    return f"Best responses in {title}. Equilibria: {listed}."


def label(game: StrategicGame, m: Meeting) -> EquilibriumLabel:
    """Return the numbers and the name of the equilibria in a box."""
    used = [_supports(actions, b) for actions, b in zip(game.actions, m.boxes, strict=True)]
    supports = [dict(zip(game.players, s, strict=True)) for s in itertools.product(*used)]
    return label_of(names_of(game), supports)


def _supports(actions: Sequence[str], chances: SquareCorner) -> list[list[str]]:
    """Return the sets of actions that are used in a range of probabilities of the second one."""
    low, high = chances
    found = []
    if low == ZERO:
        found.append([actions[0]])
    if high == ONE:
        found.append([actions[1]])
    if low < high or ZERO < low < ONE:
        found.append(list(actions))
    return found


def _words(game: StrategicGame, m: Meeting, number: Callable[[Any], str]) -> str:
    """Say which equilibria a box holds: number, name, and the probabilities of mixtures."""
    called = label(game, m)
    parts = []
    for player, actions, (low, high) in zip(game.players, game.actions, m.boxes, strict=True):
        action = game.naming.action(player, actions[1])
        if low < high:
            told = f"any probability from {number(low)} to {number(high)}"
            parts.append(f"{player}: {action} with {told}")
        elif low not in (ZERO, ONE):
            parts.append(f"{player}: {action} {number(low)}")
        elif not m.is_point:
            parts.append(f"{player}: {game.naming.action(player, actions[int(low)])}")
    if not m.is_point:
        numbers = called.words.removesuffix(called.name).strip()
        return f"{numbers} {'; '.join(parts)}".strip()
    return f"{called.words} ({'; '.join(parts)})" if parts else called.words


def _draw_lines(ax: Any, game: StrategicGame) -> None:
    from matplotlib.patches import Rectangle

    for player, (style, hatch) in enumerate(zip(_LINES, ("//", "\\\\"), strict=True)):
        corners = response(game, player)
        if corners is None:  # everything is a best response
            area: Look = {"edgecolor": style["color"], "hatch": hatch, "alpha": 0.55, "zorder": 1}
            ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, lw=0, **area))
            continue
        others = [float(o) for o, _ in corners]
        own = [float(b) for _, b in corners]
        xs, ys = (own, others) if player == 0 else (others, own)
        place: Look = {"gid": f"response-{player}", "zorder": 2 + player}
        ax.plot(xs, ys, **style, **place, solid_joinstyle="miter", clip_on=False)


def _draw_meetings(ax: Any, found: Sequence[Meeting]) -> None:
    from matplotlib.patches import Rectangle

    for m in found:
        (p0, p1), (q0, q1) = ((float(a), float(b)) for a, b in (m.row, m.column))
        if m.is_point:
            style = m.marker
            size = 6.5 if style["marker"] == "o" else 6.0
            point(ax, p0, q0, **style, ms=size, mew=1.0, zorder=6, gid="equilibrium")
        elif p0 == p1 or q0 == q1:
            broad: Look = {"color": INK, "lw": 4.6, "solid_capstyle": "round", "alpha": 0.9}
            dotted: Look = {"color": PAPER, "lw": 1.0, "ls": (0, (1, 2))}
            ax.plot([p0, p1], [q0, q1], **broad, clip_on=False, zorder=4, gid="equilibrium")
            ax.plot([p0, p1], [q0, q1], **dotted, clip_on=False, zorder=5)
        else:
            place: Look = {"zorder": 4, "gid": "equilibrium"}
            ax.add_patch(Rectangle((p0, q0), p1 - p0, q1 - q0, **_SEGMENT, **place))


def _draw_marks(page: Page, ax: Any, game: StrategicGame, found: Sequence[Meeting]) -> None:
    """Write the numbers beside the equilibria, towards the middle."""
    sx, sy = page.data_scale(ax)
    taken: list[tuple[float, float]] = []
    for m in found:
        x, y = (float(sum(b, ZERO) / 2) for b in m.boxes)
        mark = label(game, m).mark
        if not mark:
            continue
        away = page.size_of(mark, SMALL + 1, "bold")[0] / 2 + 2.2
        options = [(dx, dy) for dx in (away, -away) for dy in (3.6, -3.6)]
        options.sort(key=lambda o: (x + o[0] * sx - 0.5) ** 2 + (y + o[1] * sy - 0.5) ** 2)
        for dx, dy in options:
            place = (x + dx * sx, y + dy * sy)
            if all(abs(place[0] - a) > 9 * sx or abs(place[1] - b) > 4 * sy for a, b in taken):
                break
        taken.append(place)
        box: Look = {"fc": PAPER, "ec": FAINT, "lw": 0.4}
        style: Look = {"va": "center", "weight": "bold", "zorder": 8}
        boxed(ax, *place, mark, size=SMALL + 1, pad=0.15, box=box, **style)


def _key(game: StrategicGame, found: Sequence[Meeting]) -> list[KeyEntry]:
    def marked(m: Meeting) -> KeySample:
        def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
            if m.is_point:
                page.line([x + w / 2], [y], **m.marker, ms=5, ls="")
            else:
                page.line([x + 1, x + w - 1], [y, y], color=INK, lw=3.4)

        return sample

    entries = [
        KeyEntry(stroke(**style), f"best response of {safe(player)}")
        for player, style in zip(game.players, _LINES, strict=True)
    ]
    return entries + [KeyEntry(marked(m), safe(_words(game, m, figure_number))) for m in found]
