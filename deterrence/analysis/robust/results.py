"""What robustness and levers are answered with; nothing here computes.

*Units*: a parameter's change is measured in its own unit (its range, its standard
deviation, or what a player pays for it); the *size* of a joint change is the
largest of these (norm ``max``) or their sum (norm ``sum``).  Exact numbers are
:class:`~deterrence.algebra.roots.Root`: ``.rational`` is a fraction or None,
``.decimal`` a float, ``str()`` the exact number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from deterrence.algebra.roots import Root
from deterrence.analysis.plain_data import PlainData
from deterrence.analysis.told_results import ToldResult
from deterrence.words.frames import Framed, Rows, columns
from deterrence.words.markup import csv_text
from deterrence.words.saved import restorable
from deterrence.words.shown import Shown

Quantifier = Literal["every", "some"]
Norm = Literal["max", "sum"]
Certainty = Literal["proven", "bounds"]
#: The statement that the same combinations of supports are equilibria as at the base.
SAME = "same supports"


@dataclass(frozen=True, repr=False)
class MovingParameter(PlainData):
    """A parameter that may move: from ``base``, in steps of ``step``, within the limits.

    ``lower`` and ``upper`` are None where nothing but the assumptions limits it.
    """

    told = ("name", "title", "unit", "base", "step", "lower", "upper")
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


@dataclass(frozen=True, repr=False)
class ParameterChange(PlainData):
    """What one parameter does in the smallest change.

    ``limit`` is the value reached in the limit of smallest changes, ``steps`` the
    change up to there in units (signed).  ``witness`` is the parameter's value at
    the exact point at, or just beyond, that limit where the status is the other one.
    """

    told = ("parameter", "title", "unit", "base", "limit", "steps", "witness")
    parameter: str
    base: Fraction
    limit: Root
    steps: Root
    witness: Fraction
    title: str = ""
    unit: str = ""


@dataclass(frozen=True, repr=False)
class Alone(PlainData):
    """How far one parameter alone may move in one direction before the status changes.

    ``distance`` is in units and ``threshold`` the parameter's value there; both are
    exact, and None where no value within ``room`` (units; None: unlimited) changes
    the status.  ``attained``: the status has changed at the threshold itself, not
    only beyond it.  ``witness`` is an exact value with the other status.
    ``assumptions_end`` says that the model's assumptions stop the parameter first.
    """

    told = (
        "parameter", "title", "unit", "direction", "base", "step", "distance", "threshold",
        "attained", "witness", "room", "regime", "assumptions_end",
    )  # fmt: skip
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


@dataclass(frozen=True, repr=False)
class Certificate(PlainData):
    """A claim, and SMT-LIB 2 text that any solver can check: every ``check-sat`` is ``unsat``.

    ``radius`` is the size below which nothing changes the status, None where no
    size does.  ``checked`` says that z3 answered ``unsat`` to every question.

    >>> from deterrence import load_model
    >>> answer = load_model("chicken").robustness("war == 0", quantifier="every")
    >>> proof = answer.every.certificate
    >>> str(proof.radius), proof.checked, "(check-sat)" in proof.smtlib
    ('1/10', True, True)
    """

    told = ("claim", "radius", "questions", "checked", "smtlib")
    claim: str
    radius: Root | None
    smtlib: str
    questions: int = 1
    checked: bool = True


@dataclass(frozen=True, repr=False)
class SmallestChange(Shown, PlainData):
    """The smallest joint change after which a statement's status is ``after``.

    ``before`` is the status at the base point, in every or in some equilibrium.
    ``lower`` is proven: no smaller change does it (None: no change at all within the
    limits does).  ``upper`` is the size that is known to do it, or to be
    approached from above by changes that do it; None where none was found.
    ``certainty`` is ``proven`` where ``lower`` and ``upper`` are the same number, or
    no change is proven to do it; otherwise ``bounds``.

    ``attained``: a change of exactly that size does it (None: not known).
    ``moves`` leads to the exact point ``witness``, verified by solving the game
    there, ``excess`` units beyond ``upper``.  ``results`` are those there, with the extreme
    equilibria that lead to them (empty where they were not found in a few seconds);
    ``regime`` is the model's name for what holds.

    ``phrase`` is the statement in words.  Sizes are measured by ``norm`` and ``units``:
    ``range``, ``sd``, ``payoff``, ``payoff range``, ``own`` (units that were given) or ``cost``.

    >>> from deterrence import load_model
    >>> change = load_model("chicken").robustness("war == 0", quantifier="every").every
    >>> change.before, change.after, str(change.lower), change.certainty
    (False, True, '1/10', 'proven')
    >>> [(move.parameter, str(move.limit)) for move in change.moves]
    [('T_A', '1/2'), ('R_A', '1/2')]
    """

    told = (
        "quantifier", "statement", "before", "after", "lower", "upper", "certainty", "impossible",
        "attained", "moves", "witness", "excess", "regime", "results", "alone", "certificate",
        "messages",
    )  # fmt: skip
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
    results: tuple[ToldResult, ...] = ()
    alone: tuple[Alone, ...] = ()
    certificate: Certificate | None = None
    messages: tuple[str, ...] = ()
    phrase: str = ""
    norm: Norm = "max"
    units: str = "range"
    within_bounds: bool = True

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


#: The columns of the thresholds of single parameters as CSV.
_COLUMNS = (
    "statement", "quantifier", "parameter", "title", "direction", "base", "threshold",
    "threshold_exact", "attained", "distance", "room", "regime",
)  # fmt: skip


def _rational(root: Root) -> str:
    return "" if root.rational is None else str(root.rational)


class _RobustAnswer(Framed, Shown, PlainData):
    """A whole answer, with the version of its data and the time that it took."""

    schema = 1
    seconds: float

    def _all(self) -> tuple[SmallestChange, ...]:
        """Return the answers, one per quantifier."""
        raise NotImplementedError

    def to_csv(self) -> str:
        """Return the thresholds of single parameters as CSV, one row per direction.

        Where no value in a direction flips the statement, the threshold is empty.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for change in self._all():
            for a in change.alone:
                writer.writerow(
                    (
                        csv_text(change.statement),
                        change.quantifier,
                        a.parameter,
                        csv_text(a.title),
                        a.direction,
                        a.base,
                        "" if a.threshold is None else repr(a.threshold.decimal),
                        "" if a.threshold is None else _rational(a.threshold),
                        "" if a.threshold is None else str(a.attained).lower(),
                        "" if a.distance is None else repr(a.distance.decimal),
                        "" if a.room is None else a.room,
                        csv_text(a.regime or ""),
                    )
                )
        return out.getvalue()

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"answers": self._rows, "alone": self._alone_rows, "moves": self._move_rows}

    def _rows(self) -> Rows:
        names = ("before", "after", "lower", "upper", "certainty", "impossible", "attained")
        for a in self._all():
            yield columns(a, "statement", "quantifier", *names, "regime") | {
                "results": tuple(r.name for r in a.results)
            }

    def _alone_rows(self) -> Rows:
        names = ("parameter", "title", "direction", "base", "distance", "threshold", "attained")
        for a in self._all():
            for one in a.alone:
                yield {"quantifier": a.quantifier, **columns(one, *names, "room", "regime")}

    def _move_rows(self) -> Rows:
        names = ("parameter", "title", "base", "limit", "steps", "witness")
        for a in self._all():
            for move in a.moves:
                yield {"quantifier": a.quantifier, **columns(move, *names)}

    def to_dict(self) -> dict[str, Any]:
        """Return the whole answer as plain data (schema 1)."""
        return restorable(self, {**super().to_dict(), "seconds": round(self.seconds, 4)})


