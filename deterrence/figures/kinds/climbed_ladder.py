"""A ladder that is climbed in turn: who has the move at every rung, and what is done there.

To the left of the rungs' costs stands who has the move, to the right, equilibrium by
equilibrium, whether that side climbs on or stops.  A line goes up from the status quo as far
as the play comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError
from deterrence.figures.drawing.drawn_game import begin
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import mark, stroke, written
from deterrence.figures.drawing.page import EDGE, KeyEntry, Page
from deterrence.figures.drawing.style import FAINT, GREY, INK, LINES, PAPER, Look, nth
from deterrence.figures.options import Figure
from deterrence.figures.texts import exact_number, figure_number, safe
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.ladders.sequential import CLIMB, movers, titles_of
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: Heights of a rung (mm), of ladders of few rungs and of many; and from how many on.
_STEP, _LOW, _MANY = 5.6, 4.0, 20
#: Width of the column of one equilibrium, and columns at most.
_COLUMN, _MOST = 6.0, 8
#: Seconds to look for equilibria.
SECONDS = 20.0
_CLIMBS: Look = {"marker": "^", "ms": 4.6, "mew": 0.7, "ls": ""}
_STOPS: Look = {"marker": "s", "ms": 3.8, "mew": 0.9, "mfc": PAPER, "ls": ""}
_COURSE: Look = {"color": INK, "lw": 1.6, "solid_capstyle": "butt"}


@dataclass(frozen=True)
class ClimbedRungs:
    """What the diagram shows, rung by rung from the bottom.

    ``movers`` and ``chances``, the probability of climbing on in every equilibrium, have no
    entry for the top; ``costs`` are those of the step to a rung, ``None`` for the bottom and
    for the top, which costs both sides what general war does.
    """

    titles: tuple[str, ...]
    groups: tuple[str, ...]
    movers: tuple[str, ...]
    costs: tuple[Any, ...]
    hazards: tuple[Any, ...]
    chances: tuple[tuple[Any, ...], ...]
    labels: tuple[str, ...]
    general_war: Mapping[str, Any]
    complete: bool

    def reached(self, e: int) -> int:
        """Return the rung up to which the play may come in an equilibrium."""
        return next((k for k, p in enumerate(self.chances[e]) if p == 0), len(self.movers))


def climbed_rungs(
    model: SymbolicModel, scenario: str | None, values: Mapping[str, Any] | None
) -> ClimbedRungs:
    """Return rungs and subgame-perfect equilibria of a ladder that is climbed in turn."""
    from deterrence.solvers import solve_tree

    spec = model.ladder
    assert spec is not None
    numbers = model.values(scenario, **dict(values or {}))
    game = model.at(scenario, **dict(values or {}))
    assert isinstance(game, ExtensiveGame)
    found = solve_tree(game, "spe", effort=SECONDS)
    if found.interrupted:
        raise KeyboardInterrupt
    turn = movers(spec)
    rungs = range(1, spec.top)
    return ClimbedRungs(
        titles=tuple(titles_of(spec)),
        groups=tuple(r.group for r in spec.rungs),
        movers=turn,
        costs=(None, *(spec.cost_of(turn[k - 1], k).evaluate(numbers) for k in rungs), None),
        hazards=(Fraction(0), *(spec.hazard_of(k).evaluate(numbers) for k in rungs), Fraction(0)),
        chances=tuple(
            tuple(
                e.profile[player][rung.label].get(CLIMB, Fraction(0))
                for player, rung in zip(turn, spec.rungs[:-1], strict=True)
            )
            for e in found.equilibria
        ),
        labels=tuple(model.names.labels([e.profile for e in found.equilibria])),
        general_war={p: e.evaluate(numbers) for p, e in spec.general_war.items()},
        complete=found.status == "complete",
    )


def climbed(
    model: SymbolicModel,
    scenario: str | None,
    values: Mapping[str, Any] | None,
    width: float,
    title: str | None,
) -> Figure:
    """Return the diagram of a ladder that is climbed in turn."""
    it = climbed_rungs(model, scenario, values)
    if not it.chances:
        raise UsageError(f"{model.name} has no subgame-perfect equilibrium that was found in time")
    heading = Heading.plain("Who climbs and who stops, rung by rung")
    page = begin(width, title, heading, model.title, scenario, values)
    shown = _draw(page, model.players, it)
    page.key(_key(it))
    top = [f"{safe(p)} {figure_number(c)}" for p, c in it.general_war.items()]
    page.note(f"Cost: of the step to a rung, for the side that takes it. The top costs "
              f"{listed(top)}.")  # fmt: skip
    if len(it.chances) > shown:
        page.note(f"Shown are {shown} of {len(it.chances)} subgame-perfect equilibria.")
    if not it.complete:
        page.note("There may be equilibria that were not found.")
    return page.finish(describe(model, it), incomplete=not it.complete)


def _draw(page: Page, players: Sequence[str], it: ClimbedRungs) -> int:
    """Draw the table of rungs; return how many equilibria are shown."""
    step = page.height_of(1)
    count = len(it.titles)
    colours = {p: nth(LINES, k).colour for k, p in enumerate(players)}
    columns: list[tuple[str, list[tuple[str, str]]]] = [
        ("moves", [(safe(p), colours[p]) for p in it.movers] + [("", INK)]),
        ("cost", [("" if c is None else figure_number(c), INK) for c in it.costs]),
    ]
    if any(it.hazards):
        columns.append(("hazard", [(figure_number(h) if h else "", INK) for h in it.hazards]))
    widths = [
        max(*(page.size_of(w)[0] for w in head.split()), *(page.size_of(t)[0] for t, _ in cells))
        + 2.0
        for head, cells in columns
    ]
    room = page.width - 2 * EDGE
    several = len(it.chances) > 1 or it.labels[0]
    beside = 20.0 if any(it.groups) else 0.0
    shown = min(len(it.chances), _MOST)
    while shown > 1 and room - sum(widths) - beside - shown * _COLUMN < 24.0:
        shown -= 1
    name = room - sum(widths) - shown * _COLUMN - 2.0 - beside
    name = min(name, max(page.size_of(safe(t), weight="bold")[0] for t in it.titles) + 4.0)
    reached = it.reached(0) if len(it.chances) == 1 else -1
    weights = ["bold" if k == reached else "normal" for k in range(count)]
    broken = [
        page.wrap(safe(t), name - 3.0, weight=w) for t, w in zip(it.titles, weights, strict=True)
    ]
    least = _LOW if count > _MANY else _STEP
    heights = [max(least, len(lines) * step + 1.0) for lines in broken]

    heads = [page.wrap(head, w - 0.8) for (head, _), w in zip(columns, widths, strict=True)]
    tall = max(map(len, heads))
    top = page.y
    start = EDGE + beside + name
    for lines, w in zip(heads, widths, strict=True):
        low = top + (tall - len(lines)) * step
        page.lines(lines, start + w / 2, low, align="center", colour=GREY)
        start += w
    if several:
        for e in range(shown):
            x = start + (e + 0.5) * _COLUMN
            page.text(it.labels[e], x, top + tall * step - 0.6, align="center", weight="bold")
    top += tall * step + 1.0
    bottom = top + sum(heights)

    def level(k: int) -> float:
        return bottom - sum(heights[:k]) - heights[k] / 2

    for k, height in enumerate(heights):
        y = level(k)
        if k % 2 == 0:
            style: Look = {"facecolor": "#f4f4f4", "edgecolor": "none", "zorder": 0}
            page.rectangle(EDGE + beside, y - height / 2, room - beside, height, **style)
        upper = y - len(broken[k]) * step / 2
        page.lines(broken[k], EDGE + beside + 2.0, upper, weight=weights[k])
        x = EDGE + beside + name
        for (_, cells), w in zip(columns, widths, strict=True):
            text, colour = cells[k]
            page.text(text, x + w / 2, page.baseline(y), align="center", colour=colour)
            x += w
        line: Look = {"color": INK, "lw": 0.7, "zorder": 2, "gid": "rung"}
        ends = [EDGE + beside + 0.5, EDGE + beside + name - 0.5]
        page.line(ends, [y + height / 2] * 2, **line)
    for rail in (EDGE + beside + 0.5, EDGE + beside + name - 0.5):
        page.line([rail, rail], [top, bottom], color=INK, lw=1.4, zorder=2, solid_capstyle="round")
    if beside:
        _groups(page, it.groups, beside, level, heights)
    for e in range(shown):
        _marks(page, it, e, start + (e + 0.5) * _COLUMN, level, colours)
    page.y = bottom + 2.0
    return shown


def _groups(
    page: Page, groups: Sequence[str], width: float, level: Any, heights: Sequence[float]
) -> None:
    """Write the parts of the ladder beside their rungs, with a line between two of them."""
    first = 0
    for k in range(1, len(groups) + 1):
        if k < len(groups) and groups[k] == groups[first]:
            continue
        lines = page.wrap(safe(groups[first]), width - 1.5)
        middle = (level(first) + level(k - 1)) / 2
        tall = page.height_of(len(lines))
        if groups[first] and tall <= sum(heights[first:k]) + 2.0:
            page.lines(lines, EDGE, middle - tall / 2, colour=GREY)
        if k < len(groups):
            y = level(k) + heights[k] / 2
            page.line([EDGE, EDGE + width], [y, y], color=FAINT, lw=0.6)
        first = k


def _marks(
    page: Page, it: ClimbedRungs, e: int, x: float, level: Any, colours: Mapping[str, str]
) -> None:
    """Mark at every rung what is done there, and draw the course of the play."""
    reached = it.reached(e)
    page.line([x, x], [level(0), level(reached)], **_COURSE, zorder=2.5, gid="course")
    for k, (player, p) in enumerate(zip(it.movers, it.chances[e], strict=True)):
        colour = colours[player]
        if p != 0:
            shift = -1.1 if p != 1 else 0.0
            style: Look = {**_CLIMBS, "mfc": colour, "mec": colour, "zorder": 4}
            page.line([x + shift], [level(k)], **style, gid="climbs")
        if p != 1:
            shift = 1.1 if p != 0 else 0.0
            page.line([x + shift], [level(k)], **_STOPS, mec=colour, zorder=4, gid="stops")


def _key(it: ClimbedRungs) -> list[KeyEntry]:
    entries = [
        KeyEntry(mark(**_CLIMBS, mfc=INK, mec=INK), "climbs on"),
        KeyEntry(mark(**_STOPS, mec=INK), "stops"),
    ]
    if len(it.chances) == 1:
        entries.append(KeyEntry(written("rung", weight="bold"), "where the play ends"))
    if any(map(it.reached, range(len(it.chances)))):
        entries.append(KeyEntry(stroke(1.0, **_COURSE), "how far the play comes"))
    return entries


def describe(model: SymbolicModel, it: ClimbedRungs) -> str:
    """Say in a paragraph what the diagram shows."""
    steps = [
        f"{k} {title} ({it.movers[k]} has the move"
        + (f", cost of the step there {exact_number(it.costs[k])}" if it.costs[k] else "")
        + (f", hazard {exact_number(it.hazards[k])}" if it.hazards[k] else "")
        + ")"
        for k, title in enumerate(it.titles[:-1])
    ]
    top = len(it.titles) - 1
    parts = [
        f"{model.title}, climbed in turn. Rungs from the bottom: {'; '.join(steps)}; "
        f"{top} {it.titles[top]} "
        f"(costs {listed([f'{p} {exact_number(c)}' for p, c in it.general_war.items()])})."
    ]
    for e, chances in enumerate(it.chances):
        climbing = [str(k) for k, p in enumerate(chances) if p == 1]
        mixing = [f"{k} with probability {exact_number(p)}" for k, p in enumerate(chances)
                  if p not in (0, 1)]  # fmt: skip
        told = listed(climbing + mixing) or "no rung"
        number = f" {it.labels[e]}" if it.labels[e] else ""
        reached = it.reached(e)
        parts.append(
            f"Subgame-perfect equilibrium{number}: who has the move climbs on at {told} and stops "
            f"elsewhere; the play comes to rung {reached}, {it.titles[reached]}."
        )
    return " ".join(parts)
