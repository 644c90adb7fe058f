r"""From a model with a tree to polynomials: payoffs, chances, and the unknowns of an equilibrium.

The unknowns are the probability of every action at every information set, and
the belief at every information set, as far as the game leaves them open.  They
join the parameters in one polynomial ring; a smaller ring has the parameters
alone, for conditions of existence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from deterrence.algebra.cases import Case
from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import Ring, RingElement, without_divisor
from deterrence.errors import UnsupportedError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import leaf_name
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.distinctions import written
from deterrence.proving.samples import comparisons
from deterrence.symbolic.parameter_space import (
    GameProblem,
    cleared,
    compared_formulas,
    divisors,
    known_values,
    parameter_space,
)
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.trees.simultaneous import simultaneous


@dataclass(frozen=True, eq=False, kw_only=True)
class TreeProblem(GameProblem):
    """A game tree over a polynomial ring.

    ``game`` is the tree in the problem's symbols; ``paid[i][k]`` is what player ``i`` is paid
    at node ``k`` (times a positive factor), ``draws[s][a]`` the probability of an action of a
    chance move, both in the ring of the parameters with rational coefficients.  ``actions``
    are those of each player over all information sets, ``payoffs`` go by the outcomes that are
    paid somewhere, and every ``lottery`` is the certainty of one end of the game.  ``is_table``
    says that the model is in strategic form.
    """

    game: ExtensiveGame
    paid: tuple[tuple[RingElement, ...], ...]
    draws: Mapping[int, tuple[RingElement, ...]]
    is_table: bool = False

    def with_assumptions(self, further: Sequence[Expression]) -> TreeProblem:
        """Return the problem with further assumptions, but for those that stand there already."""
        known = {self._positive(left, sign, right) for left, sign, right in self._comparisons()}
        added = [a for a in further if not {self._positive(*c) for c in comparisons([a])} <= known]
        return replace(self, assumptions=(*self.assumptions, *dict.fromkeys(added)))

    def in_case(self, case: Case) -> TreeProblem:
        """Return the game in one case of its distinctions, which is then assumed."""
        return replace(
            self,
            assumptions=(*self.assumptions, *written(case)),
            paid=_paid(self.game, self.algebra, case.of),
            draws=_draws(self.game, self.algebra, case.of),
        )

    def _comparisons(self) -> list[tuple[Expression, str, Expression]]:
        return [c for c in comparisons(self.assumptions) if c[1] in ("<", ">")]

    def _positive(self, left: Expression, sign: str, right: Expression) -> tuple[RingElement, bool]:
        """Return the polynomial that a strict comparison says is positive, up to a factor."""
        p, q = self.algebra.fraction(left - right if sign == ">" else right - left)
        return without_divisor(p), q.is_ground


def tree_problem(
    model: SymbolicModel, *, expand: bool = False, fixed: Mapping[str, Any] | None = None
) -> TreeProblem:
    """Return the polynomial game of a model with a tree, or in strategic form as a tree.

    ``expand`` puts the formulas of derived parameters in; ``fixed`` puts numbers in
    for some parameters.  Raises :class:`UsageError` where a player forgets, and
    :class:`UnsupportedError` where a probability is no polynomial, and for too large a table.
    """
    game = simultaneous(model) if model.tree is None else model.tree
    game.need_perfect_recall("a symbolic solution")
    known, equations = known_values(model, expand, fixed)

    game = _substituted(game, known)
    worth = game.outcomes
    chances = {k: s.chances for k, s in enumerate(game.sets) if s.is_chance}
    paid = dict.fromkeys(n.outcome for n in game.nodes if n.outcome is not None)
    flat = [u for label in worth if label in paid for u in worth[label]]
    drawn = [p for ps in chances.values() for p in ps]
    space = parameter_space(model, known, equations, [*flat, *drawn], fixed)
    compared = compared_formulas(model, space)
    algebra = Algebra(space.symbols, [*flat, *space.assumptions, *drawn, *compared])
    _need_polynomials(game, algebra, chances)
    players = range(len(game.players))
    ends = dict.fromkeys(leaf_name(game, k) for k in game.leaves)
    return TreeProblem(
        **vars(space),
        players=game.players,
        actions=tuple(
            tuple(dict.fromkeys(a for s in game.sets if s.player == p for a in s.actions))
            for p in game.players
        ),
        algebra=algebra,
        payoffs=tuple(tuple(worth[label][i] for label in paid) for i in players),
        lotteries=tuple(((name, Expression.number(1)),) for name in ends),
        chances=tuple(drawn),
        nonzero=divisors(algebra, flat),
        game=game,
        paid=_paid(game, algebra, algebra.fraction),
        draws=_draws(game, algebra, algebra.fraction),
        is_table=model.tree is None,
    )


def _paid(
    game: ExtensiveGame, algebra: Algebra, read: Callable[[Expression], Quotient]
) -> tuple[tuple[RingElement, ...], ...]:
    """Return what each player is paid at every node, times a positive factor per player."""
    rational, one = rational_ring(algebra), algebra.ring.one
    zero = Expression.number(0)
    found = []
    for i in range(len(game.players)):
        row = [game.outcomes[n.outcome][i] if n.outcome else zero for n in game.nodes]
        ps, factor = cleared([read(u) for u in row])
        found.append(tuple(_over(rational, p, factor if factor.is_ground else one) for p in ps))
    return tuple(found)


def _draws(
    game: ExtensiveGame, algebra: Algebra, read: Callable[[Expression], Quotient]
) -> dict[int, tuple[RingElement, ...]]:
    """Return the probability of every action of chance moves."""
    rational = rational_ring(algebra)
    return {
        k: tuple(_over(rational, *read(p)) for p in s.chances)
        for k, s in enumerate(game.sets)
        if s.is_chance
    }


def _substituted(game: ExtensiveGame, known: Mapping[str, Any]) -> ExtensiveGame:
    """Return the tree with formulas and numbers put in for parameters; everything is a formula."""

    def formula(x: object) -> Expression:
        return Expression.of(x).substitute(known)

    sets = tuple(replace(s, chances=tuple(map(formula, s.chances))) for s in game.sets)
    outcomes = {label: tuple(map(formula, us)) for label, us in game.outcomes.items()}
    return game.replace(sets=sets, outcomes=outcomes)


def rational_ring(algebra: Algebra) -> Ring:
    """Return the algebra's ring with rational coefficients."""
    from sympy.polys.domains import QQ

    return algebra.ring.clone(domain=QQ)


def _over(ring: Ring, p: RingElement, q: RingElement) -> RingElement:
    """Return ``p/q`` in the ring with rational coefficients, ``q`` a number."""
    return p.set_ring(ring).quo_ground(ring.domain(int(q.LC)))


def _need_polynomials(
    game: ExtensiveGame, algebra: Algebra, chances: Mapping[int, Sequence[Expression]]
) -> None:
    for k, ps in chances.items():
        for action, p in zip(game.sets[k].actions, ps, strict=True):
            if not algebra.fraction(p)[1].is_ground:
                raise UnsupportedError(
                    f"the probability {p} of {action!r} at {game.sets[k].label!r} divides by a "
                    "parameter, which the symbolic solver does not take",
                    remedy="make it a derived parameter (formula: ...) and name that here",
                )
