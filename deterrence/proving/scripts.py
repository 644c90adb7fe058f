r"""Implications as scripts in SMT-LIB 2 that any solver of real arithmetic can run again.

Polynomials are listed once, and formulas name them by number: ``{"poly": 3, "sign": ">"}``,
``{"and": [...]}``, ``{"or": [...]}``, ``{"not": ...}``.  A polynomial that is a product is
written by the signs of its factors, which makes scripts short to decide; the products are
listed, to be multiplied out.

>>> from deterrence.algebra.polynomials import Algebra
>>> table = Polynomials(Algebra(["a", "b"]))
>>> a, b = table.algebra.ring.gens
>>> print(table.written(table.atom(a**2 - b**2, ">")))
(and (not (= (+ a (- b)) 0)) (not (= (+ a b) 0)) (not (xor (< (+ a (- b)) 0) (< (+ a b) 0))))
>>> table.data()[0]["terms"]
[['1', [2, 0]], ['-1', [0, 2]]]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import TURNED, Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.limits import work
from deterrence.surroundings import load_z3

#: How many times longer than usual a question may take, in seconds of the wall.
_PATIENCE = 4
#: A formula as JSON holds it.
Formula = dict[str, Any]

#: Names that solvers keep for themselves; as names of parameters they get a mark.
RESERVED = frozenset(
    {
        *("abs", "and", "as", "assert", "distinct", "div", "e", "euler", "exists", "exp", "false"),
        *("forall", "is_int", "ite", "let", "log", "match", "max", "min", "mod", "not", "or"),
        *("par", "pi", "pow", "rem", "sin", "cos", "tan", "sqrt", "to_int", "to_real", "true"),
        "xor",
    }
)

_SIGNS = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "==": "="}


class Polynomials:
    """All polynomials of some formulas, each with its number and its factors."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.listed: list[RingElement] = []
        #: By terms: equal polynomials need not have equal hashes.
        self._number: dict[tuple[Any, ...], int] = {}
        self._parts: list[tuple[int, list[tuple[int, int]]] | None] = []
        self._texts: dict[int, str] = {}

    def number(self, p: RingElement) -> int:
        """Return the number of a polynomial, which is listed with its factors."""
        key = tuple(_terms(p))
        if key not in self._number:
            self._number[key] = k = len(self.listed)
            self.listed.append(p)
            self._parts.append(None)
            if not p.is_ground:
                constant, parts = self.algebra.factors(p)
                if not (constant == 1 and len(parts) == 1 and parts[0][1] == 1):
                    self._parts[k] = int(constant), [(self.number(f), e) for f, e in parts]
        return self._number[key]

    def atom(self, p: RingElement, sign: str) -> Formula:
        """Return the formula ``p sign 0``."""
        return {"poly": self.number(p), "sign": sign}

    def literal(self, literal: Literal) -> Formula:
        """Return a literal as a formula."""
        return self.atom(literal.poly, literal.sign)

    def formula(self, e: Expression) -> Formula:
        """Return a condition in the syntax of model files as a formula."""
        if e.op in ("and", "or"):
            return {e.op: [self.formula(c) for c in e.children]}
        if e.op == "not":
            return {"not": self.formula(e.args[0])}
        parts = []
        for left, sign, right in zip(e.args[1:], e.args[0], e.args[2:], strict=False):
            p, q = self.algebra.fraction(left - right)
            parts.append(self.atom(p if q.is_ground else p * q, sign))
            if not q.is_ground:
                parts.append(self.atom(q, "!="))
        return parts[0] if len(parts) == 1 else {"and": parts}

    def data(self) -> list[dict[str, Any]]:
        """Return the polynomials as JSON holds them, terms in falling order of their powers."""
        result = []
        for k, p in enumerate(self.listed):
            told: dict[str, Any] = {"terms": [[str(c), list(m)] for m, c in _terms(p)]}
            parts = self._parts[k]
            if parts is not None:
                told["product"] = {"constant": str(parts[0]), "factors": list(map(list, parts[1]))}
            result.append(told)
        return result

    # ---- SMT-LIB ------------------------------------------------------------------
    def written(self, formula: Formula) -> str:
        """Return a formula in SMT-LIB 2."""
        if "poly" in formula:
            return self._atom(formula["poly"], formula["sign"])
        if "not" in formula:
            return f"(not {self.written(formula['not'])})"
        ((op, parts),) = formula.items()
        return joined(op, map(self.written, parts))

    def _atom(self, k: int, sign: str) -> str:
        parts = self._parts[k]
        if parts is None:
            return self._plain(k, sign)
        constant, factors = parts
        zero = [self._plain(f, "==") for f, _ in factors]
        if sign == "==":
            return joined("or", zero)
        nonzero = [self._plain(f, "!=") for f, _ in factors]
        if sign == "!=":
            return joined("and", nonzero)
        if constant < 0:
            sign = TURNED[sign]
        odd = [f for f, e in factors if e % 2]
        if len(odd) == 1:
            even = [self._plain(f, "!=") for f, e in factors if not e % 2]
            strict = joined("and", [*even, self._plain(odd[0], sign[0])])
        else:
            some = "false"
            for f in odd:
                here = self._plain(f, "<")
                some = here if some == "false" else f"(xor {some} {here})"
            strict = joined("and", [*nonzero, some if sign[0] == "<" else f"(not {some})"])
        return joined("or", [*zero, strict]) if sign.endswith("=") else strict

    def _plain(self, k: int, sign: str) -> str:
        if k not in self._texts:
            self._texts[k] = self._sum(self.listed[k])
        if sign == "!=":
            return f"(not (= {self._texts[k]} 0))"
        return f"({_SIGNS[sign]} {self._texts[k]} 0)"

    def _sum(self, p: RingElement) -> str:
        parts = []
        for powers, c in _terms(p):
            factors = [str(abs(c))] if abs(c) != 1 or not any(powers) else []
            for name, power in zip(self.algebra.names, powers, strict=True):
                factors += [symbol(name)] * power
            term = factors[0] if len(factors) == 1 else f"(* {' '.join(factors)})"
            parts.append(f"(- {term})" if c < 0 else term)
        if not parts:
            return "0"
        return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"

    def script(self, about: Sequence[str], asserted: Iterable[tuple[str, Formula]]) -> str:
        """Return a script that asserts formulas, each under a remark, and expects ``unsat``."""
        lines = [f"; {_remark(text)}" for text in about]
        lines += ["; expected: unsat", "(set-logic QF_NRA)", "(set-info :status unsat)"]
        lines += [f"(declare-const {symbol(n)} Real)" for n in self.algebra.names]
        for remark, formula in asserted:
            lines += [f"; {_remark(remark)}"] if remark else []
            lines.append(f"(assert {self.written(formula)})")
        return "\n".join([*lines, "(check-sat)", ""])