@dataclass(frozen=True, repr=False)
class Robustness(_RobustAnswer):
    """How wrong the parameters may be before a conclusion's status changes.

    ``answers`` has one entry per quantifier that was asked for.  ``units`` is
    ``range``, ``sd``, ``payoff`` or ``payoff range``; ``base`` gives every parameter's value.
    ``over`` names the parameters that were asked to move, none where all do.

    >>> from deterrence import load_model
    >>> answer = load_model("chicken").robustness("war == 0", quantifier="every")
    >>> print(answer.every.lower, answer.complete)
    1/10 True
    >>> list(answer.to_frame("alone").columns[:3])
    ['quantifier', 'parameter', 'title']
    """

    told = (
        "schema", "model", "title", "statement", "norm", "units", "within_bounds", "base", "axes",
        "answers", "messages",
    )  # fmt: skip
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
    seconds: float = field(default=0.0, compare=False)
    over: tuple[str, ...] = ()

    def _all(self) -> tuple[SmallestChange, ...]:
        return self.answers

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


@dataclass(frozen=True, repr=False)
class Levers(_RobustAnswer):
    """The cheapest change that a player can make to bring a conclusion about.

    ``answer.lower``, ``answer.upper`` and all sizes are costs; a parameter's
    ``step`` is what one unit of cost buys.  Where the conclusion holds at the
    base already, the cost is 0.

    >>> from deterrence import load_model
    >>> answer = load_model("asymmetric-bipolarity").levers("NATO", "deterrence == 1")
    >>> print(answer.answer.lower, answer.complete)
    3/20 True
    >>> [(move.parameter, str(move.limit)) for move in answer.answer.moves]
    [('c_R', '8')]
    """

    told = (
        "schema", "model", "title", "player", "statement", "norm", "within_bounds", "base",
        "costs", "axes", "answer", "messages",
    )  # fmt: skip
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
    seconds: float = field(default=0.0, compare=False)

    @property
    def complete(self) -> bool:
        """Whether the answer is proven."""
        return self.answer.certainty == "proven"

    def _all(self) -> tuple[SmallestChange, ...]:
        return (self.answer,)
