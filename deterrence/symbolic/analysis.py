"""The symbolic analysis of a model: the one place where its kind of game is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.matrices import analysis as matrices
from deterrence.symbolic.regime_analysis import RegimeAnalysis, RegimeQuestion, answers
from deterrence.symbolic.trees import analysis as trees


def regimes(model: SymbolicModel, **options: Any) -> RegimeAnalysis:
    """Return the symbolic analysis of a model.

    See :func:`deterrence.symbolic.matrices.analysis.analyse` for options and errors; trees,
    which :func:`deterrence.symbolic.trees.analysis.analyse_tree` solves, have the same ones.
    """
    analyse = matrices.analyse if model.tree is None else trees.analyse_tree
    analysis: RegimeAnalysis = analyse(model, **options)
    kept = {k: v for k, v in options.items() if k != "effort" and v is not None}
    return replace(analysis, asked=RegimeQuestion(model, **kept))


answers(regimes)
