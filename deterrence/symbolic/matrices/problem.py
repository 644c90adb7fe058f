"""From a model to polynomials: the symbols that matter, and both sides' payoffs.

The symbols are the parameters in the payoffs, the chances of outcomes and the
measures; a derived parameter is a symbol of its own, so that conditions read
``k_R > l_R`` and not ``c_R + rho*N_R > l_R``.  With ``expand`` its formula is
put in instead.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra, common_denominator
from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.measures import Measure
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.samples import comparisons, single_bounds

#: Parameters of one player's payoffs up to which a common scale is looked for.
_MAX_GRADED = 12


@dataclass(frozen=True)
class Problem:
    """A two-player game over a polynomial ring.

    ``row`` and ``column`` are payoff polynomials (rows x columns): the true
    payoffs times a positive common factor.  ``lotteries`` has one lottery over
    outcome labels per cell (row by row); ``bounds`` sensible ranges per symbol.
    """

    name: str
    title: str
    players: tuple[str, str]
    actions: tuple[tuple[str, ...], tuple[str, ...]]
    symbols: tuple[str, ...]
    algebra: Algebra
    assumptions: tuple[Expression, ...]
    payoffs: tuple[tuple[Expression, ...], tuple[Expression, ...]]
    lotteries: tuple[tuple[tuple[str, Expression], ...], ...]
    measures: tuple[Measure, ...]
    row: list[list[Any]]
    column: list[list[Any]]
    bounds: Mapping[str, tuple[Any, Any]]
    defaults: Mapping[str, Any]
    titles: Mapping[str, str]
    #: Assumed equations, solved for a parameter that no longer occurs.
    equations: tuple[Expression, ...] = ()
    #: Polynomials that divide a payoff or a chance, so that they must not vanish.
    nonzero: tuple[Any, ...] = ()
    #: What was put in for parameters that no longer occur: numbers and formulas.
    replaced: Mapping[str, Any] = field(default_factory=dict)

    def scales(self) -> list[tuple[frozenset[str], str]]:
        """Return, per player, the parameters that measure the player's utility, and a positive one.

        Multiplying them all by a positive number changes neither the game's
        equilibria nor whether the assumptions hold.  Players whose payoffs have
        no such scale, or whose scale has no member that is surely positive, are
        left out.
        """
        bounds = single_bounds(self.assumptions)
        strict = {
            n
            for left, sign, right in comparisons(self.assumptions)
            for n in (*_positive(left, sign, right), *_positive(right, _TURNED[sign], left))
        }
        compared = [
            self.algebra.fraction(left - right) for left, _, right in comparisons(self.assumptions)
        ]
        plain = all(a.op in ("and", "compare") for a in self.assumptions)
        if self.algebra.atoms or not plain or not all(q.is_ground for _, q in compared):
            return []
        found = []
        for payoffs in (self.row, self.column):
            monomials = {m for row in payoffs for u in row for m in u}
            group = _grading(monomials, len(self.symbols), [p for p, _ in compared])
            names = frozenset(self.symbols[k] for k in group)
            pivots = sorted(n for n in names & strict if bounds.get(n, (None, None))[1] is None)
            if pivots:
                found.append((names, pivots[0]))
        return found

    @property
    def shape(self) -> tuple[int, int]:
        """The number of actions of both players."""
        return len(self.actions[0]), len(self.actions[1])

    def cell_keys(self) -> list[list[Any]]:
        """Return a hashable key per cell; cells with equal lotteries and payoffs share it."""
        n = self.shape[1]
        return [
            [(self.lotteries[i * n + j], self.row[i][j], self.column[i][j]) for j in range(n)]
            for i in range(self.shape[0])
        ]


def problem_of(
    model: SymbolicModel, *, expand: bool = False, fixed: Mapping[str, Any] | None = None
) -> Problem:
    """Return the polynomial game of a model; ``fixed`` puts numbers in for some parameters.

    Raises :class:`UnsupportedError` for other than two players.
    """
    if len(model.players) != 2:
        raise UnsupportedError(
            f"{model.name} has {len(model.players)} players; regimes need two",
            remedy="solve it at values instead",
        )
    known, equations = known_values(model, expand, fixed)
    payoffs = [[u.substitute(known) for u in row] for row in model.payoff_expressions()]
    lotteries = [
        tuple((label, chance.substitute(known)) for label, chance in cell.lottery)
        or ((name, Expression.number(1)),)
        for cell, name in zip(model.cells, model.cell_names(), strict=True)
    ]
    measures = tuple(m.bind(known) for m in model.measures)
    assumptions = [a.substitute(known) for a in model.assumptions]
    assumptions = [a for a in assumptions if not plainly_true(a)]
    used = {n for row in payoffs for u in row for n in u.names}
    used |= {n for lottery in lotteries for _, chance in lottery for n in chance.names}
    used |= {n for m in measures for n in m.expression.names}
    used, kept = closure(used, [a for a in assumptions if a.names])
    symbols = tuple(n for n in model.parameters if n in used)
    everything = [*(u for row in payoffs for u in row), *kept]
    chances = [chance for lottery in lotteries for _, chance in lottery]
    everything += chances
    everything += [m.expression for m in measures if not _has_query_atom(m.expression)]
    algebra = Algebra(symbols, everything)
    width = len(model.actions[1])
    defaults = default_values(model, fixed)
    return Problem(
        name=model.name,
        title=model.title,
        players=(model.players[0], model.players[1]),
        actions=(model.actions[0], model.actions[1]),
        symbols=symbols,
        algebra=algebra,
        assumptions=tuple(kept),
        payoffs=(tuple(payoffs[0]), tuple(payoffs[1])),
        lotteries=tuple(lotteries),
        measures=measures,
        row=_cleared(algebra, payoffs[0], width),
        column=_cleared(algebra, payoffs[1], width),
        bounds={n: (model.parameters[n].lower, model.parameters[n].upper) for n in symbols},
        defaults={n: defaults[n] for n in symbols if n in defaults},
        titles=model.titles,
        equations=equations,
        nonzero=divisors(algebra, [*payoffs[0], *payoffs[1], *chances]),
        replaced=known,
    )


def known_values(
    model: SymbolicModel, expand: bool = False, fixed: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], tuple[Expression, ...]]:
    """Return what is put in for parameters, and the assumed equations that were solved for one.

    Numbers for ``fixed`` parameters; formulas for derived ones that are numbers, or
    all of them with ``expand``; formulas for parameters that an equation determines.
    """
    known: dict[str, Any] = dict(fixed or {})
    formulas: dict[str, Any] = {}
    for name in model.derived:
        formula = model.parameters[name].formula
        if formula is None or name in known:
            continue
        formula = formula.substitute({**formulas, **known})
        if expand or not formula.names:
            formulas[name] = formula
    known = {**formulas, **known}
    solved, equations = _solved([a.substitute(known) for a in model.assumptions])
    return {n: Expression.of(e).substitute(solved) for n, e in known.items()} | solved, equations


def default_values(model: SymbolicModel, fixed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the default of every parameter, nothing where one has none."""
    return model.values(check=False, **dict(fixed or {})) if _all_valued(model) else {}


