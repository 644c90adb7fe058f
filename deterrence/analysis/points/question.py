"""What is asked at every point: a model, what varies, and what to say of each equilibrium.

This is all that the ways of answering (:mod:`~deterrence.analysis.points.exact`,
:mod:`~deterrence.analysis.points.kernel`, :mod:`~deterrence.analysis.points.trees`) know
of a :class:`~deterrence.analysis.points.solver.PointSolver`, which has checked it.

>>> from deterrence.analysis.points.solver import PointSolver
>>> from deterrence.modelfile.catalogue import load_model
>>> asked = PointSolver(load_model("stag-hunt"), [], measures=()).question
>>> asked.names["payoffs"], asked.movers
(('A', 'B'), {'A': 2, 'B': 2})
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError
from deterrence.game.measures import Measure

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: (kind, name), as in ``("measures", "war")``; the kinds are those of a block.
Asked = tuple[str, str]


@dataclass(frozen=True, eq=False)
class PointQuestion:
    """A question about a model's equilibria at points where ``varying`` parameters move.

    ``fixed`` are values that the caller set, ``scenario`` says where the rest stand, and
    ``base`` holds every parameter's value at the start, exact.  ``statements`` are texts
    with their expressions, measures put in.  ``concept`` and ``behaviour`` are for trees.
    """

    model: SymbolicModel
    varying: tuple[str, ...]
    fixed: Mapping[str, Any]
    scenario: str | None
    base: Mapping[str, Any]
    measures: tuple[Measure, ...]
    outcomes: tuple[str, ...]
    statements: tuple[tuple[str, Expression], ...]
    concept: str
    behaviour: bool

    def values_at(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """Return every parameter's value where the varying ones have these values."""
        given = {**self.fixed, **point}
        return self.model.values(self.scenario, check=False, **given)

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The names under every kind of answer."""
        return {
            "payoffs": tuple(self.model.players),
            "outcomes": self.outcomes,
            "measures": tuple(m.name for m in self.measures),
            "truths": tuple(text for text, _ in self.statements),
        }

    @property
    def asked(self) -> dict[Asked, Expression]:
        """Everything that is asked of an equilibrium besides payoffs, as expressions."""
        found: dict[Asked, Expression] = {
            ("outcomes", o): Expression("query", "P", o) for o in self.outcomes
        }
        found |= {("measures", m.name): m.expression for m in self.measures}
        found |= {("truths", text): e for text, e in self.statements}
        return found

    @property
    def movers(self) -> dict[str, int]:
        """Whose behaviour an answer holds, and among how many actions each chooses.

        These are players, or information sets of a tree, if their behaviour is asked for.
        """
        model = self.model
        if model.tree is None:
            return {p: len(own) for p, own in zip(model.players, model.actions, strict=True)}
        if not self.behaviour:
            return {}
        return {s.label: len(s.actions) for s in model.tree.sets if not s.is_chance}

    def where_zero(self, names: tuple[str, ...]) -> PointQuestion | None:
        """Return the question where some varying parameters are 0, None if there is none.

        Zero costs and hazards tie payoffs that differ elsewhere, on whole slices of a
        grid; a question of its own knows such ties beforehand.
        """
        fixed = {**self.fixed, **dict.fromkeys(names, Fraction(0))}
        try:
            base = self.model.values(self.scenario, check=False, **fixed)
        except DeterrenceError:
            return None
        varying = tuple(v for v in self.varying if v not in names)
        return replace(self, varying=varying, fixed=fixed, base=base)
