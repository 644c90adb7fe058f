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

from deterrence.analysis.uncertainty.estimates import (
    BOUNDS,
    Bound,
    Estimate,
    Input,
    InputGroup,
    InputKind,
    Quantity,
    QuantityKind,
    plain,
    short,
)
from deterrence.game.parameters import Correlation
from deterrence.words.shown import Shown

__all__ = [
    "BOUNDS", "Bound", "Estimate", "Expectation", "Input", "InputGroup", "InputKind",
    "MorrisEffect", "MorrisScreening", "Probabilities", "Quantity", "QuantityKind",
    "Regional", "RegionalTest", "Sensitivity", "Sobol", "SobolIndices",
    "Tornado", "TornadoBar", "plain", "short",
]  # fmt: skip

E = TypeVar("E")


# ---- probabilities ------------------------------------------------------------------
@dataclass(frozen=True)
class Expectation:
    """The mean of a quantity over the parameters' distribution, as bounds over equilibria.

    For a conclusion: the probability that it holds in every, and in some,
    equilibrium.  For an outcome: its probability if at each point the equilibrium
    that makes it least (``lower``), or most (``upper``), likely is played.
    """

    quantity: Quantity
    lower: Estimate
    upper: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return the expectation as plain data."""
        return {
            **self.quantity.to_dict(),
            "lower": self.lower.to_dict(),
            "upper": self.upper.to_dict(),
        }


@dataclass(frozen=True)
class Probabilities:
    """Means over a randomised quasi-Monte-Carlo sample.

    ``samples`` points were drawn in ``replicates`` independent nets; ``valid`` of
    them keep the model's assumptions, the others are excluded: what is told is
    conditional on the assumptions.  ``several`` is the share of valid points with
    more than one equilibrium, ``continuum`` of those where some span a continuum.
    ``history`` has (points, entries) for a quarter and a half of the nets.
    """

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
            "samples": self.samples,
            "replicates": self.replicates,
            "valid": self.valid,
            "excluded": self.excluded,
            "broken": dict(self.broken),
            "several_equilibria": self.several,
            "continuum": self.continuum,
            "entries": [e.to_dict() for e in self.entries],
            "history": [
                {"samples": n, "entries": [e.to_dict() for e in entries]}
                for n, entries in self.history
            ],
        }


# ---- Sobol' indices -----------------------------------------------------------------
@dataclass(frozen=True)
class SobolIndices:
    """Shares of the variance of one bound of one quantity that each group explains.

    ``first[k]`` is what group ``k`` explains alone, ``total[k]`` what would be lost
    without it, ``second[i, j]`` what ``i`` and ``j`` explain only together.
    ``constant`` says that nothing varies, so that there are no indices (the tuples
    are empty then).  ``history`` has (base samples, first, total) for N/4 and N/2.
    """

    quantity: Quantity
    bound: Bound
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
            **self.quantity.to_dict(),
            "bound": self.bound,
            "mean": plain(self.mean),
            "variance": plain(self.variance),
            "constant": self.constant,
            "first": {g: e.to_dict() for g, e in zip(self.groups, self.first, strict=False)},
            "total": {g: e.to_dict() for g, e in zip(self.groups, self.total, strict=False)},
            "second": [
                {"between": [self.groups[i], self.groups[j]], **e.to_dict()}
                for (i, j), e in self.second.items()
            ],
            "history": [
                {
                    "samples": n,
                    "first": [plain(v) for v in first],
                    "total": [plain(v) for v in total],
                }
                for n, first, total in self.history
            ],
        }


@dataclass(frozen=True)
class Sobol:
    """Sobol' indices of both bounds of every measure and conclusion.

    ``samples`` is the number N of base points, ``evaluations`` how many games were
    solved for it, ``dropped`` how many base points were left out because one of
    their mixtures breaks an assumption.  Where the indices cannot be had,
    ``refused`` says why and ``indices`` is empty.
    """

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

    def to_dict(self) -> dict[str, Any]:
        """Return the indices as plain data."""
        return {
            "groups": [{"names": list(g.names), "reason": g.reason} for g in self.groups],
            "samples": self.samples,
            "resamples": self.resamples,
            "evaluations": self.evaluations,
            "dropped": self.dropped,
            "refused": self.refused,
            "indices": [i.to_dict() for i in self.indices],
        }


# ---- one at a time ------------------------------------------------------------------
@dataclass(frozen=True)
class TornadoBar:
    """One bound of one quantity as one input moves from ``low`` to ``high``.

    ``at_low`` and ``at_high`` are the values at the two ends, ``None`` where an
    assumption is broken there; ``smallest`` and ``largest`` those on the whole way.
    """

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

    def to_dict(self) -> dict[str, Any]:
        """Return the bar as plain data."""
        return {
            "input": self.input, "low": plain(self.low), "high": plain(self.high),
            "at_low": plain(self.at_low), "at_high": plain(self.at_high),
            "smallest": plain(self.smallest), "largest": plain(self.largest),
            "swing": plain(self.swing),
        }  # fmt: skip


@dataclass(frozen=True)
class Tornado:
    """The bars of one bound of one quantity, the longest first; ``base`` is the base case."""

    quantity: Quantity
    bound: Bound
    base: float
    bars: tuple[TornadoBar, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the tornado as plain data."""
        return {
            **self.quantity.to_dict(),
            "bound": self.bound,
            "base": plain(self.base),
            "bars": [b.to_dict() for b in self.bars],
        }