def _all_valued(model: SymbolicModel) -> bool:
    return all(p.default is not None or p.formula is not None for p in model.parameters.values())


def _has_query_atom(e: Expression) -> bool:
    """Say whether a query stands inside a function that is no quotient."""
    for node in e.walk():
        if node.op in ("call", "if") and any(n.op == "query" for n in node.walk()):
            return True
    return False


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _positive(left: Expression, sign: str, right: Expression) -> list[str]:
    """Return the name that a comparison says is positive."""
    zero = right.op == "number" and right.args[0] >= 0
    return [left.args[0]] if sign == ">" and left.op == "name" and zero else []


def _grading(monomials: set[Any], size: int, others: Sequence[Any]) -> list[int]:
    """Return the largest group in which the monomials have degree 1 and ``others`` one degree."""
    used = sorted({k for m in monomials for k, e in enumerate(m) if e})
    if not monomials or len(used) > _MAX_GRADED:
        return []
    for count in range(len(used), 0, -1):
        for group in itertools.combinations(used, count):
            if all(sum(m[k] for k in group) == 1 for m in monomials) and all(
                len({sum(m[k] for k in group) for m in p}) <= 1 for p in others
            ):
                return list(group)
    return []


def _solved(
    assumptions: Sequence[Expression],
) -> tuple[dict[str, Expression], tuple[Expression, ...]]:
    """Solve assumed equations for one parameter each: substitutions, and the equations used."""
    solved: dict[str, Expression] = {}
    used: list[Expression] = []
    for assumption in assumptions:
        for left, sign, right in comparisons([assumption]):
            if sign != "==":
                continue
            left, right = left.substitute(solved), right.substitute(solved)
            answer = _solve(left, right)
            if answer is not None:
                name, expression = answer
                solved = {n: e.substitute({name: expression}) for n, e in solved.items()}
                solved[name] = expression
                used.append(Expression("compare", ("==",), Expression.name(name), expression))
    return solved, tuple(used)


