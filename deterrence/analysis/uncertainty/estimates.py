"""The small values that every part of a sensitivity analysis is made of.

>>> share = Estimate(0.5, 0.25, 0.75)
>>> share.width, str(share)
(0.5, '0.5 (0.25 to 0.75)')
>>> Quantity("war == 0", "conclusion").bound_words("lower")
'in every equilibrium'
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from deterrence.analysis.plain_data import PlainData

Bound = Literal["lower", "upper"]
QuantityKind = Literal["measure", "conclusion", "outcome"]
InputKind = Literal["distribution", "uniform", "fixed", "derived"]

#: Both bounds, in the order in which they are told.
BOUNDS: tuple[Bound, Bound] = ("lower", "upper")


#: Width of an interval from which on a probability or an index is not settled (the limit on
#: indices after Sarrazin, Pianosi and Wagener 2016, Environmental Modelling and Software 79).
WIDEST = 0.1


def short(value: float | Fraction | int | None) -> str:
    """Return a number with three significant digits, or ``-`` for none.

    >>> short(0.123456), short(12345.6), short(None), short(Fraction(1, 3))
    ('0.123', '12300', '-', '0.333')
    """
    if value is None:
        return "-"
    number = float(f"{float(value):.3g}")
    if number != 0 and (abs(number) < 1e-3 or abs(number) >= 1e6):
        return f"{number:.3g}"
    return f"{number:.12g}"


@dataclass(frozen=True)
class Estimate(PlainData):
    """A number estimated from a sample, with its confidence interval.

    ``low`` and ``high`` are ``nan`` where the sample allows no interval.
    """

    told = ("value", "low", "high")
    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """The width of the interval."""
        return self.high - self.low

    @property
    def settled(self) -> bool:
        """Whether the interval is narrow enough to rank by: no wider than :data:`WIDEST`."""
        return self.width <= WIDEST

    def __str__(self) -> str:
        return f"{short(self.value)} ({short(self.low)} to {short(self.high)})"


@dataclass(frozen=True)
class Input(PlainData):
    """A parameter of the model and what is known of it.

    ``kind`` is ``distribution`` (from the file), ``uniform`` (on the bounds),
    ``fixed`` or ``derived`` (follows from the others).  ``text`` says so in words.
    ``base`` is its value in the base case.  ``low`` and ``high`` are the ends
    between which the tornado moves it: the bounds, or the 5% and 95% quantiles of
    a distribution that the file gives; ``None`` for what does not vary.
    """

    told = ("name", "kind", "text", "why", "base", "low", "high", "title", "unit")
    name: str
    kind: InputKind
    text: str
    base: Fraction | float
    low: Fraction | float | None = None
    high: Fraction | float | None = None
    title: str = ""
    unit: str = ""
    symbol: str = ""
    why: str = ""

    @property
    def varies(self) -> bool:
        """Whether the parameter is uncertain."""
        return self.kind in ("distribution", "uniform")


@dataclass(frozen=True)
class Quantity(PlainData):
    """What is asked about: a measure, a conclusion or the probability of an outcome.

    ``phrase`` is how the field says it, such as ``No war``; ``chance``
    says that it is a probability, or true (1) or false (0).
    """

    told = ("name", "kind", "title", "unit")
    name: str
    kind: QuantityKind
    title: str = ""
    unit: str = ""
    phrase: str = ""
    chance: bool = False

    def bound_words(self, bound: Bound) -> str:
        """Say what a bound means for this quantity."""
        if self.kind == "conclusion":
            return "in every equilibrium" if bound == "lower" else "in some equilibrium"
        return "smallest over the equilibria" if bound == "lower" else "largest over the equilibria"


@dataclass(frozen=True)
class InputGroup(PlainData):
    """Inputs that depend on each other, and are drawn together.

    ``reason`` is ``""`` for a single independent input, else ``correlation``,
    ``assumption`` or both.  Groups are independent of each other.
    """

    told = ("names", "reason")
    names: tuple[str, ...]
    reason: str = ""

    @property
    def label(self) -> str:
        """The names joined: ``T_A + R_A``."""
        return " + ".join(self.names)
