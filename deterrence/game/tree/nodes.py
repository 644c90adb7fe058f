"""What a game tree is written with: nested moves, and the flat nodes they become.

A tree is told as it happens: :class:`Decision`, :class:`Chance` and
:class:`Leaf`, one inside the other.  :func:`flatten` lays it out as a list in
prefix order (a node, then all that follows its first move, and so on), the form
in which :class:`~deterrence.game.tree.game_tree.GameTree` keeps it, so that no
depth is too great for Python's stack.

>>> tree = Decision("Challenger", "entry", {
...     "stay out": Leaf("status quo"),
...     "enter": Decision("Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")})})
>>> nodes, sets = flatten(tree)
>>> [sets[n.set].label if n.set >= 0 else n.outcome for n in nodes]
['entry', 'status quo', 'reply', 'war', 'loss']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import is_symbolic, to_number
from deterrence.errors import UsageError

#: Nodes of one tree; more would not fit in memory together with what is computed from them.
MAX_NODES = 200_000


def keep_number(value: Any) -> Any:
    """Return a payoff or a probability as trees keep it: formulas stay what they are.

    >>> keep_number("0.5"), keep_number(Expression.parse("k + 1"))
    (Fraction(1, 2), Expression('k + 1'))
    """
    return value if isinstance(value, Expression) else to_number(value)


def is_formula(value: Any) -> bool:
    """Say whether a number is a formula, of this package or of sympy."""
    return isinstance(value, Expression) or is_symbolic(value)


@dataclass(frozen=True, eq=False, repr=False)
class Leaf:
    """The end of a play, with the outcome reached (``None``: nobody gets anything).

    >>> from deterrence import Leaf
    >>> Leaf('war').outcome
    'war'
    """

    outcome: str | None = None
    label: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Decision:
    """A player's move: what follows each action, ``{action: tree}``.

    Nodes with one ``information_set`` look the same to the player; ``outcome``
    is paid when the node is reached, on top of what comes later.

    >>> from deterrence import Decision, ExtensiveGame, Leaf
    >>> game = ExtensiveGame.from_tree(
    ...     ("A", "B"),
    ...     Decision("A", "start", {"wait": Leaf("peace"), "go": Decision("B", "reply", {
    ...         "yield": Leaf("gain"), "fight": Leaf("war")})}),
    ...     {"peace": (0, 1), "gain": (1, 0), "war": (-1, -1)})
    >>> game.own_sets('B'), len(game.nodes)
    ((1,), 5)
    """

    player: str
    information_set: str
    moves: Mapping[str, Decision | Chance | Leaf]
    outcome: str | None = None
    label: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Chance:
    """A move of chance, ``{event: (probability, tree)}``.

    >>> from deterrence import Chance, ExtensiveGame, Leaf
    >>> game = ExtensiveGame.from_tree(
    ...     ("A",), Chance({"sun": ("1/3", Leaf("good")), "rain": ("2/3", Leaf("bad"))}),
    ...     {"good": [3], "bad": [0]})
    >>> game.expected_payoffs({"A": {}})
    {'A': Fraction(1, 1)}
    """

    moves: Mapping[str, tuple[Any, Decision | Chance | Leaf]]
    information_set: str = ""
    outcome: str | None = None
    label: str = ""


NestedTree = Decision | Chance | Leaf


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a tree in prefix order.

    ``set`` is the number of its information set (or chance event), -1 at the
    end of a play; ``parent`` is -1 at the root, ``move`` the position of the
    action that led here.
    """

    set: int
    outcome: str | None
    parent: int
    move: int
    children: tuple[int, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class InformationSet:
    """What a player cannot tell apart; for ``player=None`` a move of chance.

    ``chances`` are the probabilities of the actions of a chance move.  Nodes
    that share a chance move are independent draws of it.
    """

    label: str
    player: str | None
    actions: tuple[str, ...]
    chances: tuple[Any, ...] = ()
    nodes: tuple[int, ...] = field(default=(), compare=False)

    @property
    def is_chance(self) -> bool:
        """Whether nobody but chance moves here."""
        return self.player is None


def history(nodes: Sequence[Node], sets: Sequence[InformationSet], number: int) -> tuple[str, ...]:
    """Return the actions, of players and of chance, that lead to a node."""
    labels = []
    here = nodes[number]
    while here.parent >= 0:
        parent = nodes[here.parent]
        labels.append(sets[parent.set].actions[here.move])
        here = parent
    return tuple(reversed(labels))


def flatten(tree: NestedTree) -> tuple[tuple[Node, ...], tuple[InformationSet, ...]]:
    """Lay a nested tree out in prefix order.

    Raises :class:`UsageError` where one information set has two players or two
    lists of actions, and for trees above :data:`MAX_NODES`.
    """
    nodes: list[Node] = []
    children: list[list[int]] = []
    sets: list[InformationSet] = []
    numbers: dict[str, int] = {}
    waiting: list[tuple[NestedTree, int, int]] = [(tree, -1, 0)]
    while waiting:
        here, parent, move = waiting.pop()
        if len(nodes) >= MAX_NODES:
            raise UsageError(
                f"the tree has more than {MAX_NODES:,} nodes", remedy="make the tree smaller"
            )
        number = -1
        if not isinstance(here, Leaf):
            described = _described(here, len(sets))
            number = numbers.setdefault(described.label, len(sets))
            if number == len(sets):
                sets.append(described)
            elif sets[number] != described:
                raise UsageError(
                    f"the information set {described.label!r} occurs with different players, "
                    "actions or probabilities",
                    remedy="nodes of one information set have the same player and actions",
                )
            following = (
                [after for _, after in here.moves.values()]
                if isinstance(here, Chance)
                else list(here.moves.values())
            )
            waiting.extend(
                (child, len(nodes), k) for k, child in reversed(list(enumerate(following)))
            )
        if parent >= 0:
            children[parent].append(len(nodes))
        nodes.append(Node(number, here.outcome, parent, move, (), here.label))
        children.append([])
    done = tuple(replace(n, children=tuple(c)) for n, c in zip(nodes, children, strict=True))
    return done, tuple(sets)


def _described(here: Decision | Chance, count: int) -> InformationSet:
    actions = tuple(here.moves)
    if isinstance(here, Decision):
        return InformationSet(here.information_set, here.player, actions)
    chances = tuple(keep_number(p) for p, _ in here.moves.values())
    return InformationSet(here.information_set or f"chance {count + 1}", None, actions, chances)
