r"""Formulas as LaTeX and as MathML, written with the parameters' own symbols.

Both printers walk an :class:`~deterrence.algebra.expressions.Expression`; nothing is
simplified, nothing else is imported, and no LaTeX package is needed.

>>> from deterrence.algebra.expressions import Expression
>>> e = Expression.parse("rho*g_R/(g_R + k_R - l_R) >= 2*(a - 1)**2")
>>> print(expression_latex(e, {"rho": r"\rho"}))
\frac{\rho g_{R}}{g_{R} + k_{R} - l_{R}} \ge 2 \left(a - 1\right)^{2}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from deterrence.algebra.expressions import Expression
from deterrence.words.markup import html_text, latex_symbol, latex_text, mathml_symbol

_LATEX_SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_HTML_SIGNS = {"<": "&lt;", "<=": "&le;", ">": "&gt;", ">=": "&ge;", "==": "=", "!=": "&ne;"}
_FUNCTIONS = {"min": r"\min", "max": r"\max", "exp": r"\exp", "log": r"\log"}

# How tightly an operation binds; an operand that binds less gets parentheses.
_IF, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _POWER, _ATOM = range(9)
_STRENGTH = {"if": _IF, "or": _OR, "and": _AND, "not": _NOT, "compare": _COMPARE}
_STRENGTH |= {"add": _SUM, "sub": _SUM, "neg": _SUM, "mul": _PRODUCT, "pow": _POWER}

#: Operations whose text may begin with a minus sign, which may also begin a product.
_SIGNED = ("neg", "number", "div")


def _strength(e: Expression) -> int:
    if e.op == "number":
        return _SUM if e.args[0] < 0 else _ATOM
    return _STRENGTH.get(e.op, _ATOM)


def _factors(e: Expression) -> list[Expression]:
    """Return the factors of a product from left to right."""
    if e.op != "mul":
        return [e]
    return [*_factors(e.args[0]), *_factors(e.args[1])]


def _unsigned(e: Expression) -> tuple[bool, Expression]:
    """Return whether a product begins with a minus sign, and the product without it."""
    if e.op == "neg":
        return True, e.args[0]
    if e.op == "number" and e.args[0] < 0:
        return True, Expression.number(-e.args[0])
    if e.op == "mul":
        negative, first = _unsigned(e.args[0])
        return negative, first * e.args[1] if negative else e
    return False, e


# ---- LaTeX -----------------------------------------------------------------------------
def expression_latex(e: Expression, symbols: Mapping[str, str] | None = None) -> str:
    r"""Return a formula as LaTeX for math mode; ``symbols`` maps names to their LaTeX.

    >>> expression_latex(Expression.parse("-(a + b)*c**2 - (d - 1/2)"))
    '-\\left(a + b\\right) c^{2} - \\left(d - \\frac{1}{2}\\right)'
    """
    return _Latex(symbols or {}).write(e)


class _Latex:
    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols

    def write(self, e: Expression) -> str:
        op, args = e.op, e.args
        if op == "number":
            return _latex_fraction(args[0])
        if op == "name":
            return latex_symbol(args[0], self.symbols.get(args[0], ""))
        if op == "add":
            return f"{self.write(args[0])} + {self.inside(args[1], _SUM + 1)}"
        if op == "sub":
            return f"{self.write(args[0])} - {self.inside(args[1], _SUM + 1)}"
        if op == "neg":
            return f"-{self.inside(args[0], _PRODUCT)}"
        if op == "mul":
            return self.product(_factors(e))
        if op == "div":
            # The sign stands before the fraction, where a reader looks for it.
            negative, top = _unsigned(args[0])
            sign = "-" if negative else ""
            return rf"{sign}\frac{{{self.write(top)}}}{{{self.write(args[1])}}}"
        if op == "pow":
            base = args[0]
            safe = _ATOM + 1 if base.op == "div" or _is_broken(base) else _ATOM
            return f"{self.inside(base, safe)}^{{{self.write(args[1])}}}"
        if op == "call":
            return self.call(e)
        if op == "query":
            labels = ", ".join(rf"\mbox{{{latex_text(a)}}}" for a in args[1:])
            return rf"\mbox{{{latex_text(args[0])}}}({labels})"
        if op == "compare":
            text = self.inside(args[1], _SUM)
            for sign, part in zip(args[0], args[2:], strict=True):
                text += f" {_LATEX_SIGNS[sign]} {self.inside(part, _SUM)}"
            return text
        if op in ("and", "or"):
            word = rf"\ \mbox{{{op}}}\ "
            return word.join(self.inside(a, _STRENGTH[op] + 1) for a in args)
        if op == "not":
            return rf"\mbox{{not }}{self.inside(args[0], _COMPARE + 1)}"
        test, then, other = (self.write(a) for a in args)
        return (
            rf"\left\{{\begin{{array}}{{ll}}{then} & \mbox{{if }} {test} \\ "
            rf"{other} & \mbox{{otherwise}}\end{{array}}\right."
        )

    def inside(self, e: Expression, strength: int) -> str:
        text = self.write(e)
        mine = _SUM if text.startswith("-") and e.op in ("div", "mul") else _strength(e)
        return rf"\left({text}\right)" if mine < strength else text

    def product(self, factors: Sequence[Expression]) -> str:
        text = ""
        for k, factor in enumerate(factors):
            # The first factor may be negative: what encloses the product sees its sign.
            part = self.inside(factor, _SUM if not k and factor.op in _SIGNED else _PRODUCT)
            dot = bool(text) and part[:1].isdigit()
            text += (r" \cdot " if dot else " " if k else "") + part
        return text

    def call(self, e: Expression) -> str:
        name, *operands = e.args
        inner = ", ".join(self.write(a) for a in operands)
        if name == "sqrt":
            return rf"\sqrt{{{inner}}}"
        if name == "abs":
            return rf"\left|{inner}\right|"
        return rf"{_FUNCTIONS[name]}\left({inner}\right)"


def _is_broken(e: Expression) -> bool:
    return e.op == "number" and e.args[0].denominator != 1


def _latex_fraction(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


# ---- MathML ----------------------------------------------------------------------------
def expression_html(e: Expression, symbols: Mapping[str, str] | None = None) -> str:
    """Return a formula as a ``<math>`` element (MathML Core), which browsers draw by themselves.

    >>> expression_html(Expression.parse("a/2"))
    '<math displaystyle="true"><mfrac><mi>a</mi><mn>2</mn></mfrac></math>'
    """
    large = ' displaystyle="true"' if any(n.op == "div" for n in e.walk()) else ""
    return f"<math{large}>{_MathML(symbols or {}).write(e)}</math>"


class _MathML:
    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols

    def write(self, e: Expression) -> str:
        op, args = e.op, e.args
        if op == "number":
            return _html_fraction(args[0])
        if op == "name":
            return mathml_symbol(args[0], self.symbols.get(args[0], ""))
        if op in ("add", "sub"):
            sign = "+" if op == "add" else "&minus;"
            return f"{self.write(args[0])}{_mo(sign)}{self.inside(args[1], _SUM + 1)}"
        if op == "neg":
            return f"{_mo('&minus;')}{self.inside(args[0], _PRODUCT)}"
        if op == "mul":
            return self.product(_factors(e))
        if op == "div":
            negative, top = _unsigned(args[0])
            sign = _mo("&minus;") if negative else ""
            return f"{sign}<mfrac>{self.row(top)}{self.row(args[1])}</mfrac>"
        if op == "pow":
            base = args[0]
            safe = _ATOM + 1 if base.op == "div" or _is_broken(base) else _ATOM
            inner = self.inside(base, safe)
            return f"<msup><mrow>{inner}</mrow>{self.row(args[1])}</msup>"
        if op == "call":
            return self.call(e)
        if op == "query":
            labels = ", ".join(map(html_text, args[1:]))
            return f"<mtext>{html_text(args[0])}({labels})</mtext>"
        if op == "compare":
            text = self.inside(args[1], _SUM)
            for sign, part in zip(args[0], args[2:], strict=True):
                text += _mo(_HTML_SIGNS[sign]) + self.inside(part, _SUM)
            return text
        if op in ("and", "or"):
            word = f"<mtext>&nbsp;{op}&nbsp;</mtext>"
            return word.join(self.inside(a, _STRENGTH[op] + 1) for a in args)
        if op == "not":
            return f"<mtext>not&nbsp;</mtext>{self.inside(args[0], _COMPARE + 1)}"
        test, then, other = (self.write(a) for a in args)
        return f"{then}<mtext> if </mtext>{test}<mtext>, else </mtext>{other}"

    def row(self, e: Expression) -> str:
        inner = self.write(e)
        single = e.op == "name" or (e.op == "number" and e.args[0] >= 0)
        return inner if single else f"<mrow>{inner}</mrow>"

    def inside(self, e: Expression, strength: int) -> str:
        text = self.write(e)
        negative = e.op in ("div", "mul") and text.startswith(_mo("&minus;"))
        mine = _SUM if negative else _strength(e)
        return f"{_mo('(')}{text}{_mo(')')}" if mine < strength else text

    def product(self, factors: Sequence[Expression]) -> str:
        text = ""
        for k, factor in enumerate(factors):
            part = self.inside(factor, _SUM if not k and factor.op in _SIGNED else _PRODUCT)
            dot = "&#x22C5;" if part.startswith("<mn>") else "&#x2062;"
            text += (_mo(dot) if text else "") + part
        return text

    def call(self, e: Expression) -> str:
        name, *operands = e.args
        inner = _mo(",").join(self.write(a) for a in operands)
        if name == "sqrt":
            return f"<msqrt>{inner}</msqrt>"
        if name == "abs":
            return f"{_mo('|')}{inner}{_mo('|')}"
        return f"<mi>{name}</mi>{_mo('(')}{inner}{_mo(')')}"


def _mo(sign: str) -> str:
    return f"<mo>{sign}</mo>"


def _html_fraction(value: Fraction) -> str:
    sign = _mo("&minus;") if value < 0 else ""
    top, bottom = abs(value.numerator), value.denominator
    if bottom == 1:
        return f"{sign}<mn>{top}</mn>"
    return f"{sign}<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>"
