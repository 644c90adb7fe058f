"""From the tree that a file tells to the game: parts put in, private information expanded.

Chance first draws a type for every player who has types (Harsanyi 1967); under each
combination of types stands a copy of the tree that the file tells.  A player knows her
own type only, so nodes that differ in the types of others belong to one information
set: "reply" becomes "reply (hard)" and "reply (soft)".  An outcome that is worth
different things to different types becomes several outcomes with one public name.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import count

from deterrence.algebra.expressions import Expression
from deterrence.game.parameters import Outcome
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import InformationSet, Node
from deterrence.modelfile.faults import FaultList
from deterrence.modelfile.forms.tree_notation import Told, ToldEnd, ToldMove, ToldUse
from deterrence.modelfile.forms.typed_formulas import Typed, Types, variants
from deterrence.modelfile.yaml.entries import EntryPath

#: Nodes of a tree with its parts and types written out, so that reading it stays quick.
MAX_NODES = 50_000
#: Outcomes, with those that a conflict is for different types counted each.
MAX_OUTCOMES = 5_000
#: A name made from the history is cut to about so many characters.
_MAX_HISTORY = 100


@dataclass(frozen=True)
class TypedOutcome:
    """An outcome as the file gives it: payoffs that may depend on types."""

    label: str
    payoffs: Mapping[str, Typed]
    title: str = ""
    description: str = ""

    @property
    def players(self) -> tuple[str, ...]:
        """The players on whose types a payoff depends."""
        return tuple(dict.fromkeys(p for t in self.payoffs.values() for p in t.players))


@dataclass
class Built:
    """The game of a file, and what the file says besides."""

    game: ExtensiveGame
    outcomes: dict[str, Outcome]
    #: Titles of information sets and chance moves, and of actions by player.
    set_titles: dict[str, str] = field(default_factory=dict)
    action_titles: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Where the first node of each information set stands in the file.
    places: dict[str, EntryPath] = field(default_factory=dict)


# ---- sizes ----------------------------------------------------------------
def check_parts(faults: FaultList, parts: Mapping[str, Told], root: Told, copies: int) -> bool:
    """Say whether the parts can be put in: none contains itself, and the tree stays small.

    ``copies`` is the number of combinations of types.
    """
    used = {name: list(_uses(told)) for name, told in parts.items()}
    try:
        order = list(TopologicalSorter({n: sorted(set(u)) for n, u in used.items()}).static_order())
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        shown = " -> ".join(circle[:8]) + (" -> ..." if len(circle) > 8 else "")
        what = f"the part contains itself: {shown}"
        faults.add(("parts", circle[0]), what, "a tree that ends", key=True)
        return False
    sizes: dict[str, int] = {}
    for name in order:
        told = parts.get(name)
        if told is None:
            return False  # it has faults of its own
        # Sizes beyond the limit are not told apart, or they would grow to thousands of digits.
        sizes[name] = min(_own(told) + sum(sizes[u] for u in used[name]), MAX_NODES + 1)
    in_root = list(_uses(root))
    if not sizes.keys() >= set(in_root):
        return False
    size = _own(root) + sum(sizes[u] for u in in_root)
    if size * copies > MAX_NODES:
        shown = f"{size:,}" if size <= MAX_NODES else f"more than {MAX_NODES:,}"
        what = f"the tree has {shown} nodes with its parts written out"
        if copies > 1:
            what += f", for each of {copies:,} combinations of types"
        faults.add(("tree",), what, f"at most {MAX_NODES:,} in all", key=True)
        return False
    return True


def _walk(told: Told) -> Iterator[Told]:
    stack = [told]
    while stack:
        here = stack.pop()
        yield here
        if isinstance(here, ToldMove):
            stack.extend(after for _, after in reversed(here.moves))


def _uses(told: Told) -> Iterator[str]:
    return (here.part for here in _walk(told) if isinstance(here, ToldUse))


def _own(told: Told) -> int:
    return sum(not isinstance(here, ToldUse) for here in _walk(told))


# ---- the tree without types -------------------------------------------------
@dataclass
class _Plain:
    """The tree as the file tells it, flat, in prefix order; parts are put in."""

    moves: list[ToldMove | None] = field(default_factory=list)
    sets: list[int] = field(default_factory=list)
    outcomes: list[str | None] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    #: Name of each information set, its first node and its title.
    names: list[str] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


class _FreeNames:
    """Names that are not taken yet."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = set(taken)

    def new(self, name: str) -> str:
        if name in self._taken:
            name = next(n for k in count(2) if (n := f"{name} #{k}") not in self._taken)
        self._taken.add(name)
        return name


