"""What it means that a state is stable, as a formula over comparisons of payoffs.

For a player *i*, or a coalition, at a state *s* (definitions and sources in
:mod:`deterrence.graph_model.concepts`): every way out *x* is no improvement, or is sanctioned by
something that the others can do from there.  Everything is a combination of "is *a* better than
*b* for *j*", ties included.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.errors import IncompleteError
from deterrence.graph_model.concepts import CREDIBLE, SYMMETRIC
from deterrence.graph_model.graph import Arcs, MoveGraph
from deterrence.graph_model.reach import closure
from deterrence.graph_model.symbolic.circuits import FALSE, TRUE
from deterrence.graph_model.symbolic.sign_questions import SignQuestions
from deterrence.symbolic.parameter_space import GameProblem

#: Steps of a sanction, times states, and comparisons that are written out.
MAX_STEPS, MAX_COMPARISONS = 200_000, 2_000_000


class PayoffComparisons:
    """Comparisons of what two states are worth to a player, as formulas.

    States that are worth the same whatever the parameters are one: ``kinds`` has, for every
    player, the number of each state's worth, and ``worths`` what they are.
    """

    def __init__(self, problem: GameProblem, asked: SignQuestions) -> None:
        self.asked = asked
        self._algebra: Algebra = problem.algebra
        self.kinds: list[list[int]] = []
        self.worths: list[list[tuple[RingElement, RingElement]]] = []
        lowest: dict[Expression, tuple[RingElement, RingElement]] = {}
        for own in problem.payoffs:
            found: dict[tuple[RingElement, RingElement], int] = {}
            for u in own:
                if u not in lowest:
                    lowest[u] = problem.algebra.lowest(*problem.algebra.fraction(u))
                found.setdefault(lowest[u], len(found))
            self.kinds.append([found[lowest[u]] for u in own])
            self.worths.append(list(found))
        self._known: dict[tuple[int, int, int, str], int] = {}
        #: Comparisons that were asked for.
        self.count = 0

    def compared(self, player: int, a: int, sign: str, b: int) -> int:
        """Return the formula that state ``a`` compares with state ``b`` for a player.

        ``compared(i, a, ">", b)`` says that ``a`` is strictly better.
        """
        self.count += 1
        if self.count > MAX_COMPARISONS:
            raise IncompleteError("the formulas have too many comparisons to write out")
        kinds = self.kinds[player]
        key = player, kinds[a], kinds[b], sign
        if key not in self._known:
            self._known[key] = self.of_worths(*key)
        return self._known[key]

    def of_worths(self, player: int, a: int, b: int, sign: str) -> int:
        """Return the formula that one worth compares with another."""
        if a == b:
            return TRUE if sign in (">=", "<=", "==") else FALSE
        (p, q), (r, s) = self.worths[player][a], self.worths[player][b]
        top, bottom = (p - r, q) if q == s else (p * s - r * q, q * s)
        return self.asked.compared(*self._algebra.lowest(top, bottom), sign)


class StabilityFormulas:
    """Formulas that say where states are stable."""

    def __init__(self, graph: MoveGraph, payoffs: PayoffComparisons) -> None:
        self.graph, self.payoffs = graph, payoffs
        self.circuits = payoffs.asked.circuits
        self._closures: dict[frozenset[int], Arcs] = {}
        #: Steps that were written out so far.
        self._steps = 0

    def of(self, concept: str, state: int, members: Sequence[int]) -> int:
        """Return where a state is stable for a player, or a coalition, under a notion.

        ``concept`` is one of ``nash sseq seq smr gmr``, of one or several members, who leave for
        what is better for all of them (joint improvement); or, of two players, ``l2`` (a look
        ahead of two moves, for certain) and ``l2-sometimes`` (if ties are broken in favour of it).
        """
        if concept.startswith("l2"):
            return self._two_moves(state, members[0], certain=concept == "l2")
        any_of, all_of = self.circuits.any_of, self.circuits.all_of
        own = self._reached(members)
        others = self.graph.others(*members)
        better = self.circuits.negated

        def kept(y: int) -> int:
            """That a sanction holds: not better, and, if asked, no way out of it that is."""
            ends = [y, *own.row(y).tolist()] if concept in SYMMETRIC else [y]
            return all_of(better(self._better(members, z, state)) for z in ends)

        exits, found = own.row(state).tolist(), []
        answers = self._credible(exits, others, kept) if concept in CREDIBLE and others else {}
        for x in exits:
            ways = [better(self._better(members, x, state))]
            if x in answers:
                ways.append(answers[x])
            elif others and concept in ("gmr", "smr"):
                ways += [kept(y) for y in self._reached(others).row(x).tolist()]
            found.append(any_of(ways))
        return all_of(found)

    def equilibrium(self, concept: str, state: int) -> int:
        """Return where a state is stable for all players."""
        players = range(len(self.graph.players))
        return self.circuits.all_of(self.of(concept, state, [i]) for i in players)

    def _better(self, members: Sequence[int], a: int, b: int) -> int:
        """Return the formula that a state is strictly better than another for all members."""
        return self.circuits.all_of(self.payoffs.compared(i, a, ">", b) for i in members)

    def _reached(self, movers: Sequence[int]) -> Arcs:
        """Return where legal sequences of moves lead."""
        key = frozenset(movers)
        if key not in self._closures:
            self._closures[key] = closure(self.graph, movers)
        return self._closures[key]

    def _credible(
        self, starts: Iterable[int], movers: Sequence[int], kept: Callable[[int], int]
    ) -> dict[int, int]:
        """Return where the others get from states to a sanction by moves that each of them wants.

        With several others the ways depend on the payoffs.  One step more is written out until
        that is proven to add nothing.
        """
        any_of, all_of = self.circuits.any_of, self.circuits.all_of
        steps: dict[tuple[int, int], list[tuple[int, int]]] = {}  # by who moves, and from where
        waiting = [(j, x) for x in starts for j in movers]
        while waiting:
            j, x = waiting.pop()
            if (j, x) in steps:
                continue
            ends = self.graph.moves(j, x).tolist()
            wanted = [(y, self.payoffs.compared(j, y, ">", x)) for y in ends]
            steps[j, x] = [(y, node) for y, node in wanted if node != FALSE]
            waiting += [(k, y) for y, _ in steps[j, x] for k in movers if k != j]
        holds = {y: kept(y) for ways in steps.values() for y, _ in ways}
        found = dict.fromkeys(steps, FALSE)
        for _ in itertools.count():
            self._steps += len(steps)
            if self._steps > MAX_STEPS:
                raise IncompleteError("what the others would do takes too many steps to write out")
            grown = {
                (j, x): any_of(
                    all_of([node, any_of([holds[y], *(found[k, y] for k in movers if k != j)])])
                    for y, node in ways
                )
                for (j, x), ways in steps.items()
            }
            if len(movers) == 1 or self._same(found, grown):
                return {x: any_of(grown[j, x] for j in movers) for x in starts}
            found = grown
        raise AssertionError("steps are counted")

    def _same(self, found: dict[tuple[int, int], int], grown: dict[tuple[int, int], int]) -> bool:
        """Say whether one step more is proven to add nothing anywhere."""
        circuits = self.circuits
        added = circuits.any_of(
            circuits.all_of([new, circuits.negated(found[key])])
            for key, new in grown.items()
            if new != found[key]
        )
        return self.payoffs.asked.decide([added]).verdict == "impossible"

    def _two_moves(self, state: int, i: int, *, certain: bool) -> int:
        """Return where a player stays who looks two moves ahead: her own, and the other's.

        From each state to which she can go the other goes to one that is best for him and better
        than to stay there, or stays.  For certain she stays if all that he may then choose is no
        better than the state, sometimes if in every case some of it is not.
        """
        circuits, compared = self.circuits, self.payoffs.compared
        any_of, all_of, no = circuits.any_of, circuits.all_of, circuits.negated
        (j,) = self.graph.others(i)
        found = []
        for x in self.graph.moves(i, state).tolist():
            ends = self.graph.moves(j, x).tolist()
            chosen = {
                y: all_of([compared(j, y, ">", x), *(compared(j, y, ">=", z) for z in ends)])
                for y in ends
            }
            chosen[x] = all_of(compared(j, y, "<=", x) for y in ends)
            kept = {y: compared(i, y, "<=", state) for y in chosen}
            if certain:
                found += [any_of([no(node), kept[y]]) for y, node in chosen.items()]
            else:
                found.append(any_of(all_of([node, kept[y]]) for y, node in chosen.items()))
        return all_of(found)
