r"""Designs: which points a sweep visits, worked out block by block.

A :class:`GridDesign` visits every combination of its axes' values, the first axis varying
slowest.  :class:`SampleDesign` fill a box evenly: ``sobol`` and ``halton`` are scrambled
low-discrepancy sequences (Owen 1995; scipy's), ``latin`` is a Latin hypercube
(McKay, Beckman & Conover 1979) whose permutations are computed point by point, so that
no design needs memory for its points.

>>> from deterrence.analysis.sweeping.axes import parse_axis
>>> grid = GridDesign((parse_axis("a", "1,2"), parse_axis("b", "0:1:3")))
>>> grid.columns(2, 5)["a"].tolist(), grid.exact(3)
([1.0, 2.0, 2.0], {'a': Fraction(2, 1), 'b': Fraction(0, 1)})
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.sweeping.axes import MAX_COUNT, SweepAxis
from deterrence.errors import UsageError, did_you_mean
from deterrence.words.saved import UNSAVED

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Floats, Integers

DESIGNS = ("grid", "sobol", "halton", "latin")
#: Sobol points are numbered in this many bits.
_BITS = 32
_MASK = (1 << 64) - 1
_ROUNDS = 6


@dataclass(frozen=True)
class Design:
    """Points on, or between the ends of, some axes."""

    axes: tuple[SweepAxis, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that vary."""
        return tuple(axis.name for axis in self.axes)


@dataclass(frozen=True)
class GridDesign(Design):
    """All combinations of the values of some axes."""

    name = "grid"
    seed = None

    def __post_init__(self) -> None:
        for axis in self.axes:
            if not axis.count:
                raise UsageError(
                    f"{axis.name}={axis.text}: how many values?",
                    remedy=f"write {axis.name}={axis.text}:100, or choose a design that fills "
                    "ranges, such as sobol",
                )
        if self.size > MAX_COUNT:
            sizes = " x ".join(f"{axis.count:,}" for axis in self.axes)
            raise UsageError(
                f"the grid has {sizes} points", remedy=f"at most {MAX_COUNT:,} can be swept"
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values of every axis."""
        return tuple(axis.count for axis in self.axes)

    @property
    def size(self) -> int:
        """The number of points."""
        return math.prod(self.shape)

    def columns(self, start: int, stop: int) -> dict[str, Floats]:
        """Return the floats of the points ``start`` to ``stop - 1``."""
        import numpy as np

        numbers = np.arange(start, stop, dtype=np.int64)
        found = {}
        for axis in reversed(self.axes):
            numbers, own = np.divmod(numbers, axis.count)
            found[axis.name] = axis.floats(own)
        return {axis.name: found[axis.name] for axis in self.axes}

    def exact(self, number: int) -> Mapping[str, Fraction]:
        """Return the exact values at a point."""
        found = {}
        for axis in reversed(self.axes):
            number, own = divmod(number, axis.count)
            found[axis.name] = axis.exact(own)
        return {axis.name: found[axis.name] for axis in self.axes}


@dataclass(frozen=True)
class SampleDesign(Design):
    """``size`` points that fill the ranges of some axes; the floats are the exact values."""

    name: str
    size: int
    seed: int = 0
    # A sequence and how far it has been used: going on is cheaper than starting again.
    _state: dict[str, Any] = field(
        default_factory=dict, compare=False, repr=False, metadata=UNSAVED
    )

    def __post_init__(self) -> None:
        if self.name not in DESIGNS[1:]:
            raise UsageError(
                f"there is no design {self.name[:40]!r}",
                remedy=did_you_mean(self.name, DESIGNS) or f"designs: {', '.join(DESIGNS)}",
            )
        for axis in self.axes:
            if axis.count:
                raise UsageError(
                    f"{axis.name}={axis.text}: a {self.name} design fills a range",
                    remedy=f"write {axis.name}={axis.start}:{axis.stop}, and say how many points "
                    "there are in all with --samples",
                )
        if self.size < 1:
            raise UsageError(f"{self.size} points", remedy="give a number above 0")
        limit = 1 << _BITS if self.name == "sobol" else MAX_COUNT
        if self.size > limit:
            raise UsageError(f"{self.size} points", remedy=f"at most {limit:,} can be swept")
        if not 0 <= self.seed < 1 << 63:
            raise UsageError(f"the seed {self.seed}", remedy="give a whole number from 0 on")

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of points, as a tuple."""
        return (self.size,)

    def columns(self, start: int, stop: int) -> dict[str, Floats]:
        """Return the floats of the points ``start`` to ``stop - 1``."""
        if self.name == "latin":
            shares = [self._latin(k, start, stop) for k in range(len(self.axes))]
        else:
            shares = list(self._sequence(start, stop).T)
        return {
            axis.name: axis.at_shares(share) for axis, share in zip(self.axes, shares, strict=True)
        }

    def exact(self, number: int) -> Mapping[str, Fraction]:
        """Return the exact values at a point."""
        return {
            name: Fraction(float(column[0]))
            for name, column in self.columns(number, number + 1).items()
        }

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_state": {}}

    def _sequence(self, start: int, stop: int) -> Floats:
        if self._state.get("at", -1) > start or "engine" not in self._state:
            self._state.update(engine=self._engine(), at=0)
        engine = self._state["engine"]
        if start > self._state["at"]:
            engine.fast_forward(start - self._state["at"])
        import warnings

        with warnings.catch_warnings():
            # A block is no power of two; what the design is as a whole is checked elsewhere.
            warnings.simplefilter("ignore", UserWarning)
            found: Floats = engine.random(stop - start)
        self._state["at"] = stop
        return found

    def _engine(self) -> Any:
        import numpy as np
        from scipy.stats import qmc

        generator = np.random.default_rng(self.seed)
        if self.name == "sobol":
            return qmc.Sobol(len(self.axes), scramble=True, bits=_BITS, seed=generator)
        return qmc.Halton(len(self.axes), scramble=True, seed=generator)

    def _latin(self, k: int, start: int, stop: int) -> Floats:
        import numpy as np

        numbers = np.arange(start, stop, dtype=np.uint64)
        key = _scramble(np.array([self.seed], dtype=np.uint64), 2 * k + 1)[0]
        cells = _permuted(numbers, self.size, int(key))
        jitter = _scramble(numbers, int(_scramble(np.array([key]), 2)[0]))
        return (cells + (jitter >> np.uint64(11)) * 2.0**-53) / self.size


def _scramble(values: Integers, key: int) -> Integers:
    """Return hashed 64-bit numbers (the finaliser of SplitMix64: Steele, Lea & Flood 2014)."""
    import numpy as np

    with np.errstate(over="ignore"):
        z = values + np.uint64((key * 0x9E3779B97F4A7C15) & _MASK)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def _permuted(numbers: Integers, size: int, key: int) -> Integers:
    """Return where a keyed permutation of ``0..size-1`` sends some numbers.

    A Feistel network permutes the next power of four; numbers that leave the range are
    sent on until they are back (cycle walking: Black & Rogaway 2002).
    """
    import numpy as np

    half = max(1, -(-(size - 1).bit_length() // 2))
    shift, mask = np.uint64(half), np.uint64((1 << half) - 1)

    def once(values: Integers) -> Integers:
        left, right = values >> shift, values & mask
        for r in range(_ROUNDS):
            left, right = right, left ^ (_scramble(right, (key + r) & _MASK) & mask)
        return (left << shift) | right

    found = once(numbers)
    outside = np.flatnonzero(found >= size)
    while outside.size:
        found[outside] = once(found[outside])
        outside = outside[found[outside] >= size]
    return found
