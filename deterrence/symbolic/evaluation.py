r"""Numbers from formulas: the closed forms at parameter values, one by one or many at a time.

At one point everything is exact: every symbolic vertex of both sides is tested
(weights of one sign, no reply better than the tight ones) and vertices whose
supports are best replies to each other are matched.  The vertices are all
there are (see :mod:`deterrence.symbolic.matrices.vertices`), so what results is the set of
all extreme equilibria, on ties too.  For sweeps, closed forms and conditions
are compiled once into numpy operations, equal parts shared.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> answer = model.regimes()
>>> [p["NATO"]["escalate"] for p in answer.at(model.values())]
[Fraction(1, 1), Fraction(0, 1), Fraction(3, 7)]
>>> answer.regime_at(model.values()).name
'Mutual deterrence (Chicken)'
>>> import numpy as np
>>> many = compiled(answer)({**model.values(), "k_R": np.array([2.0, 8.0])})
>>> many.exists.sum(axis=0).tolist()
[1, 3]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import literal_mask
from deterrence.errors import DeterrenceError, ExpressionError, UsageError, did_you_mean

if TYPE_CHECKING:
    from deterrence.symbolic.matrices.vertices import Vertex
    from deterrence.symbolic.results import Regime, RegimeAnalysis

#: A profile: player -> action -> probability.
Profile = dict[str, dict[str, Fraction]]
#: A float polynomial within this part of the sum of its terms' sizes counts as near zero.
TOLERANCE = 1e-9


# ---- one point, exactly ------------------------------------------------------------
def profiles_at(analysis: RegimeAnalysis, values: Mapping[str, Any]) -> list[Profile]:
    """Return all extreme equilibria at a point, exactly, with every action's probability.

    ``values`` gives every symbol of the analysis (text such as ``"1/3"``, whole
    numbers, fractions; floats count as the binary fractions they are); further
    parameters of the model may be given, too.  Payoffs with an irrational part
    (``sqrt``, ``exp``) are taken at its double-precision value.  Raises
    :class:`UsageError` for missing or unknown names and for values that break
    an assumption, :class:`DeterrenceError` where the analysis had too little time.
    """
    if analysis.internal.search.truncated:
        raise DeterrenceError(
            f"the formulas of {analysis.model} are not complete: the time ran out",
            remedy="analyse with a longer time limit, or solve the game at these values",
        )
    point = Point(analysis, values)
    problem, candidates = analysis.internal.problem, analysis.internal.search.candidates
    rows, columns = (point.strategies(side) for side in candidates)
    found = []
    for x, row_ties in rows.items():
        for y, column_ties in columns.items():
            if {j for j, _ in y} <= row_ties and {i for i, _ in x} <= column_ties:
                found.append((x, y))
    return [
        {
            player: {label: dict(s).get(k, Fraction(0)) for k, label in enumerate(actions)}
            for player, actions, s in zip(problem.players, problem.actions, pair, strict=True)
        }
        for pair in sorted(found, key=lambda pair: (len(pair[0]) + len(pair[1]), pair))
    ]


def regime_at(analysis: RegimeAnalysis, values: Mapping[str, Any]) -> Regime | None:
    """Return the regime in which a point lies, or None on a boundary.

    A point is on a boundary if no regime's conditions hold there, or if its
    equilibria are not those of the regime (ties inside it).  Raises
    :class:`UsageError` as :func:`profiles_at` does.
    """
    point = Point(analysis, values)
    internal = analysis.internal
    members = frozenset(
        k
        for k, region in enumerate(internal.map.regions)
        if any(all(lit.holds(point.value(lit.poly)) for lit in term) for term in region)
    )
    for regime in analysis.regimes:
        if frozenset(regime.families) != members:
            continue
        expected = {
            (point.strategy(pair.row), point.strategy(pair.column))
            for k in regime.families
            for pair in internal.families[k].pairs
            if any(branch_holds(point, branch) for branch in pair.branches)
        }
        actual = {
            tuple(
                tuple((k, p) for k, p in enumerate(profile[player].values()) if p)
                for player in analysis.players
            )
            for profile in profiles_at(analysis, values)
        }
        return regime if actual == expected else None
    return None


def branch_holds(point: Point, branch: Any) -> bool:
    """Say whether all conditions of a branch hold at a point."""
    return all(any(lit.holds(point.value(lit.poly)) for lit in c) for c in branch.conditions)


class Point:
    """Exact values of polynomials at one point, each worked out once."""

    def __init__(self, analysis: RegimeAnalysis, values: Mapping[str, Any]) -> None:
        self.algebra = analysis.internal.problem.algebra
        given = _given(analysis, values)
        _check(analysis, given)
        full = self.algebra.complete({n: given[n] for n in analysis.symbols})
        self.values = {n: Fraction(v) for n, v in full.items()}
        self._known: dict[Any, Fraction] = {}

    def value(self, poly: Any) -> Fraction:
        """Return a polynomial's value."""
        if poly not in self._known:
            self._known[poly] = Fraction(self.algebra.evaluate(poly, self.values))
        return self._known[poly]

    def strategy(self, vertex: Vertex) -> tuple[tuple[int, Fraction], ...]:
        """Return the probabilities of the supported actions."""
        weights = [self.value(w) for w in vertex.weights]
        total = sum(weights)
        return tuple(sorted((a, w / total) for a, w in zip(vertex.support, weights, strict=True)))

    def strategies(
        self, side: Sequence[Vertex]
    ) -> dict[tuple[tuple[int, Fraction], ...], frozenset[int]]:
        """Return every strategy that is a vertex here, with all replies that are best to it."""
        found = {}
        for vertex in side:
            signs = {(w > 0) - (w < 0) for w in map(self.value, vertex.weights)}
            if len(signs) != 1 or 0 in signs:
                continue
            if vertex.commons and not any(self.value(c) for c in vertex.commons):
                continue
            sign = signs.pop()
            gaps = [(j, sign * self.value(g)) for j, g in vertex.gaps]
            if any(g < 0 for _, g in gaps):
                continue
            ties = frozenset(vertex.tight) | {j for j, g in gaps if g == 0}
            found[self.strategy(vertex)] = ties
        return found


