r"""Game trees as data: nodes, information sets, outcomes; who recalls what; the subgames.

Users meet them as :class:`~deterrence.game.tree.extensive.ExtensiveGame`, which adds what
happens when such a tree is played.

>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> game = GameTree.from_tree(("Challenger", "Defender"),
...     Decision("Challenger", "entry", {
...         "stay out": Leaf("status quo"),
...         "enter": Decision("Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")}),
...     }),
...     {"status quo": (0, 2), "war": (-1, -1), "loss": (1, 0)})
>>> game.is_perfect_information, game.subgame_roots
(True, (0, 2))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError, did_you_mean, position_of
from deterrence.game.measures import Measure
from deterrence.game.naming import Naming
from deterrence.game.profile import is_distribution
from deterrence.game.tree.nodes import (
    InformationSet,
    NestedTree,
    Node,
    flatten,
    history,
    is_formula,
    keep_number,
)
from deterrence.game.tree.recall import OwnHistories, RecallFault, recall_faults
from deterrence.words.saved import Saved

_ZERO = Fraction(0)


@dataclass(frozen=True, eq=False)
class GameTree(Saved):
    """A finite game in extensive form, as data.

    ``nodes`` are in prefix order, ``sets`` the information sets and chance moves
    that they refer to, ``outcomes`` the payoffs in the order of the players, by
    outcome.  ``values`` are the parameter values the game was made at, ``given``
    the names of those that are not the model's defaults.  Most
    trees are built by :meth:`from_tree` or read from a file.  Outcomes that
    differ in what they are worth to different types, and nothing else, share a
    name in ``groups`` (``{outcome: name}``): probabilities of outcomes and
    ``measures`` are about names.  ``default_concept`` is what the tree is solved by
    unless something else is asked for, where its author named it.  ``remarks`` say what
    whoever reads an answer has to know of the file that the game comes from.  Raises
    :class:`UsageError` where the parts do not fit.
    """

    players: tuple[str, ...]
    nodes: tuple[Node, ...]
    sets: tuple[InformationSet, ...]
    outcomes: Mapping[str, tuple[Any, ...]]
    name: str = "game"
    title: str = ""
    comment: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    default_concept: str = ""
    naming: Naming = field(default_factory=Naming)
    given: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @property
    def titles(self) -> Mapping[str, str]:
        """Titles for labels of outcomes, and of actions, where they have one."""
        return self.naming.titles

    def __post_init__(self) -> None:
        _unique("player", self.players)
        if not self.players or not self.nodes:
            raise UsageError("a game tree needs at least one player and one node")
        kept = {
            label: tuple(keep_number(p) for p in payoffs)
            for label, payoffs in self.outcomes.items()
        }
        for label, payoffs in kept.items():
            if len(payoffs) != len(self.players):
                raise UsageError(
                    f"the outcome {label!r} has {len(payoffs)} payoffs for "
                    f"{len(self.players)} players"
                )
        object.__setattr__(self, "outcomes", kept)
        object.__setattr__(self, "sets", self._checked_sets())

    def _checked_sets(self) -> tuple[InformationSet, ...]:
        _unique("information set", [s.label for s in self.sets])
        members: list[list[int]] = [[] for _ in self.sets]
        for k, node in enumerate(self.nodes):
            if node.outcome is not None and node.outcome not in self.outcomes:
                raise UsageError(
                    f"no outcome called {node.outcome!r}",
                    remedy=did_you_mean(node.outcome, self.outcomes)
                    or f"outcomes: {', '.join(list(self.outcomes)[:20]) or 'none'}",
                )
            if node.parent >= k or (node.parent < 0) != (k == 0):
                raise UsageError("the nodes of a tree must be in prefix order")
            if not -1 <= node.set < len(self.sets):
                raise UsageError(f"node {k} is in no information set of the tree")
            wanted = len(self.sets[node.set].actions) if node.set >= 0 else 0
            if len(node.children) != wanted:
                raise UsageError(f"node {k} has {len(node.children)} moves, not {wanted}")
            for move, child in enumerate(node.children):
                after = self.nodes[child] if k < child < len(self.nodes) else None
                if after is None or (after.parent, after.move) != (k, move):
                    raise UsageError(f"move {move} of node {k} leads to no node after it")
            if node.set >= 0:
                members[node.set].append(k)
        result = []
        for s, where in zip(self.sets, members, strict=True):
            _unique(f"action at {s.label!r}", s.actions)
            if not s.actions:
                raise UsageError(f"there is no action at {s.label!r}")
            if s.player is not None:
                self.player_index(s.player)
            chances = tuple(keep_number(p) for p in s.chances)
            if s.is_chance:
                _check_chances(s, chances)
            result.append(replace(s, chances=chances, nodes=tuple(where)))
        return tuple(result)

    @classmethod
    def from_tree(
        cls,
        players: Sequence[str],
        tree: NestedTree,
        outcomes: Mapping[str, Sequence[Any] | Mapping[str, Any]],
        *,
        name: str = "game",
        title: str = "",
    ) -> Self:
        """Return the game that a nested tree tells.

        ``outcomes`` maps each label to the payoffs, in the order of the players
        or by player.
        """
        nodes, sets = flatten(tree)
        payoffs = {
            label: tuple(_by_player(label, given, players)) for label, given in outcomes.items()
        }
        return cls(tuple(players), nodes, sets, payoffs, name=name, title=title)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    # ---- addresses ------------------------------------------------------
    @cached_property
    def _set_numbers(self) -> dict[str, int]:
        return {s.label: k for k, s in enumerate(self.sets)}

    def player_index(self, player: str) -> int:
        """Return the position of a player; unknown labels raise :class:`UsageError`."""
        return position_of(player, self.players, f"no player called {player!r} in {self.name}")

    def set_index(self, label: str) -> int:
        """Return the number of an information set; unknown labels raise :class:`UsageError`."""
        try:
            return self._set_numbers[label]
        except KeyError:
            known = ", ".join(list(self._set_numbers)[:20])
            raise UsageError(
                f"no information set called {label!r} in {self.name}",
                remedy=did_you_mean(label, self._set_numbers) or f"one of {known or 'none'}",
            ) from None

    def information_set(self, label: str) -> InformationSet:
        """Return an information set by label; unknown labels raise :class:`UsageError`."""
        return self.sets[self.set_index(label)]

    def own_sets(self, player: str) -> tuple[int, ...]:
        """Return the numbers of a player's information sets, in the order of the tree."""
        self.player_index(player)
        return tuple(k for k, s in enumerate(self.sets) if s.player == player)

    def history(self, node: int) -> tuple[str, ...]:
        """Return the actions, of players and of chance, that lead to a node."""
        return history(self.nodes, self.sets, node)

    def node_at(self, history: Iterable[str]) -> int:
        """Return the node that a list of actions leads to, from the root."""
        number = 0
        for action in history:
            here = self.nodes[number]
            actions = self.sets[here.set].actions if here.set >= 0 else ()
            if action not in actions:
                raise UsageError(
                    f"no move {action!r} here",
                    remedy=did_you_mean(action, actions)
                    or f"moves: {', '.join(actions) or 'none'}",
                )
            number = here.children[actions.index(action)]
        return number

    def paid(self, node: int) -> tuple[Any, ...]:
        """Return what every player gets at a node itself."""
        outcome = self.nodes[node].outcome
        return (_ZERO,) * len(self.players) if outcome is None else self.outcomes[outcome]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many nodes each node's subtree has, itself included."""
        sizes = [1] * len(self.nodes)
        for k in range(len(self.nodes) - 1, 0, -1):
            sizes[self.nodes[k].parent] += sizes[k]
        return tuple(sizes)

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """The nodes at which plays end."""
        return tuple(k for k, n in enumerate(self.nodes) if n.set < 0)

    # ---- what kind of game ---------------------------------------------
    @property
    def is_symbolic(self) -> bool:
        """Whether a payoff or a probability is a formula."""
        return any(is_formula(v) for v in self._numbers())

    @property
    def is_exact(self) -> bool:
        """Whether every payoff and probability is a rational number."""
        return all(isinstance(v, Fraction) for v in self._numbers())

    def need_values(self, has: str = "formulas, which cannot be compared") -> None:
        """Raise :class:`UsageError` where a payoff or a probability is a formula."""
        if self.is_symbolic:
            raise UsageError(f"{self.name} has {has}", remedy="give every parameter a value first")

    def _numbers(self) -> Iterable[Any]:
        for payoffs in self.outcomes.values():
            yield from payoffs
        for s in self.sets:
            yield from s.chances

    @property
    def is_perfect_information(self) -> bool:
        """Whether every player always knows all that happened."""
        return all(s.is_chance or len(s.nodes) <= 1 for s in self.sets)

    @cached_property
    def recall_faults(self) -> tuple[RecallFault, ...]:
        """Where a player forgets: each information set concerned, with two histories."""
        return recall_faults(self.nodes, self.sets, self.sizes, self.own_histories)

    @property
    def is_perfect_recall(self) -> bool:
        """Whether nobody forgets what he knew or did (Kuhn 1953)."""
        return not self.recall_faults

    def need_perfect_recall(self, what: str) -> None:
        """Raise :class:`UsageError` that names an information set where a player forgets."""
        if self.recall_faults:
            absent = any(fault.absent_minded for fault in self.recall_faults)
            raise UsageError(
                f"{what} needs perfect recall: {self.recall_faults[0]}",
                remedy="`deterrence solve` finds the best behaviour, where nobody else decides"
                if absent
                else "`deterrence solve` finds equilibria in mixed strategies",
            )

    @cached_property
    def _own_histories(self) -> dict[str, OwnHistories]:
        return {}

    def own_histories(self, player: str) -> OwnHistories:
        """Return what a player did and knew before each node; computed once."""
        if player not in self._own_histories:
            self._own_histories[player] = OwnHistories.of(self.nodes, self.sets, player)
        return self._own_histories[player]

    @cached_property
    def subgame_roots(self) -> tuple[int, ...]:
        """The nodes at which subgames begin, the root first, leaves left out.

        A subgame contains an information set whole or not at all.
        """
        count = len(self.nodes)
        first, last = list(range(count)), list(range(count))
        for s in self.sets:
            if not s.is_chance:
                for k in s.nodes:
                    first[k], last[k] = s.nodes[0], s.nodes[-1]
        for k in range(count - 1, 0, -1):
            parent = self.nodes[k].parent
            first[parent] = min(first[parent], first[k])
            last[parent] = max(last[parent], last[k])
        return tuple(
            k
            for k, node in enumerate(self.nodes)
            if node.set >= 0 and first[k] >= k and last[k] < k + self.sizes[k]
        )

    def subgame(self, root: int) -> Self:
        """Return the game that begins at a node; payoffs before it are not counted.

        Raises :class:`UsageError` where no subgame begins.
        """
        if root not in self.subgame_roots:
            raise UsageError(
                f"no subgame begins at node {root}",
                remedy=f"subgames begin at {', '.join(map(str, self.subgame_roots[:20]))}",
            )
        inside = self.nodes[root : root + self.sizes[root]]
        used = sorted({n.set for n in inside if n.set >= 0})
        number = {s: k for k, s in enumerate(used)}
        nodes = tuple(
            replace(
                n,
                set=number[n.set] if n.set >= 0 else -1,
                parent=n.parent - root if k else -1,
                move=n.move if k else 0,
                children=tuple(c - root for c in n.children),
            )
            for k, n in enumerate(inside)
        )
        return self.replace(nodes=nodes, sets=tuple(self.sets[s] for s in used))

    def to_exact(self) -> Self:
        """Return the game with every number rational (floats as the fractions that they are).

        Chances in floats are divided by their sum, so that they sum to 1.
        """
        self.need_values("formulas for payoffs or probabilities")
        sets = []
        for s in self.sets:
            exact = [Fraction(p) for p in s.chances]
            total = sum(exact)
            sets.append(replace(s, chances=tuple(p / total for p in exact)))
        outcomes = {k: tuple(Fraction(p) for p in u) for k, u in self.outcomes.items()}
        return self.replace(sets=tuple(sets), outcomes=outcomes)

    def at(self, values: Mapping[str, Any]) -> Self:
        """Return the game with the formulas worked out at parameter values.

        Raises :class:`~deterrence.errors.ExpressionError` where a name has no
        value or a formula no finite one, and :class:`UsageError` where chances
        are no distribution.
        """

        def number(x: Any) -> Any:
            return x.evaluate(values) if isinstance(x, Expression) else x

        sets = tuple(replace(s, chances=tuple(map(number, s.chances))) for s in self.sets)
        outcomes = {k: tuple(map(number, u)) for k, u in self.outcomes.items()}
        return self.replace(sets=sets, outcomes=outcomes, values=dict(values))


def _unique(what: str, labels: Sequence[str]) -> None:
    if len(set(labels)) != len(labels):
        twice = next(label for label in labels if list(labels).count(label) > 1)
        raise UsageError(f"the {what} {twice!r} occurs twice", remedy="give each its own label")


def _check_chances(s: InformationSet, chances: tuple[Any, ...]) -> None:
    if len(chances) != len(s.actions):
        raise UsageError(f"{len(chances)} probabilities for {len(s.actions)} moves at {s.label!r}")
    if any(is_formula(p) for p in chances):
        return
    if not is_distribution(chances) or any(p < 0 for p in chances):
        raise UsageError(
            f"the probabilities at {s.label!r} are not a distribution: "
            f"{', '.join(map(str, chances[:10]))}",
            remedy="they must not be negative, and sum to 1",
        )


def _by_player(
    label: str, given: Sequence[Any] | Mapping[str, Any], players: Sequence[str]
) -> Iterable[Any]:
    if not isinstance(given, Mapping):
        return given
    for player in given:
        if player not in players:
            raise UsageError(
                f"the outcome {label!r} has a payoff for {player!r}, who is no player",
                remedy=did_you_mean(player, players) or f"players: {', '.join(players)}",
            )
    return [given.get(player, 0) for player in players]
