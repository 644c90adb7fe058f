"""Symbolic equilibria, their conditions, proofs, and the regime map.

>>> from deterrence import load_model
>>> answer = load_model("asymmetric-bipolarity").regimes()
>>> [regime.name for regime in answer.regimes][0]
'NATO cannot be deterred'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.symbolic.results import RegimeAnalysis


def regimes(model: SymbolicModel, **options: Any) -> RegimeAnalysis:
    """Return the symbolic analysis of a model.

    See :func:`deterrence.symbolic.matrices.analysis.analyse` for matrices and
    :func:`deterrence.symbolic.trees.analysis.analyse_tree` for game trees.
    """
    if model.tree is not None:
        from deterrence.symbolic.trees.analysis import analyse_tree

        return analyse_tree(model, **options)
    from deterrence.symbolic.matrices.analysis import analyse

    return analyse(model, **options)
