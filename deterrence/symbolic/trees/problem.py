r"""From a model with a tree to polynomials: payoffs, chances, and the unknowns of an equilibrium.

The unknowns are the probability of every action at every information set, and
the belief at every information set, as far as the game leaves them open.  They
join the parameters in one polynomial ring; a smaller ring has the parameters
alone, for conditions of existence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra, common_denominator
from deterrence.errors import UnsupportedError
from deterrence.game.measures import Measure
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.samples import comparisons
from deterrence.symbolic.matrices.problem import (
    closure,
    default_values,
    divisors,
    known_values,
    plainly_true,
)


@dataclass(frozen=True, eq=False)
class TreeProblem:
    """A game tree over a polynomial ring.

    ``paid[i][k]`` is what player ``i`` is paid at node ``k`` (times a positive
    factor), ``draws[s][a]`` the probability of an action of a chance move, both in
    the ring of the parameters with rational coefficients; ``game`` is the tree in the
    problem's symbols.  The other fields are those of
    :class:`deterrence.symbolic.matrices.problem.Problem` that questions about outcomes and
    measures read.
    """

    name: str
    title: str
    game: ExtensiveGame
    players: tuple[str, ...]
    symbols: tuple[str, ...]
    algebra: Algebra
    assumptions: tuple[Expression, ...]
    paid: tuple[tuple[Any, ...], ...]
    draws: Mapping[int, tuple[Any, ...]]
    measures: tuple[Measure, ...]
    bounds: Mapping[str, tuple[Any, Any]]
    defaults: Mapping[str, Any]
    titles: Mapping[str, str]
    equations: tuple[Expression, ...] = ()
    nonzero: tuple[Any, ...] = ()
    replaced: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outcome_names(self) -> tuple[str, ...]:
        """The names of all ends of the game."""
        from deterrence.game.tree.play import leaf_name

        return tuple(dict.fromkeys(leaf_name(self.game, k) for k in self.game.leaves))

    @property
    def tree(self) -> ExtensiveGame:
        """The tree in the problem's symbols."""
        return self.game

    @property
    def payoffs(self) -> tuple[tuple[Expression, ...], ...]:
        """What each player is paid, in every outcome that is paid somewhere."""
        paid = dict.fromkeys(n.outcome for n in self.game.nodes if n.outcome is not None)
        return tuple(
            tuple(Expression.of(self.game.outcomes[label][i]) for label in paid)
            for i in range(len(self.players))
        )

    @property
    def chances(self) -> tuple[Expression, ...]:
        """The probabilities of all moves of chance."""
        return tuple(Expression.of(p) for s in self.game.sets for p in s.chances)

    @property
    def lotteries(self) -> tuple[tuple[tuple[str, Expression], ...], ...]:
        """The ends of the game as certain lotteries, the form in which matrices have them."""
        one = Expression.number(1)
        return tuple(((name, one),) for name in self.outcome_names)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """The names of each player's actions, over all information sets."""
        sets = self.game.sets
        return tuple(
            tuple(dict.fromkeys(a for s in sets if s.player == p for a in s.actions))
            for p in self.players
        )

    def with_assumptions(self, further: Sequence[Expression]) -> TreeProblem:
        """Return the problem with further assumptions, but for those that stand there already."""
        known = {self._positive(left, sign, right) for left, sign, right in self._comparisons()}
        added = [a for a in further if not {self._positive(*c) for c in comparisons([a])} <= known]
        return replace(self, assumptions=(*self.assumptions, *dict.fromkeys(added)))

    def _comparisons(self) -> list[tuple[Expression, str, Expression]]:
        return [c for c in comparisons(self.assumptions) if c[1] in ("<", ">")]

    def _positive(self, left: Expression, sign: str, right: Expression) -> Any:
        """Return the polynomial that a strict comparison says is positive, up to a factor."""
        p, q = self.algebra.fraction(left - right if sign == ">" else right - left)
        return (p.quo_ground(abs(int(p.content()))) if p else p), q.is_ground


