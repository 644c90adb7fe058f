"""The symbolic analysis of a model: the one place where its kind of game is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.matrices import analysis as matrices
from deterrence.symbolic.regime_analysis import RegimeAnalysis, RegimeQuestion, answers
from deterrence.symbolic.trees import analysis as trees


def regimes(model: SymbolicModel, **options: Any) -> RegimeAnalysis:
    """Return the symbolic analysis of a model.

    See :func:`deterrence.symbolic.matrices.analysis.analyse` for options and errors; trees, and
    games of other than two players, which :mod:`deterrence.symbolic.trees.analysis` solves, have
    the same ones.
    """
    analyse: Callable[..., RegimeAnalysis] = trees.analyse_tree
    if model.tree is None:
        two = len(model.players) == 2
        analyse = matrices.analyse if two else trees.analyse_table
    analysis = analyse(model, **options)
    kept = {k: v for k, v in options.items() if k != "effort" and v is not None}
    return replace(analysis, asked=RegimeQuestion(model, **kept))


answers(regimes)
