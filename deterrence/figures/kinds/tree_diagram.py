"""The game tree: who moves where, who knows what, what is played and what it is worth.

Players have a colour and their name at every node; chance has hexagons.  Nodes that a
player cannot tell apart have dashed frames and are joined by dashes.  With an equilibrium,
the moves that it takes are thick, those that it would take elsewhere of middling weight;
mixtures have their probabilities at the lines, beliefs stand at the nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from deterrence.errors import UsageError, did_you_mean
from deterrence.figures.drawing.drawn_game import drawn, where_words
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import mark, stroke
from deterrence.figures.drawing.page import COLUMN, EDGE, KeyEntry, KeySample, Page
from deterrence.figures.drawing.style import FAINT, GREY, INK, LINES, Look, nth
from deterrence.figures.options import Direction, Figure, GivenValues
from deterrence.figures.texts import exact_number, safe
from deterrence.figures.trees.page_plan import GUTTER, TABLE, PagePlan, plan_tree
from deterrence.figures.trees.shown_equilibrium import (
    ShownEquilibrium,
    belief_text,
    choose,
)
from deterrence.figures.trees.text_blocks import draw
from deterrence.figures.trees.tree_content import DrawnTree, subject
from deterrence.figures.trees.tree_lines import (
    IDLE,
    PLAYED,
    READY,
    Drawing,
    hexagon,
    move_style,
    tint,
)
from deterrence.game.tree.drawing.view import View
from deterrence.game.tree.text import kind_of_game
from deterrence.words.markup import plain
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.solvers.tree_solution import TreeConcept, TreeEquilibrium
    from deterrence.symbolic.trees.results import SymbolicAssessment

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
#: Profile lines in a description.
_SAID = 12


@drawn
def tree(
    model: SymbolicModel | ExtensiveGame,
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    concept: TreeConcept | None = None,
    equilibrium: int | str | TreeEquilibrium | SymbolicAssessment | None = None,
    formulas: bool = False,
    direction: Direction = "auto",
    depth: int | None = None,
    time_limit: float | None = None,
    width: float | None = None,
    title: str | None = None,
) -> Figure:
    """Return the game tree, with an equilibrium in it if one is asked for.

    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``concept``: of which solution concept the equilibrium is: subgame-perfect where
    information is perfect, else perfect Bayesian, unless another is named.
    ``equilibrium``: the number of one of those that :func:`deterrence.solve` lists, such as
    ``9``, ``#9`` or ``9b``, or an equilibrium itself.
    ``formulas``: payoffs and probabilities of chance are written as formulas.
    ``direction``: ``down``, ``right`` or ``auto``.
    ``depth``: what comes after so many moves is folded up.
    ``time_limit``: seconds for the equilibria.
    ``width``: width of the figure in millimetres, as wide as the tree by default.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` where the choice of an equilibrium is not clear, and where
    the tree does not fit.
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
                remedy="draw a model, or the tree at given values",
            )
        answer = choose(it.numbers, concept, equilibrium, time_limit)
    plan = plan_tree(it, answer, direction, depth, width)
    page = Page(max(plan.width, COLUMN) if width is None else width)
    shown = "Game tree" if answer is None else f"Game tree with {answer.heading}"
    told = ", ".join(filter(None, (it.title, where_words(scenario, values))))
    page.heading(Heading.plain(shown if title is None else title), told)
    _draw(page, plan)
    page.key(_key(plan))
    for note in _notes(plan):
        # Lines with quotients are higher than others.
        more = 0.9 if r"\frac" in note else 0.0
        page.y += more
        page.note(note)
        page.y += more
    doubtful = answer is not None and not answer.complete
    return page.finish(describe(it, plan.shown, answer), incomplete=doubtful)


# ---- drawing ------------------------------------------------------------------------
def _draw(page: Page, plan: PagePlan) -> None:
    content = plan.content
    page.y += 1.0 if len(plan.parts) == 1 else 3.5
    left = EDGE + 1.0
    if content.down:
        left += max(0.0, page.width - plan.width) / 2
        top = page.y
    else:
        top = _heads(page, plan, left)
    drawings = []
    for part in plan.parts:
        drawings.append(Drawing(page, part, left, top))
        left += part.layout.breadth + GUTTER
    for k, drawing in enumerate(drawings):
        drawing.draw()
        if k:
            _turn(drawings[k - 1], drawing)
    if not content.down:
        _table(page, plan, EDGE + 1.0, top)
    page.y = top + plan.height + 3.0


def _turn(before: Drawing, after: Drawing) -> None:
    """Draw the line from the end of a column to the top of the next one."""
    (k,) = before.it.view.turns
    x, y = before.at(before.it.start(k), before.it.across[k])
    to_x, to_y = after.at(0.0, after.it.across[k])
    bottom = before.at(before.it.length + 1.5, 0.0)[1]
    gutter = before.left + before.it.breadth + GUTTER / 2
    colour, width, name = before.style(k)
    xs = [x, x, gutter, gutter, to_x, to_x]
    ys = [y, bottom, bottom, to_y - 2.5, to_y - 2.5, to_y]
    style: Look = {"color": colour, "lw": width, "solid_joinstyle": "round", "zorder": 2.0}
    before.page.line(xs, ys, **style, gid=f"{name}-turn-{k}")


def _heads(page: Page, plan: PagePlan, left: float) -> float:
    """Write the players over their columns of payoffs; return where the tree begins."""
    wide = plan.content.columns()
    players = plan.content.game.players
    heads = [page.wrap(safe(p), w - 0.8) for p, w in zip(players, wide, strict=True)]
    tall = max(map(len, heads))
    x = left + plan.parts[0].layout.length + TABLE
    for i, (lines, w) in enumerate(zip(heads, wide, strict=True)):
        x += w
        top = page.y + (tall - len(lines)) * page.height_of(1)
        page.lines(lines, x, top, align="right", colour=nth(LINES, i).colour, weight="bold")
    return page.y + page.height_of(tall) + 1.0


def _table(page: Page, plan: PagePlan, left: float, top: float) -> None:
    """Write the payoffs into columns, each on the row of its end."""
    layout, content = plan.parts[0].layout, plan.content
    begin = left + layout.length + TABLE
    wide = content.columns()
    for k, payoffs in content.payoffs.items():
        y = top + layout.across[k]
        x = begin
        for b, w in zip(payoffs, wide, strict=False):
            x += w
            draw(page, b, x, y - b.height / 2, align="right", gid=f"payoff-{k}")
        away = left + layout.start(k) + layout.sizes.nodes[k][0] + 1.0
        if payoffs and begin - away > 4.0:
            dots: Look = {"color": FAINT, "lw": 0.5, "ls": (0, (0.8, 2.4))}
            page.line([away, begin + 0.5], [y + 0.9, y + 0.9], **dots, zorder=1)


# ---- words ----------------------------------------------------------------------------
def _key(plan: PagePlan) -> list[KeyEntry]:
    content = plan.content
    game, answer = content.game, content.answer
    entries = []
    if content.down:
        names = listed([safe(p) for p in game.players])
        several = len(game.players) > 1
        told = f"payoffs of {names}, in this order" if several else f"payoff of {names}"
        entries.append(KeyEntry(_stack(len(game.players)), told))
    movers = [game.sets[game.nodes[k].set] for k in plan.shown.nodes if not plan.shown.is_end(k)]
    if any(s.player is None for s in movers):
        entries.append(KeyEntry(_hexagon, "chance"))
    if any(s.player is not None and len(s.nodes) > 1 for s in movers):
        entries.append(KeyEntry(_together, "information set: its player cannot tell these apart"))
    if answer is not None:
        styles = {move_style(answer, game, k)[2] for k in plan.shown.nodes[1:]}
        for name, width, colour, told in (
            ("", PLAYED, INK, "played in the equilibrium"),
            ("move-ready", READY, INK, "would be played if it came to that"),
            ("move-idle", IDLE, FAINT, "not played"),
        ):
            if not name or name in styles:
                entries.append(KeyEntry(stroke(1.0, color=colour, lw=width), told))
    if plan.shown.folded:
        told = "more moves, folded up" + ("; expected payoffs from there on" if answer else "")
        fold = mark(marker="^", ms=5.0, mfc="white", mec=INK, mew=0.8)
        entries.append(KeyEntry(fold, told))
    return entries


def _stack(count: int) -> KeySample:
    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        shown = min(count, 4)
        for i in range(shown):
            at = y + (i - (shown - 1) / 2) * h / max(shown, 2) * 0.9
            ends = [x + w / 2 - 1.5, x + w / 2 + 1.5]
            page.line(ends, [at, at], color=nth(LINES, i).colour, lw=1.6)

    return sample


def _hexagon(page: Page, x: float, y: float, w: float, h: float) -> None:
    page.add(hexagon(x + 1.2, y - h / 2, w - 2.4, h, h / 2, edgecolor=GREY))


def _together(page: Page, x: float, y: float, w: float, h: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    dashes = (0, (2.0, 1.2))
    style: Look = {"facecolor": tint(GREY), "edgecolor": INK, "lw": 0.8, "linestyle": dashes}
    for left in (x + 0.2, x + w - 2.8):
        corner = (left + 0.7, y - h / 2 + 1.0)
        page.add(FancyBboxPatch(corner, 1.2, h - 2.0, boxstyle="round,pad=0.7", **style))
    page.line([x + 2.8, x + w - 2.8], [y, y], color=INK, lw=0.8, ls=dashes)


def _notes(plan: PagePlan) -> list[str]:
    content, answer = plan.content, plan.content.answer
    notes = []
    if not content.manner.names:
        notes.append("Outcomes and names of information sets are left out: there is no room.")
    if answer is None:
        return notes
    for pieces in answer.notes:
        texts = [safe(p) if isinstance(p, str) else content.text(p) for p in pieces]
        notes.append("".join(texts).replace(r"\dfrac", r"\frac"))
    alike: dict[tuple[str, ...], list[str]] = {}
    for where, conditions in answer.conditions.items():
        alike.setdefault(tuple(conditions), []).append(where)
    for conditions, places in alike.items():
        notes.append(safe(f"Beliefs at {listed(places)}: {listed(conditions)}."))
    if answer.open_sets:
        notes.append(
            "Where a player's own moves exclude an information set, what is played there is of no "
            "consequence and not marked."
        )
    return [n.replace("<=", "≤").replace(">=", "≥") for n in notes]


def describe(it: DrawnTree, shown: View, answer: ShownEquilibrium | None) -> str:
    """Say in a paragraph what the tree shows."""
    game = it.written
    players = listed(list(game.players))
    parts = [f"Game tree of {plain(it.title)} for {plain(players)}: {kind_of_game(game)}."]
    if shown.folded:
        depth = len(game.history(next(iter(shown.folded))))
        parts.append(f"What comes after move {depth} is folded up.")
    root = game.nodes[0]
    if root.set >= 0:
        s = game.sets[root.set]
        begins = f"{s.player} begins" if s.player else "Chance begins"
        parts.append(f"{plain(begins)}: {plain(listed(list(s.actions)))}.")
    if answer is None:
        return " ".join(parts)
    parts.append(f"{answer.heading}.")
    told = [
        f"{player} at {where} "
        + listed([a if p == 1 else f"{a} {exact_number(p)}" for a, p in mix.items() if p != 0])
        for player, own in answer.profile.items()
        for where, mix in own.items()
        if game.set_index(where) not in answer.open_sets
    ]
    if len(told) > _SAID:
        told = [*told[:_SAID], f"and at {len(told) - _SAID} more information sets"]
    parts.append(f"What is played: {plain('; '.join(told))}.")
    believed = [
        f"{belief_text(belief, exact_number)} on {', '.join(game.history(k)) or 'the start'}"
        for k, belief in answer.beliefs.items()
        if len(game.sets[game.nodes[k].set].nodes) > 1
    ][:_SAID]
    if believed:
        parts.append(f"Beliefs: {plain('; '.join(believed))}.")
    payoffs = [f"{p} {exact_number(u)}" for p, u in answer.payoffs.items()]
    parts.append(f"Expected payoffs: {plain(listed(payoffs))}.")
    return " ".join(parts)
