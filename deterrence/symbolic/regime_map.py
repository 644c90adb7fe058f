"""The regime map: where in parameter space which equilibria exist, with proof.

Off the boundaries every equilibrium exists on the set where one of its branches
holds, so the sets of equilibria partition the assumed parameter space.  The map
is found by deciding one equilibrium after the other (it exists / it does not),
pruning what is proven impossible.  Leaves that survive are regimes, each with an
exact witness; the pruned leaves are the proof that there are no others, and two
regimes differ in an equilibrium, so they cannot overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import Prover
from deterrence.proving.sign_patterns import SignTheory
from deterrence.proving.solver_language import Z3

_TRIES = 8  # samples that are checked exactly before the prover is asked
_THOROUGH = 24  # regimes up to which every literal that might be spared is asked about
#: Combinations of equilibria, at samples, beyond which one that is hard ends the map.
MOST_CELLS = 40
_TERMS = 32  # conjunctions in the description of one regime

#: A set of open parameter points as a disjunction of conjunctions of strict literals.
OpenRegion = tuple[tuple[Literal, ...], ...]


@dataclass
class RegimeCell:
    """One regime: which regions hold in it, exact witness, and its conditions (a disjunction)."""

    members: frozenset[int]
    witness: dict[str, Fraction]
    conditions: list[tuple[Literal, ...]] = field(default_factory=list)
    simplified: bool = True


class RegimeMap:
    """Partition of the assumed parameter space by which of the given regions hold."""

    def __init__(
        self, prover: Prover, simplifier: Simplifier, regions: Sequence[OpenRegion]
    ) -> None:
        import numpy as np

        self.prover, self.simplifier, self.regions = prover, simplifier, list(regions)
        self.cells: dict[frozenset[int], RegimeCell] = {}
        self.unknown: list[tuple[tuple[int, bool], ...]] = []
        self.polys = list(dict.fromkeys(lit.poly for r in regions for b in r for lit in b))
        self._refresh()
        patterns = np.unique(self.inside[:, self.inner], axis=1)
        self._many = patterns.shape[1] > MOST_CELLS
        #: So many combinations occur, some of them hard, that they are not told one by one.
        self.crowded = False

    @cached_property
    def theory(self) -> SignTheory:
        """What is known of the signs of the polynomials."""
        return SignTheory(self.prover, self.polys)

    @cached_property
    def _holds(self) -> list[Z3]:
        all_of, any_of, yes = self.theory.all_of, self.theory.any_of, self.theory.boolean
        return [any_of([all_of([*map(yes, b)]) for b in region]) for region in self.regions]

    @cached_property
    def _fails(self) -> list[Z3]:
        return [self.prover.language.z3.Not(f) for f in self._holds]

    def _refresh(self) -> None:
        """Recompute which samples lie in which region; samples on boundaries are set aside."""
        import numpy as np

        prover = self.prover
        n = prover.points.shape[1]
        self.inner = np.ones(n, dtype=bool)
        for p in self.polys:
            self.inner &= prover.values(p) != 0
        self.inside = np.zeros((len(self.regions), n), dtype=bool)
        for k, region in enumerate(self.regions):
            for branch in region:
                self.inside[k] |= prover.samples_where(branch)

    def run(self) -> RegimeMap:
        """Find all cells, none of a crowded map."""
        self._explore(0, [])
        if self.crowded:
            self.cells, self.unknown = {}, []
        return self

    def _explore(self, k: int, path: list[tuple[int, bool]]) -> None:
        self.crowded |= self._many and bool(self.unknown)
        if self.crowded:
            return
        if k == len(self.regions):
            self._leaf(path)
            return
        for value in (True, False):
            chosen = [*path, (k, value)]
            if not self._mask(chosen).any():
                decision = self.theory.decide(self._formulas(chosen))
                if decision.verdict == "impossible":
                    continue
                if decision.verdict == "unknown":
                    self.unknown.append(tuple(chosen))
                    continue
            self._explore(k + 1, chosen)

    def _mask(self, path: Sequence[tuple[int, bool]]) -> Any:
        if len(self.inner) != self.prover.points.shape[1]:
            self._refresh()
        mask = self.inner.copy()
        for k, value in path:
            mask &= self.inside[k] == value
        return mask

    def _formulas(self, path: Sequence[tuple[int, bool]]) -> list[Z3]:
        return [self._holds[k] if value else self._fails[k] for k, value in path]

    def _leaf(self, path: list[tuple[int, bool]]) -> None:
        """Make a cell of a full path, with a witness checked exactly."""
        members = frozenset(k for k, value in path if value)
        witness = self._sample(members, self._mask(path))
        if witness is None:
            decision = self.theory.decide(self._formulas(path))
            if decision.verdict == "impossible":
                return
            if decision.witness is not None:
                witness = self._moved_inside(dict(decision.witness), members)
            if witness is None:
                self.unknown.append(tuple(path))
                return
        self.cells[members] = RegimeCell(members, witness)

    def _sample(self, members: frozenset[int], mask: Any) -> dict[str, Fraction] | None:
        """Return a sample that lies in a cell and on no boundary, checked exactly."""
        for column in self.prover.in_order(mask)[:_TRIES]:
            values = self.prover.point(int(column))
            if self._is_inside(values, members):
                return values
        return None

    def _is_inside(self, values: dict[str, Fraction], members: frozenset[int]) -> bool:
        literals = [Literal(p, "!=") for p in self.polys]
        return self.prover.satisfies(values, literals) and self.members_at(values) == members

    def _moved_inside(
        self, values: dict[str, Fraction], members: frozenset[int]
    ) -> dict[str, Fraction] | None:
        """Return the point, or one beside it where it lies on a boundary that does not matter."""
        if self._is_inside(values, members):
            return values
        full = self.prover.algebra.complete(values)
        signs = {p: self.prover.algebra.evaluate(p, full) for p in self.polys}
        fixed = [Literal(p, ">" if v > 0 else "<") for p, v in signs.items() if v]
        zeros = [p for p, v in signs.items() if not v]
        for _ in range(2 * len(zeros)):
            if not zeros:
                break
            for sign in (">", "<"):
                decision = self.prover.decide([*fixed, Literal(zeros[0], sign)])
                if decision.witness is not None:
                    fixed.append(Literal(zeros.pop(0), sign))
                    if self._is_inside(dict(decision.witness), members):
                        return dict(decision.witness)
                    break
            else:
                return None
        return None

    def _pattern(self, members: frozenset[int]) -> list[tuple[int, bool]]:
        return [(k, k in members) for k in range(len(self.regions))]

    def members_at(self, values: dict[str, Any]) -> frozenset[int]:
        """Return the regions that hold at a point, exactly."""
        full = self.prover.algebra.complete(values)
        signs = {p: self.prover.algebra.evaluate(p, full) for p in self.polys}
        return holding(self.regions, signs.__getitem__)

    def walls(self) -> list[RingElement]:
        """Return the irreducible factors of the polynomials, those of a fixed sign left out."""
        factors = self.prover.algebra.factors
        inner = dict.fromkeys(f for p in self.polys for f, _ in factors(p)[1])
        return [f for f in inner if self.simplifier.sign(f) is None]

    def place(self, cell: RegimeCell) -> None:
        """Move a cell's witness into the sensible ranges where the cell meets them."""
        if not self.prover.is_within(cell.witness):
            off = tuple(Literal(p, "!=") for p in self.polys)
            found = self.prover.witness_within([(*term, *off) for term in cell.conditions])
            if found is not None and self._is_inside(dict(found), cell.members):
                cell.witness = dict(found)

    # ---- readable conditions -----------------------------------------------------------
    def describe(self, cell: RegimeCell, limit: int = _TERMS) -> None:
        """Write the cell as a disjunction of few short conjunctions, each proven.

        Each conjunction starts from all signs at a point of the cell and drops
        every literal that is not needed to exclude the other cells.
        """
        here = self._formulas(self._pattern(cell.members))
        outside = self.theory.any_of([self.prover.language.z3.Not(f) for f in here])
        point: dict[str, Fraction] | None = cell.witness
        cell.conditions = []
        while point is not None and len(cell.conditions) < limit and not self.prover.expired:
            term = self._implicant(point, outside, cell)
            cell.conditions.append(term)
            todo = self._mask(self._pattern(cell.members))
            for found in cell.conditions:
                todo &= ~self.prover.samples_where(found)
            point = self._sample(cell.members, todo)
            if point is not None:
                continue
            missing = [
                self.theory.any_of([self.theory.boolean(lit.opposite()) for lit in t])
                for t in cell.conditions
            ]
            decision = self.theory.decide([*here, *missing])
            if decision.verdict == "impossible":
                return
            if decision.witness is not None:
                point = self._moved_inside(dict(decision.witness), cell.members)
        cell.simplified = False

    def exclude(self, cell: RegimeCell, polys: Sequence[RingElement]) -> None:
        """Take out of a cell's description the surfaces where one of ``polys`` vanishes."""
        for k, term in enumerate(cell.conditions):
            ties = [
                Literal(p, "!=")
                for p in polys
                if self.prover.decide([*term, Literal(p, "==")]).verdict != "impossible"
            ]
            cell.conditions[k] = (*term, *ties)

    def _implicant(
        self, point: dict[str, Any], outside: Any, cell: RegimeCell
    ) -> tuple[Literal, ...]:
        full = self.prover.algebra.complete(point)
        literals = []
        for p in self.polys:
            value = self.prover.algebra.evaluate(p, full)
            if self.simplifier.sign(p) is None:
                literals.append(Literal(p, ">" if value > 0 else "<"))
        kept = self.theory.needed(literals, [outside]) or literals
        thorough = len(self.cells) <= _THOROUGH
        for literal in sorted(
            kept, key=lambda lit: self.simplifier.complexity((lit,)), reverse=True
        ):
            rest = [lit for lit in kept if lit != literal]
            mine = self._mask(self._pattern(cell.members))
            if (self.prover.samples_where(rest) & self.inner & ~mine).any():
                continue
            formulas = [*map(self.theory.boolean, rest), outside]
            if self.theory.refutes(formulas) or (
                thorough and self.theory.decide(formulas).verdict == "impossible"
            ):
                kept = rest
        return tuple(sorted(kept, key=lambda lit: self.simplifier.complexity((lit,))))


def holding(regions: Iterable[OpenRegion], value: Callable[[RingElement], Any]) -> frozenset[int]:
    """Return the numbers of the regions that hold where polynomials have these values or signs."""
    return frozenset(
        k
        for k, region in enumerate(regions)
        if any(all(lit.holds(value(lit.poly)) for lit in term) for term in region)
    )
