r"""Proofs about signs of polynomials, by an SMT solver, with samples as scouts.

A *literal* is a polynomial and a sign condition.  A conjunction of literals is
*impossible* under the assumptions if z3 (nonlinear real arithmetic, Jovanovic
and de Moura 2012) finds its satisfiability refuted: that is a proof.  Samples
are asked first: a point that satisfies the conjunction is an exact witness.
What z3 cannot decide in its time is ``unknown`` and is reported as that.

>>> from deterrence.algebra.expressions import Expression
>>> prover = Prover(Algebra(["a", "b"]), [Expression.parse("a > b"), Expression.parse("b > 0")])
>>> a, b = prover.algebra.ring.gens
>>> prover.decide([Literal(a + b, "<=")]).verdict
'impossible'
>>> prover.implied([Literal(b - 1, ">")], Literal(a - 1, ">"))
True
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.columns import truth
from deterrence.algebra.coordinates import Coordinates
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal, literal_mask
from deterrence.algebra.polynomials import Algebra
from deterrence.errors import DeterrenceError
from deterrence.proving import samples as sampling
from deterrence.proving.certificates import Refuter
from deterrence.surroundings import load_z3

_SAMPLES = 4096
_ROUNDS = 6
_NEAR = 1e-9  # floats of this size may be zeros
_SHORT = 0.2  # seconds for a first look
#: Milliseconds for a look at the sign of a variable.
_GLANCE = 200


@dataclass(frozen=True, eq=False)
class Decision:
    """``possible`` comes with a witness, ``impossible`` is proven, ``unknown`` is neither."""

    verdict: Choice["possible", "impossible", "unknown"]
    witness: Mapping[str, Fraction] | None = None


class Prover:
    """Decides conjunctions of literals under fixed assumptions.

    ``ranges`` are sensible ranges for samples; ``timeout`` is seconds per query;
    ``deadline`` (monotonic seconds) makes all later queries unknown; ``nonzero``
    are polynomials that divide something, so that they are assumed not to vanish.

    ``scales`` are groups of parameters that the assumptions allow to be multiplied
    by any positive number, each with a positive member: questions about
    polynomials that are homogeneous in the group fix that member at 1.  ``payoffs``
    (lists of polynomials that are compared with each other) choose the solver's
    coordinates, see :class:`Coordinates`.  ``certificates`` looks for identities that
    refute (see :mod:`certificates`) where the solver does not answer at once.
    ``local`` are those of the assumptions that share no name with the others, except
    among each other: the solver is told of them where a question has their names.
    """

    def __init__(
        self,
        algebra: Algebra,
        assumptions: Sequence[Expression],
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        timeout: float = 3.0,
        deadline: float | None = None,
        seeds: Sequence[Mapping[str, Any]] = (),
        nonzero: Sequence[Any] = (),
        scales: Sequence[tuple[frozenset[str], str]] = (),
        payoffs: Sequence[Sequence[Any]] = (),
        certificates: bool = True,
        local: Sequence[Expression] = (),
    ) -> None:
        z3 = load_z3()

        self.algebra, self.assumptions = algebra, tuple(assumptions)
        self.ranges = dict(ranges or {})
        self.timeout, self.deadline = timeout, deadline
        self.queries = self.undecided = 0
        self._certify = certificates
        self._z3 = z3
        self._context = z3.Context()
        self._variables = [z3.Real(n, self._context) for n in algebra.names]
        self._scales = [
            ([k for k, n in enumerate(algebra.names) if n in group], algebra.names.index(pivot))
            for group, pivot in scales
        ]
        # A chance p enters the solver as 1 - p: hazards occur as powers of 1 - p.
        limits = sampling.single_bounds(assumptions)
        self.coordinates = Coordinates(
            algebra.ring,
            turned=[k for k, n in enumerate(algebra.names) if limits.get(n) == (0, 1)],
            blocks=[group for group, _ in self._scales],
            fixed=[pivot for _, pivot in self._scales],
            examples=payoffs,
        )
        self._terms: dict[Any, Any] = {}
        self._cache: dict[frozenset[Literal], Decision] = {}
        self._cores: list[frozenset[Literal]] = []
        self._values: dict[Any, Any] = {}
        self._exact: dict[int, dict[str, Fraction]] = {}
        self.nonzero = frozenset(nonzero)
        apart = set(local)
        self._base = [self.formula(e) for e in (*assumptions, *algebra.facts()) if e not in apart]
        self._local = [
            (names, [self.formula(e) for e in group]) for names, group in _grouped(local)
        ]
        self._base += [self.z3_literal(Literal(p, "!=")) for p in nonzero]
        self._refuter = Refuter(
            [
                (self.coordinates.inside(p if sign in (">", ">=") else -p), sign in (">", "<"))
                for left, sign, right in sampling.comparisons(assumptions)
                for p, q in [algebra.fraction(left - right)]
                if q.is_ground and sign in (">", ">=", "<", "<=")
            ],
            self.coordinates.turned,
            self._surely_positive,
        )
        self._refuted: dict[frozenset[Literal], frozenset[Literal] | None] = {}
        self._positive: dict[Any, bool] = {}
        self.points = self._sample()
        self.points = self.points[:, self.samples_where(Literal(p, "!=") for p in nonzero)]
        self._values.clear()
        self._put_first(seeds)

    @property
    def expired(self) -> bool:
        """Whether the time for the whole analysis is up."""
        return self.deadline is not None and time.monotonic() > self.deadline

    # ---- samples -------------------------------------------------------------------
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

    def values(self, poly: Any) -> Any:
        """Return the polynomial at every sample."""
        import numpy as np

        known = self._values.get(poly)
        start = 0 if known is None else len(known)
        if known is None or start < self.points.shape[1]:
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

    def exact_witness(self, literals: Sequence[Literal], mask: Any) -> dict[str, Fraction] | None:
        """Return a sample that satisfies the literals, checked in exact arithmetic."""
        import numpy as np

        for k in np.flatnonzero(mask)[:8]:
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

    # ---- z3 ------------------------------------------------------------------------
    def term(self, poly: Any) -> Any:
        """Return a polynomial as a z3 term."""
        if poly not in self._terms:
            self._terms[poly] = self._plain(self.coordinates.inside(poly))
        return self._terms[poly]

    def _plain(self, poly: Any) -> Any:
        """Return a polynomial in the solver's variables as a z3 term."""
        z3, ctx = self._z3, self._context
        parts = []
        for powers, coefficient in poly.terms():
            factors = [z3.RealVal(int(coefficient), ctx)]
            for v, power in zip(self._variables, powers, strict=False):
                factors += [v] * int(power)
            parts.append(z3.Product(factors) if len(factors) > 1 else factors[0])
        return z3.Sum([*parts, z3.RealVal(0, ctx)]) if len(parts) != 1 else parts[0]

    def _fixed(self, literals: Iterable[Literal]) -> list[Any]:
        """Return the equations that fix one member of every group of free scale."""
        chosen = []
        for group, pivot in self._scales:
            if all(_is_homogeneous(lit.poly, group) for lit in literals):
                chosen.append(self._variables[pivot] == 1)
        return chosen

    def parts(self, literals: Iterable[Literal]) -> list[list[Literal]]:
        """Split literals by the group of free scale (the player) that they are about.

        One side's contradictions are far easier to find without the other's.
        """
        found: list[list[Literal]] = [[] for _ in self._scales]
        for literal in literals:
            touched = [
                any(powers[k] for powers in literal.poly for k in group)
                for group, _ in self._scales
            ]
            if sum(touched) == 1:
                found[touched.index(True)].append(literal)
        return [part for part in found if part]

    def z3_literal(self, literal: Literal) -> Any:
        """Return a literal as a z3 formula."""
        t = self.term(literal.poly)
        return {
            ">": lambda: t > 0,
            ">=": lambda: t >= 0,
            "<": lambda: t < 0,
            "<=": lambda: t <= 0,
            "==": lambda: t == 0,
            "!=": lambda: t != 0,
        }[literal.sign]()

    def disjunction(self, literals: Iterable[Literal]) -> Any:
        """Return a disjunction of literals as a z3 formula."""
        return self._z3.Or([self.z3_literal(lit) for lit in literals])

    def formula(self, e: Expression) -> Any:
        """Return a boolean expression as a z3 formula."""
        z3 = self._z3
        if e.op == "and":
            return z3.And([self.formula(c) for c in e.children])
        if e.op == "or":
            return z3.Or([self.formula(c) for c in e.children])
        if e.op == "not":
            return z3.Not(self.formula(e.args[0]))
        parts = []
        for left, sign, right in zip(e.args[1:], e.args[0], e.args[2:], strict=False):
            p, q = self.algebra.fraction(left - right)
            product = p * q if not q.is_ground else p
            parts.append(self.z3_literal(Literal(product, sign)))
            if not q.is_ground:
                parts.append(self.z3_literal(Literal(q, "!=")))
        return z3.And(parts)

    def opposite(self, e: Expression) -> Any:
        """Return, as a z3 formula, that a condition fails and not merely by a tie."""
        if e.op in ("and", "or"):
            parts = [self.opposite(c) for c in e.children]
            return self._z3.Or(parts) if e.op == "and" else self._z3.And(parts)
        if e.op == "not":
            return self.formula(e.args[0])
        turned = {">": "<", ">=": "<", "<": ">", "<=": ">", "==": "!=", "!=": "=="}
        pairs = zip(e.args[1:], e.args[0], e.args[2:], strict=False)
        return self._z3.Or(
            [self.formula(Expression("compare", (turned[s],), a, b)) for a, s, b in pairs]
        )

    def decide(
        self, literals: Iterable[Literal], formulas: Sequence[Any] = (), *, quick: bool = False
    ) -> Decision:
        """Decide whether the literals (and z3 ``formulas``) can hold together.

        ``quick`` only takes a first look, and may say ``unknown`` early.
        """
        chosen = [lit for lit in dict.fromkeys(literals) if not self._trivial(lit)]
        if any(self._contradiction(lit) for lit in chosen):
            return Decision("impossible")
        key = frozenset(chosen)
        if not formulas:
            if key in self._cache:
                return self._cache[key]
            if any(core <= key for core in self._cores):
                return Decision("impossible")
            witness = self.exact_witness(chosen, self.samples_where(chosen))
            if witness is not None:
                self._cache[key] = Decision("possible", witness)
                return self._cache[key]
        decision = self._staged(chosen, formulas, quick)
        if not formulas and not (quick and decision.verdict == "unknown"):
            self._cache[key] = decision
            if decision.verdict == "impossible" and not any(c <= key for c in self._cores):
                self._cores.append(self._core(chosen))
        return decision

    def _staged(self, literals: list[Literal], formulas: Sequence[Any], quick: bool) -> Decision:
        """Ask with a short limit, then for small contradictions within, then with patience."""
        short = min(_SHORT, self.timeout)
        decision = self._ask(literals, formulas, timeout=short, count=False)
        if decision.verdict != "unknown":
            return decision
        if not formulas and self._certify:
            core = self._certified(literals)
            if core is not None:
                self._cores.append(core)
                return Decision("impossible")
        if quick:
            return decision
        for size in range(1, min(4, len(literals))):
            for subset in itertools.combinations(literals, size):
                if self.samples_where(subset).any():
                    continue
                part = self._ask(subset, (), timeout=short, count=False)
                if part.verdict == "impossible":
                    self._cores.append(frozenset(subset))
                    return part
        return self._ask(literals, formulas)

    def _certified(self, literals: Sequence[Literal]) -> frozenset[Literal] | None:
        """Return literals that are refuted by an identity, see :mod:`certificates`."""
        parts = self.parts(literals) if self._scales else [list(literals)]
        for part in parts:
            key = frozenset(part)
            if key not in self._refuted:
                self._refuted[key] = self._refute(part)
            if self._refuted[key] is not None:
                return self._refuted[key]
        return None

    def _refute(self, literals: Sequence[Literal]) -> frozenset[Literal] | None:
        inside = self.coordinates.inside
        signed = []
        for literal in literals:
            if literal.sign in ("==", "!="):
                continue
            poly = inside(literal.poly)
            positive = poly if literal.sign in (">", ">=") else -poly
            signed.append((positive, literal.sign in (">", "<"), literal))
        if not signed or not self.algebra.is_exact:
            return None
        found = self._refuter.refute(signed, self.deadline)
        return None if found is None else found[1]

    def _surely_positive(self, literals: Sequence[Literal], poly: Any) -> bool:
        """Say whether a polynomial in the solver's variables is proven positive, quickly."""
        key = frozenset(literals), poly
        if key not in self._positive:
            z3 = self._z3
            solver = z3.SolverFor("QF_NRA", ctx=self._context)
            solver.set("timeout", _GLANCE)
            solver.add(*self._base, *map(self.z3_literal, literals), self._plain(poly) <= 0)
            self._positive[key] = solver.check() == z3.unsat
        return self._positive[key]

    def _core(self, literals: list[Literal]) -> frozenset[Literal]:
        """Shrink an impossible set: keep what samples say is needed, try small subsets only."""
        core = list(literals)
        for literal in sorted(literals, key=lambda lit: -len(lit.poly)):
            rest = [lit for lit in core if lit != literal]
            if len(core) <= 1 or self.samples_where(rest).any():
                continue
            if self._ask(rest, (), timeout=0.3, count=False).verdict == "impossible":
                core = rest
        return frozenset(core)

    def _trivial(self, literal: Literal) -> bool:
        return literal.poly.is_ground and literal.holds(int(literal.poly.LC))

    def _contradiction(self, literal: Literal) -> bool:
        return literal.poly.is_ground and not literal.holds(int(literal.poly.LC))

    def _ask(
        self,
        literals: Sequence[Literal],
        formulas: Sequence[Any],
        timeout: float | None = None,
        count: bool = True,
    ) -> Decision:
        z3 = self._z3
        limit = timeout or self.timeout
        if self.deadline is not None:
            limit = min(limit, self.deadline - time.monotonic())
            if limit <= 0:
                self.undecided += count
                return Decision("unknown")
        self.queries += 1
        solver = z3.SolverFor("QF_NRA", ctx=self._context)
        solver.set("timeout", max(1, int(limit * 1000)))
        solver.add(*self._base, *[self.z3_literal(lit) for lit in literals], *formulas)
        left_out = self._left_out(literals) if not formulas else frozenset()
        for names, group in self._local:
            if not names <= left_out:
                solver.add(*group)
        if not formulas:
            solver.add(*self._fixed(literals))
        answer = solver.check()
        if answer == z3.unknown and "interrupt" in solver.reason_unknown():
            raise KeyboardInterrupt  # z3 takes Ctrl-C for itself
        if answer == z3.unsat:
            return Decision("impossible")
        if answer == z3.sat:
            witness = self._model(solver.model(), literals, left_out)
            if witness is not None:
                self.add_point(witness)
                return Decision("possible", witness)
            if self.algebra.is_exact:
                return Decision("possible", None)
        self.undecided += count
        return Decision("unknown")

    def _left_out(self, literals: Sequence[Literal]) -> frozenset[str]:
        """Return the names of local assumptions that do not matter to literals."""
        if not self._local:
            return frozenset()
        inside = {
            self.algebra.names[k]
            for literal in literals
            for powers in literal.poly
            for k, e in enumerate(powers)
            if e
        }
        return frozenset(n for names, _ in self._local if not names & inside for n in names)

    def _model(
        self, model: Any, literals: Sequence[Literal], left_out: frozenset[str]
    ) -> dict[str, Fraction] | None:
        """Return z3's model as rationals that satisfy the literals, if there are such nearby."""
        z3 = self._z3
        inner = []
        for variable in self._variables:
            value = model.eval(variable, model_completion=True)
            if z3.is_algebraic_value(value):
                value = value.approx(20)
            inner.append(Fraction(value.numerator_as_long(), value.denominator_as_long()))
        outer = zip(self.algebra.names, self.coordinates.outside(inner), strict=True)
        values = {n: v for n, v in outer if n in self.algebra.parameters}
        if left_out and self.points.shape[1]:
            values |= {n: v for n, v in self.point(0).items() if n in left_out}
        try:
            if self.satisfies(values, literals):
                return self._rounder(values, literals)
        except (ArithmeticError, ValueError):
            return None
        return None

    def _rounder(
        self, values: dict[str, Fraction], literals: Sequence[Literal]
    ) -> dict[str, Fraction]:
        """Replace long fractions by short ones where the literals still hold."""
        for denominator in (1, 4, 16, 256, 10**6):
            short = {n: v.limit_denominator(denominator) for n, v in values.items()}
            if self.satisfies(short, literals):
                return short
        return values

    def implied(self, given: Sequence[Literal], literal: Literal) -> bool:
        """Say whether the literal is proven to follow from the given ones."""
        return self.decide([*given, literal.negated()]).verdict == "impossible"


def _grouped(local: Sequence[Expression]) -> list[tuple[frozenset[str], list[Expression]]]:
    """Return conditions in groups that share no names."""
    groups: list[tuple[frozenset[str], list[Expression]]] = []
    for e in local:
        names, joined = frozenset(e.names), [e]
        for group in [g for g in groups if g[0] & names]:
            groups.remove(group)
            names, joined = names | group[0], [*group[1], *joined]
        groups.append((names, joined))
    return groups


def _is_homogeneous(poly: Any, group: Sequence[int]) -> bool:
    """Say whether all terms have the same degree in the variables of a group."""
    return len({sum(powers[k] for k in group) for powers in poly}) <= 1
