"""The closed forms of a matrix at many points, in floats: conditions and forms compiled once.

Closed forms and conditions become numpy operations on columns, equal parts shared.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> import numpy as np
>>> many = compiled(model.regimes())({**model.values(), "k_R": np.array([2.0, 8.0])})
>>> many.exists.sum(axis=0).tolist()
[1, 3]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.arrays import applied
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import literal_mask
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.errors import UsageError
from deterrence.symbolic.found import ExistenceBranch
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.matrices.vertices import SymbolicVertex
from deterrence.symbolic.results import SymbolicEquilibrium

#: A float polynomial within this part of the sum of its terms' sizes counts as near zero.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Evaluated:
    """Equilibria at many samples, as floats; ``nan`` where an equilibrium does not exist.

    ``exists`` has shape (equilibria, samples), in the order of ``ids`` (the
    equilibria of open sets).  ``probabilities[player]`` has shape (equilibria,
    actions, samples); ``payoffs[player]`` and ``measures[name]`` have shape
    (equilibria, samples).  ``near`` (samples) marks points on a boundary or so
    near to one that floats cannot tell: solve those exactly
    (:meth:`MatrixAnalysis.at`).
    """

    ids: tuple[int, ...]
    exists: Any
    probabilities: Mapping[str, Any]
    payoffs: Mapping[str, Any]
    measures: Mapping[str, Any]
    near: Any


def compiled(analysis: MatrixAnalysis) -> Callable[[Mapping[str, Any]], Evaluated]:
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
            program = _ColumnFormulas(columns, count)
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


def _columns(analysis: MatrixAnalysis, values: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    for name in analysis.symbols:
        if name not in values:
            raise UsageError(f"no values for {name}", remedy="give a number or an array")
    arrays = [np.asarray(values[n], dtype=float) for n in analysis.symbols]
    spread = np.broadcast_arrays(*arrays) if arrays else []
    return {n: a.ravel() for n, a in zip(analysis.symbols, spread, strict=True)}


def _branch_mask(table: _Polynomials, branch: ExistenceBranch, count: int) -> tuple[Any, Any]:
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


def _degenerate(table: _Polynomials, vertices: Sequence[SymbolicVertex], count: int) -> Any:
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

    def __init__(self, algebra: Algebra, polynomials: Sequence[RingElement]) -> None:
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

    def __getitem__(self, poly: RingElement) -> tuple[Any, Any]:
        k = self.position[poly]
        return self.values[k], self.small[k]


class _ColumnFormulas:
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

    def asked(self, e: Expression, equilibrium: SymbolicEquilibrium) -> Any:
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
        if e.op == "name":
            return self.columns[e.args[0]]
        return applied(e, [value(child) for child in e.children])
