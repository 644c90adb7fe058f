"""What happens where two regimes meet: which equilibria survive, where a continuum appears.

A boundary is the part of ``p == 0`` on whose sides two different regimes lie, for
an irreducible factor ``p`` of the regime map's polynomials, none of the others being
zero.  Where the assumptions let ``p`` vanish but not change its sign, ``p == 0`` is an
*edge* of the assumed parameter space, which has a regime on one side only.
Every boundary is shown by an exact point on it, at which the game is solved
exactly and the symbolic conditions are checked against the solution.

>>> from deterrence import load_model
>>> found = load_model("asymmetric-bipolarity").boundaries()
>>> sorted({str(b.condition) for b in found.boundaries if b.continuum})[:4]
['k_N == l_N', 'k_R == l_R', 'r_N == 1', 'r_N == g_R/(g_R + k_R)']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.cases import CaseTable
from deterrence.algebra.derivatives import derivative
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.errors import ExpressionError
from deterrence.proving.solver_language import Z3
from deterrence.surroundings import load_z3
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.regime_map import holding
from deterrence.symbolic.results import PlainResult, ProofStatus, SymbolicEquilibrium
from deterrence.words.frames import Framed, Rows, columns
from deterrence.words.saved import restorable
from deterrence.words.shown import Shown

#: Seconds for all questions together.
EFFORT = 30.0
#: Samples that are projected on each polynomial, and boundaries that are listed.
_PROJECTED = 192
_MOST = 200

ParameterValues = Mapping[str, Fraction]
#: The families that exist on either side of a boundary.
FamiliesBeside = tuple[frozenset[int], frozenset[int]]


@dataclass(frozen=True, eq=False, repr=False)
class Boundary(PlainResult):
    """Where two regimes meet, and what the game is like there.

    ``condition`` is an equation; ``regimes`` are the ids of the regimes where its
    left side is less and where it is greater than the right (one id for an edge).
    At ``witness``, a point on the boundary: ``equilibria`` are the symbolic equilibria that exist,
    ``survivors`` those of them that exist in a regime on either side, ``vanishing``
    those of either side that do not, ``appearing`` those that exist in neither.
    ``components`` counts the connected sets of equilibria and ``dimensions``
    gives the dimension of each.  ``checked``: the conditions give exactly the
    extreme equilibria that the exact solver finds (of a tree: their outcomes).

    >>> from deterrence import load_model
    >>> edge = load_model("chicken").boundaries().boundaries[0]
    >>> str(edge.condition), edge.continuum
    ('S_B == P_B', True)
    >>> edge.survivors, edge.vanishing, edge.appearing
    ((0, 1), (2,), (6,))
    """

    id: int
    condition: Expression
    regimes: tuple[int, ...]
    names: tuple[str | None, ...]
    witness: Mapping[str, Fraction]
    equilibria: tuple[int, ...]
    survivors: tuple[int, ...]
    vanishing: tuple[int, ...]
    appearing: tuple[int, ...]
    components: int
    dimensions: tuple[int, ...]
    checked: bool
    text: str = ""

    @property
    def continuum(self) -> bool:
        """Whether infinitely many equilibria exist on the boundary."""
        return any(self.dimensions)

    def to_dict(self) -> dict[str, Any]:
        """Return the boundary as plain data."""
        data = super().to_dict()
        last = {name: data.pop(name) for name in ("checked", "text")}
        return {**data, "continuum": self.continuum, **last}


@dataclass(frozen=True, eq=False, repr=False)
class Boundaries(Framed, Shown, PlainResult):
    """All boundaries found; ``proof`` says whether it is proven that there are no others.

    ``names`` are the numbers and names of the equilibria by their ids.

    >>> from deterrence import load_model
    >>> found = load_model("chicken").boundaries()
    >>> len(found.boundaries), found.proof
    (4, 'proven')
    >>> list(found.to_frame().condition)[0]
    'S_B == P_B'
    """

    model: str
    boundaries: tuple[Boundary, ...]
    proof: ProofStatus
    messages: tuple[str, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"boundaries": self._rows}

    def _rows(self) -> Rows:
        names = ("regimes", "names", "equilibria", "survivors", "vanishing", "appearing")
        for b in self.boundaries:
            yield {
                "boundary": b.id,
                "condition": b.condition,
                **columns(b, *names, "components", "continuum", "checked"),
            }

    def to_dict(self) -> dict[str, Any]:
        """Return the boundaries as plain data (schema 1)."""
        return restorable(self, super().to_dict())


def find_boundaries(analysis: RegimeAnalysis, *, effort: float = EFFORT) -> Boundaries:
    """Return where the regimes of an analysis meet, and what happens there.

    Raises :class:`UsageError` for an analysis of the equilibria alone that pass a refinement.
    """
    analysis.only_refined("what happens where regimes meet is about")
    with analysis.internal.prover.within(effort):
        return _Walls(analysis).run()


class _Walls:
    """The walls between regimes: irreducible factors of the polynomials of the map."""

    def __init__(self, analysis: RegimeAnalysis) -> None:
        self.analysis, self.internal = analysis, analysis.internal
        self.problem, self.prover = self.internal.problem, self.internal.prover
        self.simplifier = self.internal.simplifier
        self.algebra = self.prover.algebra
        self.table = CaseTable(self.algebra)
        self.regions = list(self.internal.map.regions)
        self.number = {frozenset(r.families): r.id for r in analysis.regimes}
        polys = dict.fromkeys(self.internal.map.polys)
        self.factors = {p: self.algebra.factors(p)[1] for p in polys}
        inner = dict.fromkeys(f for parts in self.factors.values() for f, _ in parts)
        poles = self.problem.nonzero
        self.walls = [w for w in self.internal.map.walls() if w not in poles]
        conditions = dict.fromkeys(
            literal.poly
            for pair in self.internal.pairs
            for branch in pair.branches
            for condition in branch.conditions
            for literal in condition
        )
        parts = dict.fromkeys(
            f for p in conditions if not p.is_ground for f, _ in self.algebra.factors(p)[1]
        )
        self.edges = [
            f for f in parts if f not in poles and (self.simplifier.sign(f) or (0, False))[1]
        ]
        self.all_factors = list(dict.fromkeys([*inner, *self.edges]))

    def run(self) -> Boundaries:
        """Find all boundaries, then all edges."""
        found: list[tuple[RingElement, tuple[int, ...], ParameterValues]] = []
        proven = True
        for wall in self.walls:
            known: dict[FamiliesBeside, ParameterValues] = {}
            for point in self._points(wall):
                sides = self._sides(wall, point)
                if sides and (sides not in known or self._rank(point) < self._rank(known[sides])):
                    known[sides] = point
            proven = self._rest(wall, known) and proven
            for sides, point in known.items():
                if all(members in self.number for members in sides):
                    found.append((wall, tuple(self.number[m] for m in sides), point))
        for edge in self.edges:
            touched: dict[int, ParameterValues] = {}
            for point in self._points(edge):
                members = self._edge(edge, point)
                number = self.number.get(members, -1) if members is not None else -1
                if number >= 0 and (
                    number not in touched or self._rank(point) < self._rank(touched[number])
                ):
                    touched[number] = point
            found += [(edge, (k,), point) for k, point in sorted(touched.items())]
        found = self._reached(found)
        full = len(found) > _MOST
        messages = [f"only the first {_MOST} boundaries are listed"] if full else []
        return Boundaries(
            self.analysis.model,
            tuple(self._boundary(k, *b) for k, b in enumerate(found[:_MOST])),
            "proven" if proven and not full and self.analysis.cover == "proven" else "sampled",
            tuple(messages),
            {e.id: e.called for e in self.analysis.equilibria},
        )

    def _reached(
        self, found: list[tuple[RingElement, tuple[int, ...], ParameterValues]]
    ) -> list[tuple[RingElement, tuple[int, ...], ParameterValues]]:
        """Return the boundaries that derived parameters can lie on, with such points."""
        definitions = self.internal.definitions
        if definitions is None:
            return found
        kept = []
        for wall, regimes, point in found:
            signs = self._signs(wall, point) or {}
            beside = [Literal(f, "<=>"[s + 1] if s else "==") for f, s in signs.items()]
            decision = definitions.decide([(lit,) for lit in beside])
            if decision.witness is not None:
                kept.append((wall, regimes, decision.witness))
            elif decision.verdict != "impossible":
                kept.append((wall, regimes, point))
        return kept

    # ---- points on a boundary ------------------------------------------------------------
    def _points(self, wall: RingElement) -> Iterator[ParameterValues]:
        """Yield exact points on ``wall == 0``: samples moved along one symbol, then z3's."""
        import numpy as np

        names = self.algebra.parameters
        linear = [
            (n, form)
            for _, own in self.table.of(wall)
            for n in names
            if (form := self._solved(own, n)) is not None
        ]
        if linear:
            # Samples near the boundary are the likeliest to land on a fair part of it.
            order = np.argsort(np.abs(self.prover.values(wall)), kind="stable")
            step = max(1, len(order) // _PROJECTED)
            # The first sample is the defaults, where the model has them.
            for column in [0, *order[: _PROJECTED // 2], *order[::step]]:
                sample = [Fraction(float(x)) for x in self.prover.points[: len(names), column]]
                values = dict(zip(names, sample, strict=True))
                for name, form in linear:
                    try:
                        moved = {**values, name: form.evaluate(values)}
                    except ExpressionError:
                        continue
                    if isinstance(moved[name], Fraction) and self._assumed(moved):
                        yield moved
        decision = self.prover.decide([Literal(wall, "==")])
        if decision.witness is not None:
            yield dict(decision.witness)

    def _rank(self, point: ParameterValues) -> tuple[int, int]:
        """Order witnesses: within the bounds first, then by the size of their fractions."""
        outside = 0
        for name, value in point.items():
            low, high = self.problem.bounds.get(name, (None, None))
            outside += (low is not None and value < low) or (high is not None and value > high)
        return outside, sum(v.denominator + abs(v.numerator) for v in point.values())

    def _solved(self, wall: RingElement, name: str) -> Expression | None:
        """Return the symbol's value on the boundary if the polynomial is linear in it."""
        e: Expression = self.algebra.expression(wall)
        slope = derivative(e, name)
        if slope is None or name not in e.names:
            return None
        top, bottom = self.algebra.fraction(slope)
        if not top or name in self.algebra.expression(top).names or not bottom.is_ground:
            return None
        return -e.substitute({name: Expression.number(0)}) / slope

    def _assumed(self, values: ParameterValues) -> bool:
        return self.prover.satisfies(values, ())

    # ---- the regimes on both sides -------------------------------------------------------
    def _signs(self, wall: RingElement, point: ParameterValues) -> dict[RingElement, int] | None:
        """Return the sign of every factor; None unless the wall, and nothing else, is met."""
        full = self.algebra.complete(point)
        values = {f: self.algebra.evaluate(f, full) for f in self.all_factors}
        if values[wall] != 0 or any(v == 0 for f, v in values.items() if f != wall):
            return None
        return {f: (v > 0) - (v < 0) for f, v in values.items()}

    def _sides(self, wall: RingElement, point: ParameterValues) -> FamiliesBeside | None:
        """Return the families that exist just below and above, None where they do not differ."""
        signs = self._signs(wall, point)
        if signs is None:
            return None
        low, high = (self._members({**signs, wall: side}) for side in (-1, 1))
        return (low, high) if low != high else None

    def _edge(self, edge: RingElement, point: ParameterValues) -> frozenset[int] | None:
        """Return the families that exist next to an edge of the assumed parameter space."""
        signs = self._signs(edge, point)
        known = self.simplifier.sign(edge)
        if signs is None or known is None:
            return None
        return self._members({**signs, edge: known[0]})

    def _members(self, signs: Mapping[RingElement, int]) -> frozenset[int]:
        value = {}
        for poly, parts in self.factors.items():
            value[poly] = 1 if self.algebra.factors(poly)[0] > 0 else -1
            for factor, power in parts:
                value[poly] *= signs[factor] ** power
        return holding(self.regions, value.__getitem__)

    def _rest(self, wall: RingElement, known: dict[FamiliesBeside, ParameterValues]) -> bool:
        """Look for further pairs of regimes on a wall; return whether it is proven done."""
        z3 = load_z3()

        others = [
            self.prover.language.literal(Literal(f, "!=")) for f in self.all_factors if f != wall
        ]
        sides = [[self._formula(region, wall, side) for region in self.regions] for side in (-1, 1)]
        fresh = z3.Not(z3.And([low == high for low, high in zip(*sides, strict=True)]))
        while len(known) < _MOST:
            seen = [z3.Not(z3.And(self._pattern(sides, pair))) for pair in known]
            decision = self.prover.decide([Literal(wall, "==")], [*others, fresh, *seen])
            if decision.verdict == "impossible":
                return True
            found = decision.witness and self._sides(wall, decision.witness)
            if not found or found in known or decision.witness is None:
                return False
            known[found] = dict(decision.witness)
        return False

    def _pattern(self, sides: Sequence[Sequence[Z3]], pair: FamiliesBeside) -> list[Z3]:
        z3 = load_z3()

        return [
            f if k in members else z3.Not(f)
            for half, members in zip(sides, pair, strict=True)
            for k, f in enumerate(half)
        ]

    def _formula(self, region: Sequence[Sequence[Literal]], wall: RingElement, side: int) -> Z3:
        """Return where a region holds on the given side of the wall, for the prover."""
        z3 = load_z3()

        zero = self.prover.language.term(self.algebra.ring.zero)
        terms = [
            z3.And([zero == zero, *(self._beside(literal, wall, side) for literal in term)])
            for term in region
        ]
        return z3.Or([zero != zero, *terms])

    def _beside(self, literal: Literal, wall: RingElement, side: int) -> Z3:
        power = next((k for f, k in self.factors[literal.poly] if f == wall), 0)
        rest = literal.poly.exquo(wall**power) if power else literal.poly
        return self.prover.language.literal(Literal(rest * side**power, literal.sign))

    # ---- what happens there ----------------------------------------------------------------
    def _boundary(
        self, number: int, wall: RingElement, regimes: tuple[int, ...], witness: ParameterValues
    ) -> Boundary:
        analysis = self.analysis
        condition = self.simplifier.literal(Literal(wall, "=="))
        written = self.algebra.fraction(condition.args[1] - condition.args[2])[0]
        if written.LC * wall.LC < 0:
            regimes = regimes[::-1]  # the equation is written the other way round
        here = [e for e in analysis.equilibria if _holds(e.conditions, witness)]
        sides = {
            i for k in regimes for i in analysis.regimes[k].equilibria if self._near(i, witness)
        }
        everywhere = {e.id for e in here}
        here = _one_each(sorted(here, key=lambda e: e.id not in sides), witness)
        ids = tuple(e.id for e in here)
        sets, checked = analysis.solved_at(here, witness)
        names = tuple(analysis.regimes[k].name for k in regimes)
        boundary = Boundary(
            id=number,
            condition=condition,
            regimes=regimes,
            names=names,
            witness=dict(witness),
            equilibria=ids,
            survivors=tuple(i for i in ids if i in sides),
            vanishing=tuple(sorted(sides - everywhere)),
            appearing=tuple(i for i in ids if i not in sides),
            components=len(sets),
            dimensions=sets,
            checked=checked,
        )
        return Boundary(**{**vars(boundary), "text": self._words(boundary)})

    def _near(self, equilibrium: int, witness: ParameterValues) -> bool:
        """Say whether an equilibrium exists at a point or right beside it."""
        full = self.algebra.complete(witness)
        return any(
            all(
                Literal(lit.poly, lit.sign + "=").holds(self.algebra.evaluate(lit.poly, full))
                for lit in branch.open_literals
            )
            for branch in self.internal.pairs[equilibrium].branches
        )

    def _words(self, b: Boundary) -> str:
        titles = [name or f"regime {k}" for name, k in zip(b.names, b.regimes, strict=True)]
        where = f"between {' and '.join(map(repr, titles))}"
        if len(titles) == 1:
            where = f"the edge of {titles[0]!r}"
        text = f"On {b.condition}, {where}: "
        sets = "connected set" if b.components == 1 else "connected sets"
        count = (
            "one equilibrium"
            if len(b.equilibria) == 1
            else f"{len(b.equilibria)} extreme equilibria"
        )
        text += f"{count} in {b.components} {sets}"
        largest = max(b.dimensions, default=0)
        if largest:
            shape = "a segment" if largest == 1 else f"a set of dimension {largest}"
            text += f"; a continuum of equilibria, {shape}"
        for ids, verb, verbs in (
            (b.survivors, "survive", "survives"),
            (b.vanishing, "vanish", "vanishes"),
            (b.appearing, "appear", "appears"),
        ):
            if ids:
                labels = [self.analysis.equilibria[i].label for i in ids]
                told = ", ".join(labels) if all(labels) else f"{len(ids)} of them"
                text += f"; {told} {verbs if len(ids) == 1 else verb}"
        return text + "."


def _one_each(
    found: Sequence[SymbolicEquilibrium], values: Mapping[str, Any]
) -> list[SymbolicEquilibrium]:
    """Return equilibria of which no two are the same at these values, the first of each."""
    kept: dict[object, SymbolicEquilibrium] = {}
    for e in found:
        key = _at(e.profile, values), _at(getattr(e, "beliefs", {}), values)
        kept.setdefault(key if key[0] is not None and key[1] is not None else e.id, e)
    return sorted(kept.values(), key=lambda e: e.id)


def _at(part: Any, values: Mapping[str, Any]) -> Any:
    """Return formulas in nested mappings as numbers, None where something is open."""
    if isinstance(part, Expression):
        return part.evaluate(values) if part.names <= values.keys() else None
    inner = [(name, _at(p, values)) for name, p in part.items()]
    return None if any(p is None for _, p in inner) else tuple(inner)


def _holds(conditions: Sequence[Expression], values: Mapping[str, Any]) -> bool:
    return all(c.evaluate(values) for c in conditions)
