"""From a model to the symbols that matter: what parameter space a symbolic analysis has.

The symbols are the parameters in the payoffs, the chances and the measures; a derived
parameter is a symbol of its own, so that conditions read ``k_R > l_R`` and not
``c_R + rho*N_R > l_R``.  With ``expand`` its formula is put in instead.  Assumed equations
are solved for a parameter that then no longer occurs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import ARITHMETIC, Expression
from deterrence.algebra.polynomials import Algebra, common_denominator
from deterrence.algebra.rings import RingElement
from deterrence.errors import ExpressionError, UsageError
from deterrence.game.measures import Measure
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.prover import Prover
from deterrence.proving.samples import comparisons
from deterrence.symbolic.quotients import Quotient

#: Seconds for a whole analysis, and for one question to the solver.
EFFORT = 60.0
QUERY_EFFORT = 5_000_000


@dataclass(frozen=True, eq=False, kw_only=True)
class ParameterSpace:
    """The symbols of a model, and what is known of them.

    ``bounds`` are sensible ranges per symbol; ``equations`` are assumed ones, solved for a
    parameter that no longer occurs; ``replaced`` is what was put in for such parameters:
    numbers and formulas.
    """

    name: str
    title: str
    symbols: tuple[str, ...]
    assumptions: tuple[Expression, ...]
    equations: tuple[Expression, ...]
    measures: tuple[Measure, ...]
    bounds: Mapping[str, tuple[Any, Any]]
    defaults: Mapping[str, Any]
    titles: Mapping[str, str]
    replaced: Mapping[str, Expression]


@dataclass(frozen=True, eq=False, kw_only=True)
class GameProblem(ParameterSpace):
    """A game over a polynomial ring; of matrices and trees alike.

    ``payoffs`` has what each player may be paid, ``chances`` are the probabilities of all
    moves of chance; ``lotteries`` has one lottery over outcome labels for every way in which
    the game may end; ``nonzero`` are polynomials that divide a payoff or a chance.
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    algebra: Algebra
    payoffs: tuple[tuple[Expression, ...], ...]
    lotteries: tuple[tuple[tuple[str, Expression], ...], ...]
    chances: tuple[Expression, ...]
    nonzero: tuple[RingElement, ...] = ()


def parameter_space(
    model: SymbolicModel,
    known: Mapping[str, Expression],
    equations: tuple[Expression, ...],
    formulas: Iterable[Expression],
    fixed: Mapping[str, Any] | None = None,
) -> ParameterSpace:
    """Return the space of a model whose game has these formulas.

    ``known`` and ``equations`` are those of :func:`known_values`, already put into the formulas.
    Raises :class:`UsageError` for assumptions that contradict each other.
    """
    measures = tuple(m.bind(known) for m in model.measures)
    assumptions = [a.substitute(known) for a in model.assumptions]
    assumptions = [a for a in assumptions if not plainly_true(a)]
    used = {n for e in formulas for n in e.names}
    used |= {n for m in measures for n in m.expression.names}
    used, kept = closure(used, [a for a in assumptions if a.names])
    symbols = tuple(n for n in model.parameters if n in used)
    defaults = default_values(model, fixed)
    return ParameterSpace(
        name=model.name,
        title=model.title,
        symbols=symbols,
        assumptions=tuple(kept),
        equations=equations,
        measures=measures,
        bounds={n: (model.parameters[n].lower, model.parameters[n].upper) for n in symbols},
        defaults={n: defaults[n] for n in symbols if n in defaults},
        titles=model.titles,
        replaced=known,
    )


def put_in(formulas: Iterable[Expression], values: Mapping[str, Any]) -> list[Expression] | None:
    """Return formulas with values put in; None where one has no value there, such as 1/0."""
    try:
        return [e.substitute(values) for e in formulas]
    except ExpressionError:
        return None


def compared_formulas(model: SymbolicModel, space: ParameterSpace) -> Iterator[Expression]:
    """Yield the formulas of named regimes and known results, which what is derived is held to.

    Those without a value at what is fixed, such as 1/0, are left out.
    """
    told = [c for regime in model.named_regimes for c in regime.when]
    for r in model.known_results:
        told += [*(r.exists or ()), *r.outcomes.values(), *r.measures.values()]
        told += [*r.payoffs.values()]
        told += [p for profile in r.played for mix in profile.values() for p in mix.values()]
    for e in told:
        for bound in put_in([e], space.replaced) or ():
            if bound.names <= set(space.symbols):
                yield bound


def known_values(
    model: SymbolicModel, expand: bool = False, fixed: Mapping[str, Any] | None = None
) -> tuple[dict[str, Expression], tuple[Expression, ...]]:
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


def prover_of(problem: GameProblem, deadline: float, **options: Any) -> Prover:
    """Return the prover that knows the assumptions of a problem.

    Raises :class:`UsageError` for assumptions that contradict each other.
    """
    prover = Prover(
        problem.algebra,
        problem.assumptions,
        problem.bounds,
        effort=QUERY_EFFORT,
        deadline=deadline,
        seeds=[problem.defaults] if set(problem.defaults) >= set(problem.symbols) else (),
        nonzero=problem.nonzero,
        **options,
    )
    if prover.decide([]).verdict == "impossible":
        raise UsageError(
            f"no parameter values satisfy all the assumptions of {problem.name}",
            remedy="drop or change one of them",
        )
    return prover


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
            answer = solved_for(left, right)
            if answer is not None:
                name, expression = answer
                solved = {n: e.substitute({name: expression}) for n, e in solved.items()}
                solved[name] = expression
                used.append(Expression("compare", ("==",), Expression.name(name), expression))
    return solved, tuple(used)


def solved_for(left: Expression, right: Expression) -> tuple[str, Expression] | None:
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


def divisors(algebra: Algebra, expressions: Sequence[Expression]) -> tuple[RingElement, ...]:
    """Return the irreducible factors of all that is divided by, cancelled or not."""
    found: dict[RingElement, None] = {}
    seen: set[Expression] = set()
    waiting = list(reversed(expressions))
    while waiting:
        e = waiting.pop()
        if e in seen or e in algebra.atoms:
            continue
        seen.add(e)
        if e.op in ARITHMETIC or e.op == "neg":
            waiting += e.children
        for p in (algebra.fraction(e)[1], *_divided_by(algebra, e)):
            if p and not p.is_ground:
                factors = (f for f, _ in algebra.factors(p)[1])
                found.update(dict.fromkeys(g for f in factors for g in algebra.vanishing(f)))
    return tuple(found)


def _divided_by(algebra: Algebra, e: Expression) -> tuple[RingElement, ...]:
    """Return the numerator of what an expression itself divides by."""
    if e.op == "div":
        return (algebra.fraction(e.args[1])[0],)
    power = e.args[1] if e.op == "pow" and e.args[1].op == "number" else None
    return (algebra.fraction(e.args[0])[0],) if power is not None and power.args[0] < 0 else ()


def cleared(fractions: Sequence[Quotient]) -> tuple[list[RingElement], RingElement]:
    """Return payoffs, given as quotients, as polynomials, times a common factor, and that factor.

    It is the square of their common denominator, positive wherever the payoffs are defined, or,
    if that is a number, the number itself, which is positive.
    """
    common = common_denominator(fractions)
    scale = common.ring.one if common.is_ground else common
    return [p * common.exquo(q) * scale for p, q in fractions], common * scale


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