def _plain(
    root: Told, parts: Mapping[str, Told], named: Collection[str], ends: dict[str, TypedOutcome]
) -> _Plain:
    """Lay the tree out; ends with payoffs of their own are added to ``ends``."""
    tree = _Plain()
    # Information sets by the name in the file and the uses of parts that tell them apart.
    numbers: dict[tuple[str, tuple[str, ...]], int] = {}
    free, outcomes = _FreeNames(named), _FreeNames(ends)
    waiting: list[tuple[Told, int, int, tuple[str, ...]]] = [(root, -1, 0, ())]
    while waiting:
        told, parent, place, uses = waiting.pop()
        while isinstance(told, ToldUse):
            uses = (*uses, told.at) if told.at else uses
            told = parts[told.part]
        number = len(tree.moves)
        tree.parents.append(parent)
        tree.depths.append(tree.depths[parent] + 1 if parent >= 0 else 0)
        tree.places.append(place)
        tree.labels.append(told.label)
        if isinstance(told, ToldEnd):
            tree.moves.append(None)
            tree.sets.append(-1)
            outcome = told.outcome
            if told.payoffs is not None:
                outcome = outcomes.new(f"({_history(tree, number)})")
                ends[outcome] = TypedOutcome(outcome, told.payoffs, told.title)
            tree.outcomes.append(outcome)
            continue
        tree.moves.append(told)
        tree.outcomes.append(told.pays or None)
        key = (told.at, uses) if told.at else ("", (str(number),))
        tree.sets.append(numbers.setdefault(key, len(numbers)))
        if tree.sets[-1] == len(tree.names):
            name = told.at
            if not name:
                after = f"after {_history(tree, number)}" if parent >= 0 else "start"
                if told.player is None:
                    after = f"chance {after}" if parent >= 0 else "chance at start"
                name = free.new(after)
            elif uses:
                name = free.new(f"{name}, {', '.join(uses)}")
            tree.names.append(name)
            tree.first.append(number)
            tree.titles.append("")
        tree.titles[tree.sets[-1]] = tree.titles[tree.sets[-1]] or told.title
        following = [(after, number, k, uses) for k, (_, after) in enumerate(told.moves)]
        waiting.extend(reversed(following))
    return tree


def _history(tree: _Plain, node: int) -> str:
    """Return the moves that lead to a node, the first ones left out where they are many."""
    words: list[str] = []
    depth, length = tree.depths[node], 0
    while len(words) < depth and length < _MAX_HISTORY:
        above = tree.moves[tree.parents[node]]
        assert above is not None
        words.append(above.actions[tree.places[node]])
        length += len(words[-1]) + 2
        node = tree.parents[node]
    text = ", ".join(reversed(words))
    return text if len(words) == depth else f"{depth} moves, the last {text}"


# ---- types ------------------------------------------------------------------
def build(
    root: Told,
    parts: Mapping[str, Told],
    players: Sequence[str],
    priors: Mapping[str, Mapping[str, Expression]],
    outcomes: Mapping[str, TypedOutcome],
    named: Collection[str] = (),
) -> Built:
    """Return the game; :func:`check_parts` must have passed.

    ``named`` are the information sets that the file names.
    """
    types: Types = {player: tuple(given) for player, given in priors.items()}
    ends = dict(outcomes)
    plain = _plain(root, parts, named, ends)
    made = _Made(players, types, ends, plain)
    draws = made.add_draws(priors, _FreeNames([*named, *plain.names]))
    made.add_sets()
    made.add_outcomes()
    made.grow(draws, {}, -1, 0)
    game = ExtensiveGame(
        tuple(players),
        tuple(
            Node(s, o, p, m, tuple(c), label)
            for (s, o, p, m, label), c in zip(made.nodes, made.children, strict=True)
        ),
        tuple(made.sets),
        {label: tuple(o.payoffs[p] for p in players) for label, o in made.outcomes.items()},
        groups=made.groups,
    )
    return Built(game, made.outcomes, made.set_titles, _action_titles(plain), made.origins)


def _action_titles(plain: _Plain) -> dict[str, dict[str, str]]:
    titles: dict[str, dict[str, str]] = {}
    for move in plain.moves:
        if move is not None and move.player is not None:
            known = titles.setdefault(move.player, {})
            for action in move.actions:
                known[action] = known.get(action) or move.titles.get(action, "")
    return titles


