"""Polynomials and formulas of a folder of proofs: read, multiplied out, evaluated, written.

A polynomial is ``{powers: coefficient}``; a formula is ``("poly", number, sign)``,
``("and", parts)``, ``("or", parts)`` or ``("not", part)``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.verifying.reading import Entry
from deterrence.verifying.verdict import Budget

Poly = dict[tuple[int, ...], int]
Formula = tuple[Any, ...]

#: Bounds on what is read: parameters, polynomials, powers, and how deep formulas go.
MAX_NAMES, MAX_POLYNOMIALS, MAX_POWER, MAX_DEPTH = 300, 100_000, 60, 24

_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
#: Names that solvers keep for themselves; as names of parameters they get a mark.
_RESERVED = frozenset(
    {
        *("abs", "and", "as", "assert", "distinct", "div", "e", "euler", "exists", "exp", "false"),
        *("forall", "is_int", "ite", "let", "log", "match", "max", "min", "mod", "not", "or"),
        *("par", "pi", "pow", "rem", "sin", "cos", "tan", "sqrt", "to_int", "to_real", "true"),
        "xor",
    }
)


def times(p: Poly, q: Poly) -> Poly:
    """Return a product."""
    result: Poly = {}
    for a, x in p.items():
        for b, y in q.items():
            key = tuple(map(operator.add, a, b))
            result[key] = result.get(key, 0) + x * y
    return {k: c for k, c in result.items() if c}


def plus(p: Poly, q: Poly, factor: int = 1) -> Poly:
    """Return ``p + factor * q``."""
    result = dict(p)
    for key, c in q.items():
        result[key] = result.get(key, 0) + factor * c
    return {k: c for k, c in result.items() if c}


class Table:
    """The polynomials of a folder of proofs."""

    def __init__(self, names: Sequence[str], told: Entry, budget: Budget) -> None:
        self.names = list(names)
        if len(names) > MAX_NAMES or len(told) > MAX_POLYNOMIALS:
            raise told.fault("too many parameters or polynomials")
        self.listed: list[Poly] = []
        self.products: list[tuple[int, list[tuple[int, int]]] | None] = []
        self._number: dict[frozenset[tuple[tuple[int, ...], int]], int] = {}
        for entry in told:
            poly: Poly = {}
            for term in entry["terms"]:
                powers = tuple(e.whole(MAX_POWER + 1) for e in term[1])
                c = term[0].fraction()
                if len(powers) != len(names) or powers in poly or c.denominator != 1 or not c:
                    raise term.fault("a whole coefficient and one power per parameter")
                poly[powers] = int(c)
            key = frozenset(poly.items())
            if key in self._number:
                raise entry.fault("the same polynomial stands in the list before")
            self._number[key] = len(self.listed)
            self.listed.append(poly)
        for k, entry in enumerate(told):
            product = entry.get("product")
            self.products.append(None if product is None else self._product(k, product, budget))
        self._texts: dict[int, str] = {}

    def _product(self, k: int, told: Entry, budget: Budget) -> tuple[int, list[tuple[int, int]]]:
        """Read the factors of a polynomial, and multiply them out."""
        constant = told["constant"].fraction()
        factors = [
            (f[0].whole(len(self.listed)), f[1].whole(MAX_POWER + 1)) for f in told["factors"]
        ]
        result: Poly = {(0,) * len(self.names): int(constant)}
        for f, power in factors:
            for _ in range(power):
                budget.spend(len(result) * len(self.listed[f]))
                result = times(result, self.listed[f])
        if not constant or constant.denominator != 1 or result != self.listed[k]:
            raise told.fault("multiplied out, the factors are another polynomial")
        return int(constant), factors

    def number(self, poly: Poly) -> int | None:
        """Return the number of a polynomial, None where it is not listed."""
        return self._number.get(frozenset(poly.items()))

    def poly(self, entry: Entry) -> int:
        """Read the number of a polynomial."""
        return entry.whole(len(self.listed))

    def value(self, k: int, point: Sequence[Fraction]) -> Fraction:
        """Return the value of a polynomial."""
        total = Fraction(0)
        for powers, c in self.listed[k].items():
            term = Fraction(c)
            for x, e in zip(point, powers, strict=True):
                if e:
                    term *= x**e
            total += term
        return total

    def formula(self, told: Entry, depth: int = 0) -> Formula:
        """Read a formula."""
        if depth > MAX_DEPTH:
            raise told.fault("the formula goes too deep")
        if (poly := told.get("poly")) is not None:
            sign = told["sign"].text()
            if sign not in _TURNED:
                raise told.fault("a sign such as > or == was expected")
            return "poly", self.poly(poly), sign
        if (part := told.get("not")) is not None:
            return "not", self.formula(part, depth + 1)
        for op in ("and", "or"):
            if (parts := told.get(op)) is not None:
                return op, tuple(self.formula(p, depth + 1) for p in parts)
        raise told.fault("a formula was expected: poly, and, or, not")

    def holds(self, formula: Formula, point: Sequence[Fraction]) -> bool:
        """Say whether a formula is true at a point."""
        if formula[0] == "poly":
            return _HOLDS[formula[2]](self.value(formula[1], point), 0)
        if formula[0] == "not":
            return not self.holds(formula[1], point)
        every = all if formula[0] == "and" else any
        return every(self.holds(part, point) for part in formula[1])

    # ---- SMT-LIB -----------------------------------------------------------------
    def written(self, formula: Formula) -> str:
        """Return a formula in SMT-LIB 2."""
        if formula[0] == "poly":
            return self._atom(formula[1], formula[2])
        if formula[0] == "not":
            return f"(not {self.written(formula[1])})"
        return _joined(formula[0], [self.written(part) for part in formula[1]])

    def _atom(self, k: int, sign: str) -> str:
        """Write ``p sign 0``; of a product, by the signs of its factors."""
        product = self.products[k]
        if product is None:
            return self._plain(k, sign)
        constant, factors = product
        zeros = [self._plain(f, "==") for f, _ in factors]
        others = [self._plain(f, "!=") for f, _ in factors]
        if sign in ("==", "!="):
            return _joined("or", zeros) if sign == "==" else _joined("and", others)
        if constant < 0:
            sign = _TURNED[sign]
        odd = [f for f, power in factors if power % 2]
        if len(odd) == 1:
            even = [self._plain(f, "!=") for f, power in factors if power % 2 == 0]
            strict = _joined("and", [*even, self._plain(odd[0], sign[0])])
        else:
            negative = "false"
            for f in odd:
                here = self._plain(f, "<")
                negative = here if negative == "false" else f"(xor {negative} {here})"
            told = negative if sign[0] == "<" else f"(not {negative})"
            strict = _joined("and", [*others, told])
        return _joined("or", [*zeros, strict]) if len(sign) == 2 else strict

    def _plain(self, k: int, sign: str) -> str:
        if k not in self._texts:
            self._texts[k] = self._sum(self.listed[k])
        text = self._texts[k]
        return f"(not (= {text} 0))" if sign == "!=" else f"({sign.replace('==', '=')} {text} 0)"

    def _sum(self, poly: Poly) -> str:
        parts = []
        for powers in sorted(poly, reverse=True):
            c = poly[powers]
            factors = [str(abs(c))] if abs(c) > 1 or not any(powers) else []
            for name, power in zip(self.names, powers, strict=True):
                factors += [symbol(name)] * power
            term = factors[0] if len(factors) == 1 else f"(* {' '.join(factors)})"
            parts.append(f"(- {term})" if c < 0 else term)
        return "0" if not parts else parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"

    def script(self, asserted: Iterable[Formula]) -> str:
        """Return the script that asserts formulas."""
        lines = ["(set-logic QF_NRA)", "(set-info :status unsat)"]
        lines += [f"(declare-const {symbol(n)} Real)" for n in self.names]
        lines += [f"(assert {self.written(f)})" for f in asserted]
        return "\n".join([*lines, "(check-sat)"])


def symbol(name: str) -> str:
    """Return the name of a parameter as a symbol of SMT-LIB."""
    plain = name.isascii() and name.replace("_", "").isalnum() and not name[0].isdigit()
    if plain and name.lower() not in _RESERVED:
        return name
    return f"|{name.replace('|', '!').replace(chr(92), '!')}!|"


def _joined(op: str, texts: Sequence[str]) -> str:
    if not texts:
        return "true" if op == "and" else "false"
    return texts[0] if len(texts) == 1 else f"({op} {' '.join(texts)})"


def point_of(told: Entry, names: Sequence[str]) -> list[Fraction]:
    """Read the values of all parameters."""
    values: Mapping[str, Entry] = dict(told.items())
    if set(values) != set(names):
        raise told.fault("a value for each parameter was expected")
    return [values[n].fraction() for n in names]
