"""Steps of a derivation as data, and the words that all of them share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.results import RegimeAnalysis, SymbolicEquilibrium
from deterrence.words.blocks import (
    Block,
    Equation,
    Equations,
    Heading,
    Inline,
    Paragraph,
    inline_text,
)
from deterrence.words.markup import number

Kind = Choice[
    "claim",
    "indifference",
    "solution",
    "payoff",
    "deviation",
    "condition",
    "family",
    "paradox",
    "values",
]


@dataclass(frozen=True)
class Step:
    """One step: why (``reason``), the ``equations``, and what follows from them.

    ``result`` is the formula that comes out, where it is one.
    """

    kind: Kind
    reason: Inline
    players: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    equations: tuple[Equation, ...] = ()
    result: Expression | None = None
    conclusion: Inline = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the step as plain data; formulas in the syntax of model files."""
        return {
            "kind": self.kind,
            "reason": inline_text(self.reason),
            "players": list(self.players),
            "actions": list(self.actions),
            "equations": [
                {
                    "lhs": inline_text(x.lhs),
                    "sign": x.sign,
                    "rhs": inline_text(x.rhs),
                    "note": inline_text(x.note),
                }
                for x in self.equations
            ],
            "result": None if self.result is None else str(self.result),
            "conclusion": inline_text(self.conclusion),
        }


@dataclass(frozen=True, eq=False)
class Derivation:
    """Why one equilibrium is one, and when."""

    title: str
    equilibrium: SymbolicEquilibrium
    steps: tuple[Step, ...]

    def blocks(self) -> Iterator[Block]:
        """Yield the derivation as a document."""
        yield Heading(self.title)
        for step in self.steps:
            yield Paragraph(step.reason)
            if step.equations:
                yield Equations(step.equations)
            if step.conclusion:
                yield Paragraph(step.conclusion)

    def to_dict(self) -> dict[str, Any]:
        """Return the derivation as plain data."""
        return {"equilibrium": self.equilibrium.id, "steps": [s.to_dict() for s in self.steps]}


def payoff_of(problem: Any, player: int, mine: int, other: int) -> Expression:
    """Return a player's payoff by own and other action."""
    row, column = (mine, other) if player == 0 else (other, mine)
    u: Expression = problem.payoffs[player][row * problem.shape[1] + column]
    return u


def tidy(analysis: RegimeAnalysis, e: Expression) -> Expression:
    """Return a formula collected into one quotient."""
    algebra = analysis.internal.problem.algebra
    tidy: Expression = algebra.quotient(*algebra.fraction(e))
    return tidy


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
