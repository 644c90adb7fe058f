"""Stability with symbols: conditions between parameters, order types, regimes over notions."""

from deterrence.stability.symbolic.conditions import Conditions, StateCondition, conditions

__all__ = ["Conditions", "StateCondition", "conditions"]
