"""Regimes that a model's file names and that are none of the derived ones: where they lie.

A regime that was derived has the file's name where the file's conditions hold all over it.  What
the file names beside is told, too: a part of one regime, within which nothing changes, parts of
several, a regime that has another name already, or nothing at all.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.game.parameters import NamedRegime
from deterrence.proving.conditions import Clause
from deterrence.symbolic.parameter_space import put_in
from deterrence.symbolic.results import DeclaredRegime, Regime
from deterrence.symbolic.solved import SolvedGame

#: Clauses of one condition beyond which it counts as undecided.
_MOST = 64


def declared_regimes(
    internal: SolvedGame[Any], regimes: Sequence[Regime]
) -> tuple[DeclaredRegime, ...]:
    """Return the regimes of the file that no derived regime is called by."""
    if internal.refinement or internal.map.crowded:
        return ()
    told = {r.name for r in regimes}
    found = []
    for named in internal.model.named_regimes:
        when = put_in(named.when, internal.problem.replaced)
        if named.name not in told and when is not None:
            place, where = _Placing(internal, named, when).among(regimes)
            if place:
                found.append(
                    DeclaredRegime(named.name, named.when, place, where, named.description)
                )
    return tuple(found)


class _Placing:
    """One regime of the file against the derived ones."""

    def __init__(
        self, internal: SolvedGame[Any], named: NamedRegime, when: list[Expression]
    ) -> None:
        self.internal, self.when = internal, when
        replaced = internal.problem.replaced
        #: Whether values were put in, so that it is no fault of the file where it is nowhere.
        self.changed = any(c.names & replaced.keys() for c in named.when)

    def among(self, regimes: Sequence[Regime]) -> tuple[str, tuple[int, ...]]:
        """Return how it lies, ``""`` where that says nothing, and which regimes it meets."""
        clauses = self._clauses()
        if clauses is None:
            return "undecided", ()
        met, whole, doubt = [], True, False
        for regime in regimes:
            cell = self.internal.map.cells[frozenset(regime.families)]
            terms = [tuple((lit,) for lit in term) for term in cell.conditions]
            verdicts = {self._decide([*term, *clauses]) for term in terms}
            doubt |= not cell.simplified or verdicts == {"unknown"}
            if "possible" not in verdicts:
                continue
            met.append(regime.id)
            fails = [[(lit.opposite(),) for lit in clause] for clause in clauses]
            whole &= all(
                self._decide([*term, *fail]) == "impossible" for term in terms for fail in fails
            )
        if doubt:
            return "undecided", tuple(met)
        if not met:
            return "" if self.changed else "nowhere", ()
        return "same" if whole else "part" if len(met) == 1 else "several", tuple(met)

    def _decide(self, clauses: Sequence[Clause]) -> str:
        if not all(clauses):
            return "impossible"
        if self.internal.definitions is not None:
            return self.internal.definitions.decide(clauses).verdict
        prover = self.internal.prover
        several = [prover.language.disjunction(c) for c in clauses if len(c) > 1]
        return prover.decide([c[0] for c in clauses if len(c) == 1], several).verdict

    def _clauses(self) -> list[Clause] | None:
        """Return the file's conditions off their boundaries; None for what is none of ours."""
        problem = self.internal.problem
        found: list[Clause] = []
        for e in self.when:
            if not e.names <= set(problem.symbols):
                return None
            if not e.names:
                found += [] if e.evaluate({}) else [()]
                continue
            parts = list(self._of(e))
            if None in parts:
                return None
            found += [p for p in parts if p is not None]
        return found

    def _of(self, e: Expression) -> Iterator[Clause | None]:
        if e.op == "and":
            for part in e.args:
                yield from self._of(part)
        elif e.op == "or":
            sides = [list(self._of(part)) for part in e.args]
            if math.prod(map(len, sides)) > _MOST:
                yield None
                return
            for choice in itertools.product(*sides):
                known = [c for c in choice if c is not None]
                yield tuple(lit for c in known for lit in c) if len(known) == len(choice) else None
        elif e.op == "compare":
            for left, sign, right in zip(e.args[1:], e.args[0], e.args[2:], strict=False):
                top, bottom = self.internal.problem.algebra.fraction(left - right)
                yield (Literal(top * bottom, sign).strict(),)
        else:
            yield None