def tree_problem(
    model: SymbolicModel, *, expand: bool = False, fixed: Mapping[str, Any] | None = None
) -> TreeProblem:
    """Return the polynomial game of a model with a tree.

    ``expand`` puts the formulas of derived parameters in; ``fixed`` puts numbers in
    for some parameters.  Raises :class:`UsageError` where a player forgets, and
    :class:`UnsupportedError` where a probability is no polynomial.
    """
    game = model.tree
    if game is None:
        raise UnsupportedError(f"{model.name} has no game tree")
    game.need_perfect_recall("a symbolic solution")
    known, equations = known_values(model, expand, fixed)

    game = _substituted(game, known)
    worth = game.outcomes
    chances = {k: s.chances for k, s in enumerate(game.sets) if s.is_chance}
    measures = tuple(m.bind(known) for m in model.measures)
    assumptions = [a.substitute(known) for a in model.assumptions]
    assumptions = [a for a in assumptions if not plainly_true(a)]
    paid = {n.outcome for n in game.nodes if n.outcome is not None}
    flat = [u for label in worth if label in paid for u in worth[label]]
    drawn = [p for ps in chances.values() for p in ps]
    used = {n for e in [*flat, *drawn, *(m.expression for m in measures)] for n in e.names}
    used, kept = closure(used, [a for a in assumptions if a.names])
    symbols = tuple(n for n in model.parameters if n in used)
    algebra = Algebra(symbols, [*flat, *kept, *drawn])
    _need_polynomials(game, algebra, chances)
    rows = [
        [worth[n.outcome][i] if n.outcome else Expression.number(0) for n in game.nodes]
        for i in range(len(game.players))
    ]
    defaults = default_values(model, fixed)
    rational = rational_ring(algebra)
    return TreeProblem(
        name=model.name,
        title=model.title,
        game=game,
        players=game.players,
        symbols=symbols,
        algebra=algebra,
        assumptions=tuple(kept),
        paid=tuple(tuple(_cleared(algebra, rational, row)) for row in rows),
        draws={
            k: tuple(_over(rational, *algebra.fraction(p)) for p in ps) for k, ps in chances.items()
        },
        measures=measures,
        bounds={n: (model.parameters[n].lower, model.parameters[n].upper) for n in symbols},
        defaults={n: defaults[n] for n in symbols if n in defaults},
        titles=model.titles,
        equations=equations,
        nonzero=divisors(algebra, flat),
        replaced=known,
    )


def _substituted(game: ExtensiveGame, known: Mapping[str, Any]) -> ExtensiveGame:
    """Return the tree with formulas and numbers put in for parameters; everything is a formula."""

    def formula(x: Any) -> Expression:
        return Expression.of(x).substitute(known)

    sets = tuple(replace(s, chances=tuple(map(formula, s.chances))) for s in game.sets)
    outcomes = {label: tuple(map(formula, us)) for label, us in game.outcomes.items()}
    return game.replace(sets=sets, outcomes=outcomes)


def rational_ring(algebra: Algebra) -> Any:
    """Return the algebra's ring with rational coefficients."""
    from sympy.polys.domains import QQ

    return algebra.ring.clone(domain=QQ)


def _over(ring: Any, p: Any, q: Any) -> Any:
    """Return ``p/q`` in the ring with rational coefficients, ``q`` a number."""
    return p.set_ring(ring).quo_ground(ring.domain(int(q.LC)))


def _cleared(algebra: Algebra, ring: Any, row: Sequence[Expression]) -> list[Any]:
    """Return a player's payments as polynomials, times a positive common factor."""
    fractions = [algebra.fraction(u) for u in row]
    common = common_denominator(fractions)
    scale = algebra.ring.one if common.is_ground else common
    return [
        (p * common.exquo(q) * scale).set_ring(ring).quo_ground(ring.domain(int(common.LC)))
        if common.is_ground
        else (p * common.exquo(q) * scale).set_ring(ring)
        for p, q in fractions
    ]


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
