"""What holds in the areas of a plane, told from the symbolic regimes of a model.

A regime is a set of families of equilibria (see :mod:`deterrence.symbolic.families`): all
over it the same results are equilibria.  Areas also differ where the model's own names
for regimes do.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.figures.facts.equilibrium_curves import ActionSupport, is_pure
from deterrence.figures.facts.tree_supports import picked, support_of, varying

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.symbolic.conclusion_results import Conclusion
    from deterrence.symbolic.regime_analysis import RegimeAnalysis


@dataclass(frozen=True)
class Area:
    """What holds in a part of the plane; the same areas may lie in several places.

    ``key`` tells areas apart.  ``supports`` are those of the equilibria, the same all over
    the area, or empty where equilibria with the same result come and go within it;
    ``results`` are then the numbers of different results, pure and mixed.  ``valid`` is
    false where the model's assumptions do not hold.
    """

    key: Hashable
    name: str
    valid: bool
    supports: tuple[ActionSupport, ...] = ()
    results: tuple[int, int] = (0, 0)


def verdict_words(conclusion: str, verdict: str) -> str:
    """Say what a verdict means."""
    words = {
        "every": "in every equilibrium",
        "some": "in some equilibria",
        "no": "in no equilibrium",
    }
    return f"{conclusion.replace('==', '=')} {words[verdict]}"


def support_size(support: ActionSupport) -> tuple[int, ActionSupport]:
    """Sort supports by the number of actions that are used."""
    return sum(map(len, support)), support


class AreaRule:
    """Tells which area points lie in, from the symbolic regimes.

    ``free`` are the two parameters; ``when`` has the conditions of the model's named
    regimes in these; ``concluded`` is what is shown in place of equilibria, if anything is,
    and ``tree`` the game where it is one.
    """

    def __init__(
        self,
        analysis: RegimeAnalysis,
        free: tuple[str, str],
        when: Sequence[tuple[str, Sequence[Expression]]],
        concluded: Conclusion | None,
        conclusion: str | None,
        tree: ExtensiveGame | None,
    ) -> None:
        self.analysis, self.free, self.when = analysis, free, when
        self.concluded, self.conclusion, self.tree = concluded, conclusion, tree
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
            return Area(label, verdict_words(self.conclusion or "", label), valid=True)
        assert isinstance(label, tuple)
        groups = self._groups(sorted(label[0]))
        if all(len(group) == 1 for group in groups):
            supports = tuple(sorted((s for group in groups for s in group), key=support_size))
            return Area(label, label[1], valid=True, supports=supports)
        pure = sum(any(map(is_pure, group)) for group in groups)
        return Area(label, label[1], valid=True, results=(pure, len(groups) - pure))

    def _groups(self, families: Sequence[int]) -> list[Collection[ActionSupport]]:
        """Return the supports in each family; in a tree, what is done where equilibria differ."""
        if self.tree is None:
            return [
                [self._support(pair) for pair in self.analysis.internal.families[k].pairs]
                for k in families
            ]
        told = self.analysis.equilibria
        tree = self.tree
        places = varying([support_of(tree, e.support) for e in told if not e.boundary])
        return [
            {picked(support_of(tree, told[m].support), places) for m in family.members}
            for family in (self.analysis.families[k] for k in families)
        ]

    def _support(self, pair: Any) -> ActionSupport:
        problem = self.analysis.internal.problem
        sides = zip(problem.actions, (pair.row.support, pair.column.support), strict=True)
        return tuple(tuple(actions[k] for k in sorted(used)) for actions, used in sides)
