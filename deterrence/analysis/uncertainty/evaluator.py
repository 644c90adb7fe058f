"""From points of the inputs to bounds over the equilibria of what is asked, block by block.

>>> import numpy as np
>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.analysis.uncertainty.inputs import Uncertainty
>>> model = load_model("asymmetric-bipolarity")
>>> evaluator = Evaluator(Uncertainty(model, over=["l_R"]), measures=["war"])
>>> found = evaluator.at(np.array([[2.0], [10.0]]))
>>> found.lower[:, 0].tolist(), found.upper[0].round(3).tolist()
([0.0, 0.0], [0.0])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression, total
from deterrence.analysis.points.block import COMPILED, EXACT, ExactPoint, PointBlock
from deterrence.analysis.points.solver import PointSolver
from deterrence.analysis.uncertainty.estimates import Quantity
from deterrence.errors import UsageError
from deterrence.statements import (
    is_chance,
    outcomes_of,
    phrase_of,
    read_statement,
    subject_of,
)

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.inputs import Uncertainty
    from deterrence.modelfile.model import SymbolicModel

#: Points solved in one go: large enough for compiled code, small enough for flat memory.
BLOCK = 1 << 15
#: Points solved in one go where every game is solved exactly, so that time limits hold.
EXACT_BLOCK = 1 << 6
#: Called with the number of points solved since the last call.
PointsSolved = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class Outputs:
    """Bounds over the equilibria at n points, one column per quantity.

    ``valid`` (n): the assumptions hold.  ``lower`` and ``upper`` (n x quantities)
    are ``nan`` elsewhere.  ``count`` (n): extreme equilibria; ``continuum`` (n): some
    of them span more.
    """

    valid: Any
    lower: Any
    upper: Any
    count: Any
    continuum: Any

    def only(self, fine: Any) -> Outputs:
        """Return the outputs at some of the points."""
        return Outputs(
            self.valid[fine], self.lower[fine], self.upper[fine], self.count[fine],
            self.continuum[fine],
        )  # fmt: skip


class Evaluator:
    """Solves the game at points of the uncertain inputs.

    ``quantities`` are measures, then conclusions, then, with ``outcomes``, the
    probabilities of all outcomes.  ``engines`` counts the points by how they were
    solved, ``incomplete`` those at which equilibria may be missing.
    """

    def __init__(
        self,
        uncertainty: Uncertainty,
        measures: Sequence[str] | None = None,
        conclusions: Sequence[str | Expression] = (),
        *,
        outcomes: bool = False,
        progress: PointsSolved | None = None,
    ) -> None:
        model = uncertainty.model
        labels = tuple(outcomes_of(model)) if outcomes else ()
        self.uncertainty = uncertainty
        self.solver = PointSolver(
            model,
            uncertainty.names,
            uncertainty.frozen,
            scenario=uncertainty.scenario,
            measures=measures,
            outcomes=labels,
            statements=[_as_zero(model, text) for text in conclusions],
        )
        asked = [text for text, _ in self.solver.question.statements]
        #: How the solver calls each conclusion.
        self._solved = {str(c): text for c, text in zip(conclusions, asked, strict=True)}
        self.quantities = (
            *(
                Quantity(m.name, "measure", m.title, m.unit, chance=is_chance(m.expression))
                for m in self.solver.question.measures
            ),
            *(conclusion(model, text) for text in self._solved),
            *(Quantity(label, "outcome", _title(model, label), chance=True) for label in labels),
        )
        self.progress = progress
        self.engines = {"compiled": 0, "exact": 0, "outside": 0}
        self.incomplete = 0

    def is_exact(self, points: int) -> bool:
        """Return whether every game is solved exactly, and slowly, if about so many are."""
        return self.solver.is_exact(points)

    def at(self, points: Any, exact: ExactPoint | None = None) -> Outputs:
        """Return the bounds at points (n x d); ``exact(i)`` gives exact values of point ``i``."""
        import numpy as np

        n = len(points)
        lower = np.full((n, len(self.quantities)), np.nan)
        upper = np.full((n, len(self.quantities)), np.nan)
        valid = np.zeros(n, dtype=bool)
        count = np.zeros(n, dtype=np.int32)
        continuum = np.zeros(n, dtype=bool)
        size = EXACT_BLOCK if self.is_exact(n) else BLOCK
        for start in range(0, n, size):
            part = slice(start, min(n, start + size))
            columns = {
                name: np.ascontiguousarray(points[part, k])
                for k, name in enumerate(self.solver.question.varying)
            }
            shifted = None if exact is None else _shift(exact, start)
            block = self.solver.solve(columns, shifted)
            valid[part] = block.valid
            count[part] = block.count
            continuum[part] = block.continuum
            self._bounds(block, lower[part], upper[part])
            self._account(block)
            if self.progress is not None:
                self.progress(part.stop - part.start)
        return Outputs(valid, lower, upper, count, continuum)

    def _bounds(self, block: PointBlock, lower: Any, upper: Any) -> None:
        import numpy as np

        exists = block.exists
        if not exists.shape[1]:
            return
        some = exists.any(axis=1)
        for k, quantity in enumerate(self.quantities):
            values = {
                "measure": block.measures,
                "conclusion": block.truths,
                "outcome": block.outcomes,
            }[quantity.kind][self._solved.get(quantity.name, quantity.name)]
            low = np.where(exists, values, np.inf).min(axis=1)
            high = np.where(exists, values, -np.inf).max(axis=1)
            lower[some, k] = low[some]
            upper[some, k] = high[some]
            undefined = np.isnan(low) | np.isnan(high)
            if undefined.any():
                raise UsageError(
                    f"{quantity.name} is not a number at some of the points",
                    remedy="leave it out with --measure, or narrow the parameters' bounds",
                )

    def _account(self, block: PointBlock) -> None:
        for name, engine in (("compiled", COMPILED), ("exact", EXACT)):
            self.engines[name] += int((block.engine == engine).sum())
        self.engines["outside"] += int((~block.valid).sum())
        self.incomplete += int((block.valid & ~block.complete).sum())


def _title(model: SymbolicModel, outcome: str) -> str:
    """Return an outcome's title; an outcome of several types may go by a name of its own."""
    known = model.outcomes.get(outcome)
    return model.titles.get(outcome, "") if known is None else known.title