# ---- Morris screening ---------------------------------------------------------------
@dataclass(frozen=True)
class MorrisEffect:
    """Elementary effects of one input: change of the quantity per full range of the input.

    ``mu`` is their mean, ``mu_star`` the mean of their sizes (Campolongo, Cariboni
    and Saltelli 2007), ``sigma`` their standard deviation: large where the effect
    depends on the other inputs or is not linear.  ``count`` effects were used.
    """

    input: str
    mu: float
    mu_star: Estimate
    sigma: float
    count: int

    def to_dict(self) -> dict[str, Any]:
        """Return the effect as plain data."""
        return {
            "input": self.input, "mu": plain(self.mu), "mu_star": self.mu_star.to_dict(),
            "sigma": plain(self.sigma), "count": self.count,
        }  # fmt: skip


@dataclass(frozen=True)
class MorrisScreening:
    """The effects on one bound of one quantity, the largest ``mu_star`` first."""

    quantity: Quantity
    bound: Bound
    effects: tuple[MorrisEffect, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the screening as plain data."""
        return {
            **self.quantity.to_dict(),
            "bound": self.bound,
            "effects": [e.to_dict() for e in self.effects],
        }


# ---- regional sensitivity -----------------------------------------------------------
@dataclass(frozen=True)
class RegionalTest:
    """How far one input separates the points where a conclusion holds from the others.

    ``distance`` is the two-sample Kolmogorov-Smirnov statistic, ``p_value`` its
    significance and ``adjusted`` the same after Bonferroni's correction for the
    number of tests.  ``median_holds`` and ``median_fails`` show the direction.
    """

    input: str
    distance: float
    p_value: float
    adjusted: float
    median_holds: float
    median_fails: float

    def to_dict(self) -> dict[str, Any]:
        """Return the test as plain data."""
        return {
            "input": self.input, "distance": plain(self.distance), "p_value": plain(self.p_value),
            "adjusted": plain(self.adjusted), "median_holds": plain(self.median_holds),
            "median_fails": plain(self.median_fails),
        }  # fmt: skip


@dataclass(frozen=True)
class Regional:
    """The tests of one conclusion (in every, or in some, equilibrium), largest distance first.

    Empty where the conclusion holds, or fails, at too few points to compare.
    """

    quantity: Quantity
    bound: Bound
    holds: int
    fails: int
    tests: tuple[RegionalTest, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the tests as plain data."""
        return {
            **self.quantity.to_dict(),
            "bound": self.bound,
            "holds": self.holds,
            "fails": self.fails,
            "tests": [t.to_dict() for t in self.tests],
        }


# ---- everything ---------------------------------------------------------------------
@dataclass(frozen=True)
class Sensitivity(Shown):
    """The answer of :func:`deterrence.analysis.uncertainty.sensitivity`.

    A part that was not asked for is ``None`` (or an empty tuple).  ``messages``
    are doubts that a reader must know of; ``shortfalls`` those of them that make
    the answer incomplete: a sample that is too small, games not solved to the end.
    """

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

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data (schema 1)."""
        return {
            "schema": 1,
            "model": self.model,
            "title": self.title,
            "digest": self.digest,
            "scenario": self.scenario,
            "samples": self.samples,
            "seed": self.seed,
            "level": self.level,
            "enough": self.enough,
            "shortfalls": list(self.shortfalls),
            "notes": list(self.notes),
            "inputs": [i.to_dict() for i in self.inputs],
            "correlations": [
                {"between": list(c.between), "value": plain(c.value)} for c in self.correlations
            ],
            "probabilities": None if self.probabilities is None else self.probabilities.to_dict(),
            "sobol": None if self.sobol is None else self.sobol.to_dict(),
            "tornado": [t.to_dict() for t in self.tornado],
            "morris": [m.to_dict() for m in self.morris],
            "regional": [r.to_dict() for r in self.regional],
            "engines": dict(self.engines),
            "seconds": self.seconds,
        }


def _pick(entries: tuple[E, ...], name: str, bound: Bound | None = None) -> E:
    for entry in entries:
        found: Any = entry
        if found.quantity.name == name and (bound is None or found.bound == bound):
            return entry
    raise KeyError(name)
