r"""Polynomials in a model's parameters: from expressions, and back to readable ones.

A symbolic game is solved over the ring :math:`\mathbb{Z}[\theta]` of its
parameters.  What is not polynomial is turned into an *atom*, an auxiliary
variable with the facts that pin it down: ``sqrt(a)`` is the ``s >= 0`` with
``s**2 = a``, ``max(a, b)`` is at least both and equal to one.  Of ``exp`` and ``log``
there are bounds, of other powers nothing; what is then proven holds for any value
of the atom within these, so it is still a proof, but a witness has to be sampled.

>>> from deterrence.algebra.expressions import Expression
>>> algebra = Algebra(["a", "b"])
>>> p, q = algebra.fraction(Expression.parse("(a - b)*(a + 1)/2"))
>>> str(algebra.expression(p)), q
('(1 + a)*(a - b)', 2)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.factoring import factored, least_multiple, reduced
from deterrence.algebra.rings import Ring, RingElement
from deterrence.algebra.terms import evaluated
from deterrence.errors import ExpressionError, UnsupportedError, shorten
from deterrence.limits import work

_FACTORING, _FACTORING_TERM = 1e-4, 5e-6  # work seconds of a polynomial, and of a term
#: Terms, and bits of a coefficient, up to which a power is multiplied out; products of terms up
#: to which a product is.
MAX_TERMS, MAX_BITS, MAX_PRODUCTS = 20_000, 1_000_000, 4_000_000


@dataclass(frozen=True)
class Auxiliary:
    """An auxiliary variable for a sub-expression that is not a polynomial.

    ``facts`` are boolean expressions over parameters and atoms that hold for
    it; ``exact`` says that they determine its value.
    """

    name: str
    expression: Expression
    facts: tuple[Expression, ...]
    exact: bool


def most_terms(terms: int, power: int, degree: int, variables: int) -> int:
    """Return how many terms a power of a polynomial can have, without multiplying it out.

    Products of ``power`` of its ``terms`` in any order, and monomials in so many ``variables``
    of the power's degree, the base's being ``degree``, at most.

    >>> most_terms(8, 20, 1, 8), most_terms(3, 2, 1, 2)  # (x1 + ... + x8)**20, (x + y + 1)**2
    (888030, 6)
    """
    return min(
        math.comb(power + terms - 1, power), math.comb(variables + degree * power, variables)
    )


def _need_room(e: Expression, p: RingElement, power: int) -> None:
    """Raise :class:`UnsupportedError` where a power is too large to be multiplied out."""
    if power < 2 or not p:
        return
    bits = max(abs(int(c)).bit_length() for c in p.coeffs())
    degree = max(map(sum, p.monoms()))
    if bits > 1 and bits * power > MAX_BITS:
        raise _too_large(e)
    if len(p) > 1 and (
        power > MAX_TERMS or most_terms(len(p), power, degree, p.ring.ngens) > MAX_TERMS
    ):
        raise _too_large(e)


def _too_large(e: Expression) -> UnsupportedError:
    return UnsupportedError(
        f"'{shorten(str(e), 60)}' has too many terms to be multiplied out",
        remedy="analyse the model at values (solve, sweep), or make the formula smaller, such as "
        "by a parameter that stands for a part of it",
    )


class Algebra:
    """The polynomial ring over a game's parameters and atoms.

    Polynomials are ``sympy.polys.rings.PolyElement`` with integer coefficients;
    variables occur in the order of ``names``, atoms last.
    """

    def __init__(self, names: Sequence[str], expressions: Sequence[Expression] = ()) -> None:
        from sympy.polys.domains import ZZ
        from sympy.polys.rings import PolyRing

        self.parameters = tuple(names)
        self.atoms: dict[Expression, Auxiliary] = {}
        for expression in expressions:
            self._find_atoms(expression)
        self.names = (*self.parameters, *(a.name for a in self.atoms.values()))
        self.ring: Ring = PolyRing(self.names or ("_",), ZZ)
        self._generator = dict(zip(self.names, self.ring.gens, strict=False))
        self._factors: dict[RingElement, tuple[int, tuple[tuple[RingElement, int], ...]]] = {}
        self._printed: dict[RingElement, Expression] = {}

    # ---- atoms -------------------------------------------------------------
    def _find_atoms(self, e: Expression) -> None:
        for child in e.children:
            self._find_atoms(child)
        if e.op in ("call", "if") or (e.op == "pow" and not _is_natural(e.args[1])):
            self._add_atom(e)

    def _add_atom(self, e: Expression) -> None:
        if e in self.atoms or (e.op == "pow" and e.args[1].op == "number" and not e.names):
            return
        if e.op == "pow" and e.args[1].op == "number" and e.args[1].args[0].denominator == 1:
            return  # a negative whole power is a quotient
        atom = Expression.name(f"_atom{len(self.atoms)}")
        facts: list[Expression] = []
        exact = True

        def compare(left: Expression, sign: str, right: Expression) -> Expression:
            return Expression("compare", (sign,), left, right)

        zero = Expression.number(0)
        kind = e.args[0] if e.op == "call" else e.op
        if kind in ("min", "max"):
            sign = "<=" if kind == "min" else ">="
            facts = [compare(atom, sign, part) for part in e.args[1:]]
            facts.append(Expression("or", *[compare(atom, "==", p) for p in e.args[1:]]))
        elif kind == "abs":
            inner = e.args[1]
            facts = [compare(atom, ">=", zero), compare(atom * atom, "==", inner * inner)]
        elif (inner := under_root(e)) is not None:
            facts = [compare(atom, ">=", zero), compare(atom * atom, "==", inner)]
        elif kind == "if":
            test, then, other = e.args
            facts = [
                Expression("or", Expression("not", test), compare(atom, "==", then)),
                Expression("or", test, compare(atom, "==", other)),
            ]
        elif kind in ("exp", "log"):
            facts, exact = _bounds(kind, atom, e.args[1]), False
            facts += [
                _agree(e.args[1], inner, atom, Expression.name(other.name))
                for inner, other in self._same(kind)
            ]
        else:
            exact = False
        self.atoms[e] = Auxiliary(atom.args[0], e, tuple(facts), exact)

    def _same(self, kind: str) -> list[tuple[Expression, Auxiliary]]:
        """Return the operands of a function with their atoms, as far as there are any."""
        found = self.atoms.items()
        return [(e.args[1], a) for e, a in found if e.op == "call" and e.args[0] == kind]

    def vanishing(self, p: RingElement) -> list[RingElement]:
        """Return the irreducible polynomials of which one vanishes where ``p`` does.

        ``abs(b)`` and ``sqrt(b)`` vanish where ``b`` does.
        """
        inner = self._zero_of.get(p)
        return [p] if inner is None else [g for f in inner for g in self.vanishing(f)]

    @cached_property
    def _zero_of(self) -> dict[RingElement, list[RingElement]]:
        found = {}
        for e, atom in self.atoms.items():
            size = e.op == "call" and e.args[0] == "abs"
            inner = e.args[1] if size else under_root(e)
            if inner is not None:
                p, _ = self.fraction(inner)
                parts = self.factors(p)[1] if p else ()
                if parts:
                    found[self._generator[atom.name]] = [f for f, _ in parts]
        return found

    @property
    def is_exact(self) -> bool:
        """Whether every atom is pinned down by polynomial facts."""
        return all(atom.exact for atom in self.atoms.values())

    def facts(self) -> list[Expression]:
        """Return what is known of the atoms."""
        return [fact for atom in self.atoms.values() for fact in atom.facts]

    # ---- from expressions ------------------------------------------------------
    def fraction(self, e: Expression) -> tuple[RingElement, RingElement]:
        """Return numerator and denominator of an expression, both polynomials."""
        one = self.ring.one
        if e in self.atoms:
            return self._generator[self.atoms[e].name], one
        if e.op == "number":
            return self.ring(e.args[0].numerator), self.ring(e.args[0].denominator)
        if e.op == "name":
            if e.args[0] not in self._generator:
                raise ExpressionError(f"no parameter called {e.args[0]!r}")
            return self._generator[e.args[0]], one
        if e.op == "neg":
            p, q = self.fraction(e.args[0])
            return -p, q
        if e.op == "pow":
            p, q = self.fraction(e.args[0])
            n = int(e.args[1].args[0])
            _need_room(e, p, abs(n))
            _need_room(e, q, abs(n))
            return (p**n, q**n) if n >= 0 else (q**-n, p**-n)
        if e.op not in ("add", "sub", "mul", "div"):
            raise ExpressionError(f"'{e}' is not a number")
        (p, q), (r, s) = self.fraction(e.args[0]), self.fraction(e.args[1])
        for a in (p, q):
            for b in (r, s):
                if len(a) * len(b) > MAX_PRODUCTS:
                    raise _too_large(e)
        if e.op == "mul":
            return self.lowest(p * r, q * s)
        if e.op == "div":
            return self.lowest(p * s, q * r)
        if q == s:
            return self.lowest(p + r if e.op == "add" else p - r, q)
        return self.lowest(p * s + r * q if e.op == "add" else p * s - r * q, q * s)

    def lowest(self, p: RingElement, q: RingElement) -> tuple[RingElement, RingElement]:
        """Return ``p/q`` in lowest terms with a positive leading coefficient below."""
        if not p:
            return p, self.ring.one
        if not q.is_ground:
            _, (p, q) = reduced([p, q])
        common = math.gcd(int(p.content()), int(q.content()))
        if common > 1:
            p, q = p.quo_ground(common), q.quo_ground(common)
        return (-p, -q) if q.LC < 0 else (p, q)

    def product(self, p: RingElement, q: RingElement) -> RingElement:
        """Return a product whose factors are known from those of its parts."""
        result = p * q
        if result and result not in self._factors:
            (c, left), (d, right) = self.factors(p), self.factors(q)
            powers = dict(left)
            for f, k in right:
                powers[f] = powers.get(f, 0) + k
            self._factors[result] = c * d, tuple(powers.items())
        return result

    # ---- factors ---------------------------------------------------------------
    def factors(self, p: RingElement) -> tuple[int, tuple[tuple[RingElement, int], ...]]:
        """Return the constant and the irreducible factors with multiplicities.

        Factors are primitive; the sign convention of sympy (positive leading
        coefficient) makes them unique.
        """
        if p not in self._factors:
            work.spend(_FACTORING + _FACTORING_TERM * len(p))
            constant, parts = factored(p)
            self._factors[p] = constant, tuple(parts)
        return self._factors[p]

    # ---- to other worlds -----------------------------------------------------------
    def expression(self, p: RingElement) -> Expression:
        """Return a polynomial as an expression of model files, factored and in reading order."""
        if p not in self._printed:
            constant, parts = self.factors(p) if p else (0, ())
            written = [self._sum(f) ** k for f, k in sorted(parts, key=self._simplicity)]
            product = math.prod(written, start=Expression.number(abs(constant)))
            if constant < 0 and len(written) == 1 and parts[0][1] == 1 and constant == -1:
                product = self._sum(-parts[0][0])
            elif constant < 0:
                product = -product
            self._printed[p] = self._with_atoms(product)
        return self._printed[p]

    def sides(self, p: RingElement) -> tuple[Expression, Expression]:
        """Return the terms with a positive coefficient, and the negative ones turned positive."""
        terms = list(p.terms())
        left, right = (
            self.ring.from_dict({m: sign * c for m, c in terms if sign * c > 0}) for sign in (1, -1)
        )
        return self.expression(left), self.expression(right)

    def quotient(
        self, p: RingElement, q: RingElement, point: Mapping[str, Any] | None = None
    ) -> Expression:
        """Return ``p / q`` in lowest terms as an expression.

        At ``point`` (values of the parameters) all factors are written positive;
        without it the denominator's leading coefficient is.
        """
        p, q = self.lowest(p, q)
        if point is None:
            return self._with_atoms(self._oriented(p, {})[1] / self._oriented(q, {})[1])
        full = self.complete(point)
        (flip, top), (flop, bottom) = self._oriented(p, full), self._oriented(q, full)
        written = top / bottom
        return self._with_atoms(-written if flip != flop else written)

    def over_positive(self, p: RingElement, q: RingElement, point: Mapping[str, Any]) -> Expression:
        """Return ``p / q`` in lowest terms, the factors of ``q`` written positive at a point.

        For divisors whose sign is known: ``(c + n)/(1 - r)``, not ``-(c + n)/(r - 1)``.
        """
        p, q = self.lowest(p, q)
        negative, bottom = self._oriented(q, self.complete(point))
        top = self.expression(-p if negative else p)
        return self._with_atoms(top / bottom)

    def _oriented(self, p: RingElement, full: Mapping[str, Any]) -> tuple[bool, Expression]:
        """Write a polynomial with its factors positive at a point; say if a minus is left over."""
        constant, parts = self.factors(p) if p else (0, ())
        negative = constant < 0
        written = []
        for f, power in sorted(parts, key=self._simplicity):
            turned = bool(full) and power % 2 == 1 and self.evaluate(f, full) < 0
            written.append((-f if turned else f, power))
            negative ^= turned and power % 2 == 1
        product = math.prod((f**k for f, k in written), start=self.ring(abs(constant)))
        if len(parts) == 1 and parts[0][1] == 1 and (abs(constant) == 1 or len(p) <= 3):
            if negative and not full:
                return False, self._sum(-product)
            return negative, self._sum(product)
        sums = (self._sum(f) ** k for f, k in written)
        result = math.prod(sums, start=Expression.number(abs(constant)))
        return (False, -result) if negative and not full else (negative, result)

    def _simplicity(self, part: tuple[Any, int]) -> tuple[int, int, str]:
        return len(part[0]), part[1], str(part[0])

    def _sum(self, p: RingElement) -> Expression:
        """Write the terms of a sum: positive ones first, low degrees first, in parameter order."""
        terms = sorted(p.terms(), key=lambda t: (t[1] < 0, sum(t[0]), [-x for x in t[0]]))
        result: Expression | None = None
        for powers, coefficient in terms:
            monomial = Expression.number(abs(int(coefficient)))
            for name, power in zip(self.names, powers, strict=False):
                if power:
                    monomial = monomial * Expression.name(name) ** int(power)
            if result is None:
                result = -monomial if coefficient < 0 else monomial
            else:
                result = result - monomial if coefficient < 0 else result + monomial
        return result if result is not None else Expression.number(0)

    def _with_atoms(self, e: Expression) -> Expression:
        if not self.atoms:
            return e
        back = {atom.name: inner for inner, atom in self.atoms.items()}
        while any(name in back for name in e.names):
            e = e.substitute(back)
        return e

    def evaluate(self, p: RingElement, values: Mapping[str, Any]) -> Any:
        """Return the value of a polynomial; exact where the values are."""
        point = [values[name] for name in self.names]
        if all(isinstance(x, Fraction) for x in point):
            return self._exact(p, point)
        return evaluated(self.names, p.terms(), values)

    def _exact(self, p: RingElement, point: Sequence[Fraction]) -> Fraction:
        """Evaluate with whole numbers over one common denominator."""
        terms = list(p.terms())
        if not terms:
            return Fraction(0)
        common = math.lcm(*(x.denominator for x in point))
        tops = [x.numerator * (common // x.denominator) for x in point]
        degree = max(sum(powers) for powers, _ in terms)
        total = 0
        for powers, coefficient in terms:
            term = int(coefficient) * common ** (degree - sum(powers))
            for x, power in zip(tops, powers, strict=False):
                if power:
                    term *= x**power
            total += term
        return Fraction(total, common**degree)

    def complete(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values with those of the atoms added."""
        return {**values, **{atom.name: e.evaluate(values) for e, atom in self.atoms.items()}}

    def compiled(self, polynomials: Sequence[RingElement]) -> Callable[[Any], Any]:
        """Return a numpy function: points (names x samples) to values (polynomials x samples)."""
        import numpy as np

        tables = []
        for p in polynomials:
            terms = list(p.terms())
            tables.append(
                (
                    [float(int(c)) for _, c in terms],
                    [[(k, int(e)) for k, e in enumerate(powers) if e] for powers, _ in terms],
                )
            )

        def evaluate(points: Any) -> Any:
            result = np.zeros((len(tables), points.shape[1]))
            powers: dict[tuple[int, int], Any] = {}
            for row, (coefficients, monomials) in zip(result, tables, strict=True):
                for c, monomial in zip(coefficients, monomials, strict=True):
                    term: Any = c
                    for k, e in monomial:
                        if (k, e) not in powers:
                            powers[k, e] = points[k] ** e
                        term = term * powers[k, e]
                    row += term
            return result

        return evaluate