def _shift(exact: ExactPoint, start: int) -> ExactPoint:
    return lambda i: exact(start + i)


def _as_zero(model: SymbolicModel, statement: str | Expression) -> str | Expression:
    """Return that a probability is 1 as that all other outcomes have the probability 0.

    Floats can tell whether probabilities are 0, but not whether a sum of them is 1: every point
    would have to be solved exactly.
    """
    name = str(statement).removesuffix(" == 1")
    measure = next((m for m in model.measures if m.name == name and is_chance(m.expression)), None)
    if measure is None or name == str(statement):
        return statement
    mine = [e.args[1] for e in measure.expression.walk() if e.op == "query"]
    others = [label for label in outcomes_of(model) if label not in mine]
    if not others or len(set(mine)) < len(mine) or not {*mine} <= {*outcomes_of(model)}:
        return statement
    rest = total(Expression("query", "P", label) for label in others)
    return Expression("compare", ("==",), rest, Expression.number(0))


def conclusion(model: SymbolicModel, text: str) -> Quantity:
    """Return a statement as a quantity, in the field's words where there are some."""
    statement = read_statement(model, text).shown
    phrase = phrase_of(statement, model.measures)
    title = "" if phrase == str(statement) else phrase
    name = text.removesuffix(" == 1")
    if not title and any(m.name == name for m in model.measures if is_chance(m.expression)):
        title = f"{name.replace('_', ' ')} for sure"
    subject = subject_of(phrase, statement)
    return Quantity(text, "conclusion", title, phrase=subject, chance=True)
