"""Verbs of a model that go on from its regimes.

They stand apart because a function in the package would have its module's name.

>>> from deterrence import load_model
>>> print(load_model("asymmetric-bipolarity").conclusions("war > 0").every_text)
a risk of war in every equilibrium iff k_R < l_R and k_N < l_N
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deterrence.symbolic.results import RegimeAnalysis

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.symbolic.along.boundaries import Boundaries
    from deterrence.symbolic.along.statics import Statics
    from deterrence.symbolic.along.thresholds import Thresholds
    from deterrence.symbolic.conclusions import Conclusion


def conclusions(
    model: SymbolicModel | RegimeAnalysis, statement: str = "war", **options: Any
) -> Conclusion:
    """Return where a statement holds in every equilibrium, and where in some.

    ``options`` go to :func:`deterrence.symbolic.matrices.analysis.analyse` where a model is
    given; see :func:`deterrence.symbolic.conclusions.conclude`.
    """
    from deterrence.symbolic.conclusions import conclude

    return conclude(_analysed(model, options), statement, isolate=options.get("isolate", ""))


def statics(model: SymbolicModel | RegimeAnalysis, **options: Any) -> Statics:
    """Return which way every result moves with every symbol, per equilibrium.

    See :func:`deterrence.symbolic.along.statics.comparative_statics`.
    """
    from deterrence.symbolic.along.statics import comparative_statics

    return comparative_statics(_analysed(model, options))


def boundaries(model: SymbolicModel | RegimeAnalysis, **options: Any) -> Boundaries:
    """Return what happens where two regimes meet.

    See :func:`deterrence.symbolic.along.boundaries.find_boundaries`.
    """
    from deterrence.symbolic.along.boundaries import find_boundaries

    return find_boundaries(_analysed(model, options))


def thresholds(
    model: SymbolicModel, parameter: str, scenario: str | None = None, **values: Any
) -> Thresholds:
    """Return where the equilibria change as one parameter moves.

    See :func:`deterrence.symbolic.along.thresholds.find_thresholds`.
    """
    from deterrence.symbolic.along.thresholds import find_thresholds

    return find_thresholds(model, parameter, scenario, values)


def _analysed(model: SymbolicModel | RegimeAnalysis, options: dict[str, Any]) -> RegimeAnalysis:
    from deterrence.symbolic import regimes

    return model if isinstance(model, RegimeAnalysis) else regimes(model, **options)
