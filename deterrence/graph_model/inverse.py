"""Which preferences of a player make a state stable: the inverse question, answered exactly.

A player's own order enters Nash, GMR, SMR, SEQ and SSEQ only through the set of states that are
better for her than the state asked about, and stability is only ever lost as that set grows.  So
the answer for all orders at once is the list of the *largest* such sets; it is told by what they
leave out: every improvement makes a demand, namely that it, or a sanction of it (with all ways
out of the sanction, for SMR and SSEQ), be no better than the state.  No order is tried.

The question is that of inverse engineering of preferences (Kinsara, Kilgour and Hipel 2015, by
enumeration; Wang, Hipel, Fang and Dang 2018, by matrices).  What the *others* prefer is given: for
Nash, GMR and SMR it does not matter, for SEQ and SSEQ it decides which sanctions they would want.

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> chicken = [[3, 2, 4, 1], [3, 4, 2, 1]]
>>> found = admissible(graph, "gmr", 0, 0, chicken)
>>> found.smallest, found.share
((frozenset({2}), frozenset({3})), Fraction(2, 3))
>>> admissible(graph, "nash", 0, 0, chicken).share, found.holds([1, 2])
(Fraction(1, 2), True)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.plain_data import PlainData
from deterrence.graph_model import monotone
from deterrence.graph_model.concepts import CREDIBLE, SYMMETRIC
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.monotone import Demand, Way
from deterrence.graph_model.payoff_signs import PayoffSigns
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.graph_model.conflict import Conflict
    from deterrence.proving.covers import Alternatives

#: Sets of states up to which the conditions of each are held against each other.
_FEW = 200
#: States up to which orders with ties are counted.
MOST_WITH_TIES = 120


@dataclass(frozen=True)
class Inverse(PlainData):
    """Which orders of a player make a state stable, the others' preferences given.

    ``parts`` are independent of each other: in each, at least one of the sets of states must
    have no state that is better than the state asked about; no part at all means stable whatever
    the player prefers.  None where there are too many sets to list.  ``chances`` are the
    coefficients of the chance of stability if every other state is better with the same
    probability, independently; None where too much had to be counted.
    """

    told = (
        "concept", "player", "state", "states", "parts", "count", "share", "share_with_ties",
    )  # fmt: skip
    concept: str
    player: int
    state: int
    states: int
    demands: tuple[Demand, ...]
    parts: tuple[tuple[Way, ...], ...] | None
    chances: tuple[int, ...] | None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, sets of states as lists."""
        parts = None if self.parts is None else [[sorted(w) for w in part] for part in self.parts]
        return {**super().to_dict(), "parts": parts}

    @property
    def always(self) -> bool:
        """Whether the state is stable whatever the player prefers."""
        return not self.demands

    @property
    def complete(self) -> bool:
        """Whether all largest sets are known, and the share."""
        return self.parts is not None and self.chances is not None

    def holds(self, better: Collection[int]) -> bool:
        """Return whether the state is stable for a player to whom just these states are better."""
        return all(any(way.isdisjoint(better) for way in d) for d in self.demands)

    @property
    def count(self) -> int | None:
        """How many largest sets of better states there are."""
        return None if self.parts is None else math.prod(map(len, self.parts))

    @property
    def smallest(self) -> tuple[Way, ...] | None:
        """The smallest sets of states none of which may be better; None where there are too many.

        The state is stable exactly if one of them holds no better state.
        """
        if self.parts is None or math.prod(map(len, self.parts)) > monotone.MOST_SETS:
            return None
        return tuple(Way().union(*choice) for choice in itertools.product(*self.parts))

    @property
    def largest(self) -> tuple[Way, ...] | None:
        """The largest sets of better states with which the state is stable."""
        everything = frozenset(range(self.states)) - {self.state}
        return None if self.smallest is None else tuple(everything - s for s in self.smallest)

    @cached_property
    def share(self) -> Fraction | None:
        """The share of the strict orders of all states that make the state stable.

        In a random order every other state is better with the same probability t, independently,
        and t is uniform; so the share is the integral of the chance over t.  It is the sum over
        the admissible sets B of |B|! (m - 1 - |B|)! / m!.
        """
        if self.chances is None:
            return None
        return sum((Fraction(c, k + 1) for k, c in enumerate(self.chances)), Fraction())

    @property
    def orders(self) -> int | None:
        """The number of strict orders that make the state stable, of ``math.factorial(states)``."""
        return None if self.share is None else int(self.share * math.factorial(self.states))

    @cached_property
    def share_with_ties(self) -> Fraction | None:
        """The same among all orders with ties, each counted once; None for many states."""
        if self.chances is None or self.states > MOST_WITH_TIES:
            return None
        weak = _weak_orders(self.states)
        rest = self.states - 1
        by_size = monotone.coefficients_by_size(self.chances, rest)
        # Those that are no better: some are tied with the state, the others are ordered below it.
        held = [1] + [2 * weak[k] for k in range(1, rest + 1)]
        stable = sum(n * weak[k] * held[rest - k] for k, n in enumerate(by_size))
        return Fraction(stable, weak[self.states])


