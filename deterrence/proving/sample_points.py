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
from deterrence.algebra.rings import RingElement, occurring
from deterrence.errors import DeterrenceError
from deterrence.limits import work
from deterrence.proving import samples as sampling

_SAMPLES = 4096
_ROUNDS = 6
_FAR = 32_768
_TRIES = 8  # samples that are checked exactly
_ANCHORS, _NEAREST = 24, 512  # samples that halves of others are put beside, and how many
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
        self._far: Any = None
        self._far_values: dict[Any, Any] = {}
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
        return self._rational(self.points[:, column])

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
        for k in self.in_order(mask)[:_TRIES]:
            values = self.point(int(k))
            if self.satisfies(values, literals):
                return values
        return None

    # ---- far samples -------------------------------------------------------------------
    def far_witness(
        self, literals: Sequence[Literal], groups: Sequence[Sequence[str]] = ()
    ) -> dict[str, Fraction] | None:
        """Return a witness among samples of all orders of magnitude, checked exactly.

        ``groups`` are names that occur together: where literals are about one group each, and
        about the names outside all groups, parts of several samples are put together.
        """
        literals = [lit for lit in literals if not lit.poly.is_ground]
        found = self._checked(self.far_where(literals), literals)
        if found is not None or len(groups) < 2:
            return found
        names = self.algebra.names
        parts: dict[int, list[Literal]] = {}
        for literal in literals:
            inside = {names[k] for k in occurring(literal.poly)}
            touched = [g for g, group in enumerate(groups) if inside & set(group)]
            if len(touched) > 1:
                return None
            parts.setdefault(touched[0] if touched else -1, []).append(literal)
        common = parts.pop(-1, [])
        masks = {g: self.far_where([*part, *common]) for g, part in parts.items()}
        if len(parts) < 2 or not all(mask.any() for mask in masks.values()):
            return None
        return self._joined(literals, groups, parts, masks)

    def _joined(
        self,
        literals: Sequence[Literal],
        groups: Sequence[Sequence[str]],
        parts: Mapping[int, Sequence[Literal]],
        masks: Mapping[int, Any],
    ) -> dict[str, Fraction] | None:
        """Put the groups of other samples beside what a sample has in all other names."""
        import numpy as np

        names = self.algebra.names
        pool = self._far_points()
        shared = [k for k, n in enumerate(names) if not any(n in g for g in groups)]
        first = min(parts, key=lambda g: masks[g].sum())
        hits = np.flatnonzero(masks[first])
        for anchor in hits[:: max(1, len(hits) // _ANCHORS)][:_ANCHORS]:
            point = pool[:, anchor].copy()
            for g in parts:
                if g == first:
                    continue
                rows = [names.index(n) for n in groups[g]]
                others = np.flatnonzero(masks[g])
                apart = np.abs(pool[shared][:, others] - point[shared, None]).sum(axis=0)
                near = others[np.argsort(apart, kind="stable")[:_NEAREST]]
                mixed = np.repeat(point[:, None], len(near), axis=1)
                mixed[rows] = pool[rows][:, near]
                work.spend(_SAMPLING * len(parts[g]))
                values = self.algebra.compiled([lit.poly for lit in parts[g]])(mixed)
                good = np.ones(len(near), dtype=bool)
                for literal, row in zip(parts[g], values, strict=True):
                    good &= literal_mask(literal, row)
                if not good.any():
                    break
                point = mixed[:, int(np.flatnonzero(good)[0])]
            else:
                values = self._rational(point)
                if self.satisfies(values, literals):
                    return values
        return None

    def _far_points(self) -> Any:
        if self._far is None:
            names = self.algebra.parameters
            points = sampling.draw_far(names, self.assumptions, _FAR)
            self._far = self._with_atoms(points[:, self._assumed(points)])
        return self._far

    def far_where(self, literals: Sequence[Literal]) -> Any:
        """Return a mask of the far samples that satisfy all literals (floats: scouts)."""
        import numpy as np

        pool = self._far_points()
        missing = list({lit.poly for lit in literals} - self._far_values.keys())
        if missing:
            work.spend(_SAMPLING * len(missing) * _FAR / _SAMPLES)
            self._far_values |= zip(missing, self.algebra.compiled(missing)(pool), strict=True)
        good = np.ones(pool.shape[1], dtype=bool)
        for literal in literals:
            good &= literal_mask(literal, self._far_values[literal.poly])
        return good

    def _checked(self, mask: Any, literals: Sequence[Literal]) -> dict[str, Fraction] | None:
        import numpy as np

        for k in np.flatnonzero(mask)[:_TRIES]:
            values = self._rational(self._far_points()[:, k])
            if self.satisfies(values, literals):
                return values
        return None

    def _rational(self, column: Any) -> dict[str, Fraction]:
        names = self.algebra.parameters
        return dict(zip(names, sampling.rational(column[: len(names)]), strict=True))

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
