r"""Texts of figures: titles, symbols as mathtext, short numbers, and what is played.

Titles and labels come from files that strangers wrote; :func:`safe` takes away what
would be read as mathematics or steer a terminal.

>>> safe("costs $5 a day")
'costs \\$5 a day'
>>> from fractions import Fraction
>>> [figure_number(x) for x in (Fraction(2, 7), Fraction(1, 25), 0.123456)]
['2/7', '0.04', '0.1235']
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from deterrence.words.markup import latex_symbol, plain, short

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.game.measures import Measure
    from deterrence.game.parameters import Parameter
    from deterrence.modelfile.model import SymbolicModel


#: The sign of negative numbers, as wide as a plus.
MINUS = "\N{MINUS SIGN}"


def safe(text: object) -> str:
    """Return text that matplotlib writes as it stands."""
    return plain(text).replace("$", r"\$")


def figure_number(value: Any) -> str:
    """Write a number shortly: exactly where that is short, with a true minus sign."""
    return near(short(value))


def near(text: str) -> str:
    """Return a number's text with a true minus, and with ≈ where it is rounded."""
    return _minus(text.replace("~", "≈"))


def _minus(text: str) -> str:
    return re.sub(r"(?<![\w.)])-", MINUS, text)


def exact_or_near(value: Fraction | None, decimal: float) -> str:
    """Write an exact number, or about what it is where it has no short exact form."""
    if value is not None:
        return figure_number(value)
    from deterrence.algebra.numbers import format_decimal

    return _minus(f"≈{format_decimal(decimal)}")


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


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def formula(e: Expression, model: SymbolicModel) -> str:
    """Return an expression as mathtext with the model's symbols, or as it is written in files."""
    return mathtext(e, {p.name: latex_symbol(p.name, p.symbol) for p in model.parameters.values()})


def mathtext(e: Expression, symbols: Mapping[str, str]) -> str:
    """Return an expression as mathtext with symbols by name, or as it is written in files."""
    from deterrence.words.typeset import expression_latex

    return _math(expression_latex(e, symbols), e)


def played(support: Mapping[str, Sequence[str]]) -> str:
    """Say which actions everybody uses.

    >>> played({"Russia": ("wait",), "NATO": ("wait", "strike")})
    'Russia: wait; NATO: wait/strike'
    """
    return "; ".join(f"{p}: {'/'.join(actions)}" for p, actions in support.items())


def joined(parts: Sequence[str]) -> str:
    """Join words as in prose.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
