r"""All equilibria of a model at many parameter points.

This is what sweeps and sensitivity analyses rest on.  A :class:`PointSolver` is
made once for a model; :meth:`PointSolver.solve` takes arrays of parameter values
and returns a :class:`Block`: every extreme equilibrium at every point, with
payoffs, outcome probabilities, measures and the truth of statements.

>>> import numpy as np
>>> from deterrence.modelfile.catalogue import load_model
>>> solver = PointSolver(load_model("asymmetric-bipolarity"), varying=["k_R"])
>>> block = solver.solve({"k_R": np.array([2.0, 8.0])})
>>> block.count.tolist(), block.measures["war"].shape
([1, 3], (2, 3))
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError, ExpressionError, UsageError, did_you_mean
from deterrence.statements import Statement, outcomes_of, read_measures, read_statement

if TYPE_CHECKING:
    from deterrence.analysis.points.trees.answers import TreeAnswers
    from deterrence.modelfile.model import SymbolicModel

#: Exact values of the varying parameters at point number ``i`` of a block.
ExactPoint = Callable[[int], Mapping[str, Fraction]]

#: From so many points on, numba is worth its import.
NUMBA_POINTS = 200_000

#: Values of :attr:`Block.engine`.
OUTSIDE, COMPILED, EXACT = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Block:
    """The equilibria at ``n`` points; ``w`` is the largest number of equilibria at one of them.

    Arrays are padded: ``nan`` (floats), ``-1`` (``component``) and ``False``
    (``truths``) where a point has fewer than ``w`` equilibria.  Equilibria are
    extreme ones; those of one connected set share their ``component`` number.  Of a
    tree, equilibria with the same outcomes and answers count as one: they differ in what
    is done where the play does not come.

    - ``valid`` (n): the assumptions hold there.  Elsewhere nothing is solved.
    - ``count`` (n): the number of extreme equilibria.
    - ``complete`` (n): no equilibrium is missing.
    - ``engine`` (n): :data:`OUTSIDE`, :data:`COMPILED` floats or :data:`EXACT` rationals.
    - ``component`` (n, w): number of the connected set, from 0.
    - ``continuum`` (n): some component holds more than one point.
    - ``probabilities[player]`` (n, w, actions), for trees ``probabilities[information set]``,
      if they were asked for, ``nan`` where more than one mixture will do;
      ``payoffs[player]`` (n, w);
      ``outcomes[label]`` (n, w); ``measures[name]`` (n, w), nan also where a measure has
      no value at an equilibrium; ``truths[statement]`` (n, w).
    """

    valid: Any
    count: Any
    complete: Any
    engine: Any
    component: Any
    continuum: Any
    probabilities: Mapping[str, Any]
    payoffs: Mapping[str, Any]
    outcomes: Mapping[str, Any]
    measures: Mapping[str, Any]
    truths: Mapping[str, Any]

    @property
    def exists(self) -> Any:
        """Which entries are equilibria, shape (n, w)."""
        return self.component >= 0


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
        self.concept, self.behaviour = _concept(model, concept), behaviour
        if model.tree is None and len(model.players) != 2:
            raise UsageError(
                f"{model.name} has {len(model.players)} players",
                remedy="analyses over many points are for two-player games",
            )
        self.model = model
        self.varying = tuple(varying)
        for name in self.varying:
            model.parameter(name)
        self.fixed = dict(fixed or {})
        self.scenario = scenario
        chosen = [m.name for m in model.measures] if measures is None else measures
        self.measures = read_measures(model, chosen)
        self.outcomes = tuple(outcomes)
        known_outcomes = outcomes_of(model)
        for label in self.outcomes:
            if label not in known_outcomes:
                raise UsageError(
                    f"{model.name} has no outcome {label[:60]!r}",
                    remedy=did_you_mean(label, known_outcomes),
                )
        #: The text of every statement, and its formula.
        self.statements = tuple((s.text, s.formula) for s in map(self._read, statements))
        # The values of all parameters that do not vary, exact.
        self.base = model.values(scenario, check=False, **self.fixed)
        self._batches: dict[bool, Any] = {}
        self._zeros: dict[tuple[str, ...], PointSolver | None] = {}
        self._points = 0

    def _read(self, statement: str | Expression) -> Statement:
        return read_statement(self.model, statement)

    def values_at(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """Return every parameter's value where the varying ones have these values."""
        given = {**self.fixed, **point}
        return self.model.values(self.scenario, check=False, **given)

    def solve(self, columns: Mapping[str, Any], exact: ExactPoint | None = None) -> Block:
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

        from deterrence.analysis.points.exact import solve_exactly

        arrays = {name: np.asarray(columns[name], dtype=float) for name in self.varying}
        n = len(next(iter(arrays.values()))) if arrays else 1
        if self.model.tree is not None:
            answers: TreeAnswers = self._batch(n)
            return answers.solve(arrays, exact, n)
        batch = self._batch(n)
        if batch is None:
            return solve_exactly(self, arrays, exact)
        from deterrence.analysis.points.kernel.collect import solve_compiled

        return solve_compiled(self, batch, arrays, exact, n)

    def _batch(self, n: int) -> Any:
        """Return the programs for this model, made once; None where only exact arithmetic does."""
        self._points += n
        compiled = numba_pays(self._points)
        if compiled not in self._batches and self.model.tree is not None:
            from deterrence.analysis.points.trees.answers import answers_for

            self._batches[compiled] = answers_for(self, compiled=compiled)
        if compiled not in self._batches:
            from deterrence.analysis.points.kernel.field import SingularError
            from deterrence.analysis.points.kernel.programs import Batch
            from deterrence.analysis.points.kernel.structure import TooLargeError

            try:
                self._batches[compiled] = Batch(self, compiled=compiled)
            except (SingularError, TooLargeError, ExpressionError):
                self._batches[compiled] = None
        return self._batches[compiled]

    def _where_zero(self, names: tuple[str, ...]) -> PointSolver | None:
        """Return the solver for points where some varying parameters are 0, None if there is none.

        Zero costs and hazards tie payoffs that differ elsewhere, on whole slices of a
        grid; a solver of its own knows such ties beforehand.
        """
        if names not in self._zeros:
            other = copy.copy(self)
            other.varying = tuple(v for v in self.varying if v not in names)
            other.fixed = {**self.fixed, **dict.fromkeys(names, Fraction(0))}
            other._batches, other._zeros = {}, {}
            try:
                other.base = self.model.values(self.scenario, check=False, **other.fixed)
            except DeterrenceError:
                self._zeros[names] = None
            else:
                self._zeros[names] = other
        return self._zeros[names]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_batches": {}, "_zeros": {}}


def numba_pays(n: int) -> bool:
    """Say whether to run compiled code: numba takes a moment to import, and may be missing."""
    import importlib.util
    import sys

    from deterrence.surroundings import numba_allowed

    if sys.modules.get("numba") is not None:
        return numba_allowed()
    if n < NUMBA_POINTS or importlib.util.find_spec("numba") is None:
        return False
    return numba_allowed()


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
