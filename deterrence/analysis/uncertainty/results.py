"""What a sensitivity analysis answers with: frozen values, from which text and figures are made.

Where a game has several equilibria, everything comes twice, as ``lower`` and
``upper``: the smallest and the largest value over all equilibria at each point.
For a conclusion, which is true (1) or false (0) in an equilibrium, ``lower`` means
that it holds in *every* equilibrium and ``upper`` that it holds in *some*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeVar

from deterrence.analysis.plain_data import PlainData, plain_data
from deterrence.analysis.uncertainty.estimates import (
    BOUNDS,
    Bound,
    Estimate,
    Input,
    InputGroup,
    InputKind,
    Quantity,
    QuantityKind,
)
from deterrence.game.parameters import Correlation
from deterrence.words.shown import Shown

__all__ = [
    "BOUNDS", "Bound", "Estimate", "Expectation", "Input", "InputGroup", "InputKind",
    "MorrisEffect", "MorrisScreening", "Probabilities", "Quantity", "QuantityKind",
    "Regional", "RegionalTest", "Sensitivity", "Sobol", "SobolIndices",
    "Tornado", "TornadoBar",
]  # fmt: skip


@dataclass(frozen=True)
class _OfQuantity(PlainData):
    """What is said of a quantity; its data begin with those of the quantity."""

    quantity: Quantity

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {**self.quantity.to_dict(), **super().to_dict()}


@dataclass(frozen=True)
class _OfBound(_OfQuantity):
    """What is said of one bound of a quantity."""

    bound: Bound


Of = TypeVar("Of", bound=_OfQuantity)


# ---- probabilities ------------------------------------------------------------------
@dataclass(frozen=True)
class Expectation(_OfQuantity):
    """The mean of a quantity over the parameters' distribution, as bounds over equilibria.

    For a conclusion: the probability that it holds in every, and in some,
    equilibrium.  For an outcome: its probability if at each point the equilibrium
    that makes it least (``lower``), or most (``upper``), likely is played.
    """

    told = ("lower", "upper")
    lower: Estimate
    upper: Estimate


@dataclass(frozen=True)
class Probabilities(PlainData):
    """Means over a randomised quasi-Monte-Carlo sample.

    ``samples`` points were drawn in ``replicates`` independent nets; ``valid`` of
    them keep the model's assumptions, the others are excluded: what is told is
    conditional on the assumptions.  ``several`` is the share of valid points with
    more than one equilibrium, ``continuum`` of those where some span a continuum.
    ``history`` has (points, entries) for a quarter and a half of the nets.
    """

    told = ("samples", "replicates", "valid", "excluded", "broken")
    samples: int
    replicates: int
    valid: int
    several: float
    entries: tuple[Expectation, ...]
    broken: Mapping[str, int] = field(default_factory=dict)
    history: tuple[tuple[int, tuple[Expectation, ...]], ...] = ()
    continuum: float = 0.0

    @property
    def excluded(self) -> int:
        """Points that break an assumption."""
        return self.samples - self.valid

    def of(self, name: str) -> Expectation:
        """Return the entry of a measure, conclusion or outcome by its name (``KeyError``)."""
        return _pick(self.entries, name)

    def to_dict(self) -> dict[str, Any]:
        """Return the probabilities as plain data."""
        return {
            **super().to_dict(),
            "several_equilibria": self.several,
            "continuum": self.continuum,
            "entries": plain_data(self.entries),
            "history": [{"samples": n, "entries": plain_data(e)} for n, e in self.history],
        }


# ---- Sobol' indices -----------------------------------------------------------------
@dataclass(frozen=True)
class SobolIndices(_OfBound):
    """Shares of the variance of one bound of one quantity that each group explains.

    ``first[k]`` is what group ``k`` explains alone, ``total[k]`` what would be lost
    without it, ``second[i, j]`` what ``i`` and ``j`` explain only together.
    ``constant`` says that nothing varies, so that there are no indices (the tuples
    are empty then).  ``history`` has (base samples, first, total) for N/4 and N/2.
    """

    told = ("bound", "mean", "variance", "constant")
    groups: tuple[str, ...]
    first: tuple[Estimate, ...]
    total: tuple[Estimate, ...]
    second: Mapping[tuple[int, int], Estimate]
    mean: float
    variance: float
    history: tuple[tuple[int, tuple[float, ...], tuple[float, ...]], ...] = ()

    @property
    def constant(self) -> bool:
        """Whether the quantity does not vary over the sample."""
        return not self.total

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of the groups, the largest total index first."""
        return tuple(sorted(range(len(self.total)), key=lambda k: -self.total[k].value))

    def to_dict(self) -> dict[str, Any]:
        """Return the indices as plain data."""
        return {
            **super().to_dict(),
            "first": plain_data(dict(zip(self.groups, self.first, strict=False))),
            "total": plain_data(dict(zip(self.groups, self.total, strict=False))),
            "second": [
                {"between": [self.groups[i], self.groups[j]], **e.to_dict()}
                for (i, j), e in self.second.items()
            ],
            "history": [
                {"samples": n, "first": plain_data(first), "total": plain_data(total)}
                for n, first, total in self.history
            ],
        }


