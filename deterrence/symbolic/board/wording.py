"""What derivations of all kinds write alike: formulas with natural signs, numbers, lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression, total
from deterrence.algebra.numbers import format_decimal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.errors import ExpressionError
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.words.blocks import Inline

#: Longest exact fraction beside its decimal.
_LONGEST = 12
#: Terms of a polynomial up to which several ways to write it are tried.
_LARGE = 40


# ---- numbers and lists -----------------------------------------------------------------
def numeral(value: Any) -> str:
    """Write a number as a decimal, and exactly beside it where that says more and is short.

    >>> numeral(Fraction(2, 7)), numeral(Fraction(1, 4)), numeral(Fraction(3))
    ('0.2857 (2/7)', '0.25', '3')
    """
    decimal = format_decimal(value)
    if not isinstance(value, Fraction):
        return f"~{decimal}"
    if Fraction(decimal) == value:
        return decimal
    return f"{decimal} ({value})" if len(str(value)) <= _LONGEST else f"~{decimal}"


def decimal_of(value: Any) -> str:
    """Write a number as a decimal alone.

    >>> decimal_of(Fraction(2, 7)), decimal_of(Fraction(1, 4))
    ('0.2857', '0.25')
    """
    return format_decimal(value)


def value_at(e: Expression, values: Mapping[str, Any]) -> Any:
    """Return what a formula is at values, None where a name has none or it is not defined."""
    if not e.names <= values.keys():
        return None
    try:
        return e.evaluate(values)
    except ExpressionError:
        return None


def with_definitions(model: SymbolicModel, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with those of the model's definitions."""
    found = dict(values)
    for name, e in model.definitions.items():
        value = value_at(e, values)
        if value is not None:
            found.setdefault(name, value)
    return found


def with_number(e: Expression, values: Mapping[str, Any]) -> Inline:
    """Return a formula and its value behind it; the formula alone where it is the number."""
    value = value_at(e, values) if e.names else None
    return (e,) if value is None else (e, f" = {numeral(value)}")


def chained(start: str, parts: Sequence[Inline]) -> Inline:
    """Return a sentence of parts with semicolons between them."""
    chain: list[str | Expression] = [start] if start else []
    for n, part in enumerate(parts):
        chain += ["; " if n else "", *part]
    return (*chain, ".")


def comparisons_at(conditions: Iterable[Expression], values: Mapping[str, Any]) -> list[str]:
    """Return the numbers in comparisons of two formulas: ``0.24 <= 0.25``."""
    found = []
    for c in conditions:
        if c.op != "compare" or len(c.args[0]) != 1:
            continue
        left, right = value_at(c.args[1], values), value_at(c.args[2], values)
        if left is not None and right is not None:
            found.append(f"{decimal_of(left)} {c.args[0][0]} {decimal_of(right)}")
    return found


# ---- formulas --------------------------------------------------------------------------
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


def mean(
    parts: Iterable[tuple[Expression, Expression]],
    simplified: Callable[[Expression], Expression] | None = None,
) -> Expression:
    """Return an expectation as it is written out: chances times values, equal values together.

    A value that is the same whatever happens stands alone; ``simplified`` writes the sum of
    several chances of one value.

    >>> r, u, v = map(Expression.name, "ruv")
    >>> one = Expression.number(1)
    >>> str(mean([(r, u), (one - r, -v)])), str(mean([(r, u), (one - r, u)]))
    ('r*u - (1 - r)*v', 'u')
    """
    groups: dict[Expression, Expression] = {}
    for chance, value in parts:
        if chance.op == "number" and not chance.args[0]:
            continue
        if value not in groups:
            groups[value] = chance
            continue
        groups[value] = groups[value] + chance
        if simplified is not None:
            groups[value] = simplified(groups[value])
    if len(groups) == 1:
        return next(iter(groups))
    return total(_times(chance, value) for value, chance in groups.items())


def _times(chance: Expression, value: Expression) -> Expression:
    """Return a product without brackets around the products in it."""
    if value.op == "mul":
        left, right = value.children
        return _times(chance, left) * right
    return chance * value


