"""The symbolic analysis of a model: the one place where its kind of game is chosen."""

from __future__ import annotations

from typing import Any

from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.matrices import analysis as matrices
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.trees import analysis as trees


def regimes(model: SymbolicModel, **options: Any) -> RegimeAnalysis:
    """Return the symbolic analysis of a model.

    See :func:`deterrence.symbolic.matrices.analysis.analyse` for options and errors; trees,
    which :func:`deterrence.symbolic.trees.analysis.analyse_tree` solves, have the same ones.
    """
    if model.tree is not None:
        return trees.analyse_tree(model, **options)
    return matrices.analyse(model, **options)
