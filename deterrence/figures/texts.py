r"""Texts of figures: titles, symbols as mathtext, short numbers, and what is played.

Titles and labels come from files that strangers wrote; :func:`safe` takes away what
would be read as mathematics or steer a terminal.

>>> safe("costs $5 a day")
'costs \\$5 a day'
>>> from fractions import Fraction
>>> [figure_number(x) for x in (Fraction(2, 7), Fraction(1, 25), 0.123456)]
['0.2857', '0.04', '0.1235']
>>> exact_number(Fraction(2, 7)), exact_number(Fraction(1, 25))
('0.2857 (2/7)', '0.04')
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.numbers import format_decimal
from deterrence.errors import ExpressionError
from deterrence.statements import is_chance
from deterrence.words.markup import latex_symbol, plain
from deterrence.words.sentences import capital

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.game.measures import Measure
    from deterrence.game.parameters import Parameter
    from deterrence.modelfile.model import SymbolicModel


#: Longest exact number that a description tells beside its decimal.
_LONGEST = 40
#: The sign of negative numbers, as wide as a plus.
MINUS = "\N{MINUS SIGN}"


def safe(text: object) -> str:
    """Return text that matplotlib writes as it stands."""
    return plain(text).replace("$", r"\$")


def figure_number(value: Any) -> str:
    """Write a number as a decimal, rounded where that is long, with a true minus sign."""
    try:
        return _minus(format_decimal(value))
    except (TypeError, ValueError, ExpressionError):
        return _minus(plain(value))


def exact_number(value: Any) -> str:
    """Write a number as a decimal, and exactly beside it where that is not the same."""
    text = figure_number(value)
    if not isinstance(value, Algebraic) and not is_rounded(value):
        return text
    told = _minus(plain(value))
    return f"{text} ({told})" if len(told) <= _LONGEST else f"≈{text}"


def is_rounded(value: Any) -> bool:
    """Say whether the decimal of a number is not the number itself."""
    return isinstance(value, Fraction) and Fraction(format_decimal(value)) != value


def _minus(text: str) -> str:
    return re.sub(r"(?<![\w.)])-", MINUS, text)


def exact_or_near(value: Fraction | None, decimal: float) -> str:
    """Write a number as a decimal, after ≈ where that is rounded."""
    text = figure_number(decimal if value is None else value)
    return f"≈{text}" if value is None or is_rounded(value) else text


def exact_words(value: Fraction | None, decimal: float) -> str:
    """Write a number as a decimal with its exact form, for descriptions."""
    return f"≈{figure_number(decimal)}" if value is None else exact_number(value)


def equation(sign: str, told: str) -> str:
    """Return what a symbol equals; a number that is rounded begins with ≈.

    >>> equation("p", "0.5"), equation("p", "≈0.3333")
    ('p = 0.5', 'p ≈ 0.3333')
    """
    return f"{sign} ≈ {told[1:]}" if told.startswith("≈") else f"{sign} = {told}"


@cache
def _is_mathtext(text: str) -> bool:
    from matplotlib.mathtext import MathTextParser

    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return False
    return True


def symbol(parameter: Parameter) -> str:
    """Return a parameter's symbol as mathtext, or its name where there is no such thing."""
    return symbol_of(parameter.name, parameter.symbol)


def symbol_of(name: str, sign: str = "") -> str:
    """Return the symbol of a parameter by its name, as :func:`symbol` does."""
    return _math(latex_symbol(name, sign), name)


def _math(latex: str, words: object) -> str:
    """Return LaTeX as mathtext, or words in its place where matplotlib cannot set it."""
    text = f"${latex}$"
    return text if _is_mathtext(text) else safe(words)


def title_of(parameter: Parameter) -> str:
    """Return a parameter's title with its symbol, as plain words for descriptions."""
    title = plain(parameter.title)
    return f"{title} ({parameter.name})" if title else parameter.name


def axis_label(parameter: Parameter) -> str:
    """Return the label of a parameter's axis: title, symbol and unit."""
    sign = symbol(parameter)
    title = capital(safe(parameter.title))
    text = f"{title}, {sign}" if title else sign
    return f"{text} ({safe(parameter.unit)})" if parameter.unit else text


def measure_label(measure: Measure) -> str:
    """Return the label of a measure's axis: title and unit."""
    text = capital(safe(measure.title or measure.name))
    return f"{text} ({safe(measure.unit)})" if measure.unit else text


def formula(e: Expression, model: SymbolicModel) -> str:
    """Return an expression as mathtext with the model's symbols, or as it is written in files."""
    return mathtext(e, {p.name: latex_symbol(p.name, p.symbol) for p in model.parameters.values()})


def mathtext(e: Expression, symbols: Mapping[str, str]) -> str:
    """Return an expression as mathtext with symbols by name, or as it is written in files."""
    from deterrence.words.typeset import expression_latex

    return _math(expression_latex(e, symbols), e)


def statement_words(text: str, measures: Sequence[Measure]) -> str:
    """Return a conclusion in words, by the titles of its measures.

    >>> from deterrence import load_model
    >>> measures = load_model("asymmetric-bipolarity").measures
    >>> [statement_words(text, measures) for text in ("war == 0", "war <= 1/3", "x == 1")]
    ['no war', 'probability of direct war ≤ 0.3333', 'x = 1']
    """
    known = {m.name: m for m in measures}
    found = re.fullmatch(r"\s*(\w+)\s*([<>=!]=|[<>])\s*(\d+(?:/\d+|\.\d+)?)\s*", text)
    measure = None if found is None else known.get(found[1])
    told = plain(text)
    if found is not None and measure is not None:
        number = Fraction(found[3])
        if number == 0 and found[2] == "==" and is_chance(measure.expression):
            return plain(f"no {measure.name.replace('_', ' ')}")
        told = plain(f"{measure.title or measure.name} {found[2]} {figure_number(number)}")
    for sign, written in (("==", "="), ("<=", "≤"), (">=", "≥"), ("!=", "≠")):
        told = told.replace(sign, written)
    return told
