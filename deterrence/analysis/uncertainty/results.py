"""What a sensitivity analysis answers with: frozen values, from which text and figures are made.

Where a game has several equilibria, everything comes twice, as ``lower`` and
``upper``: the smallest and the largest value over all equilibria at each point.
For a conclusion, which is true (1) or false (0) in an equilibrium, ``lower`` means
that it holds in *every* equilibrium and ``upper`` that it holds in *some*.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
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
from deterrence.words.frames import Framed, Rows, columns
from deterrence.words.saved import restorable
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
    ``kept`` is the share of the declared ranges and distributions that the assumptions leave;
    parameters that assumptions order are drawn in that order, so that ``excluded`` may be less.
    ``history`` has (points, entries) for a quarter and a half of the nets.

    >>> from deterrence import load_model
    >>> model = load_model("chicken")
    >>> answer = model.sensitivity(samples=64, measures="war", method="probabilities")
    >>> found = answer.probabilities.of("war")
    >>> 0 <= found.lower.value <= found.upper.value <= 1
    True
    """

    told = ("samples", "replicates", "valid", "excluded", "kept", "broken")
    samples: int
    replicates: int
    valid: int
    several: float
    entries: tuple[Expectation, ...]
    broken: Mapping[str, int] = field(default_factory=dict)
    history: tuple[tuple[int, tuple[Expectation, ...]], ...] = ()
    continuum: float = 0.0
    kept: float = 1.0

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
    """Shares of the variance of one bound of one quantity that each input explains.

    ``first[k]`` is the share that would go, on average, if input ``k`` were known, ``total[k]``
    the share that would stay if all others were known, ``second[i, j]`` what the independent
    inputs ``i`` and ``j`` explain only together.  What an input tells of others that depend on
    it counts in its ``first``, and what they tell of it is missing from its ``total``.
    ``constant`` says that nothing varies, so that there are no indices (the tuples
    are empty then).  ``history`` has (base samples, first, total) for N/4 and N/2.
    """

    told = ("bound", "mean", "variance", "constant", "leading", "settled")
    inputs: tuple[str, ...]
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
        """Positions of the inputs, the largest first by the larger of their two indices."""
        return tuple(sorted(range(len(self.total)), key=lambda k: -self.weight(k).value))

    def weight(self, k: int) -> Estimate:
        """Return the larger index of an input; of independent ones that is the total."""
        return max(self.total[k], self.first[k], key=lambda e: e.value)

    @property
    def leaders(self) -> tuple[int, ...]:
        """Positions of the inputs of which any may be the one that matters most.

        That is the one with the largest index, and all whose intervals reach up to its own.
        """
        if self.constant:
            return ()
        best = self.weight(self.order[0]).low
        return tuple(
            k for k in self.order if not max(self.total[k].high, self.first[k].high) < best
        )

    @property
    def leading(self) -> tuple[str, ...]:
        """The names of the ``leaders``."""
        return tuple(self.inputs[k] for k in self.leaders)

    @property
    def settled(self) -> bool:
        """Whether the sample tells what matters most: the leaders' intervals are narrow enough."""
        return not self.constant and all(self.weight(k).settled for k in self.leaders)

    def to_dict(self) -> dict[str, Any]:
        """Return the indices as plain data."""
        return {
            **super().to_dict(),
            "first": plain_data(dict(zip(self.inputs, self.first, strict=False))),
            "total": plain_data(dict(zip(self.inputs, self.total, strict=False))),
            "second": [
                {"between": [self.inputs[i], self.inputs[j]], **e.to_dict()}
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

    ``groups`` are the inputs that depend on each other; ``samples`` is the number N of base
    points, ``evaluations`` how many games were solved for it, ``dropped`` how many base points
    were left out because one of their mixtures breaks an assumption.  Where the indices cannot
    be had, ``refused`` says why and ``indices`` is empty.

    >>> from deterrence import load_model
    >>> answer = load_model("chicken").sensitivity(samples=64, measures="war", method="sobol")
    >>> indices = answer.sobol.of("war")
    >>> len(indices.total) == len(indices.inputs)
    True
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

    The ends are as far as the declared range and the assumptions let it move while all else
    stays.  Where an end itself breaks an assumption (``p`` may go from 0 to 1, but ``0 < p < 1``)
    it is open, ``open_low`` or ``open_high``, and looked at just inside.  ``at_low`` and
    ``at_high`` are the values at the two ends, ``None`` where an assumption is broken there all
    the same; ``smallest`` and ``largest`` those on the whole way.
    """

    told = (
        "input", "low", "high", "open_low", "open_high", "at_low", "at_high", "smallest",
        "largest", "swing",
    )  # fmt: skip
    input: str
    low: Fraction | float
    high: Fraction | float
    at_low: float | None
    at_high: float | None
    smallest: float
    largest: float
    open_low: bool = False
    open_high: bool = False

    @property
    def swing(self) -> float:
        """The largest change on the way, in the quantity's own unit; what rounding leaves is 0."""
        size = self.largest - self.smallest
        return 0.0 if size <= 1e-12 * max(1.0, abs(self.largest), abs(self.smallest)) else size

    @property
    def hidden(self) -> bool:
        """Whether the values on the way go beyond those at the ends."""
        ends = [v for v in (self.at_low, self.at_high) if v is not None]
        slack = 1e-9 * max(1.0, abs(self.largest), abs(self.smallest))
        return not ends or max(ends) < self.largest - slack or min(ends) > self.smallest + slack


@dataclass(frozen=True)
class Tornado(_OfBound):
    """The bars of one bound of one quantity, the longest first; ``base`` is the base case.

    >>> from deterrence import load_model
    >>> answer = load_model("chicken").sensitivity(samples=64, measures="war", method="tornado")
    >>> tornado = answer.tornado_of("war")
    >>> tornado.bars[0].swing >= tornado.bars[-1].swing
    True
    """

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
    """The effects on one bound of one quantity, the largest ``mu_star`` first.

    >>> from deterrence import load_model
    >>> answer = load_model("chicken").sensitivity(samples=64, measures="war", method="morris")
    >>> screening = answer.morris_of("war")
    >>> len(screening.effects) == len(answer.varying)
    True
    """

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

    >>> from deterrence import load_model
    >>> answer = load_model("chicken").sensitivity(samples=64, measures="war", method="regional")
    >>> tests = answer.regional_of("war == 0", "upper")
    >>> tests.holds + tests.fails <= 64
    True
    """

    told = ("bound", "holds", "fails", "tests")
    holds: int
    fails: int
    tests: tuple[RegionalTest, ...]


# ---- everything ---------------------------------------------------------------------
@dataclass(frozen=True, repr=False)
class Sensitivity(Framed, Shown, PlainData):
    """The answer of :func:`deterrence.analysis.uncertainty.analyse.analyse`.

    A part that was not asked for is ``None`` (or an empty tuple).  ``messages``
    are doubts that a reader must know of; ``shortfalls`` those of them that make
    the answer incomplete: a sample that is too small for what was asked by name, games not
    solved to the end.  ``undecided`` is what the sample does not tell, and nobody asked for by
    name.

    >>> from deterrence import load_model
    >>> answer = load_model("chicken").sensitivity(samples=64, measures="war", method="tornado")
    >>> len(answer.tornado_of("war").bars) == len(answer.varying)
    True
    >>> sorted(answer.to_frame("tornado").quantity.unique())
    ['war', 'war == 0']
    """

    schema = 1
    told = (
        "schema", "model", "title", "digest", "scenario", "samples", "seed", "level", "enough",
        "shortfalls", "undecided", "notes", "inputs", "correlations", "probabilities", "sobol",
        "tornado", "morris", "regional", "engines", "seconds",
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
    seconds: float = field(compare=False)
    digest: str = ""
    interrupted: bool = False
    out_of_time: bool = False
    shortfalls: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the whole answer as plain data (schema 1)."""
        return restorable(self, super().to_dict())

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {
            "probabilities": self._probability_rows,
            "sobol": self._sobol_rows,
            "tornado": self._tornado_rows,
            "morris": self._morris_rows,
            "regional": self._regional_rows,
            "inputs": lambda: (columns(i, *i.told) for i in self.inputs),
        }

    def _probability_rows(self) -> Rows:
        for e in () if self.probabilities is None else self.probabilities.entries:
            for bound, found in (("lower", e.lower), ("upper", e.upper)):
                yield {**_of(e), "bound": bound, **columns(found, *found.told)}

    def _sobol_rows(self) -> Rows:
        for s in () if self.sobol is None else self.sobol.indices:
            for k, one in enumerate(s.total):
                row = {**_of(s), "bound": s.bound, "input": s.inputs[k]}
                for name, found in (("first", s.first[k]), ("total", one)):
                    row |= {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
                yield row

    def _tornado_rows(self) -> Rows:
        for t in self.tornado:
            for bar in t.bars:
                yield {**_of(t), "bound": t.bound, "base": t.base, **columns(bar, *bar.told)}

    def _morris_rows(self) -> Rows:
        for m in self.morris:
            for e in m.effects:
                star = {"mu_star": e.mu_star.value, "mu_star_low": e.mu_star.low}
                star["mu_star_high"] = e.mu_star.high
                yield {**_of(m), "bound": m.bound, **columns(e, "input", "mu"), **star} | columns(
                    e, "sigma", "count"
                )

    def _regional_rows(self) -> Rows:
        for r in self.regional:
            for test in r.tests:
                yield {
                    **_of(r),
                    **columns(r, "bound", "holds", "fails"),
                    **columns(test, *test.told),
                }

    def judged(
        self, shortfalls: tuple[str, ...], undecided: tuple[str, ...], notes: tuple[str, ...]
    ) -> Sensitivity:
        """Return the same answer with what must be said of it."""
        return replace(self, shortfalls=shortfalls, undecided=undecided, notes=notes)

    @property
    def enough(self) -> bool:
        """Whether nothing is missing: what was asked by name is settled, all games are solved."""
        return not self.shortfalls

    @property
    def messages(self) -> tuple[str, ...]:
        """Shortfalls first, then what the sample does not tell, and the other notes."""
        return (*self.shortfalls, *self.undecided, *self.notes)

    @property
    def varying(self) -> tuple[Input, ...]:
        """The uncertain inputs."""
        return tuple(i for i in self.inputs if i.varies)

    def to_csv(self) -> str:
        """Return a table: a row for each bound of each quantity and each uncertain input."""
        text = io.StringIO()
        rows = list(_rows(self))
        writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()

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


def _rows(answer: Sensitivity) -> Iterator[dict[str, Any]]:
    """Yield what is known of each bound of each quantity and each input, flat."""
    for q in answer.quantities:
        for bound in BOUNDS:
            mean = None
            if answer.probabilities is not None:
                entry = answer.probabilities.of(q.name)
                mean = entry.lower if bound == "lower" else entry.upper
            indices = None
            if answer.sobol is not None and answer.sobol.indices:
                indices = answer.sobol_of(q.name, bound)
            bars = answer.tornado_of(q.name, bound).bars if answer.tornado else ()
            effects = answer.morris_of(q.name, bound).effects if answer.morris else ()
            tests: tuple[RegionalTest, ...] = ()
            if answer.regional and q.kind == "conclusion":
                tests = answer.regional_of(q.name, bound).tests
            for i in answer.varying:
                first = total = None
                if indices is not None and not indices.constant:
                    k = indices.inputs.index(i.name)
                    first, total = indices.first[k], indices.total[k]
                bar = next((b for b in bars if b.input == i.name), None)
                effect = next((e for e in effects if e.input == i.name), None)
                test = next((t for t in tests if t.input == i.name), None)
                yield {
                    "quantity": q.name,
                    "kind": q.kind,
                    "bound": bound,
                    **_cells("mean", mean),
                    "input": i.name,
                    **_cells("first", first),
                    **_cells("total", total),
                    "swing": None if bar is None else bar.swing,
                    "mu_star": None if effect is None else effect.mu_star.value,
                    "sigma": None if effect is None else effect.sigma,
                    "ks_distance": None if test is None else test.distance,
                    "ks_adjusted": None if test is None else test.adjusted,
                }


def _cells(name: str, e: Estimate | None) -> dict[str, float | None]:
    values = (None, None, None) if e is None else (e.value, e.low, e.high)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def _of(entry: _OfQuantity) -> dict[str, Any]:
    """Return the columns that say what a row is about."""
    return {"quantity": entry.quantity.name, "kind": entry.quantity.kind}


def _pick(entries: tuple[Of, ...], name: str, bound: Bound | None = None) -> Of:
    for entry in entries:
        if entry.quantity.name == name and bound in (None, getattr(entry, "bound", None)):
            return entry
    raise KeyError(name)