@dataclass(frozen=True)
class Sobol(PlainData):
    """Sobol' indices of both bounds of every measure and conclusion.

    ``samples`` is the number N of base points, ``evaluations`` how many games were
    solved for it, ``dropped`` how many base points were left out because one of
    their mixtures breaks an assumption.  Where the indices cannot be had,
    ``refused`` says why and ``indices`` is empty.
    """

    told = ("groups", "samples", "resamples", "evaluations", "dropped", "refused", "indices")
    groups: tuple[InputGroup, ...]
    samples: int
    resamples: int
    evaluations: int
    dropped: int
    indices: tuple[SobolIndices, ...]
    refused: str = ""

    def of(self, name: str, bound: Bound = "upper") -> SobolIndices:
        """Return the indices of a quantity by its name (``KeyError``)."""
        return _pick(self.indices, name, bound)


# ---- one at a time ------------------------------------------------------------------
@dataclass(frozen=True)
class TornadoBar(PlainData):
    """One bound of one quantity as one input moves from ``low`` to ``high``.

    ``at_low`` and ``at_high`` are the values at the two ends, ``None`` where an
    assumption is broken there; ``smallest`` and ``largest`` those on the whole way.
    """

    told = ("input", "low", "high", "at_low", "at_high", "smallest", "largest", "swing")
    input: str
    low: Fraction | float
    high: Fraction | float
    at_low: float | None
    at_high: float | None
    smallest: float
    largest: float

    @property
    def swing(self) -> float:
        """The largest change on the way, in the quantity's own unit."""
        return self.largest - self.smallest

    @property
    def hidden(self) -> bool:
        """Whether the values on the way go beyond those at the ends."""
        ends = [v for v in (self.at_low, self.at_high) if v is not None]
        slack = 1e-9 * max(1.0, abs(self.largest), abs(self.smallest))
        return not ends or max(ends) < self.largest - slack or min(ends) > self.smallest + slack


@dataclass(frozen=True)
class Tornado(_OfBound):
    """The bars of one bound of one quantity, the longest first; ``base`` is the base case."""

    told = ("bound", "base", "bars")
    base: float
    bars: tuple[TornadoBar, ...]


# ---- Morris screening ---------------------------------------------------------------
@dataclass(frozen=True)
class MorrisEffect(PlainData):
    """Elementary effects of one input: change of the quantity per full range of the input.

    ``mu`` is their mean, ``mu_star`` the mean of their sizes (Campolongo, Cariboni
    and Saltelli 2007), ``sigma`` their standard deviation: large where the effect
    depends on the other inputs or is not linear.  ``count`` effects were used.
    """

    told = ("input", "mu", "mu_star", "sigma", "count")
    input: str
    mu: float
    mu_star: Estimate
    sigma: float
    count: int


@dataclass(frozen=True)
class MorrisScreening(_OfBound):
    """The effects on one bound of one quantity, the largest ``mu_star`` first."""

    told = ("bound", "effects")
    effects: tuple[MorrisEffect, ...]


