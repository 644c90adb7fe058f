"""Sets of positive dimension under inequalities: where they live, of what dimension, a sample.

With one free unknown everything is exact arithmetic on a line.  With more, the SMT
solver z3 (its nonlinear arithmetic, nlsat, is complete; Jovanovic & de Moura 2012)
finds a point in the interior or proves that there is none; without an interior, the
set is looked for on each border in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.rings import Ring, RingElement, coefficients, occurring, substitute
from deterrence.algebra.systems.decomposition import SolvedPart, Subsystem, explore
from deterrence.algebra.systems.ideal import basis, fraction, free_unknowns, real_points
from deterrence.algebra.systems.intervals import where
from deterrence.algebra.systems.results import Continuum, Ratio
from deterrence.algebra.systems.ring import (
    factors,
    is_constant,
    power_of,
    primitive,
    primitive_together,
    scaled,
    value_at,
    whole_terms,
)
from deterrence.algebra.terms import terms_text
from deterrence.surroundings import load_z3

#: Milliseconds that z3 gets for one question.
Z3_MILLISECONDS = 5_000

#: ``(polynomial, strict)``: the polynomial is at least 0, or above it.
Inequality = tuple[RingElement, bool]
#: ``(top, bottom, strict)``: the quotient is at least 0, or above it.
SignedRatio = tuple[RingElement, RingElement, bool]


class Undecided(Exception):
    """It could not be decided whether a set is empty."""


@dataclass(frozen=True)
class Settled:
    """A part with the unknowns that were solved as ratios in the free ones."""

    part: SolvedPart
    ring: Ring
    ratios: Mapping[int, tuple[RingElement, RingElement]]

    @classmethod
    def of(cls, part: SolvedPart, ring: Ring) -> Settled | None:
        """Put the solutions of later unknowns into those of earlier ones.

        None where one of them has no value anywhere on the part, which is empty then.
        Raises :class:`Undecided` where numerator and divisor both vanish on all of it.
        """
        ratios: dict[int, tuple[RingElement, RingElement]] = {}
        for k, top, bottom in reversed(part.solved):
            a, b = _ratio(top, ratios)
            c, d = _ratio(bottom, ratios)
            if not c:
                if a:
                    return None
                raise Undecided("a solved unknown is 0/0 on a whole part")
            ratios[k] = _lowest(a * d, b * c)
        return cls(part, ring, ratios)

    def ratio(self, p: RingElement) -> tuple[RingElement, RingElement]:
        """Return a polynomial on the part, as a ratio in the free unknowns."""
        return _ratio(p, self.ratios)

    def completed(self, values: Mapping[int, Any]) -> dict[int, Any] | None:
        """Return all unknowns at values of the free ones, ``None`` where a ratio has no value."""
        full = dict(values)
        for k, (top, bottom) in self.ratios.items():
            divisor = value_at(bottom, values)
            if divisor == 0:
                return None
            full[k] = value_at(top, values) / divisor
        return dict(sorted(full.items()))


def _ratio(
    p: RingElement, ratios: Mapping[int, tuple[RingElement, RingElement]]
) -> tuple[RingElement, RingElement]:
    bottom = p.ring.one
    for k, (top, below) in ratios.items():
        degree = power_of(p, k)
        if degree:
            p = substitute(p, k, top, below)
            bottom = bottom * below**degree
    return _lowest(p, bottom)


def _lowest(top: RingElement, bottom: RingElement) -> tuple[RingElement, RingElement]:
    if not top:
        return top, bottom.ring.one
    common = top.gcd(bottom)
    if not is_constant(common):
        top, bottom = top.quo(common), bottom.quo(common)
    if is_constant(bottom):
        return top.mul_ground(1 / bottom.LC), bottom.ring.one
    return top, bottom


def pieces(
    part: SolvedPart,
    ring: Ring,
    names: Sequence[str],
    conditions: Sequence[Inequality],
) -> Iterator[dict[int, Any] | Continuum]:
    """Yield the points and the continua of a part under inequalities.

    Raises :class:`Undecided` where z3 gives up.
    """
    settled = Settled.of(part, ring)
    if settled is None:
        return
    here: list[SignedRatio] = []
    for q, strict in conditions:
        top, bottom = settled.ratio(q)
        if not top:
            if strict:
                return
            continue
        if is_constant(top) and is_constant(bottom):
            if (top.LC > 0) != (bottom.LC > 0):
                return
            continue
        here.append((top, bottom, strict))
    if len(part.unknowns) == 1 and not part.equations:
        yield from _on_line(settled, names, here)
    else:
        yield from _in_space(settled, names, here, conditions)


# ---- one free unknown ------------------------------------------------------------------
def _on_line(
    settled: Settled, names: Sequence[str], here: Sequence[SignedRatio]
) -> Iterator[dict[int, Any] | Continuum]:
    (free,) = settled.part.unknowns
    lines = [(_line(top, free), _line(bottom, free), strict) for top, bottom, strict in here]
    for piece in where(lines):
        sample = settled.completed({free: piece.sample})
        if piece.low is not None and piece.low is piece.high:
            if sample is not None:
                yield sample
            continue
        if sample is None:
            # A pole that no condition sees: any other place in the interval will do.
            sample = _elsewhere(settled, free, piece.sample, piece.high)
        yield _continuum(
            settled,
            names,
            here,
            sample,
            1,
            conditions=_interval_text(names[free], piece.low, piece.high, piece.includes),
            interval=(piece.low, piece.high),
            includes=piece.includes,
        )


def _elsewhere(settled: Settled, free: int, start: Fraction, high: Any) -> dict[int, Any]:
    step = Fraction(1)
    while True:
        step /= 2
        if high is None or start + step < high:
            found = settled.completed({free: start + step})
            if found is not None:
                return found


def _line(p: RingElement, free: int) -> list[Fraction]:
    parts = coefficients(p, free)
    return [fraction(parts[e].LC) if e in parts else Fraction(0) for e in range(max(parts), -1, -1)]


def _interval_text(name: str, low: Any, high: Any, includes: tuple[bool, bool]) -> tuple[str, ...]:
    left = "" if low is None else f"{low} {'<=' if includes[0] else '<'} "
    right = "" if high is None else f" {'<=' if includes[1] else '<'} {high}"
    return (f"{left}{name}{right}",) if left or right else ()


# ---- more free unknowns, or an equation left ---------------------------------------------
def _in_space(
    settled: Settled,
    names: Sequence[str],
    here: Sequence[SignedRatio],
    conditions: Sequence[Inequality],
) -> Iterator[dict[int, Any] | Continuum]:
    part, ring = settled.part, settled.ring
    signs = [(scaled(top * bottom), strict) for top, bottom, strict in here]
    question = _Question(part.unknowns)
    values = question.ask(part.equations, [(q, True) for q, _ in signs])
    if values is not None:
        sample, dimension = _sample(settled, values, signs)
        yield _continuum(
            settled,
            names,
            here,
            sample,
            dimension,
            conditions=_texts(question, part, names, signs),
            bounds=signs,
        )
        return
    if question.ask(part.equations, signs) is None:
        return
    # No interior: on some border.  Its points solve the equations with one more.
    for q, strict in signs:
        if strict:
            continue
        for factor in factors(q):
            start = Subsystem((*part.equations, factor), part.solved)
            for found in explore(start, ring):
                if isinstance(found, SolvedPart):
                    yield from pieces(found, ring, names, conditions)
                elif satisfied(conditions, found):
                    yield found


def satisfied(conditions: Sequence[Inequality], point: Mapping[int, Any]) -> bool:
    """Say whether a point satisfies every inequality."""
    for q, strict in conditions:
        value = value_at(q, point)
        if value < 0 or (strict and value == 0):
            return False
    return True


def _sample(
    settled: Settled, values: Mapping[int, Fraction], signs: Sequence[Inequality]
) -> tuple[dict[int, Any], int]:
    """Return an exact point near the one that z3 found, and the dimension."""
    part, ring = settled.part, settled.ring
    if not part.equations:
        found = settled.completed(values)
        if found is not None:
            return found, len(part.unknowns)
        raise Undecided
    free = free_unknowns(basis(part.equations, ring), part.unknowns)
    fixed = [ring.gens[k] - _ground(ring, values[k]) for k in free]
    system = basis([*part.equations, *fixed], ring)
    if not free_unknowns(system, part.unknowns):
        for point in real_points(system, ring, part.unknowns):
            full = settled.completed(point)
            if full is not None and satisfied(signs, point):
                return full, len(free)
    raise Undecided


def _ground(ring: Ring, x: Fraction) -> Any:
    return ring.domain(x.numerator) / ring.domain(x.denominator)


class _Question:
    """Asks z3 about polynomials in some unknowns."""

    def __init__(self, unknowns: Sequence[int]) -> None:
        z3 = load_z3()

        self.z3 = z3
        self.names = {k: z3.Real(f"x{k}") for k in unknowns}

    def term(self, p: RingElement) -> Any:
        """Return a polynomial as z3 has it."""
        z3 = self.z3
        parts = []
        for m, c in p.terms():
            x = fraction(c)
            factors_ = [z3.RealVal(f"{x.numerator}/{x.denominator}")]
            for k, e in enumerate(m):
                if e:
                    factors_ += [self.names[k]] * e
            parts.append(z3.Product(*factors_))
        return z3.Sum(*parts) if parts else z3.RealVal(0)

    def ask(
        self,
        equations: Sequence[RingElement],
        conditions: Sequence[Inequality],
        negated: Inequality | None = None,
    ) -> dict[int, Fraction] | None:
        """Return a point (rounded where irrational), ``None`` if there is provably none.

        Raises :class:`Undecided`.
        """
        z3 = self.z3
        solver = z3.Tactic("qfnra-nlsat").solver()
        solver.set("timeout", Z3_MILLISECONDS)
        for p in equations:
            solver.add(self.term(p) == 0)
        for q, strict in conditions:
            solver.add(self.term(q) > 0 if strict else self.term(q) >= 0)
        if negated is not None:
            q, strict = negated
            solver.add(self.term(q) <= 0 if strict else self.term(q) < 0)
        answer = solver.check()
        if answer == z3.unsat:
            return None
        if answer != z3.sat:
            raise Undecided
        model = solver.model()
        values = {}
        for k, name in self.names.items():
            value = model.eval(name, model_completion=True)
            if not z3.is_rational_value(value):
                value = value.approx(20)
            values[k] = Fraction(value.numerator_as_long(), value.denominator_as_long())
        return values


def _texts(
    question: _Question, part: SolvedPart, names: Sequence[str], signs: Sequence[Inequality]
) -> tuple[str, ...]:
    """Return the conditions that the others do not imply."""
    kept = list(dict.fromkeys(signs))
    for condition in list(kept):
        others = [c for c in kept if c is not condition]
        try:
            if question.ask(part.equations, others, negated=condition) is None:
                kept = others
        except Undecided:
            pass
    return tuple(condition_text(q, strict, names) for q, strict in kept)


def condition_text(q: RingElement, strict: bool, names: Sequence[str]) -> str:
    """Write ``q >= 0``; where ``q`` is linear in one unknown, as a bound of it."""
    unknowns = sorted(occurring(q))
    if len(unknowns) == 1 and power_of(q, unknowns[0]) == 1:
        parts = coefficients(q, unknowns[0])
        slope = fraction(parts[1].LC)
        bound = -fraction(parts[0].LC) / slope if 0 in parts else Fraction(0)
        sign = (">" if slope > 0 else "<") + ("" if strict else "=")
        return f"{names[unknowns[0]]} {sign} {bound}"
    text = terms_text(tuple(names[k] for k in unknowns), whole_terms(scaled(q), unknowns))
    return f"{text} {'>' if strict else '>='} 0"


def _continuum(
    settled: Settled,
    names: Sequence[str],
    here: Sequence[SignedRatio],
    sample: Mapping[int, Any],
    dimension: int,
    *,
    bounds: Sequence[Inequality] = (),
    **rest: Any,
) -> Continuum:
    part = settled.part
    free = tuple(names[k] for k in part.unknowns)
    formulas = {}
    for k in sorted(settled.ratios):
        top, bottom = primitive_together(settled.ratios[k])
        formulas[names[k]] = Ratio(
            free, whole_terms(top, part.unknowns), whole_terms(bottom, part.unknowns)
        )
    relations = tuple(whole_terms(primitive(p), part.unknowns) for p in part.equations)
    return Continuum(
        unknowns=tuple(names),
        free=free,
        formulas=formulas,
        dimension=dimension,
        sample={names[k]: v for k, v in sorted(sample.items())},
        equations=tuple(f"{terms_text(free, r)} = 0" for r in relations),
        relations=relations,
        bounds=tuple((whole_terms(q, part.unknowns), strict) for q, strict in bounds),
        **rest,
    )
