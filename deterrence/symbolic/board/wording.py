"""What derivations of all kinds write alike: formulas in short forms, numbers, lists of names."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.words.blocks import Inline
from deterrence.words.markup import number


def payoff_of(problem: MatrixProblem, player: int, mine: int, other: int) -> Expression:
    """Return a player's payoff by own and other action."""
    row, column = (mine, other) if player == 0 else (other, mine)
    return problem.payoffs[player][row * problem.shape[1] + column]


def tidy(analysis: RegimeAnalysis, e: Expression) -> Expression:
    """Return a formula collected into one quotient."""
    algebra = analysis.internal.problem.algebra
    return algebra.quotient(*algebra.fraction(e))


def shortest(analysis: RegimeAnalysis, e: Expression) -> Expression:
    """Return a formula as it stands in the model, or collected where that is shorter."""
    collected = tidy(analysis, e)
    return collected if len(str(collected)) < len(str(e)) else e


def with_decimal(value: Any) -> Inline:
    """Write a number exactly with its decimal beside it."""
    exact, decimal = number(value)
    if not isinstance(value, Fraction) or exact == "~":
        return (f"about {decimal}",)
    return (Expression.number(value), f" ({decimal})" if decimal else "")


def listed(names: Sequence[str]) -> str:
    """Write names as ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
