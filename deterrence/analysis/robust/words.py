"""Statements, sizes and exact numbers in words, for answers about what flips a conclusion."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import format_decimal
from deterrence.algebra.roots import Root
from deterrence.analysis.robust.results import SAME, Norm
from deterrence.statements import phrase_of
from deterrence.words.markup import GLUE

if TYPE_CHECKING:
    from deterrence.game.measures import Measure

#: Characters of a fraction beyond which its decimal is shown alone.
_LONG = 14
#: Parameters that are named in a sentence.
_NAMED = 3
_VERBS = {
    ">": "is above",
    ">=": "is at least",
    "<": "is below",
    "<=": "is at most",
    "==": "is",
    "!=": "is not",
}


def said(statement: Expression | str, measures: Iterable[Measure]) -> str:
    """Return a statement in words where there are some, else as it stands.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> from deterrence.statements import read_statement
    >>> model = load_model("chicken")
    >>> [said(read_statement(model, text).shown, model.measures)
    ...  for text in ("war", "war <= 1/10", "war <= T_A")]
    ['no war', 'probability of the collision is at most 0.1', 'war <= T_A']
    """
    if isinstance(statement, str):
        return "the same actions in equilibrium" if statement == SAME else statement
    known = list(measures)
    phrase = phrase_of(statement, known)
    if phrase != str(statement) or statement.op != "compare" or len(statement.args[0]) != 1:
        return phrase
    (sign,), left, right = statement.args
    title = next((m.title for m in known if left.op == "name" and left.args[0] == m.name), "")
    if not title or right.op != "number":
        return phrase
    return f"{title} {_VERBS[sign]} {format_decimal(right.args[0])}"


# ---- numbers ---------------------------------------------------------------------------
def number_text(root: Root | Fraction) -> str:
    """Return a number as a decimal, exactly beside it where that is short and says more.

    >>> from deterrence.algebra.roots import exact_number
    >>> number_text(exact_number(Fraction(2, 3))), number_text(exact_number(Fraction(1, 4)))
    ('0.6667 (2/3)', '0.25')
    """
    exact = root if isinstance(root, Fraction) else root.rational
    if exact is None:
        return f"~{format_decimal(root.decimal)}"  # type: ignore[union-attr]
    decimal = format_decimal(exact)
    if Fraction(decimal) == exact:
        return decimal
    text = str(exact)
    return f"{decimal} ({text})" if len(text) <= _LONG else f"~{decimal}"


def exact_text(root: Root) -> str:
    """Return an exact number: a fraction, or the polynomial whose root it is."""
    if root.rational is not None:
        text = str(root.rational)
        decimal = f"{root.decimal:.6g}"
        return text if text == decimal else f"{text} ({decimal})"
    return f"{root.decimal:.12g}, a root of {polynomial_text(root)}"


def polynomial_text(root: Root) -> str:
    """Return the polynomial that defines an algebraic number.

    >>> from deterrence.algebra.roots import isolate
    >>> polynomial_text(isolate([(1, 0, -2)])[0])
    'x**2 - 2'
    """
    parts = []
    top = len(root.polynomial) - 1
    for k, c in enumerate(root.polynomial):
        if not c:
            continue
        power = top - k
        letter = "" if power == 0 else "x" if power == 1 else f"x**{power}"
        size = str(abs(c)) if abs(c) != 1 or not letter else ""
        sign = "-" if c < 0 else "+"
        parts.append((sign, f"{size}*{letter}" if size and letter else size or letter))
    first, *rest = parts
    text = ("-" if first[0] == "-" else "") + first[1]
    return text + "".join(f" {sign} {term}" for sign, term in rest)


def percent(share: float) -> str:
    """Write a share in percent; what is not nothing does not become nothing.

    Two digits, or three where these are the number itself.

    >>> [percent(share).replace(GLUE, " ") for share in (0.02609, 0.125, 1.25, 0.000004)]
    ['2.6 %', '12.5 %', '125 %', '0.0004 %']
    """
    return f"{_digits(100 * share)}{GLUE}%"


def _digits(value: float) -> str:
    """Return a number with two digits, or three where these are the number itself."""
    three = float(f"{value:.3g}")
    exact = math.isclose(three, value, rel_tol=1e-12)
    return format_decimal(three if exact or abs(value) >= 99.5 else float(f"{value:.2g}"))


# ---- sizes -----------------------------------------------------------------------------
def size_text(size: Root, units: str) -> str:
    """Return a size in its units, without saying of what."""
    if units in ("range", "payoff range"):
        return percent(size.decimal)
    number = format_decimal(size.decimal) if size.rational is None else number_text(size)
    return {
        "sd": f"{number} standard deviations",
        "own": f"{number} units",
        "payoff": number,
        "cost": number,
    }[units]


def wrong_by(size: str, units: str, norm: Norm, guesses: Sequence[str] = ()) -> str:
    """Say who may be wrong and by how much: ``every guess may be off by 2 % of its range``.

    ``guesses`` are those that move, where these are not all.
    """
    what = "payoff" if units.startswith("payoff") else "guess"
    all_of_them = f"the {what}es" if what == "guess" else "the payoffs"
    of = {
        "range": " of its range",
        "payoff range": " of its player's range of payoffs",
        "own": " of those given",
    }.get(units, "")
    if len(guesses) == 1:
        return f"{guesses[0]} may be off by {size}{of}"
    if guesses:
        all_of_them = f"{', '.join(guesses[:-1])} and {guesses[-1]}"
        if len(guesses) > _NAMED:
            all_of_them = f"the {len(guesses)} {what}{'es' if what == 'guess' else 's'} named"
    if norm == "sum":
        together = {
            "range": " of their ranges in all",
            "payoff range": " of the players' ranges of payoffs in all",
        }.get(units, f"{of} in all")
        return f"{all_of_them} may be off by {size}{together}"
    if guesses:
        return f"{all_of_them} may each be off by {size}{of}"
    return f"every {what} may be off by {size}{of}"


def change_heading(units: str) -> str:
    """Return the heading of the column of changes."""
    return {
        "range": "% of range",
        "payoff range": "% of range",
        "sd": "std. dev.",
        "own": "units",
        "cost": "cost",
        "payoff": "change",
    }[units]


def change_cell(steps: Root, units: str, *, signed: bool = True) -> str:
    """Return a change in units as a cell of a table."""
    value = steps.decimal * (100 if units in ("range", "payoff range") else 1)
    number = _digits(value)
    return f"+{number}" if signed and value > 0 else number