def admissible(graph: MoveGraph, concept: str, player: int, state: int, ranks: Any) -> Inverse:
    """Return which orders of a player make a state stable.

    ``ranks`` are those of all players; the row of the player herself is not looked at, and those
    of the others only for SEQ and SSEQ.
    """
    found = tuple(demands(graph, concept, player, state, ranks))
    parts = monotone.smallest(found)
    chances = monotone.chance(found)
    return Inverse(
        concept,
        player,
        state,
        graph.size,
        found,
        None if parts is None else tuple(map(tuple, parts)),
        None if chances is None else tuple(chances),
    )


def demands(graph: MoveGraph, concept: str, player: int, state: int, ranks: Any) -> list[Demand]:
    """Return what each move from a state demands for it not to be worth making.

    A demand is a list of sets of states; in one of them no state may be better than ``state``.
    """
    answers = graph
    if concept in CREDIBLE:
        answers = graph.improving(ranks)
    found = []
    for to in graph.moves(player, state).tolist():
        ways = [frozenset({to})]
        if concept != "nash":
            for end in sorted(_reached(answers, graph.others(player), to)):
                out = graph.moves(player, end).tolist() if concept in SYMMETRIC else ()
                ways.append(frozenset({end, *out}) - {state})
        demand = monotone.minimal(ways)
        if frozenset() not in demand and demand not in found:
            found.append(demand)
    return found


def _reached(graph: MoveGraph, movers: list[int], start: int) -> set[int]:
    """Return where legal sequences of one move or more lead from a state."""
    seen: set[tuple[int, int]] = set()
    ahead = [(start, -1)]
    while ahead:
        here, last = ahead.pop()
        for j in movers:
            if j != last:
                new = {(s, j) for s in graph.moves(j, here).tolist()} - seen
                seen |= new
                ahead += new
    return {s for s, _ in seen}


# ---- all players at once ------------------------------------------------------------
@dataclass(frozen=True)
class EquilibriumInverse(PlainData):
    """Which preferences make a state an equilibrium, player by player.

    For Nash, GMR and SMR the players' conditions are independent: together they are necessary and
    sufficient.  For SEQ and SSEQ each is that of a player while the others' preferences stay
    as given (``given``): who changes her order may also change what she would do as a sanction.
    """

    told = ("concept", "state", "given", "share", "players")
    concept: str
    state: int
    players: tuple[Inverse, ...]

    @property
    def given(self) -> bool:
        """Whether each condition holds only while the others' preferences stay as given."""
        return self.concept in CREDIBLE

    @property
    def share(self) -> Fraction | None:
        """The share of all players' strict orders that make the state an equilibrium.

        None where the conditions are not independent, or a share is not known.
        """
        shares = [p.share for p in self.players]
        if self.given or None in shares:
            return None
        return math.prod((s for s in shares if s is not None), start=Fraction(1))


def equilibrium(graph: MoveGraph, concept: str, state: int, ranks: Any) -> EquilibriumInverse:
    """Return which preferences make a state an equilibrium.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> equilibrium(graph, "gmr", 0, [[3, 2, 4, 1], [3, 4, 2, 1]]).share
    Fraction(4, 9)
    """
    each = (admissible(graph, concept, i, state, ranks) for i in range(len(graph.players)))
    return EquilibriumInverse(concept, state, tuple(each))