def joined(op: str, parts: Iterable[str]) -> str:
    """Join formulas of SMT-LIB by ``and`` or ``or``."""
    texts = list(parts)
    if not texts:
        return "true" if op == "and" else "false"
    return texts[0] if len(texts) == 1 else f"({op} {' '.join(texts)})"


def symbol(name: str) -> str:
    """Return a name as a symbol of SMT-LIB, in bars unless it is plain.

    >>> symbol("k_R"), symbol("exp(x)"), symbol("pi")
    ('k_R', '|exp(x)!|', '|pi!|')
    """
    plain = name.isascii() and name.replace("_", "").isalnum() and not name[0].isdigit()
    if plain and name.lower() not in RESERVED:
        return name
    return f"|{name.replace('|', '!').replace(chr(92), '!')}!|"


def verdict(script: str, effort: int) -> tuple[str, int]:
    """Return what z3 says of a script (``unsat``, ``sat``, ``unknown``), and its effort.

    It gives up after about ``effort``, in units that it counts itself.
    """
    z3 = load_z3()
    context = z3.Context()
    solver = z3.SolverFor("QF_NRA", ctx=context)
    solver.set("rlimit", effort)
    # What z3 counts stands still in some steps of its algebra.
    seconds = min(_PATIENCE * (1 + effort / work.Z3_UNITS), work.wall_left())
    solver.set("timeout", max(1, int(1000 * seconds)))
    solver.add(z3.parse_smt2_string(script, ctx=context))
    answer = str(solver.check())
    numbers = solver.statistics()
    used = "rlimit count" in numbers.keys()  # noqa: SIM118 (no mapping)
    return answer, int(numbers.get_key_value("rlimit count")) if used else effort


def _terms(p: RingElement) -> list[tuple[tuple[int, ...], int]]:
    return sorted(((tuple(map(int, m)), int(c)) for m, c in p.terms()), reverse=True)


def _remark(text: str) -> str:
    return " ".join(text.split())[:300]
