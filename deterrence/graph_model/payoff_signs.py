"""How a player's payoffs in two states compare, as far as the assumptions of a model say.

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> signs = PayoffSigns(conflict_of(load_model("chicken")))
>>> signs.sign(0, 2, 0), signs.sign(0, 3, 0)  # A yields rather than being yielded to; collision
('>=', '<')
>>> signs.no_better(0, [3], 0)
()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.limits import work
from deterrence.proving.conditions import Clause, Simplifier
from deterrence.symbolic.parameter_space import (
    GameProblem,
    cleared,
    divisors,
    known_values,
    parameter_space,
    prover_of,
)

if TYPE_CHECKING:
    from deterrence.graph_model.conflict import Conflict

#: Work seconds for all questions about one conflict.
EFFORT = 20.0
#: Alternatives up to which each is held against every other one.
_FEW = 24


class PayoffSigns:
    """Knows which comparisons of payoffs the assumptions settle, and writes the others.

    ``fixed`` puts numbers in for some parameters.  With ``expand`` the formulas of derived
    parameters are put in: more is settled, and what is not reads longer.
    """

    def __init__(
        self,
        conflict: Conflict,
        fixed: Mapping[str, Any] | None = None,
        *,
        expand: bool = False,
        effort: float = EFFORT,
    ) -> None:
        model = conflict.model
        known, equations = known_values(model, expand, fixed)
        rows = conflict.payoffs if expand else formulas_of(conflict)
        payoffs = tuple(tuple(u.substitute(known) for u in row) for row in rows)
        formulas = [u for row in payoffs for u in row]
        space = parameter_space(model, known, equations, formulas, fixed)
        algebra = Algebra(space.symbols, [*formulas, *space.assumptions])
        problem = GameProblem(
            **vars(space),
            players=model.players,
            actions=(),
            algebra=algebra,
            payoffs=payoffs,
            lotteries=(),
            chances=(),
            nonzero=divisors(algebra, formulas),
        )
        self.simplifier = Simplifier(prover_of(problem, work.now() + effort))
        #: The payoffs times a positive common factor, a row per player.
        self.values = [cleared([algebra.fraction(u) for u in row])[0] for row in payoffs]

    def sign(self, player: int, there: int, here: int) -> str:
        """Return how a state compares with another: ``>``, ``>=``, ``=``, ``<=``, ``<`` or ``""``.

        ``""`` where the assumptions leave it open, or it is not known that they do not.
        """
        difference = self.values[player][there] - self.values[player][here]
        if not difference:
            return "="
        found = self.simplifier.sign(difference)
        if found is None:
            return ""
        return (">" if found[0] > 0 else "<") + ("=" if found[1] else "")

    def no_better(
        self, player: int, states: Iterable[int], here: int
    ) -> tuple[Expression, ...] | None:
        """Return when no state of some is better than another; None where one always is."""
        found = self._clauses(player, states, here)
        return None if found is None else self._written(found)

    def one_no_better(
        self, player: int, sets: Iterable[Iterable[int]], here: int
    ) -> tuple[tuple[Expression, ...], ...]:
        """Return when in one of the sets no state is better: the alternatives, in few words.

        Of alternatives one of which implies another only the other one is told.
        """
        every = (self._clauses(player, states, here) for states in sets)
        terms = list(dict.fromkeys(tuple(t) for t in every if t is not None))
        if () in terms:
            return ((),)
        if len(terms) <= _FEW:
            for term in sorted(terms, key=len, reverse=True):
                if any(self._implies(term, other) for other in terms if other != term):
                    terms.remove(term)
        return tuple(map(self._written, terms))

    def _clauses(self, player: int, states: Iterable[int], here: int) -> list[Clause] | None:
        own = self.values[player]
        literals = [Literal(own[k] - own[here], "<=") for k in states]
        found = self.simplifier.conjunction(literals)
        return None if found is None else self.simplifier.irredundant(found)

    def _implies(self, term: Iterable[Clause], other: Iterable[Clause]) -> bool:
        """Say whether it is proven at once that where one conjunction holds the other does."""
        given = [c[0] for c in term if len(c) == 1]
        return all(
            self.simplifier.prover.decide(
                [*given, *(literal.negated() for literal in clause)], quick=True
            ).verdict
            == "impossible"
            for clause in other
        )

    def _written(self, clauses: Iterable[Clause]) -> tuple[Expression, ...]:
        return tuple(map(self.simplifier.written, clauses))


def formulas_of(conflict: Conflict) -> tuple[tuple[Expression, ...], ...]:
    """Return the payoffs of states, a row per player, in derived parameters where cells have them.

    States that are no cells in their order have payoffs with the formulas put in.
    """
    model = conflict.model
    if model.cells and model.payoff_expressions(expand=True) == conflict.payoffs:
        return model.payoff_expressions()
    return conflict.payoffs
