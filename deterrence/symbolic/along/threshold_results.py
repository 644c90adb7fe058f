"""What thresholds are answered with: equilibria along a line, stretches and thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.results import PROFILE, SUPPORT, SUPPORTS, PlainResult
from deterrence.words.frames import Framed, Rows, columns
from deterrence.words.saved import restorable
from deterrence.words.shown import Shown


@dataclass(frozen=True, eq=False, repr=False)
class PointEquilibrium(PlainResult):
    """An equilibrium as a function of the free parameter, on the stretches that list it.

    ``support`` and ``profile`` go by player, of trees by player and information set.
    ``number`` and ``name`` are those of its pattern, as everywhere (none where, in a tree, it
    stands for several with one result); ``id`` is only how stretches and thresholds refer to it.

    Equilibria with the same ``result`` lead to the same outcomes and payoffs;
    ``result_name`` says in words what happens.
    """

    id: int
    result: int
    support: Mapping[str, tuple[str, ...]] = field(metadata=SUPPORT)
    profile: Mapping[str, Mapping[str, Expression]] = field(metadata=PROFILE)
    payoffs: Mapping[str, Expression]
    measures: Mapping[str, Expression | None]
    number: int | None = None
    name: str = ""
    result_name: str = ""
    #: The supports of all equilibria with the same result, where there are several.
    supports: tuple[Mapping[str, Any], ...] = field(default=(), metadata=SUPPORTS)

    @property
    def label(self) -> str:
        """``#9`` or the like, ``""`` where there is no number."""
        return "" if self.number is None else f"#{self.number}"

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium as plain data, without what is only for figures."""
        rest = super().to_dict()
        del rest["supports"]
        first = {key: rest.pop(key) for key in ("id", "number", "name")}
        return {**first, "label": self.label, **rest}


def results_told(equilibria: Iterable[PointEquilibrium]) -> str:
    """Return what equilibria lead to, each result once, with their numbers."""
    groups: dict[tuple[int, str], list[str]] = {}
    for e in equilibria:
        groups.setdefault((e.result, e.result_name), []).append(e.label)
    told = []
    for (_, name), labels in groups.items():
        numbers = ", ".join(dict.fromkeys(filter(None, labels)))
        told.append(f"{name} ({numbers})" if numbers else name)
    return "; ".join(told)


@dataclass(frozen=True, eq=False, repr=False)
class ThresholdStretch(PlainResult):
    """An open interval of the parameter on which nothing changes.

    ``lower`` and ``upper`` are its ends as decimals (None: no end), ``witness`` a
    rational point in it.  ``equilibria`` are ids; ``regime`` is the model's name
    for what holds at the witness.  ``checked``: the exact solver finds the same
    equilibria at the witness.
    """

    lower: float | None
    upper: float | None
    witness: Fraction
    equilibria: tuple[int, ...]
    regime: str | None
    within_bounds: bool
    checked: bool


@dataclass(frozen=True, eq=False, repr=False)
class Threshold(PlainResult):
    """A value of the parameter at which the equilibria change.

    ``value`` is the exact number where it is rational; otherwise it is the only
    root of ``polynomial`` (coefficients, highest power first) in ``interval``, and
    ``root`` writes it as sympy does.  ``equilibria`` exist exactly there,
    ``regime`` names what holds.  ``condition`` is the equation between the model's
    parameters behind it, the shortest one, ``formula`` that equation solved for the
    parameter (None where it was not asked for, or is of degree above two); ``also`` lists further
    equations that hold there at these values.  ``result_changes`` is
    false where only strategies change that do not show in outcomes or payoffs.

    >>> from deterrence import load_model
    >>> threshold, = load_model("chicken").thresholds("P_A").thresholds
    >>> str(threshold.value), str(threshold.condition), threshold.result_changes
    ('-1', 'S_A == P_A', True)
    """

    value: Fraction | None
    root: str
    polynomial: tuple[int, ...]
    interval: tuple[Fraction, Fraction]
    decimal: float
    within_bounds: bool
    equilibria: tuple[int, ...]
    regime: str | None
    result_changes: bool
    condition: Expression | None = None
    formula: Expression | None = None
    also: tuple[Expression, ...] = ()
    text: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Thresholds(Framed, Shown, PlainResult):
    """All thresholds of one parameter, and the stretches between them.

    ``stretches[k]`` lies just below ``thresholds[k]``, ``stretches[k + 1]`` above;
    a stretch is None where the assumptions (or payoffs that are not defined)
    leave no values.  ``values`` are those of the other parameters.

    >>> from deterrence import load_model
    >>> found = load_model("rudimentary-deterrence").thresholds("a_DC")
    >>> [(str(t.value), str(t.formula)) for t in found.thresholds]
    [('2/3', '(a_SQ - a_DD*p_B)/(1 - p_B)')]
    >>> found.to_frame("stretches").regime.tolist()
    ['Deterrence holds', 'Deterrence fails']
    """

    model: str
    parameter: str
    title: str
    values: Mapping[str, Fraction]
    thresholds: tuple[Threshold, ...]
    stretches: tuple[ThresholdStretch | None, ...]
    equilibria: tuple[PointEquilibrium, ...]
    messages: tuple[str, ...] = ()

    def told(self, ids: Iterable[int]) -> str:
        """Return what the equilibria with these ids lead to, in words and with their numbers."""
        known = {e.id: e for e in self.equilibria}
        return results_told(known[k] for k in ids)

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"thresholds": self._rows, "stretches": self._stretch_rows}

    def _rows(self) -> Rows:
        for t in self.thresholds:
            yield {
                "parameter": self.parameter,
                "value": t.decimal if t.value is None else t.value,
                "root": t.root,
                **columns(t, "condition", "formula", "regime", "result_changes", "within_bounds"),
                "equilibria": t.equilibria,
            }

    def _stretch_rows(self) -> Rows:
        for k, s in enumerate(self.stretches):
            if s is not None:
                names = ("lower", "upper", "regime", "equilibria", "within_bounds", "checked")
                yield {"stretch": k, "parameter": self.parameter, **columns(s, *names)}

    def to_dict(self) -> dict[str, Any]:
        """Return the thresholds as plain data (schema 1)."""
        data = {"schema": 1, **super().to_dict()}
        del data["title"]
        return restorable(self, data)
