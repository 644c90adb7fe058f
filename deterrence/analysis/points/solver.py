r"""All equilibria of a model at many parameter points.

This is what sweeps and sensitivity analyses rest on.  A :class:`PointSolver` is
made once for a model; :meth:`PointSolver.solve` takes arrays of parameter values
and returns a :class:`~deterrence.analysis.points.block.PointBlock`: every extreme
equilibrium at every point, with payoffs, outcome probabilities, measures and the truth of
statements.

>>> import numpy as np
>>> from deterrence.modelfile.catalogue import load_model
>>> solver = PointSolver(load_model("asymmetric-bipolarity"), varying=["k_R"])
>>> block = solver.solve({"k_R": np.array([2.0, 8.0])})
>>> block.count.tolist(), block.measures["war"].shape
([1, 3], (2, 3))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.block import ExactPoint, PointBlock
from deterrence.analysis.points.exact import ExactAnswers
from deterrence.analysis.points.kernel.loops import numba_pays
from deterrence.analysis.points.question import PointQuestion
from deterrence.errors import UsageError, did_you_mean
from deterrence.statements import outcomes_of, read_measures, read_statement

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns
    from deterrence.modelfile.model import SymbolicModel


class PointSolver:
    """Finds all equilibria of a two-player strategic model, or of a tree, at many points.

    ``varying`` names the parameters that :meth:`solve` is given; ``fixed`` sets
    others, as :meth:`Model.values` does, and ``scenario`` chooses where the rest
    stand.  A derived parameter that is neither varied nor fixed follows from the
    others at every point.  ``measures`` (default: all) and ``outcomes``
    (default: none) choose what is computed; ``statements`` are comparisons of
    measures, queries and parameters, such as ``war <= 1/10``.  ``concept`` is for trees
    (default: ``spe`` under perfect information, else ``pbe``), and so is ``behaviour``:
    whether blocks say what is played at every information set.  Raises
    :class:`UsageError` for unknown names and for matrices of other than two
    players.  Instances can be pickled.
    """

    def __init__(
        self,
        model: SymbolicModel,
        varying: Sequence[str],
        fixed: Mapping[str, Any] | None = None,
        *,
        scenario: str | None = None,
        measures: Sequence[str] | None = None,
        outcomes: Sequence[str] = (),
        statements: Sequence[str | Expression] = (),
        concept: str | None = None,
        behaviour: bool = False,
    ) -> None:
        if model.tree is None and len(model.players) != 2:
            raise UsageError(
                f"{model.name} has {len(model.players)} players",
                remedy="analyses over many points are for two-player games",
            )
        for name in varying:
            model.parameter(name)
        chosen = [m.name for m in model.measures] if measures is None else measures
        known_outcomes = outcomes_of(model)
        for label in outcomes:
            if label not in known_outcomes:
                raise UsageError(
                    f"{model.name} has no outcome {label[:60]!r}",
                    remedy=did_you_mean(label, known_outcomes),
                )
        read = [read_statement(model, statement) for statement in statements]
        #: What is asked, without the means to answer it.
        self.question = PointQuestion(
            model=model,
            varying=tuple(varying),
            fixed=dict(fixed or {}),
            scenario=scenario,
            base=model.values(scenario, check=False, **(fixed or {})),
            measures=read_measures(model, chosen),
            outcomes=tuple(outcomes),
            statements=tuple((s.text, s.formula) for s in read),
            concept=_concept(model, concept),
            behaviour=behaviour,
        )
        self._answers: dict[bool, Answers] = {}
        self._points = 0

    def values_at(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """Return every parameter's value where the varying ones have these values."""
        return self.question.values_at(point)

    def solve(self, columns: Columns, exact: ExactPoint | None = None) -> PointBlock:
        """Return all equilibria at the points whose coordinates are the ``columns``.

        ``columns[name]`` is a float array of shape (n,) for every varying name.
        ``exact(i)`` gives the exact values at point ``i`` where they are not the
        binary fractions in the columns, which must be their nearest floats (or next
        to those), and 0 only where the exact value is.

        Points are solved in floats whose errors are bounded
        (:mod:`deterrence.analysis.points.kernel`); where there are ties, or floats cannot
        tell, they are solved exactly.  The answer at a point does not depend on the
        block it is in, except for the padding.  Blocks of some ten thousand points
        are quickest.  Raises :class:`UsageError` or :class:`ExpressionError` where a
        model has no game, or a statement no truth value, at some point.
        """
        import numpy as np

        arrays = {name: np.asarray(columns[name], dtype=float) for name in self.question.varying}
        n = len(next(iter(arrays.values()))) if arrays else 1
        self._points += n
        return self._quickest(compiled=numba_pays(self._points)).solve(arrays, exact, n)

    def is_exact(self, points: int) -> bool:
        """Return whether every point is solved exactly, since no quicker way is known.

        ``points`` is how many are expected, about.
        """
        made = next(iter(self._answers.values()), None)
        return isinstance(made or self._quickest(compiled=numba_pays(points)), ExactAnswers)

    def _quickest(self, *, compiled: bool) -> Answers:
        for made in self._answers.values():
            if isinstance(made, ExactAnswers):
                return made
        if compiled not in self._answers:
            self._answers[compiled] = answers_for(self.question, compiled=compiled)
        return self._answers[compiled]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_answers": {}}


class Answers(Protocol):
    """Finds the equilibria at the points of a block.

    ``solve`` is :meth:`PointSolver.solve` with the number of points; whatever floats cannot
    tell is for the exact solver (:mod:`deterrence.analysis.points.exact`).
    """

    def solve(self, columns: Columns, exact: ExactPoint | None, n: int) -> PointBlock:
        """Return the equilibria at ``n`` points."""


def answers_for(question: PointQuestion, *, compiled: bool) -> Answers:
    """Return the quickest way to answer a question."""
    tree = question.model.tree
    if tree is None:
        from deterrence.analysis.points.kernel.answers import matrix_answers

        return matrix_answers(question, compiled=compiled) or ExactAnswers(question)
    if question.concept == "spe" and tree.is_perfect_information:
        from deterrence.analysis.points.kernel.field import SingularError
        from deterrence.analysis.points.trees.induction import InductionAnswers
        from deterrence.errors import ExpressionError

        try:
            return InductionAnswers(question, compiled=compiled)
        except (SingularError, ExpressionError):
            return ExactAnswers(question)
    if question.concept == "pbe" and question.varying and not question.behaviour:
        from deterrence.analysis.points.trees.symbolic import OpenError, SymbolicAnswers

        try:
            return SymbolicAnswers(question, compiled=compiled)
        except OpenError:
            pass
    return ExactAnswers(question)


def _concept(model: SymbolicModel, concept: str | None) -> str:
    """Return the solution concept; raise :class:`UsageError` for one that does not fit."""
    if model.tree is None:
        if concept not in (None, "nash"):
            raise UsageError(
                f"the concept {concept!r} is for game trees; {model.name} is none",
                remedy="leave it out",
            )
        return "nash"
    if concept is None:
        from deterrence.solvers.trees.concepts import default_concept

        return default_concept(model.tree)
    from typing import get_args

    from deterrence.solvers.tree_solution import TreeConcept

    if concept not in get_args(TreeConcept):
        raise UsageError(
            f"no concept called {concept!r} for game trees",
            remedy=did_you_mean(concept, get_args(TreeConcept)),
        )
    return concept