def _solve(left: Expression, right: Expression) -> tuple[str, Expression] | None:
    """Solve an equation for a parameter that it determines everywhere, if there is one."""
    for one, other in ((left, right), (right, left)):
        if one.op == "name" and one.args[0] not in other.names:
            return one.args[0], other
    names = sorted(left.names | right.names)
    algebra = Algebra(names, [left, right])
    if algebra.atoms or not names:
        return None
    p, q = algebra.fraction(left - right)
    if not q.is_ground:
        return None
    for k, name in enumerate(names):
        if p and p.degree(algebra.ring.gens[k]) == 1:
            slope = p.diff(algebra.ring.gens[k])
            if slope.is_ground:
                rest = p - slope * algebra.ring.gens[k]
                return name, algebra.quotient(-rest, slope)
    return None


def plainly_true(a: Expression) -> bool:
    """Say whether an assumption without parameters holds; one that fails is a usage error."""
    if a.names:
        return a.op == "compare" and all(
            s in ("==", "<=", ">=") and x == y for x, s, y in comparisons([a])
        )
    if not a.evaluate({}):
        raise UsageError(
            f"the assumptions contradict each other: '{a}' would have to hold",
            remedy="drop or change one of them",
        )
    return True


def divisors(algebra: Algebra, expressions: Sequence[Expression]) -> tuple[Any, ...]:
    """Return the irreducible factors of all denominators."""
    found: dict[Any, None] = {}
    for e in expressions:
        q = algebra.fraction(e)[1]
        if not q.is_ground:
            found.update(dict.fromkeys(f for f, _ in algebra.factors(q)[1]))
    return tuple(found)


def closure(used: set[str], assumptions: Sequence[Expression]) -> tuple[set[str], list[Expression]]:
    """Add the symbols that assumptions tie to used ones; return those assumptions too."""
    grown = True
    while grown:
        grown = False
        for a in assumptions:
            if a.names & used and not a.names <= used:
                used |= a.names
                grown = True
    return used, [a for a in assumptions if a.names <= used]


def _cleared(algebra: Algebra, payoffs: Sequence[Expression], width: int) -> list[list[Any]]:
    """Return payoffs as polynomials, times the square of their common denominator if it varies.

    A constant denominator is positive; any other is squared, so that the factor
    is positive wherever the payoffs are defined.
    """
    fractions = [algebra.fraction(u) for u in payoffs]
    common = common_denominator(fractions)
    scale = algebra.ring.one if common.is_ground else common
    flat = [p * common.exquo(q) * scale for p, q in fractions]
    return [flat[i : i + width] for i in range(0, len(flat), width)]
