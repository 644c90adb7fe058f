"""What experts are asked about a model, and what an answer has to keep to.

A parameter is asked for its lowest, its most likely and its highest value.  An end of the crisis
is asked, player by player, for its swing weight: 0 for the worst end, 100 for the best (von
Winterfeldt and Edwards 1986, Decision Analysis and Behavioral Research).

>>> from deterrence.modelfile.catalogue import load_model
>>> asked = questions(load_model("chicken"))
>>> print(asked[0].text)
A's worth of prevailing while B yields (temptation) (T_A), in utility, from 0 to 5; now 1
>>> print(asked[-1].text)
Collision, for B: from 0 (worst end) to 100 (best end)
>>> asked[0].answer("2 3 9")
Traceback (most recent call last):
    ...
deterrence.errors.UsageError: high is 9, beyond the bounds (0 to 5)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from deterrence.algebra.numbers import exact, parse_number
from deterrence.errors import ExpressionError, UsageError
from deterrence.game.parameters import Parameter
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import one_sided

#: Longest number in an answer: nobody knows one better.
MAX_DIGITS = 30
#: Decimals that are written as such; longer ones are written as fractions.
_DECIMALS = 15
MARKS = ("low", "likely", "high")
_HOLDS = {
    "<": Fraction.__le__,
    "<=": Fraction.__le__,
    ">": Fraction.__ge__,
    ">=": Fraction.__ge__,
}  # a range may touch what is excluded


def number_text(value: Fraction) -> str:
    """Write a number as a short decimal where it is one, else as a fraction.

    >>> number_text(Fraction(13, 5)), number_text(Fraction(1, 3)), number_text(Fraction(-40))
    ('2.6', '1/3', '-40')
    """
    digits = value.denominator
    for factor in (2, 5):
        while digits % factor == 0:
            digits //= factor
    if digits > 1 or len(str(value.denominator)) > _DECIMALS:
        return str(value)
    text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return text if Fraction(text) == value else str(value)


class Subject(NamedTuple):
    """What is judged: a parameter, or an end of the crisis as one player sees it."""

    name: str
    player: str = ""


class Judgement(NamedTuple):
    """The lowest value that seems possible, the most likely one, and the highest one.

    >>> Judgement(Fraction(1), Fraction(2), Fraction(5)).has_range
    True
    """

    low: Fraction
    likely: Fraction
    high: Fraction

    @property
    def has_range(self) -> bool:
        """Whether it is a range, not a single value."""
        return self.low < self.high


@dataclass
class Expert:
    """What one expert says, and where it stands, in a file or nowhere."""

    name: str
    judged: dict[Subject, Judgement] = field(default_factory=dict)
    source: str = "judgements"
    #: Line and column of a subject's answer.
    places: dict[Subject, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A question to an expert, with what is known of the answer."""

    subject: Subject
    title: str
    unit: str
    low: Fraction | None
    high: Fraction | None
    now: Fraction | None = None
    #: What the assumptions say of this parameter alone: sign and limit.
    limits: tuple[tuple[str, Fraction], ...] = ()

    @cached_property
    def text(self) -> str:
        """The question, in a line."""
        name, player = self.subject
        if player:
            return f"{self.title}, for {player}: from 0 (worst end) to 100 (best end)"
        unit = f", in {self.unit}" if self.unit else ""
        spread = Parameter(name, lower=self.low, upper=self.high).range_text
        spread = f", from {spread}" if " to " in spread else f", {spread}" if spread else ""
        now = "" if self.now is None else f"; now {self.now}"
        title = f"{self.title} ({name})" if self.title else name
        return f"{title}{unit}{spread}{now}"

    def answer(self, given: str | Sequence[Any]) -> Judgement:
        """Read an answer: low, likely and high, or the likely value alone.

        Raises :class:`UsageError` for numbers that are none, out of order, or out of bounds.
        """
        if isinstance(given, str):
            given = [part for part in re.split(r"[\s,;]+", given) if part]
        if len(given) not in (1, 3):
            raise UsageError(
                f"{len(given)} numbers", remedy="give low, likely and high, or likely alone"
            )
        marks = MARKS if len(given) == 3 else ("likely",)
        numbers = [_number(mark, x) for mark, x in zip(marks, given, strict=True)]
        found = Judgement(*numbers) if len(numbers) == 3 else Judgement(*numbers * 3)
        if not found.low <= found.likely <= found.high:
            raise UsageError(
                f"low {found.low}, likely {found.likely} and high {found.high} are out of order",
                remedy="low is the smallest, high the largest of the three",
            )
        for mark, x in zip(marks, numbers, strict=True):
            beyond = Parameter("", lower=self.low, upper=self.high)
            if not beyond.contains(x):
                raise UsageError(f"{mark} is {x}, beyond the bounds", remedy=beyond.range_text)
            for sign, limit in self.limits:
                if not _HOLDS[sign](x, limit):
                    what = f"{mark} is {x}, and the model assumes {self.subject.name}"
                    raise UsageError(f"{what} {sign} {limit}")
        return found


