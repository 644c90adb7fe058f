"""Questions to an SMT solver, as SMT-LIB 2 text: what is proven is what can be read.

The text that z3 is given is the text of the certificate.  Every polynomial is
written out once, over the model's own parameters.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from deterrence.algebra.roots import Root
from deterrence.algebra.sign_formulas import SignFormula
from deterrence.analysis.robust.change_space import ChangeSpace
from deterrence.limits import work
from deterrence.surroundings import load_z3

#: ``sat`` comes with a point (approximate where it is irrational), the others without.
SmtVerdict = Literal["sat", "unsat", "unknown"]


#: Terms of polynomials that get no name of their own.
_SHORT = 2
#: Width of the interval that tells a radius from the other roots of its polynomial.
_NARROW = Fraction(1, 10**12)


@dataclass(frozen=True, eq=False)
class SmtReply:
    """The solver's word on one question."""

    answer: SmtVerdict
    point: Mapping[str, Fraction] | None = None


def number(x: Fraction | int) -> str:
    """Return a rational in SMT-LIB.

    >>> number(Fraction(-3, 2))
    '(- (/ 3 2))'
    """
    x = Fraction(x)
    size = abs(x)
    text = (
        f"{size.numerator}.0"
        if size.denominator == 1
        else f"(/ {size.numerator} {size.denominator})"
    )
    return f"(- {text})" if x < 0 else text


def symbol(name: str) -> str:
    """Return a quoted symbol, whatever characters a name has."""
    return f"|{name.replace('|', '_').replace(chr(92), '_')}|"


#: What z3 counts per work second: questions about balls take longer than those about regimes.
_UNITS = 500_000
#: Work seconds of a question per line, besides those that z3 counts.
_CALL = 2e-5
#: How many times longer than usual a question may take, in seconds of the wall.
_PATIENCE = 2