class _Made:
    """The game while it grows: a copy of the tree for every combination of types."""

    def __init__(
        self,
        players: Sequence[str],
        types: Types,
        ends: Mapping[str, TypedOutcome],
        plain: _Plain,
    ) -> None:
        self.players, self.types, self.ends, self.plain = players, types, ends, plain
        self.nodes: list[tuple[int, str | None, int, int, str]] = []
        self.children: list[list[int]] = []
        self.sets: list[InformationSet] = []
        self.outcomes: dict[str, Outcome] = {}
        self.groups: dict[str, str] = {}
        self.set_titles: dict[str, str] = {}
        self.origins: dict[str, EntryPath] = {}
        self._names = _FreeNames([])
        self._free = _FreeNames(ends)
        #: The players on whose types each information set of the file's tree depends.
        self._matter: list[tuple[str, ...]] = []
        self._numbers: dict[tuple[int, tuple[str, ...]], int] = {}
        self._labels: dict[tuple[str, tuple[str, ...]], str] = {}
        self._typed = {label: end.players for label, end in ends.items()}

    def add_draws(
        self, priors: Mapping[str, Mapping[str, Expression]], free: _FreeNames
    ) -> dict[tuple[str, ...], int]:
        """Add the chance moves that draw types; return them by the types drawn before.

        Chance, too, remembers: programs that ask for its perfect recall, such as
        Gambit, want a move of its own after each draw.
        """
        draws = {}
        before: list[str] = []
        for player, given in priors.items():
            events = tuple(f"{player} {t}" for t in given)
            for known in variants(self.types, before):
                own = tuple(known.values())
                label = free.new(f"{player}'s type" + (f" ({', '.join(own)})" if own else ""))
                draws[own] = len(self.sets)
                self.sets.append(InformationSet(label, None, events, tuple(given.values())))
            before.append(player)
        return draws

    def grow(
        self, draws: Mapping[tuple[str, ...], int], known: dict[str, str], parent: int, place: int
    ) -> None:
        """Add what follows once the types in ``known`` are drawn."""
        here = len(self.nodes)
        if parent >= 0:
            self.children[parent].append(here)
        if len(known) == len(self.types):
            self._copy(known, parent, place)
            return
        player = list(self.types)[len(known)]
        self._node(draws[tuple(known.values())], None, parent, place, "")
        for k, own in enumerate(self.types[player]):
            self.grow(draws, {**known, player: own}, here, k)

    def _node(self, s: int, outcome: str | None, parent: int, place: int, label: str) -> None:
        self.nodes.append((s, outcome, parent, place, label))
        self.children.append([])

    def _copy(self, known: Mapping[str, str], parent: int, place: int) -> None:
        plain = self.plain
        offset = len(self.nodes)
        sets = [
            self._numbers[k, tuple(known[p] for p in matter)]
            for k, matter in enumerate(self._matter)
        ]
        labels = {
            o: self._outcome(o, known) for o in dict.fromkeys(plain.outcomes) if o is not None
        }
        for k, s in enumerate(plain.sets):
            outcome = plain.outcomes[k]
            above = plain.parents[k]
            if k:
                self.children[above + offset].append(k + offset)
            self._node(
                sets[s] if s >= 0 else -1,
                None if outcome is None else labels[outcome],
                above + offset if k else parent,
                plain.places[k] if k else place,
                plain.labels[k],
            )

    def add_sets(self) -> None:
        """Add every information set of the file's tree, for each type that its player may have."""
        for number, name in enumerate(self.plain.names):
            move = self.plain.moves[self.plain.first[number]]
            assert move is not None
            if move.player is None:
                matter = tuple(self.types)
            else:
                matter = (move.player,) if move.player in self.types else ()
            self._matter.append(matter)
            for known in variants(self.types, matter):
                own = tuple(known.values())
                label = self._names.new(f"{name} ({', '.join(own)})" if own else name)
                chances = tuple(c.at(known) for c in move.chances)
                self._numbers[number, own] = len(self.sets)
                self.sets.append(InformationSet(label, move.player, move.actions, chances))
                self.origins[label] = move.path
                if title := self.plain.titles[number]:
                    self.set_titles[label] = f"{title} ({', '.join(own)})" if own else title

    def add_outcomes(self) -> None:
        """Add every outcome, for each type that matters, whether anything leads there or not."""
        for name, players in self._typed.items():
            for known in variants(self.types, players):
                self._outcome(name, known)

    def _outcome(self, name: str, known: Mapping[str, str]) -> str:
        """Return the label of an outcome for these types."""
        own = tuple(known[p] for p in self._typed[name])
        if (name, own) in self._labels:
            return self._labels[name, own]
        end = self.ends[name]
        label = name
        if own:
            label = self._free.new(f"{name} ({', '.join(own)})")
            self.groups[label] = name
        payoffs = {p: end.payoffs[p].at(known) for p in self.players}
        self.outcomes[label] = Outcome(label, payoffs, end.title, end.description)
        self._labels[name, own] = label
        return label


def count_outcomes(outcomes: Mapping[str, TypedOutcome], types: Types) -> int:
    """Return how many outcomes there are once types are put in."""
    return sum(math.prod(len(types[p]) for p in o.players) for o in outcomes.values())