def _given(analysis: RegimeAnalysis, values: Mapping[str, Any]) -> dict[str, Any]:
    from deterrence.algebra.numbers import exact

    model = analysis.internal.model
    for name in values:
        if name not in model.parameters:
            raise UsageError(
                f"{model.name} has no parameter {str(name)[:60]!r}",
                remedy=did_you_mean(str(name), model.parameters)
                or f"the symbols are {', '.join(analysis.symbols)}",
            )
    given: dict[str, Any] = {}
    for name, value in values.items():
        try:
            given[name] = exact(value)
        except (ExpressionError, TypeError, ValueError):
            raise UsageError(f"{name}: {str(value)[:60]!r} is not a number") from None
    for name in model.derived:
        formula = model.parameters[name].formula
        if name not in given and formula is not None and formula.names <= given.keys():
            given[name] = formula.evaluate(given)
    for name in analysis.symbols:
        if name not in given:
            raise UsageError(f"no value for {name}", remedy=f"give it, as in {name}=1")
    return given


def _check(analysis: RegimeAnalysis, given: Mapping[str, Any]) -> None:
    known = [a for a in analysis.internal.model.assumptions if a.names <= given.keys()]
    for a in dict.fromkeys((*analysis.assumptions, *known)):
        if a.names <= given.keys() and not a.evaluate(given):
            at = ", ".join(f"{n} = {given[n]}" for n in sorted(a.names))
            raise UsageError(
                f"the values break the assumption '{a}' of {analysis.model}: {at}",
                remedy="choose values that keep it",
            )


# ---- many points, in floats --------------------------------------------------------
@dataclass(frozen=True)
class Evaluated:
    """Equilibria at many samples, as floats; ``nan`` where an equilibrium does not exist.

    ``exists`` has shape (equilibria, samples), in the order of ``ids`` (the
    equilibria of open sets).  ``probabilities[player]`` has shape (equilibria,
    actions, samples); ``payoffs[player]`` and ``measures[name]`` have shape
    (equilibria, samples).  ``near`` (samples) marks points on a boundary or so
    near to one that floats cannot tell: solve those exactly
    (:meth:`RegimeAnalysis.at`).
    """

    ids: tuple[int, ...]
    exists: Any
    probabilities: Mapping[str, Any]
    payoffs: Mapping[str, Any]
    measures: Mapping[str, Any]
    near: Any