class SmtScript:
    """The text of questions about one space: declarations, polynomials, the ball, formulas."""

    def __init__(self, space: ChangeSpace, title: str = "") -> None:
        self.space, self.title = space, title
        self.names = {n: symbol(n) for n in space.algebra.names}
        self._defined: dict[Any, str] = {}

    # ---- pieces ------------------------------------------------------------------------
    def polynomial(self, poly: Any) -> str:
        """Return a polynomial over the parameters."""
        parts = []
        for powers, coefficient in poly.terms():
            factors = [number(int(coefficient))]
            for name, e in zip(self.space.algebra.names, powers, strict=False):
                factors += [self.names[name]] * int(e)
            if len(factors) > 1 and int(coefficient) == 1:
                factors = factors[1:]
            parts.append(factors[0] if len(factors) == 1 else f"(* {' '.join(factors)})")
        if not parts:
            return "0.0"
        return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"

    def formula(self, f: SignFormula) -> str:
        """Return a formula."""
        if f.op == "literal":
            lit = f.parts[0]
            text = self._defined.get(lit.poly) or self.polynomial(lit.poly)
            if lit.sign == "!=":
                return f"(not (= {text} 0.0))"
            return f"({'=' if lit.sign == '==' else lit.sign} {text} 0.0)"
        if not f.parts:
            return "true" if f.op == "and" else "false"
        return f"({f.op} {' '.join(self.formula(p) for p in f.parts)})"

    def head(self, formulas: Sequence[SignFormula], radius: Root | None = None) -> list[str]:
        """Return the logic and the declarations of what the questions are about."""
        degree = max(
            (sum(m) for f in formulas for lit in f.literals() for m in lit.poly), default=0
        )
        linear = degree <= 1 and (radius is None or radius.rational is not None)
        lines = [f"(set-logic {'QF_LRA' if linear else 'QF_NRA'})"]
        for axis in self.space.axes:
            about = f" ; {_comment(axis.title)}" if axis.title else ""
            lines.append(f"(declare-const {self.names[axis.name]} Real){about}")
        # Polynomials that occur are written once.
        polys = dict.fromkeys(lit.poly for f in formulas for lit in f.literals())
        self._defined = {}
        for k, poly in enumerate(p for p in polys if len(p) > _SHORT):
            name = symbol(f"polynomial {k + 1}")
            lines.append(f"(define-fun {name} () Real {self.polynomial(poly)})")
            self._defined[poly] = name
        return lines

    def limits(self) -> list[str]:
        """Return that no parameter leaves its limits."""
        lines = []
        for axis in self.space.axes:
            name = self.names[axis.name]
            if axis.lower is not None:
                lines.append(f"(assert (>= {name} {number(axis.lower)}))")
            if axis.upper is not None:
                lines.append(f"(assert (<= {name} {number(axis.upper)}))")
        return lines

    def ball(
        self, radius: Root | None, strict: bool, box: Sequence[tuple[Any, Any]] | None = None
    ) -> list[str]:
        """Return that the change is smaller than (or at most) the radius; None: any size.

        Within a ``box``, parameters that move one way only need no size of their own.
        """
        if radius is None:
            return []
        lines = []
        r = "0.0"
        if radius.rational is not None:
            r = number(radius.rational)
        else:
            radius = radius.narrowed(_NARROW)
            lines.append("(declare-const |the radius| Real)")
            r = "|the radius|"
            power = "1.0"
            terms = []
            for c in reversed(radius.polynomial):
                terms.append(f"(* {number(c)} {power})")
                power = f"(* {r} {power})" if power != "1.0" else r
            lines.append(f"(assert (= (+ {' '.join(terms)}) 0.0))")
            lines.append(
                f"(assert (and (<= {number(radius.low)} {r}) (<= {r} {number(radius.high)})))"
            )
        less = "<" if strict else "<="
        if self.space.norm == "max":
            for axis in self.space.axes:
                for sign in ("", "-"):
                    moved = f"(- {self.names[axis.name]} {number(axis.base)})"
                    moved = f"(- {moved})" if sign else moved
                    reach = f"(* {number(axis.step)} {r})"
                    lines.append(f"(assert ({less} {moved} {reach}))")
            return lines
        sizes = []
        for k, axis in enumerate(self.space.axes):
            moved = f"(- {self.names[axis.name]} {number(axis.base)})"
            low, high = (-1, 1) if box is None else box[k]
            if low >= 0 or high <= 0:
                step = axis.step if low >= 0 else -axis.step
                sizes.append(f"(* {number(1 / step)} {moved})")
                continue
            size = symbol(f"size of the change of {axis.name}")
            sizes.append(size)
            lines.append(f"(declare-const {size} Real)")
            lines.append(f"(assert (>= (* {number(axis.step)} {size}) {moved}))")
            lines.append(f"(assert (>= (* {number(axis.step)} {size}) (- {moved})))")
        lines.append(f"(assert ({less} (+ 0.0 {' '.join(sizes)}) {r}))")
        return lines

    def box(self, box: Sequence[tuple[Any, Any]]) -> list[str]:
        """Return that the changes lie in a box."""
        lines = []
        for axis, (low, high) in zip(self.space.axes, box, strict=True):
            for sign, end in ((">=", low), ("<=", high)):
                if isinstance(end, Fraction):
                    value = number(axis.base + axis.step * end)
                    lines.append(f"(assert ({sign} {self.names[axis.name]} {value}))")
        return lines

    # ---- asking ------------------------------------------------------------------------
    def ask(self, lines: Sequence[str], seconds: float) -> SmtReply:
        """Ask z3 whether the assertions can hold together, for so many work seconds."""
        z3 = load_z3()

        context = z3.Context()
        logic = lines[0].removeprefix("(set-logic ").rstrip(")")
        solver = z3.SolverFor(logic, ctx=context)
        solver.set("rlimit", max(1, int(_UNITS * seconds)))
        # What z3 counts stands still in some steps of its algebra.
        patience = min(_PATIENCE * (1 + seconds), work.wall_left())
        solver.set("timeout", max(1, int(1000 * patience)))
        started = time.monotonic()
        solver.from_string("\n".join(lines[1:]))
        answer = solver.check()
        numbers = solver.statistics()
        counted = 0.0
        if "rlimit count" in numbers.keys():  # noqa: SIM118 (to go through it gives pairs)
            counted = int(numbers.get_key_value("rlimit count")) / _UNITS
        late = time.monotonic() - started >= 0.9 * patience
        # A question at which patience ended has had its share, whatever was counted.
        work.spend(max(counted, seconds if late else 0.0) + _CALL * len(lines))
        if answer == z3.unsat:
            return SmtReply("unsat")
        if answer == z3.unknown:
            if "interrupt" in solver.reason_unknown() and not late:
                raise KeyboardInterrupt  # z3 takes Ctrl-C for itself
            return SmtReply("unknown")
        model = solver.model()
        point = {}
        for axis in self.space.axes:
            value = model.eval(z3.Real(self.names[axis.name].strip("|"), context))
            point[axis.name] = _fraction(z3, value, axis.base)
        return SmtReply("sat", point)


def _fraction(z3: Any, value: Any, default: Fraction) -> Fraction:
    if z3.is_algebraic_value(value):
        value = value.approx(40)
    if not z3.is_rational_value(value):
        return default
    return Fraction(value.numerator_as_long(), value.denominator_as_long())


def _comment(text: str) -> str:
    return " ".join(text.split())[:100]
