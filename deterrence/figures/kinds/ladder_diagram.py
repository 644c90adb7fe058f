"""The ladder: rungs from the status quo up, what they cost, and how far each side climbs.

A ladder whose sides climb in turn is drawn by :mod:`deterrence.figures.kinds.climbed_ladder`.

To the left of the rungs stands what living through a rung costs each side and how likely
it slips to general war by itself; to the right, equilibrium by equilibrium, the rung up
to which each side is ready to climb.  A side that mixes has a mark on every rung that it
uses, the larger the likelier.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError
from deterrence.figures.drawing.drawn_game import begin, drawn, need_model
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import mark
from deterrence.figures.drawing.page import COLUMN, EDGE, KeyEntry, Page
from deterrence.figures.drawing.style import FAINT, GREY, INK, LINES, PAPER, Look
from deterrence.figures.kinds.climbed_ladder import climbed
from deterrence.figures.options import Figure, GivenValues
from deterrence.figures.texts import exact_number, figure_number, safe
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.game.strategic import StrategicGame
    from deterrence.modelfile.model import SymbolicModel

#: Height of a rung, and width of the column of one equilibrium (mm).
_STEP, _COLUMN = 5.6, 4.1
#: Equilibria that are shown if the width allows; pure ones come first.
_MOST = 40
#: Seconds to look for equilibria: ladders of many rungs have thousands.
SECONDS = 20.0
#: How the choices of both sides are marked: filled dots, and empty diamonds.
_MARKS: tuple[Look, ...] = tuple(
    {"marker": marker, "mfc": filling or line.colour, "mec": line.colour, "mew": 0.7, "ls": ""}
    for marker, filling, line in zip("oD", ("", PAPER), LINES, strict=False)
)


@dataclass(frozen=True)
class Climb:
    """One equilibrium: the probability of every rung, per player."""

    chances: tuple[tuple[Fraction, ...], tuple[Fraction, ...]]

    @property
    def is_pure(self) -> bool:
        """Whether nobody mixes."""
        return all(max(c) == 1 for c in self.chances)


@dataclass(frozen=True)
class Rungs:
    """What the diagram shows, rung by rung from the bottom."""

    titles: tuple[str, ...]
    costs: Mapping[str, tuple[Any, ...]]
    hazards: tuple[Any, ...]
    climbs: tuple[Climb, ...]
    #: The numbers of the equilibria, empty where there are none.
    labels: tuple[str, ...]
    #: Whether these are all extreme equilibria.
    complete: bool = True


def rungs_of(model: SymbolicModel, scenario: str | None, values: Mapping[str, Any] | None) -> Rungs:
    """Return costs, hazards and equilibria of a ladder at its values."""
    from deterrence.limits.deadline import Deadline
    from deterrence.solvers.strategic.enumeration import enumerate_extreme

    spec = model.ladder
    assert spec is not None
    numbers = model.values(scenario, **dict(values or {}))
    game = model.strategic_at(scenario, **dict(values or {})).to_exact()
    first, second = game.players
    found = enumerate_extreme(game.matrix(first), game.matrix(second), Deadline(SECONDS))
    if found.interrupted:
        raise KeyboardInterrupt
    known = {(found.rows[i], found.columns[j]) for i, j in found.pairs}
    if not found.complete:  # pure ones are there in any case
        known |= set(_pure(game))
    climbs = sorted(
        map(Climb, known),
        key=lambda c: (
            sum(sum(map(bool, side)) for side in c.chances),
            [[-p for p in side] for side in c.chances],
        ),
    )
    count = len(spec.rungs)
    labels = model.names.labels([_profile(model, c) for c in climbs])
    return Rungs(
        tuple(r.title or r.label for r in spec.rungs),
        {
            p: tuple(spec.cost_of(p, k).evaluate(numbers) for k in range(count))
            for p in spec.players
        },
        tuple(spec.hazard_of(k).evaluate(numbers) for k in range(count)),
        tuple(climbs),
        tuple(labels),
        found.complete,
    )


def _profile(model: SymbolicModel, climb: Climb) -> dict[str, dict[str, Fraction]]:
    sides = zip(model.players, model.actions, climb.chances, strict=True)
    return {player: dict(zip(own, chances, strict=True)) for player, own, chances in sides}


def _pure(game: StrategicGame) -> Iterator[tuple[Any, Any]]:
    """Yield the pure equilibria as mixed strategies."""
    from deterrence.game.matrix_display import best_replies

    m, n = game.shape
    for (i, j), best in zip(game.cells(), best_replies(game), strict=True):
        if all(best):
            yield (
                tuple(Fraction(k == i) for k in range(m)),
                tuple(Fraction(k == j) for k in range(n)),
            )


@drawn
def ladder(
    model: SymbolicModel,
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    width: float = COLUMN,
    title: str | None = None,
) -> Figure:
    """Return the ladder diagram of a ladder model, its equilibria marked.

    Of ladders that both sides climb at once, each equilibrium has a column with the rungs to
    which they are ready to climb; of those that they climb in turn, with what is done at
    every rung.  As many equilibria are shown as the width allows, pure ones first.

    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` where the model is no ladder.
    """
    model = need_model(model, "ladder")
    if model.ladder is None:
        raise UsageError(f"{model.name} is no ladder", remedy="`payoffs` draws games of every form")
    if model.ladder.sequential:
        return climbed(model, scenario, values, width, title)
    it = rungs_of(model, scenario, values)
    heading = Heading.plain("How far each side is ready to climb")
    page = begin(width, title, heading, model.title, scenario, values)
    shown = _draw(page, model.players, it)
    page.key(_key(model.players))
    rest = len(it.climbs) - shown
    if rest:
        known = "" if it.complete else "known "
        page.note(
            f"Shown are {shown} of {len(it.climbs)} {known}extreme equilibria, those with the "
            "fewest actions first."
        )
    if not it.complete:
        page.note(f"Not all mixed equilibria were found in {SECONDS:g} seconds.")
    return page.finish(describe(model, it), incomplete=not it.complete)


def _draw(page: Page, players: Sequence[str], it: Rungs) -> int:
    """Draw the table of rungs; return how many equilibria are shown."""
    step = page.height_of(1)
    hazardous = any(it.hazards)
    texts = [[figure_number(c) for c in it.costs[p]] for p in players]
    heads = [f"cost to {safe(p)}" for p in players]
    if hazardous:
        texts.append([figure_number(h) for h in it.hazards])
        heads.append("hazard")
    widths = []
    for head, column in zip(heads, texts, strict=True):
        least = max(page.size_of(w)[0] for w in head.split())
        widths.append(max(least, *(page.size_of(t)[0] for t in column)) + 1.6)
    room = page.width - 2 * EDGE
    # Titles get what they need, up to a half; equilibria what is left.
    longest = max(page.size_of(safe(t))[0] for t in it.titles) + 3.0
    need = min(len(it.climbs), _MOST) * _COLUMN + 2.0
    name = min(longest, max(24.0, room - sum(widths) - need))
    broken = [page.wrap(safe(t), name - 3.0) for t in it.titles]
    shown = min(len(it.climbs), _MOST, max(0, int((room - name - sum(widths) - 2.0) / _COLUMN)))
    height = max(_STEP, *(len(lines) * step + 1.6 for lines in broken))

    top = page.y
    head_lines = [page.wrap(h, w - 1.0) for h, w in zip(heads, widths, strict=True)]
    tall = max(2, *map(len, head_lines))
    start = EDGE + name + sum(widths) + 2.0
    if shown:
        told = page.wrap("ready to climb to", max(shown * _COLUMN, 14.0))
        half = max(page.size_of(x)[0] for x in told) / 2
        middle = min(start + shown * _COLUMN / 2, page.width - EDGE - half)
        labels = it.labels[:shown]
        turned = max(page.size_of(n, weight="bold")[0] for n in labels) if any(labels) else 0.0
        high = max(tall * step, len(told) * step + turned + 0.6)
        page.lines(told, middle, top + high - turned - 0.6 - len(told) * step, align="center",
                   colour=GREY)  # fmt: skip
        upright: Look = {"align": "center", "valign": "bottom", "rotation": 90, "weight": "bold"}
        for e, number in enumerate(labels):
            page.text(number, start + (e + 0.5) * _COLUMN, top + high, **upright)
        head_top = top + high - tall * step
    else:
        high, head_top = tall * step, top
    x = EDGE + name
    for lines, w in zip(head_lines, widths, strict=True):
        page.lines(
            lines, x + w / 2, head_top + (tall - len(lines)) * step, align="center", colour=GREY
        )
        x += w
    top += high + 1.0
    count = len(it.titles)
    bottom = top + count * height

    def level(k: int) -> float:
        return bottom - (k + 0.5) * height

    for k in range(count):
        y = level(k)
        if k % 2 == 0:
            page.rectangle(
                EDGE, y - height / 2, room, height, facecolor="#f4f4f4", edgecolor="none", zorder=0
            )
        page.lines(broken[k], EDGE + 2.0, y - len(broken[k]) * step / 2)
        x = EDGE + name
        for column, w in zip(texts, widths, strict=True):
            colour = INK if k else GREY
            page.text(column[k], x + w / 2, page.baseline(y), align="center", colour=colour)
            x += w
    # The rails of the ladder, and a rung under every step.
    for rail in (EDGE + 0.5, EDGE + name - 0.5):
        page.line([rail, rail], [top, bottom], color=INK, lw=1.6, zorder=2, solid_capstyle="round")
    for k in range(count):
        y = level(k) + height / 2
        page.line([EDGE + 0.5, EDGE + name - 0.5], [y, y], color=INK, lw=1.0, zorder=2, gid="rung")
    for e in range(shown):
        _marks(page, it.climbs[e], start + (e + 0.5) * _COLUMN, level)
        if e:
            x = start + e * _COLUMN
            page.line([x, x], [top, bottom], color=PAPER, lw=1.0, zorder=1)
    page.y = bottom + 2.0
    return shown


def _marks(page: Page, climb: Climb, x: float, level: Any) -> None:
    """Mark the rungs of both sides, side by side, and join a mixture by a line."""
    for side, (shift, share) in enumerate(((-0.95, 1.0), (0.95, 0.86))):
        style = _MARKS[side]
        used = [(k, p) for k, p in enumerate(climb.chances[side]) if p]
        if len(used) > 1:
            ends = [level(used[0][0]), level(used[-1][0])]
            page.line([x + shift] * 2, ends, color=style["mec"], lw=0.8, zorder=3)
        for k, p in used:
            size = _size(p) * share
            page.line([x + shift], [level(k)], ms=size, zorder=4, gid=f"choice-{side}", **style)


def _size(p: Fraction | float) -> float:
    """Return the size of the mark of a probability."""
    return 1.6 + 2.8 * math.sqrt(p)


def _key(players: Sequence[str]) -> list[KeyEntry]:
    def sizes(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.line([x + 1, x + w - 1], [y, y], color=FAINT, lw=0.8)
        for k, p in enumerate((0.1, 0.5, 1.0)):
            page.line([x + 1 + k * (w - 2) / 2], [y], marker="o", ms=_size(p), ls="", color=GREY)

    return [
        *(
            KeyEntry(mark(ms=size, **style), f"choice of {safe(player)}")
            for size, style, player in zip((4.8, 4.1), _MARKS, players, strict=True)
        ),
        KeyEntry(sizes, "mixture: the larger, the likelier (0.1, 0.5, 1)"),
    ]


def describe(model: SymbolicModel, it: Rungs) -> str:
    """Say in a paragraph what the diagram shows."""
    pure = [c for c in it.climbs if c.is_pure]
    numbers = dict(zip(it.climbs, it.labels, strict=True))
    mixed = len(it.climbs) - len(pure)
    rungs = listed([f"{k} {t}" for k, t in enumerate(it.titles)])
    told = [
        f"{numbers[c]} ".lstrip()
        + ", ".join(
            f"{p} {it.titles[max(range(len(side)), key=side.__getitem__)]}"
            for p, side in zip(model.players, c.chances, strict=True)
        )
        for c in pure
    ]
    costs = "; ".join(
        f"{p} {', '.join(exact_number(c) for c in it.costs[p])}" for p in model.players
    )
    parts = [
        f"{model.title}. Rungs from the bottom: {rungs}.",
        f"Costs rung by rung: {costs}.",
        f"Hazards: {', '.join(exact_number(h) for h in it.hazards)}.",
        f"Pure equilibria (how far each side is ready to climb): {'; '.join(told)}."
        if told
        else "There is no pure equilibrium.",
    ]
    if mixed or not it.complete:
        more = f"{mixed}" if it.complete else f"at least {mixed}"
        parts.append(f"Besides, {more} extreme equilibria in mixed strategies.")
    return " ".join(parts)
