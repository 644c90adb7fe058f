"""Measures: the numbers that one wants to know of an equilibrium.

A measure is an expression over the probabilities of named outcomes
(``P(war)``), expected payoffs (``payoff(NATO)``), action probabilities
(``prob(NATO, escalate)``) and the model's parameters.

>>> from deterrence.algebra.expressions import Expression
>>> m = Measure("loss", Expression.parse("1 - P(peace)", queries=True))
>>> m.is_affine
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from deterrence.algebra.expressions import Expression, total

#: What one may think of a measure: it is wanted, it is to be avoided, or neither.
Sense = Literal["want", "avoid", ""]


@dataclass(frozen=True)
class Measure:
    """A named question about an equilibrium; ``expression`` may use queries.

    ``sense`` says whether much of it is what one wants or what one would avoid; it
    changes words, no number.

    >>> from deterrence import load_model
    >>> model = load_model("chicken")
    >>> war = model.measures[0]
    >>> print(war.name, "is", war.expression)
    war is P(collision)
    >>> war.sense, war.is_affine
    ('avoid', True)
    """

    name: str
    expression: Expression
    title: str = ""
    unit: str = ""
    sense: Sense = ""

    @classmethod
    def probability(cls, name: str, outcomes: tuple[str, ...], title: str = "") -> Measure:
        """Return the probability that one of the outcomes happens."""
        terms = total(Expression("query", "P", label) for label in outcomes)
        return cls(name, terms, title)

    @classmethod
    def expectation(
        cls, name: str, worth: Mapping[str, Expression], title: str = "", unit: str = ""
    ) -> Measure:
        """Return the expected value of a number attached to each outcome."""
        terms = (value * Expression("query", "P", label) for label, value in worth.items())
        return cls(name, total(terms), title, unit)

    @property
    def is_affine(self) -> bool:
        """Whether the measure is affine in outcome probabilities and payoffs.

        Such a measure of a lottery over cells is the mean of its values in the
        cells, which is what linear programmes over joint distributions need.
        """
        return (_degree(self.expression) or 0) <= 1

    def bind(self, values: Mapping[str, Any]) -> Measure:
        """Return the measure with parameters replaced by their values."""
        return replace(self, expression=self.expression.substitute(values))


_NOT_AFFINE = 2


def _degree(e: Expression) -> int:
    """Return 0 for no query inside, 1 for affine, 2 for anything else."""
    if e.op == "query":
        return _NOT_AFFINE if e.args[0] == "prob" else 1
    degrees = [_degree(child) for child in e.children]
    if not any(degrees):
        return 0
    if e.op in ("add", "sub", "neg"):
        return max(degrees)
    if e.op == "mul":
        return min(sum(degrees), _NOT_AFFINE)
    if e.op == "div" and degrees[1] == 0:
        return degrees[0]
    return _NOT_AFFINE