class Formulas:
    """Writes quotients of polynomials with natural signs: the first term is positive.

    ``chances`` are the names of probabilities, by which sums are ordered: what there is
    otherwise, then the probabilities, each times the difference that it makes.  Differences
    are written so that they are positive at ``point``.  What is one of the ``definitions`` of
    the model is called by its name.

    >>> algebra = Algebra(["a", "b", "p"])
    >>> formulas = Formulas(algebra, {"p"}, {"a": Fraction(2), "b": Fraction(1), "p": Fraction(1)})
    >>> str(formulas.simplified(Expression.parse("p*b + (1 - p)*a")))
    'a - p*(a - b)'
    """

    def __init__(
        self,
        algebra: Algebra,
        chances: Iterable[str],
        point: Mapping[str, Any] | None,
        definitions: Mapping[str, Expression] | None = None,
    ) -> None:
        self.algebra = algebra
        self.definitions: dict[tuple[RingElement, RingElement], Expression] = {}
        self._defined: set[frozenset[str]] = set()
        for name, e in (definitions or {}).items():
            if e.names and e.op != "name" and e.names <= {*algebra.parameters}:
                self._defined.add(e.names)
                self.definitions.setdefault(algebra.fraction(e), Expression.name(name))
        self.point = None if point is None else algebra.complete(point)
        known = set(chances)
        self.chances = {k for k, name in enumerate(algebra.names) if name in known}

    def simplified(self, e: Expression) -> Expression:
        """Return an expression collected into one quotient."""
        return self.written(*self.algebra.fraction(e))

    def written(self, p: RingElement, q: RingElement) -> Expression:
        """Return ``p/q``."""
        p, q = self.algebra.lowest(p, q)
        if not p:
            return Expression.number(0)
        if (p, q) in self.definitions:
            return self.definitions[p, q]
        factored = self.algebra.quotient(p, q, self._plain_point())
        if len(p) > _LARGE or len(q) > _LARGE:
            return factored
        if self._value(q) < 0:
            p, q = -p, -q
        below = self.algebra.quotient(q, self.algebra.ring.one, self._plain_point())
        grouped = self._grouped(p) / below
        choices = [factored, grouped]
        if _negative(factored):
            choices += [turned / below for turned in self._turned(p)]
        return min(choices, key=lambda e: (_negative(e), len(str(e)), e is not grouped))

    def condition(self, e: Expression) -> Expression:
        """Return a condition with the names of definitions in it."""
        if e.op in ("and", "or", "not"):
            return Expression(e.op, *map(self.condition, e.args))
        if e.op != "compare":
            return e
        return Expression("compare", e.args[0], *map(self._named, e.args[1:]))

    def _named(self, e: Expression) -> Expression:
        if e.op in ("name", "number") or e.names not in self._defined:
            return e
        return self.definitions.get(self.algebra.fraction(e), e)

    def _turned(self, p: RingElement) -> Iterator[Expression]:
        """Yield a negative product with one of its factors turned: ``(R - 1)*v``."""
        constant, factors = self.algebra.factors(p)
        signed = [(-f if self._value(f) < 0 else f, power) for f, power in factors]
        for k, (f, power) in enumerate(signed):
            if power == 1 and any(c < 0 for c in f.coeffs()) and any(c > 0 for c in f.coeffs()):
                rest = self.algebra.ring(abs(constant))
                for j, (g, other) in enumerate(signed):
                    rest = rest if j == k else rest * g**other
                yield self.algebra.expression(-f) * self._positive(rest)

    def _positive(self, p: RingElement) -> Expression:
        return self.algebra.quotient(p, self.algebra.ring.one, self._plain_point())

    def _plain_point(self) -> Mapping[str, Any] | None:
        if self.point is None:
            return None
        return {n: self.point[n] for n in self.algebra.parameters}

    def _value(self, p: RingElement) -> Any:
        """Return the value of a polynomial at the point, or its leading coefficient."""
        return int(p.LC) if self.point is None else self.algebra.evaluate(p, self.point)

    def _grouped(self, p: RingElement) -> Expression:
        groups: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
        for powers, c in p.terms():
            key = tuple(e if k in self.chances else 0 for k, e in enumerate(powers))
            rest = tuple(0 if k in self.chances else e for k, e in enumerate(powers))
            groups.setdefault(key, {})[rest] = c
        signed: list[tuple[bool, int, list[int], Expression]] = []
        ring, expression = self.algebra.ring, self.algebra.expression
        for key, terms in groups.items():
            size, order = sum(key), [-x for x in key]
            if not size:
                for powers, c in terms.items():
                    one = expression(ring.from_dict({powers: abs(c)}))
                    signed.append((c < 0, 0, [-x for x in powers], one))
                continue
            content, factor = ring.from_dict(terms).primitive()
            negative = self._value(factor) < 0
            chance = expression(ring.from_dict({key: content}))
            signed.append(
                (negative, size, order, _times(chance, expression(-factor if negative else factor)))
            )
        signed.sort(key=lambda s: (s[0], s[1], s[2]))
        whole = Expression.number(0)
        for negative, _, _, e in signed:
            whole = whole - e if negative else whole + e
        return whole


def _negative(e: Expression) -> bool:
    """Say whether a formula is written with a minus in front."""
    while e.op in ("add", "sub", "mul", "div"):
        e = e.args[0]
    return e.op == "neg" or (e.op == "number" and e.args[0] < 0)
