"""What robustness and levers are answered with; nothing here computes.

*Units*: a parameter's change is measured in its own unit (its range, its standard
deviation, or what a player pays for it); the *size* of a joint change is the
largest of these (norm ``max``) or their sum (norm ``sum``).  Exact numbers are
:class:`~deterrence.algebra.roots.Root`: ``.rational`` is a fraction or None,
``.decimal`` a float, ``str()`` the exact number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from deterrence.algebra.roots import Root, number_dict
from deterrence.words.shown import Shown

Quantifier = Literal["every", "some"]
Norm = Literal["max", "sum"]
Certainty = Literal["proven", "bounds"]
#: The statement that the same combinations of supports are equilibria as at the base.
SAME = "same supports"


@dataclass(frozen=True)
class MovingParameter:
    """A parameter that may move: from ``base``, in steps of ``step``, within the limits.

    ``lower`` and ``upper`` are None where nothing but the assumptions limits it.
    """

    name: str
    base: Fraction
    step: Fraction
    lower: Fraction | None = None
    upper: Fraction | None = None
    title: str = ""
    unit: str = ""

    def room(self, direction: int) -> Fraction | None:
        """How many steps the parameter can move in a direction (1 or -1), None: any number."""
        end = self.upper if direction > 0 else self.lower
        return None if end is None else abs(end - self.base) / self.step

    def to_dict(self) -> dict[str, Any]:
        """Return the axis as plain data."""
        return {
            "name": self.name,
            "title": self.title,
            "unit": self.unit,
            "base": str(self.base),
            "step": str(self.step),
            "lower": None if self.lower is None else str(self.lower),
            "upper": None if self.upper is None else str(self.upper),
        }


@dataclass(frozen=True)
class ParameterChange:
    """What one parameter does in the smallest change.

    ``limit`` is the value reached in the limit of smallest changes, ``steps`` the
    change up to there in units (signed).  ``witness`` is the parameter's value at
    the exact point at, or just beyond, that limit where the status is the other one.
    """

    parameter: str
    base: Fraction
    limit: Root
    steps: Root
    witness: Fraction
    title: str = ""
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the move as plain data."""
        return {
            "parameter": self.parameter,
            "title": self.title,
            "unit": self.unit,
            "base": str(self.base),
            "limit": number_dict(self.limit),
            "steps": number_dict(self.steps),
            "witness": str(self.witness),
        }


@dataclass(frozen=True)
class Alone:
    """How far one parameter alone may move in one direction before the status changes.

    ``distance`` is in units and ``threshold`` the parameter's value there; both are
    exact, and None where no value within ``room`` (units; None: unlimited) changes
    the status.  ``attained``: the status has changed at the threshold itself, not
    only beyond it.  ``witness`` is an exact value with the other status.
    ``assumptions_end`` says that the model's assumptions stop the parameter first.
    """

    parameter: str
    direction: Literal[1, -1]
    base: Fraction
    step: Fraction
    distance: Root | None
    threshold: Root | None
    attained: bool = False
    witness: Fraction | None = None
    room: Fraction | None = None
    regime: str | None = None
    title: str = ""
    unit: str = ""
    assumptions_end: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the distance as plain data."""
        return {
            "parameter": self.parameter,
            "title": self.title,
            "unit": self.unit,
            "direction": self.direction,
            "base": str(self.base),
            "step": str(self.step),
            "distance": number_dict(self.distance),
            "threshold": number_dict(self.threshold),
            "attained": self.attained,
            "witness": None if self.witness is None else str(self.witness),
            "room": None if self.room is None else str(self.room),
            "regime": self.regime,
            "assumptions_end": self.assumptions_end,
        }


@dataclass(frozen=True)
class Certificate:
    """A claim, and SMT-LIB 2 text that any solver can check: every ``check-sat`` is ``unsat``.

    ``radius`` is the size below which nothing changes the status, None where no
    size does.  ``checked`` says that z3 answered ``unsat`` to every question.
    """

    claim: str
    radius: Root | None
    smtlib: str
    questions: int = 1
    checked: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the certificate as plain data."""
        return {
            "claim": self.claim,
            "radius": number_dict(self.radius),
            "questions": self.questions,
            "checked": self.checked,
            "smtlib": self.smtlib,
        }


