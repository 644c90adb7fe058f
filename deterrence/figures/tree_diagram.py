"""The game tree: who moves where, who knows what, what is played and what it is worth.

Players have a colour and their name at every node; chance has hexagons.  Nodes that a
player cannot tell apart have dashed frames and are joined by dashes.  With an equilibrium,
the moves that it takes are thick, those that it would take elsewhere of middling weight;
mixtures have their probabilities at the lines, beliefs stand at the nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError, did_you_mean
from deterrence.figures.drawing import drawn, where_words
from deterrence.figures.page import COLUMN, EDGE, HIGHEST, NARROWEST, WIDEST, KeyEntry, Page
from deterrence.figures.style import FAINT, GREY, INK, LINES, nth
from deterrence.figures.tree_answer import Answer, belief_text, choose
from deterrence.figures.tree_content import MANNERS, Content, Subject, subject
from deterrence.figures.tree_lines import (
    IDLE,
    PLAYED,
    READY,
    Drawing,
    tint,
)
from deterrence.figures.words import figure_number, joined, safe
from deterrence.game.markup import plain
from deterrence.game.tree_layout import Layout, View, view
from deterrence.game.tree_links import Link, linked
from deterrence.game.tree_text import kind_of_game

if TYPE_CHECKING:
    from deterrence.game.extensive import ExtensiveGame
    from deterrence.modelfile.model import Model

#: How a tree grows; ``auto`` takes what suits a page better.
DIRECTIONS = ("auto", "down", "right")
#: Nodes that are drawn at most, and the room for them on a usual page (mm).
MAX_NODES = 3_000
PAGE = (183.0, 240.0)
#: Least distance of the table of payoffs from the tree (mm).
_TABLE = 3.0
#: Profile lines in a description.
_SAID = 12


@dataclass(frozen=True)
class Plan:
    """A tree laid out in one direction and manner, with its size (mm)."""

    content: Content
    layout: Layout
    links: tuple[Link, ...]
    width: float
    height: float

    @property
    def strain(self) -> float:
        """How far this is from fitting a page: 1 or less fits."""
        return max(self.width / PAGE[0], self.height / PAGE[1])


@drawn
def tree(
    model: Model | ExtensiveGame,
    *,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
    concept: str | None = None,
    equilibrium: Any = None,
    formulas: bool = False,
    direction: str = "auto",
    depth: int | None = None,
    time_limit: float | None = None,
    width: float | None = None,
    title: str | None = None,
) -> Any:
    """Return the game tree, with an equilibrium in it if one is asked for.

    ``equilibrium`` is the number of one of those that :func:`deterrence.solve_tree` lists
    for the ``concept`` (subgame-perfect where information is perfect, else perfect
    Bayesian, unless another is named), or an equilibrium itself.  ``formulas`` writes payoffs and
    probabilities of chance as formulas.  ``direction`` is ``down``, ``right`` or ``auto``;
    ``depth`` folds up what comes after so many moves.  Without a ``width`` (mm) the figure
    is as wide as the tree.  Raises :class:`UsageError` where the choice of an equilibrium
    is not clear, and where the tree does not fit.
    """
    if direction not in DIRECTIONS:
        raise UsageError(
            f"no direction {direction!r}",
            remedy=did_you_mean(direction, DIRECTIONS) or f"one of {', '.join(DIRECTIONS)}",
        )
    it = subject(model, scenario, values, formulas)
    answer = None
    if equilibrium is not None or concept is not None:
        if it.numbers is None:
            raise UsageError(
                f"{it.written.name} has formulas; an equilibrium needs numbers",
                remedy="draw a model, or game.at(values)",
            )
        answer = choose(it.numbers, concept, equilibrium, time_limit)
    plan = _plan(it, answer, direction, depth, width)
    page = Page(max(plan.width, COLUMN) if width is None else width)
    heading = it.title if title is None else title
    told = where_words(scenario, values)
    if answer is not None:
        told = f"{answer.heading}{f' ({told})' if told else ''}"
    page.heading(safe(heading), safe(told))
    _draw(page, plan)
    page.key(_key(plan))
    for note in _notes(plan):
        page.note(safe(note))
    figure = page.finish(heading, describe(it, plan.layout.view, answer))
    figure.incomplete = answer is not None and not answer.complete
    return figure


# ---- how it fits --------------------------------------------------------------------
def _plan(
    it: Subject, answer: Answer | None, direction: str, depth: int | None, width: float | None
) -> Plan:
    """Return the best of the plans that fit."""
    if width is not None and not NARROWEST <= width <= WIDEST:
        Page(width)  # raises the error
    shown = view(it.written, depth)
    ways = ("down", "right") if direction == "auto" else (direction,)
    room = WIDEST if width is None else width
    smallest: Plan | None = None
    if len(shown.nodes) <= MAX_NODES:
        for step in range(len(MANNERS["down"])):
            plans = [_laid_out(it, shown, answer, way, step) for way in ways]
            fitting = [p for p in plans if p.width <= room and p.height <= HIGHEST - 100]
            if fitting:
                return min(fitting, key=lambda p: max(p.strain, 1.0))
            smallest = min([*plans, *([smallest] if smallest else [])], key=lambda p: p.width)
    raise _too_large(it, shown, answer, ways, room, smallest)


def _too_large(
    it: Subject,
    shown: View,
    answer: Answer | None,
    ways: tuple[str, ...],
    room: float,
    smallest: Plan | None,
) -> UsageError:
    """Return the error for a tree that does not fit, with what does."""
    remedies = []
    if smallest is not None and smallest.height <= HIGHEST - 100 and smallest.width <= WIDEST:
        remedies.append(f"give a width of {smallest.width + 1:.0f} mm or more")
    low, high = 0, max(shown.levels.values())
    while low < high - 1:
        middle = (low + high) // 2
        part = view(it.written, middle)
        fits = len(part.nodes) <= MAX_NODES and any(
            p.width <= room and p.height <= HIGHEST - 100
            for p in (_laid_out(it, part, answer, way, 2) for way in ways)
        )
        low, high = (middle, high) if fits else (low, middle)
    if low:
        remedies.append(f"draw the first moves only, --depth {low}")
    count = len(shown.nodes)
    return UsageError(
        f"the tree of {it.written.name} ({count:,} nodes) does not fit {room:g} mm",
        remedy=", or ".join(remedies) or "`deterrence show` writes it as text",
    )


def _laid_out(it: Subject, shown: View, answer: Answer | None, way: str, step: int) -> Plan:
    """Lay a tree out; dashed lines get the room that they turn out to need."""
    ruler = _ruler()
    content = Content(ruler, it, shown, answer, MANNERS[way][step], way == "down")
    layout, found = linked(shown, content.sizes)
    if way == "down":
        wide, tall = layout.breadth, layout.length
    else:
        wide, tall = layout.length + _TABLE + sum(content.columns()), layout.breadth
    return Plan(content, layout, tuple(found), wide + 2 * EDGE + 2.0, tall)


def _ruler() -> Page:
    return Page(WIDEST)


# ---- drawing ------------------------------------------------------------------------
def _draw(page: Page, plan: Plan) -> None:
    content, layout = plan.content, plan.layout
    page.y += 1.0
    left = EDGE + 1.0 + max(0.0, page.width - plan.width) / 2
    if not content.down:
        left = EDGE + 1.0
        top = _heads(page, plan, left)
    else:
        top = page.y
    Drawing(page, content, layout, plan.links, left, top).draw()
    if not content.down:
        _table(page, plan, left, top)
    page.y = top + plan.height + 3.0


def _heads(page: Page, plan: Plan, left: float) -> float:
    """Write the players over their columns of payoffs; return where the tree begins."""
    heads = [page.wrap(safe(p), w - 0.8) for p, w in zip(
        plan.content.game.players, plan.content.columns(), strict=True)]  # fmt: skip
    tall = max(map(len, heads))
    x = left + plan.layout.length + _TABLE
    for i, (lines, w) in enumerate(zip(heads, plan.content.columns(), strict=True)):
        x += w
        top = page.y + (tall - len(lines)) * page.height_of(1)
        page.lines(lines, x, top, align="right", colour=nth(LINES, i).colour, weight="bold")
    return page.y + page.height_of(tall) + 1.0


def _table(page: Page, plan: Plan, left: float, top: float) -> None:
    """Write the payoffs into columns, each on the row of its end."""
    layout, content = plan.layout, plan.content
    begin = left + layout.length + _TABLE
    for k, payoffs in content.payoffs.items():
        y = top + layout.across[k]
        x = begin
        for b, w in zip(payoffs, content.columns(), strict=False):
            x += w
            for line, width in zip(b.lines, b.widths, strict=True):
                run = line[0]
                tall = b.height > page.height_of(1)
                page.text(
                    run.text, x - width, y if tall else page.baseline(y), colour=run.colour,
                    weight=run.weight, valign="center" if tall else "baseline", gid=f"payoff-{k}",
                )  # fmt: skip
        away = left + layout.start(k) + layout.sizes.nodes[k][0] + 1.0
        if payoffs and begin - away > 4.0:
            page.line(
                [away, begin + 0.5], [y + 0.9, y + 0.9], color=FAINT, lw=0.5, ls=(0, (0.8, 2.4)),
                zorder=1,
            )  # fmt: skip


# ---- words ----------------------------------------------------------------------------
def _key(plan: Plan) -> list[KeyEntry]:
    content = plan.content
    game, answer = content.game, content.answer
    entries = []
    if content.down:
        names = joined([safe(p) for p in game.players])
        if len(game.players) > 1:
            entries.append(KeyEntry(_stack(len(game.players)), f"payoffs, from the top: {names}"))
        else:
            entries.append(KeyEntry(_stack(1), f"payoff of {names}"))
    movers = [game.sets[game.nodes[k].set] for k in content.shown.nodes if k in _inner(content)]
    if any(s.player is None for s in movers):
        entries.append(KeyEntry(_hexagon, "chance"))
    if any(s.player is not None and len(s.nodes) > 1 for s in movers):
        entries.append(
            KeyEntry(_together, "information set: its player cannot tell these apart")
        )
    if answer is not None:
        entries.append(KeyEntry(_stroke(PLAYED, INK), "played in the equilibrium"))
        styles = {_style_of(plan, k) for k in content.shown.nodes if k}
        if "move-ready" in styles:
            entries.append(KeyEntry(_stroke(READY, INK), "would be played if it came to that"))
        if "move-idle" in styles:
            entries.append(KeyEntry(_stroke(IDLE, FAINT), "not played"))
    if content.shown.folded:
        told = "more moves, folded up" + ("; expected payoffs from there on" if answer else "")
        entries.append(KeyEntry(_fold, told))
    return entries


def _inner(content: Content) -> set[int]:
    return {k for k in content.shown.nodes if not content.shown.is_end(k)}


def _style_of(plan: Plan, k: int) -> str:
    return Drawing(_ANY, plan.content, plan.layout, (), 0, 0).style(k)[2]


_ANY: Any = None


def _stack(count: int) -> Any:
    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        shown = min(count, 4)
        for i in range(shown):
            at = y + (i - (shown - 1) / 2) * h / max(shown, 2) * 0.9
            page.line(
                [x + w / 2 - 1.5, x + w / 2 + 1.5], [at, at], color=nth(LINES, i).colour, lw=1.6
            )

    return sample


def _hexagon(page: Page, x: float, y: float, w: float, h: float) -> None:
    from matplotlib.patches import Polygon

    a, b, r = x + 1.2, x + w - 1.2, h / 2
    page.add(Polygon(
        [(a, y), (a + r, y - r), (b - r, y - r), (b, y), (b - r, y + r), (a + r, y + r)],
        facecolor="#f0f0f0", edgecolor=GREY, lw=0.8,
    ))  # fmt: skip


def _together(page: Page, x: float, y: float, w: float, h: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    dashes = (0, (2.0, 1.2))
    for left in (x + 0.2, x + w - 2.8):
        page.add(FancyBboxPatch(
            (left + 0.7, y - h / 2 + 1.0), 1.2, h - 2.0, boxstyle="round,pad=0.7",
            facecolor=tint(GREY), edgecolor=INK, lw=0.8, linestyle=dashes,
        ))  # fmt: skip
    page.line([x + 2.8, x + w - 2.8], [y, y], color=INK, lw=0.8, ls=dashes)


def _stroke(width: float, colour: str) -> Any:
    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.line([x + 1, x + w - 1], [y, y], color=colour, lw=width)

    return sample


def _fold(page: Page, x: float, y: float, w: float, h: float) -> None:
    page.line([x + w / 2], [y], marker="^", ms=5.0, mfc="white", mec=INK, mew=0.8, ls="")


def _notes(plan: Plan) -> list[str]:
    content, answer = plan.content, plan.content.answer
    notes = []
    if not content.manner.names:
        notes.append("Outcomes and names of information sets are left out: there is no room.")
    if answer is None:
        return notes
    notes += answer.notes
    for where, conditions in answer.conditions.items():
        notes.append(f"Beliefs at {plain(where)}: {plain(joined(list(conditions)))}.")
    if answer.open_sets:
        notes.append(
            "Where a player's own moves exclude an information set, what is played there is of no "
            "consequence and not marked."
        )
    return notes


def describe(it: Subject, shown: View, answer: Answer | None) -> str:
    """Say in a paragraph what the tree shows."""
    game = it.written
    players = joined(list(game.players))
    parts = [f"Game tree of {plain(it.title)} for {plain(players)}: {kind_of_game(game)}."]
    if shown.folded:
        parts.append(f"What comes after {max(shown.levels.values())} moves is folded up.")
    root = game.nodes[0]
    if root.set >= 0:
        s = game.sets[root.set]
        begins = f"{s.player} begins" if s.player else "Chance begins"
        parts.append(f"{plain(begins)}: {plain(joined(list(s.actions)))}.")
    if answer is None:
        return " ".join(parts)
    parts.append(f"{answer.heading}.")
    told = [
        f"{player} at {where} "
        + joined([a if p == 1 else f"{a} {figure_number(p)}" for a, p in mix.items() if p != 0])
        for player, own in answer.profile.items()
        for where, mix in own.items()
        if game.set_index(where) not in answer.open_sets
    ]
    if len(told) > _SAID:
        told = [*told[:_SAID], f"and at {len(told) - _SAID} more information sets"]
    parts.append(f"What is played: {plain('; '.join(told))}.")
    believed = [
        f"{belief_text(belief)} on {', '.join(game.history(k)) or 'the start'}"
        for k, belief in answer.beliefs.items()
        if len(game.sets[game.nodes[k].set].nodes) > 1
    ][:_SAID]
    if believed:
        parts.append(f"Beliefs: {plain('; '.join(believed))}.")
    payoffs = [f"{p} {figure_number(u)}" for p, u in answer.payoffs.items()]
    parts.append(f"Expected payoffs: {plain(joined(payoffs))}.")
    return " ".join(parts)