def _compared(left: Expression, sign: str, right: Expression) -> Expression:
    return Expression("compare", (sign,), left, right)


def _agree(a: Expression, b: Expression, f: Expression, g: Expression) -> Expression:
    """Return that ``f`` is to ``g`` as ``a`` is to ``b``: greater, equal or less."""
    return Expression(
        "or",
        *(Expression("and", _compared(a, s, b), _compared(f, s, g)) for s in (">", "==", "<")),
    )


def _bounds(kind: str, value: Expression, operand: Expression) -> list[Expression]:
    """Return what is known of ``exp`` or ``log`` at an operand, by their tangents.

    ``exp(u) >= 1 + u`` and ``exp(-u) >= 1 - u``, with equality at 0 only; ``log`` is the inverse.
    """
    zero, one = Expression.number(0), Expression.number(1)
    u, x = (operand, value) if kind == "exp" else (value, operand)  # x is exp(u)
    touching = Expression("and", _compared(u, "==", zero), _compared(x, "==", one))
    above = Expression("and", _compared(x, ">", one + u), _compared(x * (one - u), "<", one))
    facts = [_compared(x, ">", zero), _agree(u, zero, x, one), Expression("or", touching, above)]
    inverse = "log" if kind == "exp" else "exp"
    if operand.op == "call" and operand.args[0] == inverse:
        facts.append(_compared(value, "==", operand.args[1]))
    return facts


def under_root(e: Expression) -> Expression | None:
    """Return what an expression is the square root of, None where it is none."""
    if e.op == "call" and e.args[0] == "sqrt":
        return e.args[1]  # type: ignore[no-any-return]
    half = e.op == "pow" and e.args[1] == Expression.number(Fraction(1, 2))
    return e.args[0] if half else None


def _is_natural(e: Expression) -> bool:
    return e.op == "number" and e.args[0].denominator == 1 and e.args[0] >= 0


def common_denominator(fractions: Sequence[tuple[RingElement, RingElement]]) -> RingElement:
    """Return the least common multiple of the denominators (a polynomial)."""
    return reduce(least_multiple, (q for _, q in fractions))