def compiled(analysis: RegimeAnalysis) -> Callable[[Mapping[str, Any]], Evaluated]:
    """Return a function from values (symbol -> number or array) to :class:`Evaluated`.

    Arrays are broadcast against each other and flattened to samples.  Names
    that are no symbols of the analysis are ignored; assumptions are not checked.
    Raises :class:`UsageError` for a symbol without values.
    """
    internal = analysis.internal
    problem, pairs = internal.problem, internal.pairs
    equilibria = [e for e in analysis.equilibria if not e.boundary]
    branches = [pair.branches for pair in pairs]
    vertices = [v for side in internal.search.sides for v in side]
    polynomials = [lit.poly for bs in branches for b in bs for c in b.conditions for lit in c]
    polynomials += [p for v in vertices for p in (*v.weights, *(g for _, g in v.gaps if g))]
    table = _Polynomials(problem.algebra, polynomials)
    players = problem.players

    def evaluate(values: Mapping[str, Any]) -> Evaluated:
        import numpy as np

        columns = _columns(analysis, values)
        count = len(next(iter(columns.values()))) if columns else 1
        with np.errstate(all="ignore"):
            program = _Program(columns, count)
            full = {a.name: program.value(e) for e, a in problem.algebra.atoms.items()}
            table.load({**columns, **full}, count)
            near = _degenerate(table, vertices, count)
            exists = np.zeros((len(pairs), count), dtype=bool)
            for k, options in enumerate(branches):
                for branch in options:
                    here, close = _branch_mask(table, branch, count)
                    exists[k] |= here
                    near |= close
            answers: dict[str, list[Any]] = {m.name: [] for m in problem.measures}
            chances: dict[str, list[Any]] = {p: [] for p in players}
            payoffs: dict[str, list[Any]] = {p: [] for p in players}
            for equilibrium, mask in zip(equilibria, exists, strict=True):
                blank = np.where(mask, 1.0, np.nan)
                for p in players:
                    rows = [program.value(e) for e in equilibrium.profile[p].values()]
                    chances[p].append(np.array(rows) * blank)
                    payoffs[p].append(program.value(equilibrium.payoffs[p]) * blank)
                for m in problem.measures:
                    known = equilibrium.measures[m.name]
                    found = (
                        program.value(known)
                        if known is not None
                        else program.asked(m.expression, equilibrium)
                    )
                    answers[m.name].append(found * blank)
        stack = _stacker(count)
        return Evaluated(
            tuple(e.id for e in equilibria),
            exists,
            {
                p: np.array(c).reshape(-1, len(a), count)
                for (p, c), a in zip(chances.items(), problem.actions, strict=True)
            },
            {p: stack(c) for p, c in payoffs.items()},
            {m: stack(c) for m, c in answers.items()},
            near,
        )

    return evaluate


def _stacker(count: int) -> Callable[[list[Any]], Any]:
    import numpy as np

    return lambda rows: np.array(rows, dtype=float).reshape(-1, count)