# ---- in symbols and in words --------------------------------------------------------
def clauses(found: Inverse, signs: PayoffSigns) -> tuple[Alternatives, ...]:
    """Return the condition on the payoffs, as short as the assumptions make it.

    Every clause must hold, each a disjunction of conjunctions; none at all is always, one that
    is ``()`` never.

    >>> from deterrence import load_model
    >>> from deterrence.graph_model.conflict import conflict_of
    >>> conflict = conflict_of(load_model("asymmetric-bipolarity"))
    >>> signs = PayoffSigns(conflict)
    >>> nash = admissible(conflict.graph, "nash", 0, 0, conflict.ranks())
    >>> [[[str(c) for c in term] for term in clause] for clause in clauses(nash, signs)]
    [[['r_N >= g_R/(g_R + k_R)']]]
    >>> clauses(admissible(conflict.graph, "gmr", 0, 0, conflict.ranks()), signs)
    ()
    """
    needed: list[Alternatives] = []
    for part in found.demands if found.parts is None else found.parts:
        clause = signs.one_no_better(found.player, map(sorted, _in_order(part)), found.state)
        if clause != ((),):
            needed.append(clause)
    return () if not needed else ((),) if () in needed else tuple(dict.fromkeys(needed))


def alternatives(found: Inverse, signs: PayoffSigns) -> Alternatives | None:
    """Return the condition as a disjunction of conjunctions; None where there are too many.

    One for each largest set: that no state outside it is better.
    """
    if found.smallest is not None and len(found.smallest) <= _FEW:
        return signs.one_no_better(found.player, map(sorted, found.smallest), found.state)
    every = clauses(found, signs)
    if math.prod(map(len, every)) > monotone.MOST_SETS:
        return None
    return _shortest(tuple(itertools.chain(*choice)) for choice in itertools.product(*every))


def _shortest(terms: Iterable[tuple[Expression, ...]]) -> Alternatives:
    """Return the terms without those that say more than another one."""
    kept = list(dict.fromkeys(tuple(dict.fromkeys(term)) for term in terms))
    return tuple(t for t in kept if not any(set(other) < set(t) for other in kept))


def _in_order(ways: Iterable[Way]) -> list[Way]:
    return sorted(ways, key=lambda way: (len(way), sorted(way)))


#: What stability is called in sentences.
CALLED = {"nash": "Nash", "sseq": "SSEQ", "seq": "SEQ", "smr": "SMR", "gmr": "GMR"}


def sentence(found: Inverse, conflict: Conflict) -> str:
    """Return the answer as a sentence.

    >>> from deterrence import load_model
    >>> from deterrence.graph_model.conflict import conflict_of
    >>> conflict = conflict_of(load_model("chicken"))
    >>> print(sentence(admissible(conflict.graph, "gmr", 0, 0, conflict.ranks()), conflict))
    #1 Status quo is GMR stable for A iff #3 B yields or #4 Collision is no better for A.
    """
    player = conflict.players[found.player]
    here = conflict.states[found.state].name
    said = f"{here} is {CALLED[found.concept]} stable for {player}"
    if found.concept in CREDIBLE:
        said = f"With the others' preferences as they are, {said}"
    if found.always:
        return f"{said} whatever {player} prefers."
    names = [s.name for s in conflict.states]

    def none(states: Iterable[int]) -> str:
        every = [names[k] for k in sorted(states)]
        if len(every) == 1:
            return f"{every[0]} is no better for {player}"
        return f"none of {listed(every)} is better for {player}"

    parts = found.demands if found.parts is None else found.parts
    told = []
    surely = [x for part in parts if len(part) == 1 for way in part for x in way]
    if surely:
        told.append(none(surely))
    for part in parts:
        ways = _in_order(part)
        if len(ways) > 1 and all(len(way) == 1 for way in ways):
            every = listed((names[k] for way in ways for k in way), "or")
            told.append(f"{every} is no better for {player}")
        elif len(ways) > 1:
            told.append(", or ".join(map(none, ways)))
    return f"{said} iff {'; and '.join(told)}."


def _weak_orders(size: int) -> list[int]:
    """Return the number of orders with ties of 0 to ``size`` things (Fubini numbers).

    >>> _weak_orders(4)
    [1, 1, 3, 13, 75]
    """
    found = [1]
    for n in range(1, size + 1):
        found.append(sum(math.comb(n, k) * found[n - k] for k in range(1, n + 1)))
    return found
