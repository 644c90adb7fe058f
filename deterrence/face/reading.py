"""Results from plain data: which there are, where they are defined, and the one way back.

Models in them are read by who knows the classes of models (:mod:`deterrence.face.restoring`), or
are known already.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from deterrence.errors import DeterrenceError, Fault, InvalidFileError, did_you_mean
from deterrence.modelfile.model import SymbolicModel
from deterrence.words.saved import SCHEMA, Reader, written

if TYPE_CHECKING:
    from deterrence.analysis.comparing.cases import Comparison
    from deterrence.analysis.robust.results import Levers, Robustness
    from deterrence.analysis.sweeping.summary import SweepSummary
    from deterrence.analysis.uncertainty.results import Sensitivity
    from deterrence.graph_model.results import Stability
    from deterrence.report.brief import Brief
    from deterrence.solvers.solution import Solution
    from deterrence.solvers.tree_solution import TreeSolution
    from deterrence.symbolic.along.boundaries import Boundaries
    from deterrence.symbolic.along.statics import Statics
    from deterrence.symbolic.along.threshold_results import Thresholds
    from deterrence.symbolic.conclusion_results import Conclusion
    from deterrence.symbolic.derivations import Explanation
    from deterrence.symbolic.refinements import Refinements
    from deterrence.symbolic.regime_analysis import RegimeAnalysis

    #: What can be saved: the result of every verb.
    SavedResult: TypeAlias = (
        Boundaries | Brief | Comparison | Conclusion | Explanation | Levers | RegimeAnalysis
        | Refinements | Robustness | Sensitivity | Solution | Stability | Statics | SweepSummary
        | Thresholds | TreeSolution
    )  # fmt: skip

#: Where results that can be loaded are defined, by their kind, and what else tells them.
KINDS = {
    "Boundaries": ("symbolic.along.boundaries",),
    "Brief": ("report.brief", "report.brief_page"),
    "Comparison": ("analysis.comparing.cases",),
    "Conclusion": ("symbolic.conclusion_results",),
    "Explanation": ("symbolic.derivations",),
    "Levers": ("analysis.robust.results",),
    "MatrixAnalysis": ("symbolic.matrices.regime_analysis",),
    "Refinements": ("symbolic.refinements",),
    "Robustness": ("analysis.robust.results",),
    "Sensitivity": ("analysis.uncertainty.results",),
    "Solution": ("solvers.solution",),
    "Stability": ("graph_model.results", "graph_model.display"),
    "Statics": ("symbolic.along.statics",),
    "SweepSummary": ("analysis.sweeping.summary", "analysis.sweeping.display"),
    "TableAnalysis": ("symbolic.trees.table_analysis",),
    "Thresholds": ("symbolic.along.threshold_results",),
    "TreeAnalysis": ("symbolic.trees.regime_analysis",),
    "TreeSolution": ("solvers.tree_solution",),
}


def restored(
    told: dict[str, Any], source: str = "result", model: SymbolicModel | None = None
) -> SavedResult:
    """Return a result from what its ``to_dict()`` gave.

    Where it holds the text of ``model``, it holds that very model then.  Raises
    :class:`InvalidFileError` for what is no saved result.
    """
    kind, schema = told.get("kind"), told.get("schema", SCHEMA)
    if not isinstance(kind, str):
        what = "this says no kind of result"
        refuse(source, what, "a result that was saved by this version or a later one", key="kind")
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        refuse(source, f"{kind[:40]!r} is no kind of result", remedy=hint, key="kind")
    if schema != SCHEMA or isinstance(schema, bool):
        what = f"the schema is {str(schema)[:20]}, and this version reads {SCHEMA}"
        refuse(source, what, remedy="a later version of deterrence reads it", key="schema")
    home, *others = (f"deterrence.{module}" for module in KINDS[kind])
    for module in others:
        importlib.import_module(module)  # these tell what the result says
    try:
        found: SavedResult = _Reader(model).restored(
            getattr(importlib.import_module(home), kind), told
        )
        return found
    except InvalidFileError:
        raise
    except DeterrenceError as error:
        refuse(source, error.what, getattr(error, "expected", ""), error.remedy)
    except (
        ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        refuse(source, f"the parts of the result do not fit together: {str(error)[:80]}")


def refuse(source: str, what: str, expected: str = "", remedy: str = "", key: str = "") -> NoReturn:
    """Raise :class:`InvalidFileError` with one fault."""
    raise InvalidFileError(source, [Fault(what, None, None, key, expected, remedy)])


class _Reader(Reader):
    """A reader that may know the model already."""

    def __init__(self, model: SymbolicModel | None) -> None:
        self.model = model

    def read(self, kind: Any, told: Any, rest: Any = None, where: str = "") -> Any:
        """Return the value of a type; the model that is known where it is that one."""
        if kind is SymbolicModel and self.model is not None:
            data = rest["="] if isinstance(rest, dict) and rest.keys() == {"="} else told
            if data == written(self.model):
                return self.model
        return super().read(kind, told, rest, where)
