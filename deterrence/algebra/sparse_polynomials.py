r"""Polynomials with rational coefficients, as plain dictionaries.

A monomial is the sorted tuple of its variables' numbers, each as often as it occurs;
a polynomial maps monomials to coefficients, none of them 0.

>>> p = plus(variable(1), constant(2))
>>> times(p, p) == {(1, 1): 1, (1,): 4, (): 4}
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

VariableProduct = tuple[int, ...]
Poly = dict[VariableProduct, Fraction]

_ZERO, _ONE = Fraction(0), Fraction(1)


def constant(value: Any) -> Poly:
    """Return a constant."""
    return {(): Fraction(value)} if value else {}


def variable(number: int) -> Poly:
    """Return a variable."""
    return {(number,): _ONE}


def _add(p: Poly, product: VariableProduct, coefficient: Fraction) -> None:
    total = p.get(product, _ZERO) + coefficient
    if total:
        p[product] = total
    else:
        p.pop(product, None)


def plus(
    p: Mapping[VariableProduct, Fraction], q: Mapping[VariableProduct, Fraction], factor: Any = _ONE
) -> Poly:
    """Return ``p + factor q``."""
    result = dict(p)
    for m, c in q.items():
        _add(result, m, factor * c)
    return result


def times(p: Mapping[VariableProduct, Fraction], q: Mapping[VariableProduct, Fraction]) -> Poly:
    """Return the product."""
    if len(q) == 1 and () in q:
        return {m: c * q[()] for m, c in p.items()}
    result: Poly = {}
    for m, c in p.items():
        for n, d in q.items():
            key = tuple(sorted(m + n)) if m and n else m or n
            _add(result, key, c * d)
    return result


def variables_of(polys: Iterable[Mapping[VariableProduct, Fraction]]) -> set[int]:
    """Return the variables that occur."""
    return {v for p in polys for m in p for v in m}


def is_affine(p: Mapping[VariableProduct, Fraction]) -> bool:
    """Say whether no monomial has more than one variable."""
    return all(len(m) <= 1 for m in p)


def powers(p: Mapping[VariableProduct, Fraction], v: int) -> list[Poly]:
    """Return the coefficients of the powers of a variable, the constant one first."""
    result: list[Poly] = [{}]
    for m, c in p.items():
        k = m.count(v)
        while len(result) <= k:
            result.append({})
        result[k][tuple(x for x in m if x != v)] = c
    return result


def replaced(p: Mapping[VariableProduct, Fraction], v: int, top: Poly, bottom: Poly) -> Poly:
    """Return ``p`` with ``top / bottom`` for a variable, times ``bottom`` to its degree."""
    parts = powers(p, v)
    if len(parts) == 1:
        return dict(p)
    degree = len(parts) - 1
    result: Poly = {}
    for k, part in enumerate(parts):
        if part:
            term = part
            for _ in range(k):
                term = times(term, top)
            for _ in range(degree - k):
                term = times(term, bottom)
            result = plus(result, term)
    return result


def value_at(p: Mapping[VariableProduct, Fraction], point: Mapping[int, Any]) -> Any:
    """Return the value at a point that names every variable."""
    total: Any = _ZERO
    for m, c in p.items():
        term: Any = c
        for v in m:
            term = term * point[v]
        total = total + term
    return total


def put_in(p: Mapping[VariableProduct, Fraction], point: Mapping[int, Any]) -> Poly:
    """Return ``p`` with numbers for some variables."""
    result: Poly = {}
    for m, c in p.items():
        left = []
        for v in m:
            if v in point:
                c = c * point[v]
            else:
                left.append(v)
        _add(result, tuple(left), c)
    return result


def proportional(
    p: Mapping[VariableProduct, Fraction], q: Mapping[VariableProduct, Fraction]
) -> bool:
    """Say whether ``p`` is a positive multiple of ``q``."""
    if p.keys() != q.keys() or not p:
        return False
    first = next(iter(p))
    ratio = p[first] / q[first]
    return ratio > 0 and all(c == ratio * q[m] for m, c in p.items())


def ratio_text(
    top: Mapping[VariableProduct, Fraction],
    bottom: Mapping[VariableProduct, Fraction],
    names: Sequence[str],
) -> str:
    """Write a quotient, the unknowns by name.

    >>> ratio_text({(0,): Fraction(2), (): Fraction(-1)}, {(): Fraction(1)}, ["x"])
    '2*x - 1'
    """

    def text(p: Mapping[VariableProduct, Fraction]) -> str:
        result = ""
        for m, c in p.items():
            size = [] if abs(c) == 1 and m else [str(abs(c))]
            joint = (" - " if c < 0 else " + ") if result else ("-" if c < 0 else "")
            result += joint + "*".join(size + [names[v] for v in m])
        return result or "0"

    if set(bottom) <= {()}:
        return text({m: c / bottom[()] for m, c in top.items()})
    return f"({text(top)})/({text(bottom)})"
