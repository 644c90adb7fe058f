"""Stability with symbols: conditions between parameters, order types, regimes over notions."""

from deterrence.graph_model.symbolic.conditions import Conditions, StateCondition, conditions

__all__ = ["Conditions", "StateCondition", "conditions"]