def _columns(analysis: RegimeAnalysis, values: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    for name in analysis.symbols:
        if name not in values:
            raise UsageError(f"no values for {name}", remedy="give a number or an array")
    arrays = [np.asarray(values[n], dtype=float) for n in analysis.symbols]
    spread = np.broadcast_arrays(*arrays) if arrays else []
    return {n: a.ravel() for n, a in zip(analysis.symbols, spread, strict=True)}


def _branch_mask(table: _Polynomials, branch: Any, count: int) -> tuple[Any, Any]:
    """Return where a branch holds, and where only a value near zero keeps it from being plain."""
    import numpy as np

    here, loosely = np.ones(count, dtype=bool), np.ones(count, dtype=bool)
    close = np.zeros(count, dtype=bool)
    for condition in branch.conditions:
        holds, touched = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        for literal in condition:
            value, small = table[literal.poly]
            holds |= literal_mask(literal, value)
            touched |= small
        here &= holds
        loosely &= holds | touched
        close |= touched
    return here, loosely & close


def _degenerate(table: _Polynomials, vertices: Sequence[Vertex], count: int) -> Any:
    """Return where a strategy of either side has more best replies than it must."""
    import numpy as np

    result = np.zeros(count, dtype=bool)
    for vertex in vertices:
        weights = [table[w] for w in vertex.weights]
        gaps = [table[g] for _, g in vertex.gaps if g]
        for sign in (1, -1):
            valid = np.ones(count, dtype=bool)
            tied = np.zeros(count, dtype=bool)
            for value, small in weights:
                valid &= (sign * value > 0) & ~small
            for value, small in gaps:
                valid &= (sign * value > 0) | small
                tied |= small
            result |= valid & tied
    return result


class _Polynomials:
    """Many polynomials at once: one matrix of coefficients times one of shared monomials."""

    def __init__(self, algebra: Any, polynomials: Sequence[Any]) -> None:
        import numpy as np

        self.names = algebra.names
        self.position = {p: k for k, p in enumerate(dict.fromkeys(polynomials))}
        self.monomials: dict[tuple[int, ...], int] = {}
        entries = [
            (k, self.monomials.setdefault(tuple(powers), len(self.monomials)), float(int(c)))
            for p, k in self.position.items()
            for powers, c in p.terms()
        ]
        self.matrix = np.zeros((len(self.position), len(self.monomials)))
        for k, m, c in entries:
            self.matrix[k, m] += c
        self.values: Any = np.zeros((0, 0))
        self.small: Any = np.zeros((0, 0), dtype=bool)

    def load(self, columns: Mapping[str, Any], count: int) -> None:
        """Evaluate every polynomial at the samples."""
        import numpy as np

        table = np.ones((len(self.monomials), count))
        powers: dict[tuple[int, int], Any] = {}
        for monomial, m in self.monomials.items():
            for k, e in enumerate(monomial):
                if e:
                    if (k, e) not in powers:
                        powers[k, e] = columns[self.names[k]] ** int(e)
                    table[m] *= powers[k, e]
        self.values = self.matrix @ table
        size = np.abs(self.matrix) @ np.abs(table)
        self.small = ~(np.abs(self.values) > TOLERANCE * size)

    def __getitem__(self, poly: Any) -> tuple[Any, Any]:
        k = self.position[poly]
        return self.values[k], self.small[k]


class _Program:
    """Values of expressions on columns; equal parts are computed once."""

    def __init__(self, columns: Mapping[str, Any], count: int) -> None:
        self.columns, self.count = columns, count
        self._known: dict[Expression, Any] = {}

    def value(self, e: Expression) -> Any:
        """Return an expression's values, an array of one number per sample."""
        import numpy as np

        if e not in self._known:
            self._known[e] = np.broadcast_to(self._compute(e, self.value), (self.count,))
        return self._known[e]

    def asked(self, e: Expression, equilibrium: Any) -> Any:
        """Return a measure's values where its queries are about one equilibrium."""
        import numpy as np

        def value(part: Expression) -> Any:
            if part.op != "query":
                return self._compute(part, value)
            kind, first, *rest = part.args
            if kind == "P":
                answer = equilibrium.outcomes.get(first)
            elif kind == "payoff":
                answer = equilibrium.payoffs[first]
            else:
                answer = equilibrium.profile[first].get(rest[0])
            return np.zeros(self.count) if answer is None else self.value(answer)

        return np.broadcast_to(value(e), (self.count,))

    def _compute(self, e: Expression, value: Callable[[Expression], Any]) -> Any:
        import numpy as np

        if e.op == "number":
            return float(e.args[0])
        if e.op == "name":
            return self.columns[e.args[0]]
        parts = [value(a) for a in e.children]
        if e.op == "compare":
            from deterrence.algebra.columns import truth

            names = {f"_{k}": p for k, p in enumerate(parts)}
            plain = [Expression.name(n) for n in names]
            return truth(Expression("compare", e.args[0], *plain), names)
        functions: dict[str, Callable[..., Any]] = {
            "add": np.add,
            "sub": np.subtract,
            "mul": np.multiply,
            "div": np.divide,
            "pow": np.power,
            "neg": np.negative,
            "not": np.logical_not,
            "if": np.where,
            "and": lambda *a: np.logical_and.reduce(np.broadcast_arrays(*a)),
            "or": lambda *a: np.logical_or.reduce(np.broadcast_arrays(*a)),
            "min": lambda *a: np.minimum.reduce(np.broadcast_arrays(*a)),
            "max": lambda *a: np.maximum.reduce(np.broadcast_arrays(*a)),
            "abs": np.abs,
            "sqrt": np.sqrt,
            "exp": np.exp,
            "log": np.log,
        }
        return functions[e.args[0] if e.op == "call" else e.op](*parts)
