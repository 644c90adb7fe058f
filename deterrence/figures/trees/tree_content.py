"""What is written in a game tree figure: at its nodes, on its lines and at its ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError
from deterrence.figures.drawing.page import Page
from deterrence.figures.drawing.style import GREY, INK, LINES, nth
from deterrence.figures.texts import safe
from deterrence.figures.trees.shown_equilibrium import ShownEquilibrium, belief_text, chance_text
from deterrence.figures.trees.text_blocks import (
    Run,
    TextBlock,
    TextLine,
    block,
    value_text,
    wrapped,
)
from deterrence.game.pattern_names import names_of
from deterrence.game.tree.drawing.layout import Sizes
from deterrence.game.tree.drawing.view import View
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import InformationSet, is_formula
from deterrence.game.tree.play import leaf_name
from deterrence.game.tree.text import as_formula, says_something
from deterrence.words.markup import latex_symbol

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: Blank inside the frame of a node, to the sides and above (mm).
PAD = (1.5, 0.55)
#: Room of the dot at an end.
DOT = 1.9
#: How much wider names may be beside a chain, where height is dear (mm).
_BESIDE = 5.0
#: Longest title of an outcome; longer ones give way to their labels.
_TITLE = 60


@dataclass(frozen=True)
class Manner:
    """How wide texts may be (mm), and which are left out."""

    label: float
    name: float
    node: float
    sets: bool = True
    names: bool = True


#: From the root down: ways to write, the fullest first; and from left to right.
MANNERS = {
    "down": (
        Manner(20.0, 17.0, 24.0),
        Manner(13.0, 12.0, 15.0),
        Manner(13.0, 12.0, 15.0, sets=False, names=False),
    ),
    "right": (
        Manner(34.0, 52.0, 28.0),
        Manner(19.0, 26.0, 17.0),
        Manner(19.0, 26.0, 17.0, sets=False, names=False),
    ),
}


@dataclass(frozen=True)
class DrawnTree:
    """The tree to draw: with numbers, and as it is written; and its model, if any.

    ``numbers`` is ``None`` where only formulas are known.
    """

    written: ExtensiveGame
    numbers: ExtensiveGame | None
    model: SymbolicModel | None

    @property
    def title(self) -> str:
        """What the game is called."""
        named = self.written if self.model is None else self.model
        return named.title or named.name

    @property
    def symbols(self) -> dict[str, str]:
        """The LaTeX of the parameters."""
        known = {} if self.model is None else self.model.parameters
        return {p.name: latex_symbol(p.name, p.symbol) for p in known.values()}

    def leaf(self, node: int) -> str:
        """Return the name of an end: the title of its outcome, unless that is long."""
        outcome = self.written.nodes[node].outcome
        if outcome is None:
            return ""
        name = leaf_name(self.written, node)
        known = {} if self.model is None else self.model.outcomes
        found = known.get(outcome) or known.get(name)
        title = "" if found is None else found.title
        return title if title and len(title) <= _TITLE else name


def subject(
    model: Any, scenario: str | None, values: Mapping[str, Any] | None, formulas: bool
) -> DrawnTree:
    """Return the tree of a model, or a tree as it stands.

    Raises :class:`UsageError` for games that are no trees, and for formulas where there
    are only numbers.
    """
    from deterrence.modelfile.model import SymbolicModel

    if isinstance(model, ExtensiveGame):
        if formulas and not model.is_symbolic:
            raise UsageError(f"{model.name} has numbers, no formulas", remedy="leave them out")
        return DrawnTree(model, None if model.is_symbolic else model, None)
    if not isinstance(model, SymbolicModel) or model.tree is None:
        raise UsageError(
            f"{model.name} is no game tree", remedy="`payoffs` draws games in strategic form"
        )
    numbers = model.at(scenario, **dict(values or {}))
    assert isinstance(numbers, ExtensiveGame)
    return DrawnTree(model.tree if formulas else numbers, numbers, model)


def player_colour(game: ExtensiveGame, player: str | None) -> str:
    """Return the colour of a player, grey for chance."""
    if player is None:
        return GREY
    return str(nth(LINES, game.players.index(player)).colour)


def _listed(runs: Sequence[Run]) -> TextLine:
    """Return pieces of text with commas between them."""
    return (*(replace(r, text=f"{r.text},") for r in runs[:-1]), *runs[-1:])


class Content:
    """The blocks of a tree in one manner, measured; ``down`` says how it grows."""

    def __init__(
        self,
        page: Page,
        it: DrawnTree,
        shown: View,
        answer: ShownEquilibrium | None,
        manner: Manner,
        down: bool,
    ) -> None:
        self.page, self.it, self.shown, self.answer = page, it, shown, answer
        self.manner, self.down = manner, down
        self.game = it.written
        self.symbols = it.symbols if answer is None else {**it.symbols, **answer.symbols}
        self.worth = answer.worth() if answer is not None and shown.folded else []
        self._names = names_of(self.game)
        self._texts: dict[Any, str] = {}
        self._node_lines: dict[Any, list[TextLine]] = {}
        self.nodes: dict[int, TextBlock] = {}
        self.labels: dict[int, TextBlock] = {}
        self.payoffs: dict[int, tuple[TextBlock, ...]] = {}
        for k in shown.nodes:
            if k in shown.turns:
                self.payoffs[k], self.nodes[k] = (), block(page, [])
            elif shown.is_end(k):
                self.payoffs[k] = tuple(block(page, [line]) for line in self._payoff_lines(k))
                self.nodes[k] = block(page, self._end_lines(k))
            else:
                self.nodes[k] = block(page, self._mover_lines(k))
            if k != shown.root:
                self.labels[k] = block(page, self._label_lines(k))

    def text(self, value: Any) -> str:
        """Return a number or a formula as text; each is written once."""
        key = (type(value), str(value))
        if key not in self._texts:
            self._texts[key] = value_text(value, self.symbols)
        return self._texts[key]

    def probability(self, value: Any) -> str:
        """Return a probability as text."""
        e = as_formula(value)
        return self.text(value) if is_formula(e) and e.names else chance_text(value)

    # ---- nodes -----------------------------------------------------------------
    def _mover_lines(self, k: int) -> list[TextLine]:
        node = self.game.nodes[k]
        s = self.game.sets[node.set]
        if node.set not in self._node_lines:
            colour = player_colour(self.game, s.player)
            told = says_something(s.label, s.player) and self.manner.sets
            width = self.manner.node
            if s.player is None:
                who = safe(s.label) if told else "chance"
                lines = wrapped(self.page, who, width, colour)
            else:
                lines = wrapped(self.page, safe(s.player), width, colour, "bold")
                if told:
                    lines += wrapped(self.page, safe(s.label), width)
            self._node_lines[node.set] = lines
        lines = list(self._node_lines[node.set])
        if self.answer is not None and k in self.answer.beliefs and len(s.nodes) > 1:
            belief = belief_text(self.answer.beliefs[k], self.probability)
            lines.append((Run("belief"), Run(belief, weight="bold")))
        if node.outcome is not None:
            lines.append((Run("pays"), *_listed(self._coloured(self.game.outcomes[node.outcome]))))
        return lines

    def _coloured(self, payoffs: Sequence[Any], weight: str = "normal") -> list[Run]:
        return [Run(self.text(u), nth(LINES, i).colour, weight) for i, u in enumerate(payoffs)]

    def _weight(self, k: int) -> str:
        """Return the weight of what stands at an end: bold where the equilibrium comes to it."""
        return "bold" if self.answer is not None and self.answer.is_reached(k) else "normal"

    # ---- ends ------------------------------------------------------------------
    def _end_lines(self, k: int) -> list[TextLine]:
        """Return the name of an end, and its payoffs where they stand below it."""
        weight = self._weight(k)
        lines: list[TextLine] = []
        if k in self.shown.folded:
            who = self.game.sets[self.game.nodes[k].set].player
            count = self.shown.folded[k]
            told = f"… {count:,} end{'s' if count > 1 else ''}"
            width, colour = self.manner.name, player_colour(self.game, who)
            lines = wrapped(self.page, safe(who or "chance"), width, colour, "bold")
            lines += wrapped(self.page, told, width, GREY, weight)
        elif self.manner.names:
            width = self.manner.name + (_BESIDE if self.down and self._is_beside(k) else 0.0)
            lines = wrapped(self.page, safe(self.it.leaf(k)), width, INK, weight)
        if self.down:
            lines += self._stacked(k)
        return lines

    def _stacked(self, k: int) -> list[TextLine]:
        """Return the payoffs one below the other, or in a row beside a chain, to save height."""
        lines = [line for b in self.payoffs[k] for line in b.lines]
        if not self._is_beside(k):
            return lines
        return [_listed([line[0] for line in lines])] if lines else []

    def _is_beside(self, k: int) -> bool:
        """Whether a node hangs beside a chain."""
        return k != self.shown.root and self.shown.parent(k) in self.shown.straight

    def _payoff_lines(self, k: int) -> list[TextLine]:
        if k in self.shown.folded:
            if not self.worth:
                return []
            payoffs = self.worth[k]
        else:
            outcome = self.game.nodes[k].outcome
            nothing = (0,) * len(self.game.players)
            payoffs = nothing if outcome is None else self.game.outcomes[outcome]
        return [(run,) for run in self._coloured(payoffs, self._weight(k))]

    # ---- lines -----------------------------------------------------------------
    def _label_lines(self, k: int) -> list[TextLine]:
        parent = self.game.nodes[self.game.nodes[k].parent]
        s = self.game.sets[parent.set]
        move = self.game.nodes[k].move
        lines = wrapped(self.page, safe(self._action(s, s.actions[move])), self.manner.label)
        run: Run | None = None
        if s.is_chance:
            run = Run(self._in_brackets(s.chances[move]), GREY, "bold")
        elif self.answer is not None:
            p = self.answer.chance(k)
            if p is not None and p != 0 and p != 1:
                run = Run(self._in_brackets(p), player_colour(self.game, s.player), "bold")
        if run is None:
            return lines
        if self.down or not lines:
            return [*lines, (run,)]
        return [*lines[:-1], (*lines[-1], run)]

    def _action(self, s: InformationSet, label: str) -> str:
        """Return what an action is called: its title as in names, where there is room."""
        if s.player is None or not self.manner.names:
            return label
        return self._names.action(s.player, label)

    def _in_brackets(self, value: Any) -> str:
        """Return a probability that does not read as a part of the name beside it."""
        return f"({self.probability(value)})"

    # ---- how large everything is ---------------------------------------------
    def sizes(self, corridors: Mapping[int, float], gap: float) -> Sizes:
        """Return the sizes of all blocks, along the tree and across."""
        across, along = PAD
        nodes, labels = {}, {}
        for k in self.shown.nodes:
            b = self.nodes[k]
            end = self.shown.is_end(k)
            if k in self.shown.turns:
                nodes[k] = (1.0, 1.0)
            elif self.down and end:
                nodes[k] = (DOT + b.height, max(b.width, 2.0))
            elif self.down:
                nodes[k] = (b.height + 2 * along, b.width + 2 * across)
            elif end:
                tall = max([b.height, *(p.height for p in self.payoffs[k])])
                nodes[k] = (DOT + b.width, max(tall, self.page.height_of(1)))
            else:
                nodes[k] = (b.width + 2 * across, b.height + 2 * along)
            if k != self.shown.root:
                b = self.labels[k]
                labels[k] = (b.height, b.width + 1.0) if self.down else (b.width + 1.6, b.height)
        return Sizes(
            nodes,
            labels,
            gap=gap,
            lead=1.6 if self.down else 2.2,
            slants=(5.0, 13.0, 0.22) if self.down else (5.0, 12.0, 0.2),
            endless=not self.down,
            corridors=corridors,
        )

    def columns(self) -> list[float]:
        """Return the widths of the columns of payoffs beside a tree that grows to the right."""
        wide = []
        for i, player in enumerate(self.game.players):
            numbers = [p[i].width for p in self.payoffs.values() if p]
            head = max(self.page.size_of(w)[0] for w in safe(player).split() or [""])
            wide.append(max([*numbers, min(head, 18.0)]) + 2.6)
        return wide
