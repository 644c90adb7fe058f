"""Samples of the assumed parameter space, with exact checks of what they show.

Samples are scouts: a formula that a sample refutes need not be asked about, and a sample
that satisfies a conjunction is a witness once that has been checked in exact arithmetic.

>>> from deterrence.algebra.expressions import Expression
>>> assumed = [Expression.parse("a > b"), Expression.parse("b > 0")]
>>> space = SamplePoints(Algebra(["a", "b"]), assumed)
>>> a, b = space.algebra.ring.gens
>>> bool(space.samples_where([Literal(a - b, ">")]).all())
True
>>> space.satisfies({"a": Fraction(2), "b": Fraction(1)}, [Literal(a - 2*b, ">=")])
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.arrays import truth
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal, literal_mask
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.errors import DeterrenceError
from deterrence.limits import work
from deterrence.proving import samples as sampling

_SAMPLES = 4096
_ROUNDS = 6
_SAMPLING = 3e-4  # work seconds of a polynomial at all samples
_NEAR = 1e-9  # floats of this size may be zeros


class SamplePoints:
    """Points that satisfy fixed assumptions, and the values of polynomials at them.

    ``points`` has one row per name of the algebra and one column per sample.  ``ranges`` are
    sensible ranges for samples; ``seeds`` are points to put before the random ones, where they
    satisfy the assumptions; ``nonzero`` are polynomials that are assumed not to vanish.
    """

    def __init__(
        self,
        algebra: Algebra,
        assumptions: Sequence[Expression],
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        seeds: Sequence[Mapping[str, Any]] = (),
        nonzero: Sequence[RingElement] = (),
    ) -> None:
        self.algebra, self.assumptions = algebra, tuple(assumptions)
        self.ranges = dict(ranges or {})
        self.nonzero = frozenset(nonzero)
        self._values: dict[Any, Any] = {}
        self._exact: dict[int, dict[str, Fraction]] = {}
        self.points = self._sample()
        self.points = self.points[:, self.samples_where(Literal(p, "!=") for p in nonzero)]
        self._values.clear()
        self._put_first(seeds)

    def _put_first(self, seeds: Sequence[Mapping[str, Any]]) -> None:
        """Put given points before the random ones: witnesses are looked for from the front."""
        import numpy as np

        names = self.algebra.parameters
        for seed in seeds:
            if names and not self._exact and self.satisfies(seed, ()):
                column = self._with_atoms(np.array([[float(seed[n])] for n in names]))
                if column.shape[1]:
                    self.points = np.concatenate([column, self.points], axis=1)
                    self._exact[0] = {n: Fraction(seed[n]) for n in names}

    def _sample(self) -> Any:
        import numpy as np

        names = self.algebra.parameters
        kept = []
        for r in range(_ROUNDS):
            points = sampling.draw(names, self.assumptions, self.ranges, _SAMPLES, r)
            if names:
                points = points[:, self._assumed(points)]
            kept.append(points)
            if sum(p.shape[1] for p in kept) >= _SAMPLES:
                break
        return self._with_atoms(np.concatenate(kept, axis=1))

    def _assumed(self, points: Any) -> Any:
        """Return which points (parameters only) satisfy the assumptions."""
        import numpy as np

        columns = dict(zip(self.algebra.parameters, points, strict=True))
        good = np.ones(points.shape[1], dtype=bool)
        for a in self.assumptions:
            good &= np.broadcast_to(truth(a, columns), good.shape)
        return good

    def _with_atoms(self, points: Any) -> Any:
        import numpy as np

        columns = dict(zip(self.algebra.parameters, points, strict=True))
        for e, atom in self.algebra.atoms.items():
            columns[atom.name] = np.broadcast_to(truth(e, columns), points.shape[1:])
        rows = [columns[n] for n in self.algebra.names]
        stacked = np.array(rows, dtype=float).reshape(len(rows), points.shape[1])
        return stacked[:, np.isfinite(stacked).all(axis=0)]

    def add_point(self, values: Mapping[str, Any]) -> None:
        """Add a witness to the samples."""
        import numpy as np

        column = np.array([[float(values[n])] for n in self.algebra.parameters])
        column = self._with_atoms(column.reshape(-1, 1))
        if column.shape[1]:
            self._exact[self.points.shape[1]] = dict(values)
            self.points = np.concatenate([self.points, column], axis=1)

    def point(self, column: int) -> dict[str, Fraction]:
        """Return a sample as exact values of the parameters."""
        if column in self._exact:
            return self._exact[column]
        names = self.algebra.parameters
        return dict(zip(names, sampling.rational(self.points[: len(names), column]), strict=True))

    def values(self, poly: RingElement) -> Any:
        """Return the polynomial at every sample."""
        import numpy as np

        known = self._values.get(poly)
        start = 0 if known is None else len(known)
        if known is None or start < self.points.shape[1]:
            work.spend(_SAMPLING)
            new = self.algebra.compiled([poly])(self.points[:, start:])[0]
            known = self._values[poly] = new if known is None else np.concatenate([known, new])
        return known

    def samples_where(self, literals: Iterable[Literal]) -> Any:
        """Return a mask of the samples that satisfy all literals (floats: scouts, not proofs)."""
        import numpy as np

        good = np.ones(self.points.shape[1], dtype=bool)
        for literal in literals:
            good &= literal_mask(literal, self.values(literal.poly))
        return good

    def in_order(self, mask: Any) -> Any:
        """Return the columns of a mask of samples, those within the sensible ranges first."""
        import numpy as np

        columns = np.flatnonzero(mask)
        outside = np.zeros(len(columns), dtype=bool)
        for name, row in zip(self.algebra.parameters, self.points, strict=False):
            low, high = self.ranges.get(name, (None, None))
            outside |= (low is not None) & (row[columns] < float(low or 0))
            outside |= (high is not None) & (row[columns] > float(high or 0))
        return columns[np.argsort(outside, kind="stable")]

    def is_within(self, values: Mapping[str, Any]) -> bool:
        """Say whether values lie within the sensible ranges."""
        ends = [(v, *self.ranges.get(name, (None, None))) for name, v in values.items()]
        return all((a is None or v >= a) and (b is None or v <= b) for v, a, b in ends)

    def exact_witness(self, literals: Sequence[Literal], mask: Any) -> dict[str, Fraction] | None:
        """Return a sample that satisfies the literals, checked in exact arithmetic."""
        for k in self.in_order(mask)[:8]:
            values = self.point(int(k))
            if self.satisfies(values, literals):
                return values
        return None

    def satisfies(self, values: Mapping[str, Any], literals: Iterable[Literal]) -> bool:
        """Say whether a point satisfies the assumptions and the literals.

        Exact where all atoms are rational; otherwise values near zero count as
        failures, so that a yes can be relied on.
        """
        try:
            return all(a.evaluate(values) for a in self.assumptions) and self.satisfies_all(
                values,
                [*((lit,) for lit in literals), *((Literal(p, "!="),) for p in self.nonzero)],
            )
        except DeterrenceError:
            return False  # outside the domain of a function

    def satisfies_all(
        self, values: Mapping[str, Any], conditions: Iterable[Sequence[Literal]]
    ) -> bool:
        """Say whether the values satisfy every disjunction of literals."""
        full = self.algebra.complete(values)
        exact = all(isinstance(v, Fraction) for v in full.values())

        def holds(literal: Literal) -> bool:
            value = self.algebra.evaluate(literal.poly, full)
            return literal.holds(value) and (exact or abs(value) > _NEAR)

        return all(any(holds(lit) for lit in condition) for condition in conditions)
