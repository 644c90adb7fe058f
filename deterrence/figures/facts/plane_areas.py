"""What holds in the areas of a plane, told from the symbolic regimes of a model.

A regime is a set of families of equilibria (see :mod:`deterrence.symbolic.families`): all
over it the same results are equilibria.  Areas also differ where the model's own names
for regimes do.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.figures.facts.equilibrium_labels import EquilibriumLabel, certain_result, label_of
from deterrence.figures.texts import statement_words
from deterrence.game.pattern_names import result_name

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.symbolic.conclusion_results import Conclusion
    from deterrence.symbolic.regime_analysis import RegimeAnalysis

#: Longest name of what is done that stands for a result.
_SHORT = 40


@dataclass(frozen=True)
class AreaResult:
    """A result in a part of the plane, with the equilibria that lead to it.

    ``mixed`` says that it takes somebody who mixes, and that its name does not tell it.
    """

    name: str
    label: EquilibriumLabel
    mixed: bool = False


@dataclass(frozen=True)
class Area:
    """What holds in a part of the plane; the same areas may lie in several places.

    ``key`` tells areas apart.  ``results`` are those of the equilibria, the same all over
    the area.  ``valid`` is false where the model's assumptions do not hold.
    """

    key: Hashable
    name: str
    valid: bool
    results: tuple[AreaResult, ...] = ()


def verdict_words(model: SymbolicModel, conclusion: str, verdict: str) -> str:
    """Say what a verdict means."""
    words = {
        "every": "in every equilibrium",
        "some": "in some equilibria",
        "no": "in no equilibrium",
    }
    return f"{statement_words(conclusion, model.measures)} {words[verdict]}"


class AreaRule:
    """Tells which area points lie in, from the symbolic regimes.

    ``free`` are the two parameters; ``when`` has the conditions of the model's named
    regimes in these; ``concluded`` is what is shown in place of equilibria, if anything is,
    and ``model`` has the names.
    """

    def __init__(
        self,
        analysis: RegimeAnalysis,
        free: tuple[str, str],
        when: Sequence[tuple[str, Sequence[Expression]]],
        concluded: Conclusion | None,
        conclusion: str | None,
        model: SymbolicModel,
    ) -> None:
        self.analysis, self.free, self.when = analysis, free, when
        self.concluded, self.conclusion, self.model = concluded, conclusion, model
        internal = analysis.internal
        self.map, self.algebra = internal.map, internal.problem.algebra
        self.compiled = self.algebra.compiled(self.map.polys)

    def labels(self, xs: Any, ys: Any) -> list[Hashable]:
        """Return a label per point: False outside the assumptions, else what holds."""
        import numpy as np

        n = len(xs)
        columns = dict(zip(self.free, (xs, ys), strict=True))
        valid = self._any([self.analysis.assumptions], columns, n)
        if self.concluded is not None:
            every, some = (
                self._any(t, columns, n) for t in (self.concluded.every, self.concluded.some)
            )
            words = np.where(every, "every", np.where(some, "some", "no"))
            return [str(w) if ok else False for w, ok in zip(words, valid, strict=True)]
        inside = self._members(columns, n)
        names = [""] * n
        for name, when in reversed(self.when):
            holds = self._any([when], columns, n)
            for i in np.flatnonzero(holds):
                names[i] = name
        members = [frozenset(np.flatnonzero(column)) for column in inside.T]
        return [
            (m, name) if ok else False for m, name, ok in zip(members, names, valid, strict=True)
        ]

    def _any(self, terms: Any, columns: Mapping[str, Any], n: int) -> Any:
        import numpy as np

        from deterrence.algebra.arrays import truth

        result = np.zeros(n, dtype=bool)
        for term in terms:
            holds = np.ones(n, dtype=bool)
            for e in term:
                holds &= np.broadcast_to(truth(e, columns), n).astype(bool)
            result |= holds
        return result

    def _members(self, columns: Mapping[str, Any], n: int) -> Any:
        """Return which families exist, families x points."""
        import numpy as np

        from deterrence.algebra.arrays import truth
        from deterrence.algebra.literals import literal_mask

        full = dict(columns)
        for e, atom in self.algebra.atoms.items():
            full[atom.name] = np.broadcast_to(truth(e, full), n)
        table = np.array([np.broadcast_to(full.get(m, 0.0), n) for m in self.algebra.names])
        values = dict(zip(self.map.polys, self.compiled(table.reshape(-1, n)), strict=True))
        inside = np.zeros((len(self.map.regions), n), dtype=bool)
        for k, region in enumerate(self.map.regions):
            for term in region:
                holds = np.ones(n, dtype=bool)
                for literal in term:
                    holds &= literal_mask(literal, values[literal.poly])
                inside[k] |= holds
        return inside

    def area(self, label: Hashable) -> Area:
        """Return what a label stands for."""
        if label is False:
            return Area(False, "", valid=False)
        if isinstance(label, str):
            return Area(label, verdict_words(self.model, self.conclusion or "", label), valid=True)
        assert isinstance(label, tuple)
        found = [self._result(k) for k in sorted(label[0])]
        return Area(label, label[1], valid=True, results=tuple(sorted(found, key=result_order)))

    def _result(self, family: int) -> AreaResult:
        """Return the result of a family of equilibria."""
        equilibria = [self.analysis.equilibria[k] for k in self.analysis.families[family].members]
        zero = Expression.number(0)
        possible = [o for o, e in equilibria[0].outcomes.items() if e != zero]
        found = result_of(self.model, [e.support for e in equilibria], possible)
        # Two roots of one equation have one pattern, and names that tell them apart.
        told = next((e.name for e in equilibria if e.name.startswith(f"{found.name} (")), "")
        return replace(found, name=told) if told else found


def result_of(
    model: SymbolicModel, supports: Sequence[Mapping[str, Any]], possible: Sequence[str]
) -> AreaResult:
    """Return the result of equilibria with the same outcomes, of which several are ``possible``.

    What happens for certain is called by its title, else what is done, or, where that takes
    many words, what may happen.
    """
    certain = certain_result(possible, model.naming)
    label = label_of(model.names, supports, certain)
    if certain:
        return AreaResult(certain, label)
    if len(label.name) <= _SHORT or not possible:
        return AreaResult(label.name, label)
    return AreaResult(result_name(list(possible), model.titles), label, mixed=True)


def result_order(result: AreaResult) -> tuple[bool, tuple[int, ...], str]:
    """Sort results: what happens for certain first, then by number."""
    return result.mixed, result.label.numbers, result.name
