"""Symbolic equilibria, their conditions, proofs, and the regime map.

>>> from deterrence import load_model
>>> answer = load_model("asymmetric-bipolarity").regimes()
>>> [regime.name for regime in answer.regimes][0]
'The divide holds'
"""

from __future__ import annotations

from deterrence.symbolic.analysis import refined, refinements, regimes

# These register how an analysis explains and shows itself.
from deterrence.symbolic.board.explain import explain
from deterrence.symbolic.board.page import explanation_document
from deterrence.symbolic.display.report import RegimesAnswer

__all__ = ["RegimesAnswer", "explain", "explanation_document", "refined", "refinements", "regimes"]