def _number(mark: str, given: Any) -> Fraction:
    try:
        if isinstance(given, float):
            given = repr(given)  # 0.1 means what it shows
        found = parse_number(given) if isinstance(given, str) else exact(given)
    except ExpressionError as error:
        remedy = error.remedy or (f"give {error.expected}" if error.expected else "")
        raise UsageError(f"{mark}: {error.what}", remedy=remedy) from None
    except TypeError:
        raise UsageError(f"{mark} is no number: {str(given)[:40]!r}") from None
    if max(len(str(found.numerator)), len(str(found.denominator))) > MAX_DIGITS:
        raise UsageError(
            f"{mark} has too many digits", remedy=f"give a number of at most {MAX_DIGITS} digits"
        )
    return found


def questions(model: SymbolicModel) -> tuple[Question, ...]:
    """Return what experts are asked: the parameters first, then the ends of the crisis.

    Parameters with a formula follow from others and are not asked for.  Ends are those that have
    a payoff of their own: not those of a ladder or an option form, which are generated, and
    none where moves or actions pay something besides.  Where only an order is known, the ends
    are asked for.
    """
    model.need_game()
    ranks = {name for order in model.orders.values() for name in order.parameters.values()}
    found = [
        about(model, name)
        for name, p in model.parameters.items()
        if p.formula is None and name not in ranks
    ]
    for player in model.players if _has_ends(model) else ():
        for label, title in _ends(model, player).items():
            subject = Subject(label, player)
            found.append(Question(subject, title, "swing weight", Fraction(0), Fraction(100)))
    return tuple(found)


def about(model: SymbolicModel, name: str) -> Question:
    """Return the question about a parameter."""
    p = model.parameters[name]
    limits = tuple((sign, x) for who, sign, x in one_sided(model.assumptions) if who == name)
    return Question(Subject(name), p.title, p.unit, p.lower, p.upper, p.default, limits)


def _ends(model: SymbolicModel, player: str) -> dict[str, str]:
    """Return the titles of the ends, those of one outcome only once for each worth."""
    groups = {} if model.tree is None else model.tree.groups
    titles = [outcome.title for outcome in model.outcomes.values()]
    found, seen = {}, set()
    for label, outcome in model.outcomes.items():
        group = groups.get(label, label)
        worth = "" if model.orders else group, str(outcome.payoffs[player])
        if worth not in seen:
            title = outcome.title or group
            if group != label:
                title += label.removeprefix(group)
            elif titles.count(title) > 1:
                title = f"{title} ({label})"
            found[label] = title
        seen.add(worth)
    return found


def _has_ends(model: SymbolicModel) -> bool:
    if model.ladder is not None or model.options is not None or model.pays:
        return False
    return model.tree is None or not any(
        node.outcome is not None and node.set >= 0 for node in model.tree.nodes
    )
