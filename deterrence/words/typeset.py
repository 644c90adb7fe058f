r"""Formulas as LaTeX and as MathML, written with the parameters' own symbols.

Both printers walk an :class:`~deterrence.algebra.expressions.Expression`; nothing is
simplified, nothing else is imported, and no LaTeX package is needed.

>>> from deterrence.algebra.expressions import Expression
>>> e = Expression.parse("rho*g_R/(g_R + k_R - l_R) >= 2*(a - 1)**2")
>>> print(expression_latex(e, {"rho": r"\rho"}))
\frac{\rho g_{R}}{g_{R} + k_{R} - l_{R}} \ge 2 \left(a - 1\right)^{2}
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deterrence.algebra.expressions import Expression
from deterrence.words.markup import (
    html_text,
    latex_symbol,
    latex_text,
    mathml_symbol,
    omml_symbol,
    typst_symbol,
    typst_text,
)
from deterrence.words.symbols import omml_run

_LATEX_SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_LATEX_SIGNS |= {"add": "+", "sub": "-"}
_HTML_SIGNS = {"<": "&lt;", "<=": "&le;", ">": "&gt;", ">=": "&ge;", "==": "=", "!=": "&ne;"}
_HTML_SIGNS |= {"add": "+", "sub": "&minus;"}
_TYPST_SIGNS = {"<": "<", "<=": "lt.eq", ">": ">", ">=": "gt.eq", "==": "=", "!=": "eq.not"}
_TYPST_SIGNS |= {"add": "+", "sub": "-"}
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


def _is_broken(e: Expression) -> bool:
    return e.op == "number" and e.args[0].denominator != 1


@dataclass(frozen=True)
class _Notation:
    """How each piece of a formula is written; ``{}`` stands for what is inside."""

    symbol: Callable[[str, str], str]
    escape: Callable[[object], str]
    digits: str
    minus: str
    #: Sums, differences and comparisons.
    signs: Mapping[str, str]
    #: How factors begin before which a dot is needed; what stands before these, and others.
    numbers: tuple[str, ...]
    dot: str
    times: str
    brackets: str
    fraction: str
    power: str
    #: What goes above or below a line, unless it is a single piece.
    row: str
    comma: str
    #: Functions with a notation of their own, and the others.
    roots: Mapping[str, str]
    function: str
    label: str
    query: str
    word: str
    negation: str
    cases: str


_LATEX = _Notation(
    symbol=latex_symbol,
    escape=latex_text,
    digits="{}",
    minus="-",
    signs={op: f" {sign} " for op, sign in _LATEX_SIGNS.items()},
    numbers=tuple("0123456789"),
    dot=r" \cdot ",
    times=" ",
    brackets=r"\left({}\right)",
    fraction=r"\frac{{{}}}{{{}}}",
    power="{}^{{{}}}",
    row="{}",
    comma=", ",
    roots={"sqrt": r"\sqrt{{{}}}", "abs": r"\left|{}\right|"},
    function=r"\{}\left({}\right)",
    label=r"\mbox{{{}}}",
    query="{}({})",
    word=r"\ \mbox{{{}}}\ ",
    negation=r"\mbox{{not }}{}",
    cases=r"\left\{{\begin{{array}}{{ll}}{1} & \mbox{{if }} {0} \\ "
    r"{2} & \mbox{{otherwise}}\end{{array}}\right.",
)
_MATHML = _Notation(
    symbol=mathml_symbol,
    escape=html_text,
    digits="<mn>{}</mn>",
    minus="<mo>&minus;</mo>",
    signs={op: f"<mo>{sign}</mo>" for op, sign in _HTML_SIGNS.items()},
    numbers=("<mn>",),
    dot="<mo>&#x22C5;</mo>",
    times="<mo>&#x2062;</mo>",
    brackets="<mo>(</mo>{}<mo>)</mo>",
    fraction="<mfrac>{}{}</mfrac>",
    power="<msup><mrow>{}</mrow>{}</msup>",
    row="<mrow>{}</mrow>",
    comma="<mo>,</mo>",
    roots={"sqrt": "<msqrt>{}</msqrt>", "abs": "<mo>|</mo>{}<mo>|</mo>"},
    function="<mi>{}</mi><mo>(</mo>{}<mo>)</mo>",
    label="{}",
    query="<mtext>{}({})</mtext>",
    word="<mtext>&nbsp;{}&nbsp;</mtext>",
    negation="<mtext>not&nbsp;</mtext>{}",
    cases="{1}<mtext> if </mtext>{0}<mtext>, else </mtext>{2}",
)
_TYPST = _Notation(
    symbol=typst_symbol,
    escape=typst_text,
    digits="{}",
    minus="-",
    signs={op: f" {sign} " for op, sign in _TYPST_SIGNS.items()},
    numbers=tuple("0123456789"),
    dot=" dot.op ",
    times=" ",
    brackets="lr(({}))",
    fraction="frac({}, {})",
    power="attach({}, t: {})",
    row="{}",
    comma=", ",
    roots={"sqrt": "sqrt({})", "abs": "abs({})"},
    function='op("{}") lr(({}))',
    label="{}",
    query="{} lr(({}))",
    word=' space "{}" space ',
    negation='"not " {}',
    cases='cases({1} & "if " {0}, {2} & "otherwise")',
)
_OMML = _Notation(
    symbol=omml_symbol,
    escape=html_text,
    digits=omml_run("{}"),
    minus=omml_run("\N{MINUS SIGN}"),
    signs={
        op: omml_run(html.unescape(s).replace("<", "&lt;").replace(">", "&gt;"))
        for op, s in _HTML_SIGNS.items()
    },
    numbers=tuple(omml_run(d).partition("</m:t>")[0] for d in "0123456789"),
    dot=omml_run("\N{DOT OPERATOR}"),
    times=omml_run("\N{THIN SPACE}"),
    brackets="<m:d><m:e>{}</m:e></m:d>",
    fraction="<m:f><m:num>{}</m:num><m:den>{}</m:den></m:f>",
    power="<m:sSup><m:e>{}</m:e><m:sup>{}</m:sup></m:sSup>",
    row="{}",
    comma=omml_run(", "),
    roots={
        "sqrt": '<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{}</m:e></m:rad>',
        "abs": '<m:d><m:dPr><m:begChr m:val="|"/><m:endChr m:val="|"/></m:dPr><m:e>{}</m:e></m:d>',
    },
    function=omml_run("{}") + "<m:d><m:e>{}</m:e></m:d>",
    label="{}",
    query=omml_run("{}({})"),
    word=omml_run(" {} "),
    negation=omml_run("not ") + "{}",
    cases="{1}" + omml_run(" if ") + "{0}" + omml_run(", else ") + "{2}",
)


def expression_typst(
    e: Expression, symbols: Mapping[str, str] | None = None, *, breakable: bool = False
) -> str:
    """Return a formula as Typst for math mode, without the dollars.

    ``breakable`` brackets let lines break within them, and are of one size.

    >>> expression_typst(Expression.parse("a/(a + 2)"))
    'frac(italic("a"), italic("a") + 2)'
    """
    style = replace(_TYPST, brackets=r"\({}\)") if breakable else _TYPST
    return _Printer(style, symbols or {}).write(e)


def expression_omml(e: Expression, symbols: Mapping[str, str] | None = None) -> str:
    """Return a formula as what stands within an ``m:oMath`` element, for Word.

    >>> expression_omml(Expression.parse("2"))
    '<m:r><m:t xml:space="preserve">2</m:t></m:r>'
    """
    return _Printer(_OMML, symbols or {}).write(e)


def expression_latex(e: Expression, symbols: Mapping[str, str] | None = None) -> str:
    r"""Return a formula as LaTeX for math mode; ``symbols`` maps names to their LaTeX.

    >>> expression_latex(Expression.parse("-(a + b)*c**2 - (d - 1/2)"))
    '-\\left(a + b\\right) c^{2} - \\left(d - \\frac{1}{2}\\right)'
    """
    return _Printer(_LATEX, symbols or {}).write(e)


def expression_html(e: Expression, symbols: Mapping[str, str] | None = None) -> str:
    """Return a formula as a ``<math>`` element (MathML Core), which browsers draw by themselves.

    >>> expression_html(Expression.parse("a/2"))
    '<math displaystyle="true"><mfrac><mi>a</mi><mn>2</mn></mfrac></math>'
    """
    large = ' displaystyle="true"' if any(n.op == "div" for n in e.walk()) else ""
    return f"<math{large}>{_Printer(_MATHML, symbols or {}).write(e)}</math>"


class _Printer:
    """Walks through a formula, and writes it in one notation."""

    def __init__(self, style: _Notation, symbols: Mapping[str, str]) -> None:
        self.style, self.symbols = style, symbols
        self.minus = style.minus

    def write(self, e: Expression) -> str:
        op, args, style = e.op, e.args, self.style
        if op == "number":
            return self.number(args[0])
        if op == "name":
            return style.symbol(args[0], self.symbols.get(args[0], ""))
        if op in ("add", "sub"):
            return self.write(args[0]) + style.signs[op] + self.inside(args[1], _SUM + 1)
        if op == "neg":
            return self.minus + self.inside(args[0], _PRODUCT)
        if op == "mul":
            return self.product(_factors(e))
        if op == "div":
            # The sign stands before the fraction, where a reader looks for it.
            negative, top = _unsigned(args[0])
            fraction = style.fraction.format(self.row(top), self.row(args[1]))
            return self.minus + fraction if negative else fraction
        if op == "pow":
            base = args[0]
            safe = _ATOM + 1 if base.op == "div" or _is_broken(base) else _ATOM
            return style.power.format(self.inside(base, safe), self.row(args[1]))
        if op == "call":
            name, *operands = args
            inner = style.comma.join(map(self.write, operands))
            if name in style.roots:
                return style.roots[name].format(inner)
            return style.function.format(name, inner)
        if op == "query":
            kind, *labels = (style.label.format(style.escape(a)) for a in args)
            return style.query.format(kind, ", ".join(labels))
        if op == "compare":
            text = self.inside(args[1], _SUM)
            for sign, part in zip(args[0], args[2:], strict=True):
                text += style.signs[sign] + self.inside(part, _SUM)
            return text
        if op in ("and", "or"):
            parts = (self.inside(a, _STRENGTH[op] + 1) for a in args)
            return style.word.format(op).join(parts)
        if op == "not":
            return style.negation.format(self.inside(args[0], _COMPARE + 1))
        return style.cases.format(*map(self.write, args))

    def number(self, value: Fraction) -> str:
        sign = self.minus if value < 0 else ""
        top = self.style.digits.format(abs(value.numerator))
        if value.denominator == 1:
            return sign + top
        return sign + self.style.fraction.format(top, self.style.digits.format(value.denominator))

    def row(self, e: Expression) -> str:
        inner = self.write(e)
        single = e.op == "name" or (e.op == "number" and e.args[0] >= 0)
        return inner if single else self.style.row.format(inner)

    def inside(self, e: Expression, strength: int) -> str:
        text = self.write(e)
        negative = e.op in ("div", "mul") and text.startswith(self.minus)
        mine = _SUM if negative else _strength(e)
        return self.style.brackets.format(text) if mine < strength else text

    def product(self, factors: Sequence[Expression]) -> str:
        text = ""
        for k, factor in enumerate(factors):
            # The first factor may be negative: what encloses the product sees its sign.
            part = self.inside(factor, _SUM if not k and factor.op in _SIGNED else _PRODUCT)
            if text:
                text += self.style.dot if part.startswith(self.style.numbers) else self.style.times
            text += part
        return text
