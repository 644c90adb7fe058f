"""Words and numbers of a sensitivity analysis: shares, intervals, and what is asked.

>>> from deterrence.analysis.uncertainty.estimates import Estimate
>>> share_text(Estimate(0.1723, 0.1711, 0.1738)).replace(GLUE, " ")
'17.2 % (17.1 to 17.4 %)'
>>> index_text(Estimate(0.4213, 0.401, 0.45)), index_text(Estimate(0.4, 0.2, 0.6))
('0.42 +-0.03', '0.20 to 0.60')
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.analysis.uncertainty.estimates import Bound, Estimate, Input, Quantity, short
from deterrence.modelfile.condition_words import cut, short_title
from deterrence.words.blocks import Inline
from deterrence.words.markup import GLUE

#: Longest title of a guess in a sentence.
SENTENCE = 60
#: Width of an interval from which on an index says next to nothing.
_USELESS = 0.5


# ---- numbers ------------------------------------------------------------------------
def percent(share: float) -> str:
    """Write a share in percent with two digits.

    >>> [percent(share).replace(GLUE, " ") for share in (0.2246, 0.000123, 0.9999)]
    ['22 %', '0.012 %', '99.99 %']
    """
    if 0.99 < share < 1:
        return f"{100 - float(f'{100 * (1 - share):.1g}'):.10g}{GLUE}%"
    return f"{float(f'{100 * share:.2g}'):.10g}{GLUE}%"


def share_text(e: Estimate) -> str:
    """Write a share in percent, with as many digits as its interval settles."""
    if math.isnan(e.width):
        return percent(e.value)
    digits = 0 if e.width <= 0 else min(3, max(0, math.ceil(-math.log10(100 * e.width))))
    value, low, high = (f"{100 * v:.{digits}f}" for v in (e.value, e.low, e.high))
    return f"{value}{GLUE}% ({low} to {high}{GLUE}%)"


def index_text(e: Estimate) -> str:
    """Write an index: with half the width of its interval, or as a range where that is wide.

    A range that says next to nothing is called ``open``.
    """
    if math.isnan(e.width):
        return f"{e.value:z.2f}"
    if e.width > _USELESS:
        return "open"
    if not e.settled:
        return f"{max(0.0, e.low):z.2f} to {min(1.0, e.high):z.2f}"
    return f"{e.value:z.2f} +-{math.ceil(50 * e.width - 1e-9) / 100:.2f}"


def number_text(value: float, chance: bool = False) -> str:
    """Write a number; a chance that is not quite 1 is not rounded to 1.

    >>> number_text(0.99981, chance=True), number_text(0.99981)
    ('>0.999', '1')
    """
    return ">0.999" if chance and 0.9995 <= value < 1 else short(value)


def interval(e: Estimate, chance: bool = False) -> str:
    """Write the interval of an estimate."""
    return f"{number_text(e.low, chance)} to {number_text(e.high, chance)}"


def value_text(quantity: Quantity, value: float | None) -> str:
    """Write a value of a quantity: of a conclusion, whether it holds."""
    if quantity.kind != "conclusion" or value is None:
        return short(value)
    return "holds" if value > 0.5 else "fails"


# ---- names --------------------------------------------------------------------------
def said(quantity: Quantity) -> str:
    """Return how a quantity is called: a conclusion as the field says it, others by title."""
    return quantity.title or quantity.name


def question(quantity: Quantity, bound: Bound | None) -> str:
    """Return what is asked; ``bound`` is ``None`` where both bounds are the same.

    >>> question(Quantity("war == 0", "conclusion", "no war"), "lower")
    'no war in every equilibrium'
    """
    if bound is None:
        return said(quantity)
    comma = "" if quantity.kind == "conclusion" else ", "
    return f"{said(quantity)}{comma or ' '}{quantity.bound_words(bound)}"


def together(asked: Sequence[tuple[Quantity, Bound | None]]) -> str:
    """Return several questions as a list, those on the same bound together.

    >>> war, crisis = (Quantity(f"{n} == 0", "conclusion", f"no {n}") for n in ("war", "crisis"))
    >>> together([(war, "lower"), (crisis, "lower"), (war, "upper")])
    'no war and no crisis in every equilibrium; no war in some equilibrium'
    """
    alike: dict[str, list[str]] = {}
    for quantity, bound in asked:
        end = question(quantity, bound).removeprefix(said(quantity))
        alike.setdefault(end, []).append(said(quantity))
    return "; ".join(
        (", ".join(told[:-1]) + " and " if told[1:] else "") + told[-1] + end
        for end, told in alike.items()
    )


def head(quantity: Quantity, bound: Bound | None) -> str:
    """Return the head of a column.

    >>> head(Quantity("war == 0", "conclusion", "no war"), "lower")
    'no war, every'
    """
    words = {"lower": ("every", "least"), "upper": ("some", "most")}
    name = said(quantity) if quantity.kind == "conclusion" else quantity.name.replace("_", " ")
    end = f", {words[bound][quantity.kind != 'conclusion']}" if bound else ""
    return brief(name, 14) + end


def guess(i: Input, longest: int = SENTENCE) -> Inline:
    """Return a parameter by its title, with its symbol."""
    title = short_title(i.title, longest)
    name = Expression.name(i.name)
    return (f"{title} (", name, ")") if title else (name,)


def listed(items: Sequence[Inline], last: str = " and ") -> Inline:
    """Join phrases into a list."""
    parts: list[str | Expression] = []
    for k, item in enumerate(items):
        parts += [] if k == 0 else [last if k == len(items) - 1 else ", "]
        parts += item
    return tuple(parts)


def names(inputs: Iterable[str]) -> Inline:
    """Return symbols, with commas between them."""
    return listed([(Expression.name(n),) for n in inputs], ", ")


def capital(text: str) -> str:
    """Begin a sentence with a text, which may begin with a formula's name."""
    word = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if word.isalpha() else text


def brief(text: str, longest: int) -> str:
    """Return a text on one line that is not too long."""
    return cut(text, longest)
