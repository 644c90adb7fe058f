"""The regime map: where in parameter space which equilibria exist, with proof.

Off the boundaries every equilibrium exists on the set where one of its branches
holds, so the sets of equilibria partition the assumed parameter space.  The map
is found by deciding one equilibrium after the other (it exists / it does not),
pruning what is proven impossible.  Leaves that survive are regimes, each with an
exact witness; the pruned leaves are the proof that there are no others, and two
regimes differ in an equilibrium, so they cannot overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.regimes.conditions import Condition, Simplifier
from deterrence.regimes.proofs import Literal, Prover
from deterrence.regimes.signs import SignTheory

#: A set of open parameter points as a disjunction of conjunctions of strict literals.
Region = tuple[tuple[Literal, ...], ...]


@dataclass
class Cell:
    """One regime: which regions hold in it, exact witness, and its conditions (a disjunction)."""

    members: frozenset[int]
    witness: dict[str, Fraction]
    conditions: list[tuple[Literal, ...]] = field(default_factory=list)
    simplified: bool = True


class RegimeMap:
    """Partition of the assumed parameter space by which of the given regions hold."""

    def __init__(self, prover: Prover, simplifier: Simplifier, regions: Sequence[Region]) -> None:
        self.prover, self.simplifier, self.regions = prover, simplifier, list(regions)
        self.cells: dict[frozenset[int], Cell] = {}
        self.unknown: list[tuple[tuple[int, bool], ...]] = []
        z3 = prover._z3
        self.polys = list(dict.fromkeys(l.poly for r in regions for b in r for l in b))
        self.theory = SignTheory(prover, self.polys)
        yes = self.theory.boolean
        self._holds = [
            self.theory.any_of([self.theory.all_of([*map(yes, b)]) for b in region])
            for region in regions
        ]
        self._fails = [z3.Not(f) for f in self._holds]
        self._refresh()

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
        """Find all cells."""
        import numpy as np

        self._explore(0, [])
        for pattern in np.unique(self.inside[:, self.inner], axis=1).T:
            self._leaf(frozenset(int(k) for k in np.flatnonzero(pattern)))
        return self

    def _explore(self, k: int, path: list[tuple[int, bool]]) -> None:
        if k == len(self.regions):
            return
        for value in (True, False):
            chosen = [*path, (k, value)]
            inside = self._mask(chosen)
            if not inside.any():
                decision = self._ask(chosen)
                if decision == "impossible":
                    continue
                if decision == "unknown":
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

    def _ask(self, path: Sequence[tuple[int, bool]]) -> str:
        formulas = [self._holds[k] if value else self._fails[k] for k, value in path]
        decision = self.theory.decide(formulas)
        if decision.verdict == "possible" and decision.witness is None:
            return "unknown"
        return decision.verdict

    def _leaf(self, members: frozenset[int]) -> None:
        import numpy as np

        for column in np.flatnonzero(self._mask(self._pattern(members))):
            values = {
                n: Fraction(float(x))
                for n, x in zip(
                    self.prover.algebra.parameters, self.prover.points[:, column], strict=False
                )
            }
            if self.prover.satisfies(values, ()) and self.members_at(values) == members:
                self.cells[members] = Cell(members, values)
                return

    def _pattern(self, members: frozenset[int]) -> list[tuple[int, bool]]:
        return [(k, k in members) for k in range(len(self.regions))]

    def members_at(self, values: dict[str, Any]) -> frozenset[int]:
        """Return the regions that hold at a point, exactly."""
        full = self.prover.algebra.complete(values)
        signs = {p: self.prover.algebra.evaluate(p, full) for p in self.polys}
        return frozenset(
            k
            for k, region in enumerate(self.regions)
            if any(all(l.holds(signs[l.poly]) for l in branch) for branch in region)
        )

    # ---- readable conditions -----------------------------------------------------------
    def describe(self, cell: Cell, limit: int = 8) -> None:
        """Write the cell as a disjunction of few short conjunctions, each proven.

        Each conjunction starts from all signs at a point of the cell and drops
        every literal that is not needed to exclude the other cells.
        """
        import numpy as np

        outside = self.theory.any_of(
            [self._fails[k] if k in cell.members else self._holds[k] for k in range(len(self.regions))]
        )
        point: dict[str, Any] | None = cell.witness
        cell.conditions = []
        while point is not None and len(cell.conditions) < limit:
            term = self._implicant(point, outside, cell)
            cell.conditions.append(term)
            todo = self._mask(self._pattern(cell.members))
            for found in cell.conditions:
                todo &= ~self.prover.samples_where(found)
            column = np.flatnonzero(todo)
            if len(column):
                point = {
                    n: Fraction(float(x))
                    for n, x in zip(
                        self.prover.algebra.parameters, self.prover.points[:, column[0]], strict=False
                    )
                }
                continue
            missing = [
                self.theory.any_of([self.theory.boolean(l.opposite()) for l in t]) for t in cell.conditions
            ]
            here = [self._holds[k] if k in cell.members else self._fails[k] for k in range(len(self.regions))]
            decision = self.theory.decide([*here, *missing])
            if decision.verdict == "impossible":
                return
            point = dict(decision.witness) if decision.witness else None
        cell.simplified = False

    def _implicant(self, point: dict[str, Any], outside: Any, cell: Cell) -> tuple[Literal, ...]:
        full = self.prover.algebra.complete(point)
        literals = []
        for p in self.polys:
            value = self.prover.algebra.evaluate(p, full)
            if self.simplifier.sign(p) is None:
                literals.append(Literal(p, ">" if value > 0 else "<"))
        kept = list(literals)
        for literal in sorted(literals, key=lambda l: self.simplifier.complexity((l,)), reverse=True):
            rest = [l for l in kept if l != literal]
            mine = self._mask(self._pattern(cell.members))
            if (self.prover.samples_where(rest) & self.inner & ~mine).any():
                continue
            if self.theory.decide([*map(self.theory.boolean, rest), outside]).verdict == "impossible":
                kept = rest
        return tuple(sorted(kept, key=lambda l: self.simplifier.complexity((l,))))
