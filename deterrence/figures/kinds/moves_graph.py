"""The graph of moves: states, who can move from which to which, and which states are stable.

States, moves and notions of stability are those of the graph model (Kilgour, Hipel and Fang
1987): an arrow is a move of one player, strong where it makes the player better off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deterrence.errors import UsageError
from deterrence.figures.drawing.arrows import ArrowStyle, arrow
from deterrence.figures.drawing.drawn_game import begin, drawn, need_model
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import filled, mark, written
from deterrence.figures.drawing.page import COLUMN, KeyEntry, KeySample, Page
from deterrence.figures.drawing.style import GREY, INK, PALE
from deterrence.figures.facts.move_map import MoveMap, move_map
from deterrence.figures.kinds.moves_layers import MoveLayers
from deterrence.figures.kinds.moves_table import MoveTable, corner, table_of
from deterrence.figures.options import Figure, GivenValues, StableUnder
from deterrence.figures.texts import safe
from deterrence.game.stability_notions import OF_TWO_BY_TWO, PLAIN, notion, read_notion
from deterrence.words.markup import plain
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: States whose moves a description tells one by one.
_SAID = 12


@drawn
def moves(
    model: SymbolicModel,
    *,
    concept: StableUnder = "seq",
    state: str | int | None = None,
    scenario: str | None = None,
    values: GivenValues | None = None,
    width: float = COLUMN,
    title: str | None = None,
) -> Figure:
    """Return the graph of moves between the states of a conflict, and which states are stable.

    A small table of two players is drawn as a table, any other conflict from the state in
    question onwards, by the number of moves.  Of more than 40 states only those in focus are
    drawn: equilibria, the state in question, and shortest ways between them.

    ``concept``: the notion of stability whose equilibria have a frame.
    ``state``: the state in question, by number, label or title; where the conflict stands, if the
    file says so.
    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` where too many states are in focus.
    """
    need_model(model, "moves")
    key = read_notion(concept)
    if key in OF_TWO_BY_TWO:
        raise UsageError(
            f"the graph of moves has no marks for {notion(key).name}",
            remedy=f"one of {', '.join(PLAIN)}, l2, l3, ..., nm; `deterrence stability` tells it",
        )
    it = move_map(model, key, state, scenario, values)
    shown = Heading.plain("Moves and stable states")
    page = begin(width, title, shown, model.title, scenario, values)
    table = table_of(page, it) if len(it.shown) == it.conflict.graph.size else None
    graph = table or MoveLayers(page, it)
    graph.draw()
    page.key(_key(it, table))
    for note in _notes(it, table, isinstance(graph, MoveLayers) and graph.crowded):
        page.note(note)
    return page.finish(describe(it))


# ---- words ---------------------------------------------------------------------------------
def _key(it: MoveMap, table: MoveTable | None) -> list[KeyEntry]:
    names = [safe(p) for p in it.players]
    far = "" if table is None or table.small else " to the best"
    gaining = {line.player for line in it.lines if line.improves}
    entries = [
        KeyEntry(_sample(i), f"{player} gains by moving{far}")
        for i, player in enumerate(names)
        if i in gaining
    ]
    if not far and any(not line.improves for line in it.lines):
        # Whose lines they are has to be said of those who gain by none.
        entries += [
            KeyEntry(_sample(i, strong=False), f"{player} moves without a gain")
            for i, player in enumerate(names)
            if i in {line.player for line in it.lines} - gaining
        ]
        entries.append(KeyEntry(_thin, "moves without a gain"))
    if table is not None:
        told = f"ranks for {listed(names)}: more is better"
        entries.append(KeyEntry(written("3, 4", colour=GREY), told))
    held = filled(0.5, facecolor=PALE, edgecolor=INK, joinstyle="miter", lw=1.5)
    if table is None:
        held = mark(marker="o", ms=6.5, mew=1.9, mfc=PALE, mec=INK)
    entries.append(KeyEntry(held, f"stable for all under {notion(it.concept).name}"))
    if it.start >= 0:
        start = mark(marker=">", ms=5.0, mew=0, mfc=INK) if table is None else _corner
        entries.append(KeyEntry(start, "the state in question"))
    return entries


def _sample(player: int, *, strong: bool = True) -> KeySample:
    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        style = ArrowStyle.of_player(player, strong=strong)
        arrow(page, [(x, y), (x + w, y)], style, end=style)

    return sample


def _thin(page: Page, x: float, y: float, w: float, h: float) -> None:
    style = ArrowStyle(INK, "-", 0.55, 1.3)
    arrow(page, [(x, y), (x + w, y)], style, end=style, begin=style)


def _corner(page: Page, x: float, y: float, w: float, h: float) -> None:
    corner(page, x + w / 2 - 1.3, y - 1.3)


def _notes(it: MoveMap, table: MoveTable | None, crowded: bool) -> list[str]:
    notes = []
    if table is not None and not table.manner.notions:
        notes.append("Of the notions the strongest: Nash implies SSEQ, SSEQ implies SEQ and SMR, "
                     "each of which implies GMR.")  # fmt: skip
    if crowded:
        notes.append("Moves without a gain are left out.")
    left = it.conflict.graph.size - len(it.shown)
    if left:
        notes.append(f"{left:,} of {it.conflict.graph.size:,} states are left out: shown are "
                     "equilibria, and the states on shortest ways to them.")  # fmt: skip
    return notes


def describe(it: MoveMap) -> str:
    """Say in a paragraph what the figure shows."""
    states = it.conflict.states
    title = plain(it.conflict.model.title)
    parts = [f"Moves between the {len(states):,} states of {title} for {listed(it.players)}."]
    for concept in it.stable:
        held = [plain(it.name(k)) for k in range(len(states)) if it.stable[concept][k]]
        if len(held) > _SAID:
            held = [f"{len(held):,} states"]
        parts.append(f"Stable for all under {notion(concept).name}: {listed(held) or 'no state'}.")
    if it.start >= 0:
        parts.append(f"The state in question is {plain(it.name(it.start))}.")
    for i, player in enumerate(it.players):
        better = [
            (line.a, line.b) if line.gains > 0 else (line.b, line.a)
            for line in it.lines
            if line.player == i and line.improves
        ]
        told = [f"#{states[a].number} to #{states[b].number}" for a, b in sorted(better)]
        if len(told) > _SAID:
            told = [*told[:_SAID], f"{len(told) - _SAID} more"]
        parts.append(f"{plain(player)} gains by moving from {listed(told)}." if told else
                     f"{plain(player)} gains by no move.")  # fmt: skip
    return " ".join(parts)