# ---- regional sensitivity -----------------------------------------------------------
@dataclass(frozen=True)
class RegionalTest(PlainData):
    """How far one input separates the points where a conclusion holds from the others.

    ``distance`` is the two-sample Kolmogorov-Smirnov statistic, ``p_value`` its
    significance and ``adjusted`` the same after Bonferroni's correction for the
    number of tests.  ``median_holds`` and ``median_fails`` show the direction.
    """

    told = ("input", "distance", "p_value", "adjusted", "median_holds", "median_fails")
    input: str
    distance: float
    p_value: float
    adjusted: float
    median_holds: float
    median_fails: float


@dataclass(frozen=True)
class Regional(_OfBound):
    """The tests of one conclusion (in every, or in some, equilibrium), largest distance first.

    Empty where the conclusion holds, or fails, at too few points to compare.
    """

    told = ("bound", "holds", "fails", "tests")
    holds: int
    fails: int
    tests: tuple[RegionalTest, ...]


# ---- everything ---------------------------------------------------------------------
@dataclass(frozen=True)
class Sensitivity(Shown, PlainData):
    """The answer of :func:`deterrence.analysis.uncertainty.analyse.analyse`.

    A part that was not asked for is ``None`` (or an empty tuple).  ``messages``
    are doubts that a reader must know of; ``shortfalls`` those of them that make
    the answer incomplete: a sample that is too small, games not solved to the end.
    """

    schema = 1
    told = (
        "schema", "model", "title", "digest", "scenario", "samples", "seed", "level", "enough",
        "shortfalls", "notes", "inputs", "correlations", "probabilities", "sobol", "tornado",
        "morris", "regional", "engines", "seconds",
    )  # fmt: skip
    model: str
    title: str
    inputs: tuple[Input, ...]
    quantities: tuple[Quantity, ...]
    correlations: tuple[Correlation, ...]
    scenario: str | None
    samples: int
    seed: int
    level: float
    probabilities: Probabilities | None
    sobol: Sobol | None
    tornado: tuple[Tornado, ...]
    morris: tuple[MorrisScreening, ...]
    regional: tuple[Regional, ...]
    engines: Mapping[str, int]
    seconds: float
    digest: str = ""
    interrupted: bool = False
    out_of_time: bool = False
    shortfalls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def judged(self, shortfalls: tuple[str, ...], notes: tuple[str, ...]) -> Sensitivity:
        """Return the same answer with what must be said of it."""
        return replace(self, shortfalls=shortfalls, notes=notes)

    @property
    def enough(self) -> bool:
        """Whether nothing is missing: the samples suffice and all games were solved."""
        return not self.shortfalls

    @property
    def messages(self) -> tuple[str, ...]:
        """Shortfalls first, then the other notes."""
        return (*self.shortfalls, *self.notes)

    @property
    def varying(self) -> tuple[Input, ...]:
        """The uncertain inputs."""
        return tuple(i for i in self.inputs if i.varies)

    def input(self, name: str) -> Input:
        """Return an input by its name (``KeyError``)."""
        for found in self.inputs:
            if found.name == name:
                return found
        raise KeyError(name)

    def tornado_of(self, name: str, bound: Bound = "upper") -> Tornado:
        """Return the tornado of a measure or conclusion (``KeyError``)."""
        return _pick(self.tornado, name, bound)

    def sobol_of(self, name: str, bound: Bound = "upper") -> SobolIndices:
        """Return the Sobol' indices of a measure or conclusion (``KeyError``)."""
        if self.sobol is None:
            raise KeyError(name)
        return self.sobol.of(name, bound)

    def morris_of(self, name: str, bound: Bound = "upper") -> MorrisScreening:
        """Return the screening of a measure or conclusion (``KeyError``)."""
        return _pick(self.morris, name, bound)

    def regional_of(self, name: str, bound: Bound = "upper") -> Regional:
        """Return the tests of a conclusion (``KeyError``)."""
        return _pick(self.regional, name, bound)


def _pick(entries: tuple[Of, ...], name: str, bound: Bound | None = None) -> Of:
    for entry in entries:
        if entry.quantity.name == name and bound in (None, getattr(entry, "bound", None)):
            return entry
    raise KeyError(name)