@dataclass(frozen=True)
class SmallestChange(Shown):
    """The smallest joint change after which a statement's status is ``after``.

    ``before`` is the status at the base point, in every or in some equilibrium.
    ``lower`` is proven: no smaller change does it (None: no change at all within the
    limits does).  ``upper`` is the size that is known to do it, or to be
    approached from above by changes that do it; None where none was found.
    ``certainty`` is ``proven`` where ``lower`` and ``upper`` are the same number, or
    no change is proven to do it; otherwise ``bounds``.

    ``attained``: a change of exactly that size does it (None: not known).
    ``moves`` leads to the exact point ``witness``, verified by solving the game
    there, ``excess`` units beyond ``upper``.  ``equilibria`` are the extreme ones
    there, ``regime`` the model's name for what holds.
    """

    quantifier: Quantifier
    statement: str
    before: bool
    after: bool
    lower: Root | None
    upper: Root | None
    certainty: Certainty
    attained: bool | None = None
    moves: tuple[ParameterChange, ...] = ()
    witness: Mapping[str, Fraction] | None = None
    excess: Fraction = Fraction(0)
    regime: str | None = None
    equilibria: tuple[str, ...] = ()
    alone: tuple[Alone, ...] = ()
    certificate: Certificate | None = None
    messages: tuple[str, ...] = ()

    @property
    def impossible(self) -> bool:
        """Whether it is proven that no change within the limits does it."""
        return self.certainty == "proven" and self.upper is None

    @property
    def radius(self) -> float:
        """The size as a float: proven where ``certainty`` is; ``inf`` where impossible."""
        if self.upper is not None:
            return self.upper.decimal
        return float("inf")

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "quantifier": self.quantifier,
            "statement": self.statement,
            "before": self.before,
            "after": self.after,
            "lower": number_dict(self.lower),
            "upper": number_dict(self.upper),
            "certainty": self.certainty,
            "impossible": self.impossible,
            "attained": self.attained,
            "moves": [m.to_dict() for m in self.moves],
            "witness": None
            if self.witness is None
            else {n: str(v) for n, v in self.witness.items()},
            "excess": str(self.excess),
            "regime": self.regime,
            "equilibria": list(self.equilibria),
            "alone": [a.to_dict() for a in self.alone],
            "certificate": None if self.certificate is None else self.certificate.to_dict(),
            "messages": list(self.messages),
        }


@dataclass(frozen=True)
class Robustness(Shown):
    """How wrong the parameters may be before a conclusion's status changes.

    ``answers`` has one entry per quantifier that was asked for.  ``units`` is
    ``range``, ``sd``, ``payoff`` or ``payoff range``; ``base`` gives every parameter's value.
    """

    model: str
    title: str
    statement: str
    norm: Norm
    units: str
    within_bounds: bool
    base: Mapping[str, Fraction]
    axes: tuple[MovingParameter, ...]
    answers: tuple[SmallestChange, ...]
    messages: tuple[str, ...] = ()
    seconds: float = 0.0

    def _answer(self, quantifier: str) -> SmallestChange | None:
        return next((a for a in self.answers if a.quantifier == quantifier), None)

    @property
    def every(self) -> SmallestChange | None:
        """The answer for "in every equilibrium", None where it was not asked for."""
        return self._answer("every")

    @property
    def some(self) -> SmallestChange | None:
        """The answer for "in some equilibrium", None where it was not asked for."""
        return self._answer("some")

    @property
    def complete(self) -> bool:
        """Whether every answer is proven."""
        return all(a.certainty == "proven" for a in self.answers)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole answer as plain data (schema 1)."""
        return {
            "schema": 1,
            "model": self.model,
            "title": self.title,
            "statement": self.statement,
            "norm": self.norm,
            "units": self.units,
            "within_bounds": self.within_bounds,
            "base": {n: str(v) for n, v in self.base.items()},
            "axes": [a.to_dict() for a in self.axes],
            "answers": [a.to_dict() for a in self.answers],
            "messages": list(self.messages),
            "seconds": round(self.seconds, 4),
        }


@dataclass(frozen=True)
class Levers(Shown):
    """The cheapest change that a player can make to bring a conclusion about.

    ``answer.lower``, ``answer.upper`` and all sizes are costs; a parameter's
    ``step`` is what one unit of cost buys.  Where the conclusion holds at the
    base already, the cost is 0.
    """

    model: str
    title: str
    player: str
    statement: str
    norm: Norm
    within_bounds: bool
    base: Mapping[str, Fraction]
    costs: Mapping[str, Fraction]
    axes: tuple[MovingParameter, ...]
    answer: SmallestChange
    messages: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether the answer is proven."""
        return self.answer.certainty == "proven"

    def to_dict(self) -> dict[str, Any]:
        """Return the whole answer as plain data (schema 1)."""
        return {
            "schema": 1,
            "model": self.model,
            "title": self.title,
            "player": self.player,
            "statement": self.statement,
            "norm": self.norm,
            "within_bounds": self.within_bounds,
            "base": {n: str(v) for n, v in self.base.items()},
            "costs": {n: str(v) for n, v in self.costs.items()},
            "axes": [a.to_dict() for a in self.axes],
            "answer": self.answer.to_dict(),
            "messages": list(self.messages),
            "seconds": round(self.seconds, 4),
        }
