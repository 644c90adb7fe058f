"""Measures as a file states them, before their patterns are matched with outcomes.

A ladder needs the rule and not its result: with another number of rungs the same
rule means other outcomes.

>>> rule = MeasureRule("war", outcomes=("slip_*", "general_war"))
>>> str(rule.measure(["status_quo", "slip_direct", "general_war"]).expression)
'P(slip_direct) + P(general_war)'
"""

from __future__ import annotations

import fnmatch
import operator
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce

from deterrence.algebra.expressions import Expression, total
from deterrence.game.measures import Measure, Sense

#: A sum with more terms is built as a balanced tree, so that it is not nested too deeply.
_LONG_SUM = 50


@dataclass(frozen=True)
class MeasureRule:
    """A measure: the probability of outcomes, the mean of their worth, or an expression.

    ``outcomes`` and the keys of ``worth`` may be patterns; where two patterns of
    ``worth`` fit an outcome, the later one counts.
    """

    name: str
    title: str = ""
    unit: str = ""
    outcomes: tuple[str, ...] = ()
    worth: tuple[tuple[str, Expression], ...] = ()
    expression: Expression | None = None
    sense: Sense = ""

    @property
    def patterns(self) -> tuple[str, ...]:
        """The labels and patterns of outcomes that the rule names."""
        return (*self.outcomes, *(pattern for pattern, _ in self.worth))

    def measure(self, labels: Sequence[str]) -> Measure:
        """Return the measure over the given outcomes."""
        if self.expression is not None:
            return Measure(self.name, self.expression, self.title, self.unit, self.sense)
        known = dict.fromkeys(labels)
        if self.worth:
            worth = {label: value for p, value in self.worth for label in matching(p, known)}
            terms = [value * chance_of(label) for label, value in worth.items()]
        else:
            hit = {label for pattern in self.outcomes for label in matching(pattern, known)}
            terms = [chance_of(label) for label in labels if label in hit]
        return Measure(self.name, long_sum(terms), self.title, self.unit, self.sense)


def is_pattern(text: str) -> bool:
    """Say whether a text may stand for several labels."""
    return any(sign in text for sign in "*?[")


def matching(pattern: str, labels: Collection[str]) -> list[str]:
    """Return the labels that a label or a pattern (``slip_*``) means.

    >>> matching("slip_*", ["slip_a", "a"]), matching("a", ["slip_a", "a"])
    (['slip_a'], ['a'])
    """
    if pattern in labels:
        return [pattern]
    if not is_pattern(pattern):
        return []
    return [label for label in labels if fnmatch.fnmatchcase(label, pattern)]


def chance_of(label: str) -> Expression:
    """Return the query for an outcome's probability."""
    return Expression("query", "P", label)


def long_sum(terms: Sequence[Expression]) -> Expression:
    """Return the sum of any number of terms, nested no deeper than evaluation can follow."""
    if len(terms) <= _LONG_SUM:
        return total(terms)
    half = len(terms) // 2
    return long_sum(terms[:half]) + long_sum(terms[half:])


def long_product(factors: Sequence[Expression]) -> Expression:
    """Return the product of any number of factors, like :func:`long_sum`."""
    if len(factors) <= _LONG_SUM:
        return reduce(operator.mul, factors, Expression.number(1))
    half = len(factors) // 2
    return long_product(factors[:half]) * long_product(factors[half:])
